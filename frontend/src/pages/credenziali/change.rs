//! The form that changes the first password, obligatory before its first login.

use leptos::{prelude::*, task::spawn_local};
use protocol::{Language, api::Session};

use super::Typed;
use crate::{
    api,
    components::{PasswordField, go_to_fault},
    i18n::{Text, access, say, speech},
    refusal::Refusal,
    session::session,
};

/// The fewest characters of a password (contract §4); the server judges the rest.
const LENGTH_MIN: usize = 12;

/// The new password, twice; then the login goes on with it.
#[component]
pub fn ChangeForm(
    /// What was typed before: user id and first password.
    typed: Typed,
    /// Called with the session.
    enter: Callback<Session>,
) -> impl IntoView {
    let speech = speech();
    let session = session();
    let new = RwSignal::new(String::new());
    let repeated = RwSignal::new(String::new());
    let asked = RwSignal::new(false);
    let new_fault = Signal::derive(move || asked.get().then(|| fault_of_new(&new.get())).flatten());
    let repeated_fault = Signal::derive(move || {
        (asked.get() && repeated.get() != new.get()).then_some(access::NOT_THE_SAME)
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        if new_fault.get_untracked().is_some() || repeated_fault.get_untracked().is_some() {
            go_to_fault();
            return;
        }
        if typed.under_way.get_untracked() {
            return;
        }
        typed.under_way.set(true);
        session.login_begins();
        typed.refused.set(None);
        let username = typed.username.get_untracked().trim().to_owned();
        let current = typed.password.get_untracked();
        let new = new.get_untracked();
        spawn_local(async move {
            let outcome = change_and_enter(&username, &current, &new, speech.language_now()).await;
            let _ = typed.under_way.try_set(false);
            match outcome {
                Ok(session) => {
                    let _ = typed.password.try_set(String::new());
                    enter.try_run(session);
                }
                Err(Stopped::AtChange(refusal)) => {
                    let _ = typed.refused.try_set(Some(refusal));
                }
                Err(Stopped::AtLogin(refusal)) => {
                    // The password is the new one already.
                    let _ = typed.password.try_set(String::new());
                    let _ = typed.must_change.try_set(false);
                    let _ = typed.refused.try_set(Some(refusal));
                }
            }
        });
    };
    view! {
        <form class="ts-form" novalidate on:submit=submit>
            <h2>{say(access::CHANGE_TITLE)}</h2>
            <p>{say(access::CHANGE_LEAD)}</p>
            // For the browser's password store, which asks whose password it is.
            <input
                type="text"
                name="username"
                autocomplete="username"
                class="visually-hidden"
                tabindex="-1"
                aria-hidden="true"
                readonly
                prop:value=typed.username
            />
            <PasswordField
                label=access::NEW_PASSWORD
                id="new-password"
                autocomplete="new-password"
                value=new
                fault=new_fault
            />
            <PasswordField
                label=access::REPEAT_PASSWORD
                id="repeat-password"
                autocomplete="new-password"
                value=repeated
                fault=repeated_fault
            />
            <button type="submit" class="btn btn-primary">
                {say(access::CHANGE)}
            </button>
        </form>
    }
}

/// Where changing and logging in came to an end.
enum Stopped {
    AtChange(Refusal),
    AtLogin(Refusal),
}

async fn change_and_enter(
    username: &str,
    current: &str,
    new: &str,
    language: Language,
) -> Result<Session, Stopped> {
    api::change_password(username, current, new, language)
        .await
        .map_err(Stopped::AtChange)?;
    api::log_in_by_password(username, new, language)
        .await
        .map_err(Stopped::AtLogin)
}

fn fault_of_new(new: &str) -> Option<Text> {
    (new.chars().count() < LENGTH_MIN).then_some(access::TOO_SHORT)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn eleven_characters_are_too_few_whatever_their_bytes() {
        assert!(fault_of_new("ààààààààààà").is_some());
        assert!(fault_of_new("àààààààààààà").is_none());
    }
}
