//! Fields of forms, and the question before something is done.

use frontend::{
    components::{Confirmation, Field, Kind, PasswordField, fault},
    i18n::{Text, access, operator as words, say},
};
use leptos::prelude::*;

use crate::{specimen, specimens};

const CHOICES: &[(&str, Text)] = &[
    ("medico", words::MEDICO),
    ("odontoiatra", words::ODONTOIATRA),
];

/// Each in its states.
pub fn all() -> impl IntoView {
    let question = say(words::REPRINT_TEXT);
    let nothing = Callback::new(|()| {});
    view! {
        {passwords()}
        {kinds()}
        {specimen(
            "Confirmation",
            "asking",
            view! {
                <Confirmation
                    question=Signal::derive(move || question().to_owned())
                    yes=words::REPRINT
                    on_yes=nothing
                    on_no=nothing
                />
            },
        )}
    }
}

/// A field of each kind: empty, with a hint, with a fault.
fn kinds() -> impl IntoView {
    let faulty = fault(|| Some(access::NEEDED));
    let good = fault(|| None);
    view! {
        {specimen(
            "Field",
            "a line, with hint and fault",
            view! {
                <Field
                    label=words::TELEFONO
                    id="line"
                    kind=Kind::Line("tel")
                    value=RwSignal::new("06 xx".to_owned())
                    hint=words::NOT_GIVEN
                    fault=faulty.clone()
                />
            },
        )}
        {specimen(
            "Field",
            "several lines, required",
            view! {
                <Field
                    label=words::NOMINATIVO
                    id="lines"
                    kind=Kind::Lines
                    value=RwSignal::new(String::new())
                    fault=good.clone()
                    required=true
                />
            },
        )}
        {specimen(
            "Field",
            "a choice",
            view! {
                <Field
                    label=words::NOMINATIVO
                    id="choice"
                    kind=Kind::Choice(CHOICES)
                    value=RwSignal::new("medico".to_owned())
                    fault=good.clone()
                />
            },
        )}
    }
}

fn passwords() -> impl IntoView {
    view! {
        {specimen(
            "PasswordField",
            "empty",
            view! {
                <PasswordField
                    label=access::PASSWORD
                    id="empty"
                    autocomplete="off"
                    value=RwSignal::new(String::new())
                    fault=None
                />
            },
        )}
        {specimen(
            "PasswordField",
            "with a fault",
            view! {
                <PasswordField
                    label=access::NEW_PASSWORD
                    id="faulty"
                    autocomplete="off"
                    value=RwSignal::new("breve".to_owned())
                    fault=Some(access::TOO_SHORT)
                />
            },
        )}
        {specimen(
            "PasswordField",
            "plain, for a user id",
            view! {
                <PasswordField
                    label=access::USERNAME
                    id="plain"
                    autocomplete="off"
                    value=RwSignal::new(specimens::operator().codice_fiscale.as_str().to_owned())
                    fault=None
                    plain=true
                />
            },
        )}
    }
}
