//! What one needs for the card.

use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    erased::Erase,
    i18n::{card, say},
};

/// Card, reader, PIN, program; and where the PIN is typed.
#[component]
pub fn Needs() -> impl IntoView {
    view! {
        <section class="ts-needs" aria-labelledby="ts-needs">
            <h2 id="ts-needs" class="h4">
                {say(card::NEEDS_TITLE)}
            </h2>
            <ul>
                <li>{say(card::NEED_CARD)}</li>
                <li>{say(card::NEED_READER)}</li>
                <li>{say(card::NEED_PIN)}</li>
                <li>{say(card::NEED_PROGRAM)}</li>
            </ul>
            <p>
                <a href="/prepara-la-postazione">{say(card::PREPARE_LINK)}</a>
            </p>
            <p class="ts-pin-note">
                <Icon shape=Shape::Lock />
                <span>{say(card::PIN_NOTE)}</span>
            </p>
        </section>
    }
    .erased()
}
