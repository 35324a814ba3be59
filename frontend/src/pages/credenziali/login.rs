//! The form with user id and password.

use leptos::{prelude::*, task::spawn_local};
use protocol::{ProblemCode, api::Session};

use super::Typed;
use crate::{
    api,
    components::{PasswordField, go_to_fault},
    i18n::{access, say, speech},
    session::session,
};

/// User id and password.
#[component]
pub fn LoginForm(
    /// What was typed.
    typed: Typed,
    /// Called with the session.
    enter: Callback<Session>,
) -> impl IntoView {
    let speech = speech();
    let session = session();
    let asked = RwSignal::new(false);
    let missing = move |value: RwSignal<String>| {
        Signal::derive(move || {
            (asked.get() && value.with(|value| value.trim().is_empty())).then_some(access::NEEDED)
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        let username = typed.username.get_untracked().trim().to_owned();
        let password = typed.password.get_untracked();
        if username.is_empty() || password.trim().is_empty() {
            go_to_fault();
            return;
        }
        if typed.under_way.get_untracked() {
            return;
        }
        typed.under_way.set(true);
        session.login_begins();
        typed.refused.set(None);
        spawn_local(async move {
            let language = speech.language_now();
            let outcome = api::log_in_by_password(&username, &password, language).await;
            let _ = typed.under_way.try_set(false);
            match outcome {
                Ok(session) => {
                    let _ = typed.password.try_set(String::new());
                    enter.try_run(session);
                }
                Err(refusal) => {
                    if refusal.is(ProblemCode::PasswordChangeRequired) {
                        let _ = typed.must_change.try_set(true);
                    }
                    let _ = typed.refused.try_set(Some(refusal));
                }
            }
        });
    };
    view! {
        <form class="ts-form" novalidate on:submit=submit>
            <PasswordField
                label=access::USERNAME
                id="username"
                autocomplete="username"
                value=typed.username
                fault=missing(typed.username)
                plain=true
            />
            <PasswordField
                label=access::PASSWORD
                id="password"
                autocomplete="current-password"
                value=typed.password
                fault=missing(typed.password)
            />
            <button type="submit" class="btn btn-primary">
                {say(access::ENTER)}
            </button>
            <p class="ts-small">{say(access::FORGOTTEN)}</p>
        </form>
    }
}
