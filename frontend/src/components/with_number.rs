//! A text with the toll-free number, which a narrow page must not break in two.

use leptos::prelude::*;

use crate::erased::Erase;

const NUMBER: &str = "800-030-070";

/// The text, the number in it on one line.
pub fn with_number(text: Signal<String>) -> AnyView {
    let pieces = move || {
        text.with(|text| {
            let (before, number, after) = match text.split_once(NUMBER) {
                Some((before, after)) => (before, NUMBER, after),
                None => (text.as_str(), "", ""),
            };
            view! {
                <span>
                    {before.to_owned()} <span class="ts-number">{number}</span> {after.to_owned()}
                </span>
            }
            .erased()
        })
    };
    pieces.into_any()
}
