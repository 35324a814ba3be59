//! Where one is, in the manual's form: `Ti trovi in: Home – Servizi`.

use leptos::prelude::*;

use crate::{
    components::Title,
    erased::Erase,
    i18n::{Text, frame, say},
};

/// A page above the shown one: its name and address.
pub type Step = (Text, &'static str);

/// The way from Home to the shown page.
#[component]
pub fn Breadcrumb(
    /// The pages between Home and this one.
    above: &'static [Step],
    /// This page.
    title: Title,
) -> impl IntoView {
    let here = match title {
        Title::Said(text) => {
            let words = say(text);
            view! { <span aria-current="page">{words}</span> }.erased()
        }
        Title::Name(name) => view! { <span aria-current="page" lang="it">{name}</span> }.erased(),
    };
    view! {
        <nav class="ts-breadcrumb" aria-label=say(frame::BREADCRUMB)>
            {say(frame::YOU_ARE_IN)} " " <a href="/">{say(frame::HOME)}</a>
            {above
                .iter()
                .map(|(name, address)| {
                    view! { " – " <a href=*address>{say(*name)}</a> }.erased()
                })
                .collect::<Vec<_>>()} " – " {here}
        </nav>
    }
    .erased()
}
