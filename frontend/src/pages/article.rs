//! The pages that are there to be read.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::NotFoundPage;
use crate::{
    components::{Page, WithLongTexts},
    i18n::{
        articles::{self, Line, read},
        speech,
    },
};

/// The page of text that stands at this address.
#[component]
pub fn ArticlePage() -> impl IntoView {
    let address = use_location().pathname.get_untracked();
    let Some(article) = articles::ALL.iter().find(|one| one.address == address) else {
        return view! { <NotFoundPage /> }.into_any();
    };
    let speech = speech();
    let content = move || {
        let mut lines = read(article.address, speech.language()).peekable();
        let mut lead = None;
        let mut shown = Vec::new();
        while let Some(line) = lines.next() {
            shown.push(match line {
                Line::Lead(words) => {
                    lead = Some(words);
                    continue;
                }
                Line::Heading(words) => view! { <h2>{words}</h2> }.into_any(),
                Line::Paragraph(words) => view! { <p>{words}</p> }.into_any(),
                Line::Point(first) => {
                    let mut points = vec![first];
                    while let Some(Line::Point(words)) =
                        lines.next_if(|line| matches!(line, Line::Point(_)))
                    {
                        points.push(words);
                    }
                    let points = points.into_iter().map(|words| view! { <li>{words}</li> });
                    view! { <ul>{points.collect_view()}</ul> }.into_any()
                }
                Line::Link(address, words) => view! {
                    <p>
                        <a href=address>{words}</a>
                    </p>
                }
                .into_any(),
            });
        }
        view! {
            <p class="ts-lead">{lead}</p>
            <div class="ts-article">{shown}</div>
        }
    };
    view! {
        <Page title=article.title>
            <WithLongTexts content />
        </Page>
    }
    .into_any()
}
