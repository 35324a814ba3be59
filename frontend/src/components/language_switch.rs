//! Choosing the portal's language.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use protocol::Language;

use crate::{
    erased::{Erase, act},
    follow::follow,
    i18n::{frame, say, speech},
};

/// The languages' own names: each reader finds theirs.
fn own_name(language: Language) -> &'static str {
    match language {
        Language::It => "Italiano",
        Language::De => "Deutsch",
        Language::En => "English",
    }
}

/// Links to the same page in each language.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let speech = speech();
    let query = use_query_map();
    let path = use_location().pathname;
    follow(move || {
        let asked = query.with(|query| query.get("lang"));
        if let Some(language) = asked.as_deref().and_then(Language::from_tag) {
            speech.switch(language);
        }
    });
    let address = move |language: Language| {
        let mut query = query.get();
        query.replace("lang", language.code().to_owned());
        format!("{}{}", path.get(), query.to_query_string())
    };
    view! {
        <nav class="ts-languages" aria-label=say(frame::LANGUAGE)>
            <ul>
                {Language::ALL
                    .into_iter()
                    .map(|language| {
                        view! {
                            <li>
                                <a
                                    href=move || address(language)
                                    lang=language.code()
                                    hreflang=language.code()
                                    data-noscroll
                                    aria-current=move || {
                                        (speech.language() == language).then_some("true")
                                    }
                                    on:click=act(move |_| speech.switch(language))
                                >
                                    {own_name(language)}
                                </a>
                            </li>
                        }
                            .erased()
                    })
                    .collect::<Vec<_>>()}
            </ul>
            {move || {
                speech
                    .missing()
                    .map(|language| {
                        view! {
                            <p role="alert" data-code="language-missing">
                                {own_name(language)} ": " {say(frame::LANGUAGE_FAILED)}
                            </p>
                        }
                            .erased()
                    })
            }}
        </nav>
    }
    .erased()
}
