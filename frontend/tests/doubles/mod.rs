//! Test doubles in the browser: a server behind `fetch`, an extension behind
//! `window.postMessage`, and the portal mounted once in front of them.

#![allow(dead_code)] // each test file uses its part

use frontend::{app::App, browser};
use leptos::{mount::mount_to, prelude::document};
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{Element, HtmlElement};

#[wasm_bindgen(inline_js = r#"
    const answers = new Map();
    let asked = [];
    const network = window.fetch;
    window.fetch = async (request, init) => {
        // The tests themselves come over the network too.
        const { pathname, search } = new URL(request.url ?? request, location.href);
        if (!/^\/(api|postazione)\//.test(pathname)) return network(request, init);
        const key = `${request.method} ${pathname}${search}`;
        asked.push({ key, body: await request.clone().text(),
                     language: request.headers.get("accept-language") });
        const answer = answers.get(key);
        if (answer === undefined) throw new TypeError("Failed to fetch");
        const { status, body, date, after } = JSON.parse(answer);
        if (after) await new Promise((wake) => setTimeout(wake, after));
        const type = status < 400 ? "application/json" : "application/problem+json";
        return new Response(status === 204 ? null : JSON.stringify(body),
                            { status, headers: { "content-type": type, ...(date && { date }) } });
    };
    export function answer_with(key, answer) { answers.set(key, answer); }
    export function server_is_down() { answers.clear(); }
    export function take_asked() { const taken = asked; asked = []; return JSON.stringify(taken); }

    let heard = [];
    let listener;
    export function extension_answers(script) {
        extension_is_gone();
        const messages = JSON.parse(script);
        listener = async (event) => {
            if (event.source !== window || !/^tessera:(status|authenticate)$/.test(event.data?.action)) return;
            heard.push(event.data);
            for (const { after, foreign, verbatim, ...message } of messages) {
                await new Promise((wake) => setTimeout(wake, after ?? 5));
                const action = `${event.data.action}-${message.action}`;
                const whole = verbatim ?? { ...message, action };
                if (foreign) {
                    const event = new MessageEvent("message", { data: whole, origin: foreign, source: window });
                    window.dispatchEvent(event);
                } else if (message.frame) {
                    const frame = document.body.appendChild(document.createElement("iframe"));
                    frame.contentWindow.eval(`parent.postMessage(${JSON.stringify(whole)}, "*")`);
                    await new Promise((wake) => setTimeout(wake, 20));
                    frame.remove();
                } else {
                    window.postMessage(whole, location.origin);
                }
            }
        };
        window.addEventListener("message", listener);
    }
    export function extension_is_gone() {
        heard = [];
        if (listener) window.removeEventListener("message", listener);
    }
    export function extension_heard() { return JSON.stringify(heard); }

    export async function hold_lock(name) {
        return new Promise((held) => navigator.locks.request(name, () =>
            new Promise((release) => held(release))));
    }

    export function go_to(address) {
        history.pushState(null, "", address);
        window.dispatchEvent(new PopStateEvent("popstate"));
    }
"#)]
extern "C" {
    fn answer_with(key: &str, answer: &str);
    /// Every call fails from now on, as when the network is gone.
    pub fn server_is_down();
    fn take_asked() -> String;
    fn extension_answers(script: &str);
    /// No extension answers from now on.
    pub fn extension_is_gone();
    fn extension_heard() -> String;
    /// Another tab's turn; call what it gives to end it.
    pub async fn hold_lock(name: &str) -> JsValue;
    fn go_to(address: &str);
}

/// A nonce in the right form.
pub const NONCE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The server answers this call so from now on.
pub fn server_answers(call: &str, status: u16, body: &Value) {
    let answer = json!({"status": status, "body": body}).to_string();
    answer_with(call, &answer);
}

/// The same, so many milliseconds after it was asked.
pub fn server_answers_late(call: &str, status: u16, body: &Value, after: u32) {
    let answer = json!({"status": status, "body": body, "after": after}).to_string();
    answer_with(call, &answer);
}

/// The server answers this call, and that it was so many seconds later there.
pub fn server_is_ahead(call: &str, seconds: f64) {
    let there = js_sys::Date::new(&(js_sys::Date::now() + seconds * 1000.0).into());
    let date = String::from(there.to_utc_string());
    answer_with(call, &json!({"status": 204, "date": date}).to_string());
}

/// What the server was asked since the last time: `key`, `body`, `language`.
pub fn asked_of_server() -> Vec<Value> {
    serde_json::from_str(&take_asked()).unwrap()
}

/// The extension answers each request with these messages; their actions are endings
/// such as `ack`. `verbatim` is a message as some other script would send it.
pub fn extension(script: &Value) {
    extension_answers(&script.to_string());
}

/// What the extension was asked.
pub fn asked_of_extension() -> Vec<Value> {
    serde_json::from_str(&extension_heard()).unwrap()
}

/// A server that issues challenges, with nobody logged in.
pub fn server_is_up() {
    server_answers(
        "POST /api/challenges",
        201,
        &json!({"nonce": NONCE, "expires_at": "2026-11-23T12:00:00Z"}),
    );
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
}

/// A session as the server tells it, of half an hour.
pub fn session() -> Value {
    session_until(1800.0)
}

/// A session that ends in so many seconds.
pub fn session_until(seconds: f64) -> Value {
    let end = js_sys::Date::new(&(js_sys::Date::now() + seconds * 1000.0).into());
    json!({"operator": operator(), "expires_at": String::from(end.to_iso_string()), "services": [
        {"id": "gestione-assistiti", "name": "Gestione Assistiti"},
        {"id": "messaggi", "name": "Messaggi"},
    ]})
}

/// An operator as the server tells it.
pub fn operator() -> Value {
    json!({"codice_fiscale": "RSSMRA80A01H501U", "cognome": "ROSSI", "nome": "MARIA",
        "profile": "medico", "telefono_ufficio": "06123456", "email": "posta@posta.it",
        "regione": "Abruzzo", "asl": "A012"})
}

/// A problem of that code.
pub fn problem(code: &str, status: u16) -> Value {
    let code_of = protocol::ProblemCode::ALL
        .iter()
        .find(|known| known.name() == code)
        .unwrap();
    json!({"type": format!("urn:tessera:problem:{code}"), "title": format!("title of {code}"),
        "status": status, "detail": format!("detail of {code}"), "code": code,
        "category": code_of.category(), "contact": "contact 800-030-070"})
}

thread_local! {
    static PORTAL: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Shows the page at that address in the portal and waits for its heading.
pub async fn visit(address: &str) {
    // Away first, so that nothing of an earlier visit stays on the page.
    if PORTAL.replace(true) {
        go_to("/privacy?lang=it");
        find("main h1", |text| text == "Privacy").await;
        go_to(address);
    } else {
        browser::forget("tessera.session");
        go_to(address);
        let place = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&place).unwrap();
        mount_to(place.unchecked_into::<HtmlElement>(), App).forget();
    }
    find("main h1", |text| text != "Privacy").await;
}

/// Waits for an element whose text fits; fails after three seconds.
pub async fn find(selector: &str, fits: impl Fn(&str) -> bool) -> Element {
    for _ in 0..600 {
        let found = document().query_selector_all(selector).unwrap();
        for index in 0..found.length() {
            let element: Element = found.item(index).unwrap().unchecked_into();
            if fits(element.text_content().unwrap_or_default().trim()) {
                return element;
            }
        }
        browser::sleep(5).await;
    }
    let body = document()
        .body()
        .unwrap()
        .text_content()
        .unwrap_or_default();
    panic!("no {selector} that fits in: {body}");
}

/// Waits for an element, whatever its text.
pub async fn see(selector: &str) -> Element {
    find(selector, |_| true).await
}

/// Waits until no such element is left; fails after three seconds.
pub async fn gone(selector: &str) {
    for _ in 0..600 {
        if count(selector) == 0 {
            return;
        }
        browser::sleep(5).await;
    }
    panic!("{selector} is still there");
}

/// Types a text into a field.
pub async fn type_in(selector: &str, text: &str) {
    let field = see(selector).await;
    let _ = js_sys::Reflect::set(&field, &"value".into(), &text.into());
    say_of(&field, "input");
    say_of(&field, "change");
}

fn say_of(field: &Element, what: &str) {
    let bubbling = web_sys::EventInit::new();
    bubbling.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict(what, &bubbling).unwrap();
    field.dispatch_event(&event).unwrap();
}

/// What another tab wrote into the storage both share; nothing: it took it away.
pub fn another_tab_remembers(key: &str, text: Option<&str>) {
    match text {
        Some(text) => browser::remember(key, text),
        None => browser::forget(key),
    }
    let change = web_sys::StorageEventInit::new();
    change.set_key(Some(key));
    change.set_new_value(text);
    let event = web_sys::StorageEvent::new_with_event_init_dict("storage", &change).unwrap();
    leptos::prelude::window().dispatch_event(&event).unwrap();
}

/// Presses a control by its whole text.
pub async fn press(text: &str) {
    let control = find("a, button", |found| found == text).await;
    control.unchecked_into::<HtmlElement>().click();
}

/// How many elements there are now.
pub fn count(selector: &str) -> u32 {
    document().query_selector_all(selector).unwrap().length()
}
