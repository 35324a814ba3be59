//! The question before something that is not lightly undone.

use leptos::prelude::*;

use crate::i18n::{Text, operator, say};

/// Asks whether it is meant; takes the focus, so that nobody misses it.
#[component]
pub fn Confirmation(
    /// The question: it names who is concerned.
    #[prop(into)]
    question: Signal<String>,
    /// What is done, on the button that does it.
    yes: Text,
    /// Called when it is meant.
    on_yes: Callback<()>,
    /// Called when it is not.
    on_no: Callback<()>,
) -> impl IntoView {
    super::go_to("#ts-question");
    view! {
        <div class="ts-note" role="group" aria-labelledby="ts-question">
            <p id="ts-question" tabindex="-1">
                <strong>{question}</strong>
            </p>
            <div class="ts-actions">
                <button type="button" class="btn btn-primary" on:click=move |_| on_yes.run(())>
                    {say(yes)}
                </button>
                <button
                    type="button"
                    class="btn btn-outline-primary"
                    on:click=move |_| on_no.run(())
                >
                    {say(operator::CANCEL)}
                </button>
            </div>
        </div>
    }
}
