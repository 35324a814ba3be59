//! Leading the keyboard's focus, and the screen reader with it, to what has just appeared.
//!
//! By id, and not by a reference of the element's type: each such type makes the download
//! larger.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::browser;

/// Leads to the first field with a fault, once the page shows it.
pub fn go_to_fault() {
    go_to("main [aria-invalid]");
}

/// Leads to the first element that fits the selector, once the page shows it.
pub fn go_to(selector: &'static str) {
    spawn_local(async move {
        browser::sleep(0).await;
        if let Some(element) = find::<web_sys::HtmlElement>(selector) {
            let _ = element.focus();
        }
    });
}

/// The first element that fits the selector now.
pub fn find<E: JsCast>(selector: &str) -> Option<E> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
