//! What every page has around it: here it is the gallery's own.

use frontend::{
    browser,
    components::{Footer, Header, LanguageSwitch},
    i18n::Speech,
};
use leptos::{prelude::*, task::spawn_local};
use protocol::Language;

use crate::specimen;

/// The head of a page for a visitor; its language switch speaks for the whole gallery.
pub fn head() -> impl IntoView {
    view! { <Header /> }
}

/// What of the head is not seen there.
pub fn all() -> impl IntoView {
    specimen(
        "LanguageSwitch",
        "a language's words did not come",
        view! { <Untranslated /> },
    )
}

#[component]
fn Untranslated() -> impl IntoView {
    let speech = Speech::begin(browser::page_language());
    let another = Language::ALL
        .into_iter()
        .find(|language| *language != speech.language_now());
    spawn_local(async move {
        // The switch first asks for the language of the address, which forgets another's.
        browser::sleep(0).await;
        speech.miss(another.unwrap_or_default());
    });
    provide_context(speech);
    view! { <LanguageSwitch /> }
}

/// The foot.
pub fn foot() -> impl IntoView {
    view! { <Footer /> }
}
