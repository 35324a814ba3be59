//! What is said about a session and its end.

use frontend::{
    components::{Header, SessionNotice, SessionWarning},
    session::SessionState,
};
use leptos::prelude::*;
use protocol::api::Session;

use crate::{browser_time, specimen, specimens};

/// Shorter than the two minutes before the end at which the warning comes.
const ABOUT_TO_END_MS: f64 = 90_000.0;

/// Each in its states.
pub fn all() -> impl IntoView {
    let warned = RwSignal::new(false);
    view! {
        {specimen("Header", "with a session", view! { <LoggedIn /> })}
        {specimen("SessionNotice", "after the end", view! { <Ended /> })}
        {specimen(
            "SessionWarning",
            "a dialog over the page; reloading the page closes it too",
            view! {
                <button type="button" on:click=move |_| warned.set(true)>
                    "Show"
                </button>
                {move || warned.get().then(|| view! { <Ending /> })}
            },
        )}
    }
}

#[component]
fn LoggedIn() -> impl IntoView {
    let session = SessionState::begin();
    session.open(specimens::session());
    provide_context(session);
    view! { <Header /> }
}

#[component]
fn Ended() -> impl IntoView {
    let session = SessionState::begin();
    session.say_it_ended();
    provide_context(session);
    view! { <SessionNotice /> }
}

#[component]
fn Ending() -> impl IntoView {
    let session = SessionState::begin();
    session.open(Session {
        expires_at: browser_time::in_milliseconds(ABOUT_TO_END_MS),
        ..specimens::session()
    });
    provide_context(session);
    view! { <SessionWarning /> }
}
