//! The portal's pages: what a person sees in the browser, and the way to their card.
//!
//! Nothing here decides about trust: pages ask the server for a challenge, hand it to
//! the extension, post the token and show the answer (contract §2, §4, §7).

pub mod api;
pub mod app;
pub mod asked;
pub mod browser;
pub mod card;
pub mod components;
pub mod follow;
pub mod i18n;
pub mod login_turn;
pub mod pages;
pub mod refusal;
pub mod registration;
pub mod session;
pub mod whence;

use leptos::mount::mount_to;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Where `index.html` wants the portal to stand.
const PLACE: &str = "portal";

/// Puts the portal into the page that loaded it; a page without the place stays as it is.
#[wasm_bindgen(start)]
pub fn start() {
    let Some(place) = leptos::prelude::document().get_element_by_id(PLACE) else {
        return;
    };
    place.set_inner_html("");
    if let Ok(place) = place.dyn_into::<web_sys::HtmlElement>() {
        mount_to(place, app::App).forget();
    }
}
