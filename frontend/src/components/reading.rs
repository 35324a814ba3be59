//! What is made of long texts: they are fetched when a page first needs them.

use leptos::prelude::*;

use crate::{
    components::RefusalAlert,
    i18n::{Reading, card, frame, say, speech},
    refusal::Refusal,
};

/// Shows what needs the long texts (`i18n::Group::Long`) once they are there.
#[component]
pub fn WithLongTexts(
    /// What needs them.
    #[prop(into)]
    content: ViewFn,
) -> impl IntoView {
    let speech = speech();
    speech.fetch_reading();
    let reading = Memo::new(move |_| speech.reading());
    move || match reading.get() {
        Reading::There => content.run(),
        Reading::Unasked | Reading::Coming => {
            view! { <p role="status">{say(frame::LOADING)}</p> }.into_any()
        }
        Reading::Missing => view! {
            <RefusalAlert refusal=Refusal::ServerUnreachable>
                <button
                    type="button"
                    class="btn btn-primary"
                    on:click=move |_| speech.fetch_reading()
                >
                    {say(card::TRY_AGAIN)}
                </button>
            </RefusalAlert>
        }
        .into_any(),
    }
}
