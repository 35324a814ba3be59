//! Assistenza Online: a problem told to the help desk, under a code instead of a name.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use protocol::{
    api::{AssistanceContext, AssistanceReport, AssistanceTaken, REPORT_CHARACTERS, Topic},
    problem::FormField,
};

use crate::{
    api,
    asked::{Asked, Stage},
    browser, card,
    components::{self, Fault, Field, Kind, go_to_fault, refused, waiting},
    i18n::{Text, say, services as words},
    whence::whence,
};

/// The topics, as the form offers them.
const TOPICS: &[(&str, Text)] = &[
    ("", words::TOPIC_NONE),
    ("card", words::TOPIC_CARD),
    ("login", words::TOPIC_LOGIN),
    ("credentials", words::TOPIC_CREDENTIALS),
    ("services", words::TOPIC_SERVICES),
    ("other", words::TOPIC_OTHER),
];

/// The form, then the support code.
#[component]
pub fn Assistenza() -> impl IntoView {
    let sending = Asked::<AssistanceTaken>::begin();
    let topic = RwSignal::new(String::new());
    let text = RwSignal::new(String::new());
    let submitted = RwSignal::new(false);
    let here = use_location().pathname.get_untracked();
    let page = StoredValue::new(whence(&here).unwrap_or(here));
    let extension = RwSignal::new(String::new());
    let host = RwSignal::new(String::new());
    spawn_local(async move {
        if let Ok(found) = card::versions().await {
            let _ = extension.try_set(found.0);
            let _ = host.try_set(found.1);
        }
    });
    let context = move || AssistanceContext {
        browser: browser::name(),
        extension: extension.get(),
        host: host.get(),
        page: page.get_value(),
    };
    let fault =
        move |value: RwSignal<String>, is_good: fn(&str) -> bool, mend: Text, field: FormField| {
            let ours = components::fault(move || {
                (submitted.get() && !is_good(&value.get())).then_some(mend)
            });
            let fault: Fault = Arc::new(move || ours().or_else(|| sending.fault_of(field)));
            fault
        };
    let topic_fault = fault(topic, is_topic, words::TOPIC_FAULT, FormField::Topic);
    let text_fault = fault(text, fits, words::TEXT_FAULT, FormField::Text);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        submitted.set(true);
        let text = text.get_untracked();
        let (Some(topic), true) = (Topic::from_name(&topic.get_untracked()), fits(&text)) else {
            sending.forget();
            go_to_fault();
            return;
        };
        let report = AssistanceReport {
            topic,
            text: text.trim().to_owned(),
            context: untrack(context),
        };
        sending.ask(
            |language| async move { api::ask_assistance(&report, language).await },
            |answer| {
                if answer.is_err() {
                    go_to_fault();
                }
            },
        );
    };
    let form = move || {
        view! {
            <form class="ts-form" novalidate on:submit=submit>
                <Field
                    label=words::TOPIC
                    id="topic"
                    kind=Kind::Choice(TOPICS)
                    value=topic
                    fault=topic_fault.clone()
                    required=true
                />
                <Field
                    label=words::TEXT
                    id="text"
                    kind=Kind::Lines
                    value=text
                    hint=words::TEXT_HINT
                    fault=text_fault.clone()
                    required=true
                />
                <section class="ts-sent" aria-labelledby="ts-sent">
                    <h2 id="ts-sent">{say(words::SENT_TITLE)}</h2>
                    <p>{say(words::SENT_TEXT)}</p>
                    {move || sent(context())}
                </section>
                <button type="submit" class="btn btn-primary">
                    {say(words::SEND)}
                </button>
            </form>
        }
    };
    let is_taken = Memo::new(move |_| sending.stage() == Stage::Done);
    view! {
        <div role="status">
            {waiting(*sending, words::SENDING)}
            {move || {
                sending
                    .done()
                    .map(|taken| view! { <SupportCode code=taken.support_code /> }.into_any())
            }}
        </div>
        {refused(*sending)}
        {move || {
            (!is_taken.get())
                .then(|| {
                    view! {
                        <p class="ts-lead">{say(words::ASSISTANCE_LEAD)}</p>
                        {form()}
                    }
                        .into_any()
                })
        }}
    }
}

/// What goes with the report, as it is.
fn sent(context: AssistanceContext) -> AnyView {
    let rows = [
        (words::SENT_BROWSER, context.browser),
        (words::SENT_EXTENSION, context.extension),
        (words::SENT_PROGRAM, context.host),
        (words::SENT_PAGE, context.page),
    ];
    view! {
        <ul class="ts-small">
            {rows
                .into_iter()
                .map(|(label, value)| {
                    let value = if value.is_empty() {
                        say(words::NOT_FOUND).into_any()
                    } else {
                        value.into_any()
                    };
                    view! {
                        <li>{say(label)} ": " {value}</li>
                    }
                        .into_any()
                })
                .collect::<Vec<_>>()}
        </ul>
    }
    .into_any()
}

/// The code that stands for the person, to be told to the help desk.
#[component]
fn SupportCode(
    /// The code.
    code: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = {
        let code = code.clone();
        move |_| {
            let code = code.clone();
            spawn_local(async move {
                let done = browser::copy(&code).await;
                let _ = copied.try_set(done);
            });
        }
    };
    view! {
        <div class="ts-good">
            <div>
                <p>
                    <strong>{say(words::TAKEN)}</strong>
                </p>
                <p>{say(words::TAKEN_TEXT)}</p>
                <p class="ts-code">{code}</p>
                <button type="button" class="btn btn-outline-primary" on:click=copy>
                    {say(words::COPY)}
                </button>
                " "
                {move || copied.get().then(|| say(words::COPIED))}
            </div>
        </div>
    }
}

fn is_topic(name: &str) -> bool {
    Topic::from_name(name).is_some()
}

fn fits(text: &str) -> bool {
    REPORT_CHARACTERS.contains(&text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_form_offers_every_topic_in_its_order() {
        let offered: Vec<_> = TOPICS[1..]
            .iter()
            .map(|(name, _)| Topic::from_name(name))
            .collect();
        assert_eq!(offered, Topic::ALL.map(Some));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn blanks_around_a_text_do_not_count() {
        assert!(!fits("          short"));
        assert!(fits("  a little longer  "));
        assert!(!fits(&"a".repeat(2001)));
    }
}
