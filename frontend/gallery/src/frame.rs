//! What every page has around it: here it is the gallery's own.

use frontend::components::{Footer, Header};
use leptos::prelude::*;

/// The head of a page for a visitor; its language switch speaks for the whole gallery.
pub fn head() -> impl IntoView {
    view! { <Header /> }
}

/// The foot.
pub fn foot() -> impl IntoView {
    view! { <Footer /> }
}
