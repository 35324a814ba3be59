//! The few things asked of the browser itself: storage, waiting, the page's address.

use js_sys::{Function, Promise};
use leptos::prelude::{document, window};
use protocol::{Language, page_address::LANGUAGE_COOKIE};
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

/// Whether there is a browser at all: the pages are also made while building.
pub const IS_THERE: bool = cfg!(target_arch = "wasm32");

fn local_storage() -> Option<Storage> {
    if !IS_THERE {
        return None;
    }
    window().local_storage().ok()?
}

fn tab_storage() -> Option<Storage> {
    if !IS_THERE {
        return None;
    }
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

/// Where the program stands in the page, as the server's HTML says it.
pub const PLACE: &str = "portal";

/// The page's language (`<html lang>`).
pub fn page_language() -> Language {
    document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .and_then(|tag| Language::from_tag(&tag))
        .unwrap_or_default()
}

/// Where the words of a group are, in one language: the page says it.
pub fn asset_address(group: &str, language: &str) -> Option<String> {
    let place = document().get_element_by_id(PLACE)?;
    place.get_attribute(&["data-", group, "-", language].concat())
}

/// Remembers the person's language for the server: a preference, no secret.
pub fn remember_language(code: &str) {
    const YEAR_SECONDS: &str = "31536000";
    let secure = if window().location().protocol().as_deref() == Ok("https:") {
        "; Secure"
    } else {
        ""
    };
    let cookie = [
        LANGUAGE_COOKIE,
        "=",
        code,
        "; Path=/; SameSite=Lax; Max-Age=",
        YEAR_SECONDS,
        secure,
    ];
    let _ = document()
        .unchecked_into::<web_sys::HtmlDocument>()
        .set_cookie(&cookie.concat());
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
