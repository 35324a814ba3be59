//! The program's beginning, in the two steps `start.js` asks for.

use leptos::{mount::mount_to, prelude::window};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::HtmlElement;

use crate::{
    app::App,
    browser,
    i18n::{Group, articles, load},
    parts,
};

/// Fetches what this page begins with; fails where its words do not come.
#[wasm_bindgen]
pub async fn prepare() -> Result<(), JsValue> {
    let language = browser::page_language();
    let address = window().location().pathname().unwrap_or_default();
    // The words are on their way already: the page's HTML asks for them.
    parts::prepare(&address).await;
    let mut loaded = load(Group::Short, language).await;
    // What the page's HTML shows would vanish otherwise until they come.
    if loaded.is_ok() && articles::needs_reading(&address) {
        loaded = load(Group::Long, language).await;
    }
    loaded.map_err(|_| JsValue::NULL)
}

/// Puts the portal in place of what stands there.
#[wasm_bindgen]
pub fn open(place: HtmlElement) {
    place.set_inner_html("");
    mount_to(place, App).forget();
}
