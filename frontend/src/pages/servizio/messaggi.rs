//! Messaggi: what happened to the person's access; who opens them has read them.

use leptos::{prelude::*, task::spawn_local};
use protocol::api::{Message, Messages};

use crate::{
    api,
    asked::{Asked, Stage},
    browser,
    components::ServiceRefusal,
    i18n::{say, services as words, speech},
};

/// The system messages, newest first.
#[component]
pub fn Messaggi() -> impl IntoView {
    let speech = speech();
    let asked = Asked::<Messages>::begin();
    asked.ask(api::messages, move |answer| {
        let unread = answer.is_ok_and(|found| found.messages.iter().any(|message| !message.read));
        if unread {
            // As they were shown: the marks stay until the page is opened again.
            spawn_local(async move {
                let _ = api::read_messages(speech.language_now()).await;
            });
        }
    });
    view! {
        <p class="ts-lead">{say(words::MESSAGES_LEAD)}</p>
        {move || match asked.stage() {
            Stage::Idle | Stage::UnderWay => {
                view! { <p role="status">{say(words::LOADING)}</p> }.into_any()
            }
            Stage::Refused(refusal) => view! { <ServiceRefusal refusal /> }.into_any(),
            Stage::Done => list(asked.done()),
        }}
    }
}

fn list(found: Option<Messages>) -> AnyView {
    let messages = found.map(|found| found.messages).unwrap_or_default();
    if messages.is_empty() {
        return view! { <p>{say(words::NO_MESSAGES)}</p> }.into_any();
    }
    let messages: Vec<_> = messages.into_iter().map(message).collect();
    view! { <ul class="ts-found">{messages}</ul> }.into_any()
}

fn message(message: Message) -> AnyView {
    let speech = speech();
    let Message {
        kind,
        at,
        by_card,
        read,
        ..
    } = message;
    let when = {
        let at = at.clone();
        move || browser::date_and_time(&at, speech.language())
    };
    view! {
        <li>
            <p class="ts-entry">
                {(!read).then(|| view! { <span class="ts-new">{say(words::NEW)}</span> " " }.into_any())}
                <strong>{say(words::act(kind))}</strong>
            </p>
            <p class="ts-small">
                <time datetime=at>{when}</time>
                {by_card.map(|by_card| view! { ", " {say(words::means(by_card))} }.into_any())}
            </p>
        </li>
    }
    .into_any()
}
