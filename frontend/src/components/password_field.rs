//! A labelled field of a form, with what is wrong with it.

use leptos::prelude::*;

use crate::i18n::{Text, say};

/// A labelled field; passwords are never shown.
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
    let fault_id = format!("{id}-fault");
    let described_by = {
        let fault_id = fault_id.clone();
        move || fault.get().map(|_| fault_id.clone())
    };
    view! {
        <div class="ts-field">
            <label for=id>{say(label)}</label>
            <input
                id=id
                name=id
                type=if plain { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                required
                aria-invalid=move || fault.get().map(|_| "true")
                aria-describedby=described_by
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
            {move || {
                fault
                    .get()
                    .map(|fault| {
                        view! {
                            <p class="ts-field-fault" id=fault_id.clone()>
                                {say(fault)}
                            </p>
                        }
                    })
            }}
        </div>
    }
}
