//! A field for a secret, or for the user id beside it.

use leptos::prelude::*;

use super::{Field, Kind};
use crate::i18n::Text;

/// A labelled field that must be filled in; passwords are never shown.
#[component]
pub fn PasswordField(
    /// Its label.
    label: Text,
    /// Its id in the page.
    id: &'static str,
    /// What the browser's own password store is told it is (HTML `autocomplete`).
    autocomplete: &'static str,
    /// What was typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    fault: Signal<Option<Text>>,
    /// Whether it is a user id rather than a password.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let fault = super::fault(move || fault.get());
    let kind = Kind::Line(if plain { "text" } else { "password" });
    view! { <Field label id kind autocomplete value fault required=true /> }
}
