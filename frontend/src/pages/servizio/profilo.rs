//! Profilo Utente: the operator's data; telephone and e-mail can be changed.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{
    api::{LONGEST_EMAIL, Operator, ProfileChange, is_telephone},
    problem::FormField,
};

use crate::{
    api,
    asked::{Asked, Stage},
    components::{
        self, Fault, Field, Kind, OperatorData, Reach, RefusalAlert, go_to_fault, leave, refused,
        waiting,
    },
    erased::act,
    i18n::{Text, operator, say, services as words},
    refusal::Refusal,
    session::session,
};

/// The data, and the form for what the person may change.
#[component]
pub fn Profilo() -> impl IntoView {
    let session = session();
    let saving = Asked::<Operator>::begin();
    let (telephone, email) = session
        .now()
        .map(|open| (open.operator.telefono_ufficio, open.operator.email))
        .unwrap_or_default();
    let telephone = RwSignal::new(telephone);
    let email = RwSignal::new(email);
    // Nobody is corrected before they are through.
    let submitted = RwSignal::new(false);
    let fault =
        move |value: RwSignal<String>, is_good: fn(&str) -> bool, mend: Text, field: FormField| {
            let ours = components::fault(move || {
                (submitted.get() && !is_good(value.get().trim())).then_some(mend)
            });
            let fault: Fault = Arc::new(move || ours().or_else(|| saving.fault_of(field)));
            fault
        };
    let telephone_fault = fault(
        telephone,
        is_telephone_or_none,
        words::TELEPHONE_FAULT,
        FormField::TelefonoUfficio,
    );
    let email_fault = fault(email, may_be_email, words::EMAIL_FAULT, FormField::Email);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        submitted.set(true);
        let change = ProfileChange {
            telefono_ufficio: telephone.get_untracked().trim().to_owned(),
            email: email.get_untracked().trim().to_owned(),
        };
        if !is_telephone_or_none(&change.telefono_ufficio) || !may_be_email(&change.email) {
            saving.forget();
            go_to_fault();
            return;
        }
        saving.ask(
            |language| async move { api::change_profile(&change, language).await },
            move |answer| match answer {
                Ok(operator) => session.now_is(operator.clone()),
                Err(_) => go_to_fault(),
            },
        );
    };
    view! {
        {move || {
            session.get().map(|open| view! { <OperatorData operator=open.operator /> }.into_any())
        }}
        <form class="ts-form" novalidate on:submit=submit>
            <h2>{say(words::PROFILE_CHANGE)}</h2>
            <p>{say(words::PROFILE_CHANGE_TEXT)}</p>
            <Field
                label=operator::TELEFONO
                id="telephone"
                kind=Kind::Line("tel")
                autocomplete="tel"
                value=telephone
                hint=words::TELEPHONE_HINT
                fault=telephone_fault
            />
            <Field
                label=operator::EMAIL
                id="email"
                kind=Kind::Line("email")
                autocomplete="email"
                value=email
                fault=email_fault
            />
            <button type="submit" class="btn btn-primary">
                {say(words::SAVE)}
            </button>
        </form>
        <div role="status">
            {waiting(*saving, words::SAVING)}
            {move || {
                (saving.stage() == Stage::Done)
                    .then(|| view! { <p class="ts-good">{say(words::SAVED)}</p> }.into_any())
            }}
        </div>
        {refused(*saving)}
        <OtherDevices />
    }
}

/// The way out of every session the person has.
#[component]
fn OtherDevices() -> impl IntoView {
    let refused = RwSignal::new(None::<Refusal>);
    let leave = leave(refused, Reach::Everywhere);
    view! {
        <section>
            <h2>{say(words::DEVICES)}</h2>
            <p>{say(words::DEVICES_TEXT)}</p>
            <button
                type="button"
                class="btn btn-outline-primary"
                on:click=act(move |_| leave.run(()))
            >
                {say(words::LEAVE_EVERYWHERE)}
            </button>
            {move || {
                refused.get().map(|refusal| view! { <RefusalAlert refusal=refusal /> }.into_any())
            }}
        </section>
    }
    .into_any()
}

fn is_telephone_or_none(text: &str) -> bool {
    text.is_empty() || is_telephone(text)
}

/// Whether it is worth asking the server, which judges the address itself.
fn may_be_email(text: &str) -> bool {
    let has_both_sides = text
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let has_blanks = text.contains(char::is_whitespace);
    text.is_empty() || has_both_sides && !has_blanks && text.len() <= LONGEST_EMAIL
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_plainly_no_address_is_not_sent() {
        for good in ["", "anna.verdi@example.it", "a@b.it"] {
            assert!(may_be_email(good), "{good}");
        }
        let long = format!("{}@example.it", "a".repeat(254));
        for bad in [
            "anna",
            "@example.it",
            "anna@",
            "anna@host",
            "anna verdi@example.it",
            &long,
        ] {
            assert!(!may_be_email(bad), "{bad}");
        }
    }
}
