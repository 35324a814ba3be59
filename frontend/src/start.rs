//! The program's beginning, in the two steps `start.js` asks for.

use leptos::{mount::mount_to, prelude::window};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::HtmlElement;

use crate::{
    app::App,
    browser,
    i18n::{Group, articles, load},
};

/// Fetches the words this page begins with; fails where they do not come.
#[wasm_bindgen]
pub async fn prepare() -> Result<(), JsValue> {
    let language = browser::page_language();
    let mut loaded = load(Group::Short, language).await;
    if loaded.is_ok() && shows_long_texts() {
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

/// Whether this page's HTML shows what only the long texts say: it would vanish otherwise
/// until they come.
fn shows_long_texts() -> bool {
    let path = window().location().pathname();
    path.is_ok_and(|path| articles::needs_reading(&path))
}
