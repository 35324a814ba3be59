//! The pages that are there to be read.

use leptos::prelude::*;

use crate::{
    components::Page,
    i18n::{
        articles::{Article, Block},
        say,
    },
};

/// A page of text.
#[component]
pub fn ArticlePage(
    /// Which one.
    article: &'static Article,
) -> impl IntoView {
    view! {
        <Page title=article.title lead=article.lead>
            <div class="ts-article">
                {article
                    .sections
                    .iter()
                    .map(|section| {
                        view! {
                            <section>
                                <h2>{say(section.heading)}</h2>
                                {section.blocks.iter().map(block).collect_view()}
                            </section>
                        }
                    })
                    .collect_view()}
            </div>
        </Page>
    }
}

fn block(block: &'static Block) -> AnyView {
    match block {
        Block::Paragraph(text) => view! { <p>{say(*text)}</p> }.into_any(),
        Block::List(items) => view! {
            <ul>{items.iter().map(|item| view! { <li>{say(*item)}</li> }).collect_view()}</ul>
        }
        .into_any(),
        Block::Link(words, address) => view! {
            <p>
                <a href=*address>{say(*words)}</a>
            </p>
        }
        .into_any(),
    }
}
