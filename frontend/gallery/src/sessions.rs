//! What is said about a session and its end.

use frontend::{
    browser,
    components::{Header, SessionNotice, SessionWarning},
    refusal::Refusal,
    session::SessionState,
};
use leptos::{prelude::*, task::spawn_local};
use protocol::api::Session;

use crate::{browser_time, specimen, specimens};

/// Shorter than the two minutes before the end at which the warning comes.
const ABOUT_TO_END_MS: f64 = 90_000.0;

/// What a warning says besides the time left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Warning {
    /// One may stay.
    MayStay,
    /// The session is as old as it may be.
    Last,
    /// Staying did not succeed.
    Refused,
}

/// Each in its states.
pub fn all() -> impl IntoView {
    let warned = RwSignal::new(None);
    let show = move |warning| {
        view! {
            <button type="button" on:click=move |_| warned.set(Some(warning))>
                "Show"
            </button>
        }
    };
    view! {
        {specimen("Header", "with a session", view! { <LoggedIn /> })}
        {specimen("SessionNotice", "after the end", view! { <Ended /> })}
        {specimen(
            "SessionWarning",
            "a dialog over the page; reloading the page closes it too",
            show(Warning::MayStay),
        )}
        {specimen("SessionWarning", "as old as may be", show(Warning::Last))}
        {specimen("SessionWarning", "staying was refused", show(Warning::Refused))}
        // One at a time: a page has one such dialog.
        {move || warned.get().map(|warning| view! { <Ending warning /> })}
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
fn Ending(warning: Warning) -> impl IntoView {
    let session = SessionState::begin();
    session.open(Session {
        expires_at: browser_time::in_milliseconds(ABOUT_TO_END_MS),
        ..specimens::session()
    });
    provide_context(session);
    let refused = (warning == Warning::Refused).then_some(Refusal::ServerUnreachable);
    let (refused, last) = (RwSignal::new(refused), RwSignal::new(false));
    spawn_local(async move {
        // A warning that has just come takes it for another session's.
        browser::sleep(0).await;
        last.set(warning == Warning::Last);
    });
    view! { <SessionWarning refused last /> }
}
