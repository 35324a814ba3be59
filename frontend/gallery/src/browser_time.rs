//! Times as the server writes them, seen from now.

use leptos::wasm_bindgen::JsValue;

/// So many milliseconds from now, RFC 3339.
pub fn in_milliseconds(milliseconds: f64) -> String {
    let then = js_sys::Date::now() + milliseconds;
    js_sys::Date::new(&JsValue::from_f64(then))
        .to_iso_string()
        .into()
}
