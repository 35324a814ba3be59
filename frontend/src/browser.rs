//! The few things asked of the browser itself: storage, waiting, the page's address.

use js_sys::{Function, Promise};
use leptos::prelude::window;
use protocol::Language;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Storage;

/// What is remembered on this computer (`localStorage`), as long as the browser lets us.
pub fn remembered(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok()?
}

/// Remembers a text on this computer; a browser that refuses just forgets.
pub fn remember(key: &str, text: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(key, text);
    }
}

/// Forgets what `remember` kept.
pub fn forget(key: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.remove_item(key);
    }
}

/// Keeps a text for this tab only (`sessionStorage`).
pub fn keep_in_tab(key: &str, text: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.set_item(key, text);
    }
}

/// Takes back what `keep_in_tab` kept, and forgets it.
pub fn take_from_tab(key: &str) -> Option<String> {
    let storage = tab_storage()?;
    let text = storage.get_item(key).ok()??;
    let _ = storage.remove_item(key);
    Some(text)
}

/// Reads what `keep_in_tab` kept.
pub fn kept_in_tab(key: &str) -> Option<String> {
    tab_storage()?.get_item(key).ok()?
}

fn local_storage() -> Option<Storage> {
    window().local_storage().ok()?
}

fn tab_storage() -> Option<Storage> {
    window().session_storage().ok()?
}

/// A promise and the function that keeps it.
pub fn promise() -> (Promise, Function) {
    let mut keep = None;
    let promise = Promise::new(&mut |resolve, _| keep = Some(resolve));
    // The browser runs the executor before `new` returns, so `keep` is there.
    let keep = keep.unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into());
    (promise, keep)
}

/// Waits that many milliseconds.
pub async fn sleep(milliseconds: i32) {
    let (promise, wake) = promise();
    // Only a page being closed refuses a timer; it will not wait for us either.
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&wake, milliseconds);
    let _ = JsFuture::from(promise).await;
}

/// The language asked for in the address (`?lang=`), as it stands there.
pub fn language_in_address() -> Option<String> {
    let search = window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search)
        .ok()?
        .get("lang")
}

/// The languages the person set in the browser, the dearest first.
pub fn browser_languages() -> Vec<String> {
    window()
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect()
}

/// The browser's name for itself.
pub fn name() -> String {
    window().navigator().user_agent().unwrap_or_default()
}

/// Puts a text where the person can paste it from; whether that was let.
pub async fn copy(text: &str) -> bool {
    // Elsewhere there is no clipboard to ask.
    if !window().is_secure_context() {
        return false;
    }
    let copying = window().navigator().clipboard().write_text(text);
    JsFuture::from(copying).await.is_ok()
}

/// Day and time of an RFC 3339 time, on the person's own clock, as that language writes it.
pub fn date_and_time(rfc_3339: &str, language: Language) -> String {
    let form = js_sys::Object::new();
    for (part, how) in [("dateStyle", "long"), ("timeStyle", "short")] {
        let _ = js_sys::Reflect::set(&form, &part.into(), &how.into());
    }
    js_sys::Date::new(&rfc_3339.into())
        .to_locale_string(language.code(), &form)
        .into()
}

/// Hours and minutes of an RFC 3339 time, on the person's own clock.
pub fn time_of_day(rfc_3339: &str) -> Option<String> {
    let date = js_sys::Date::new(&rfc_3339.into());
    if date.get_time().is_nan() {
        return None;
    }
    Some(format!("{:02}:{:02}", date.get_hours(), date.get_minutes()))
}
