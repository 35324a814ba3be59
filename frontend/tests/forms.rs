//! The forms of the access with credentials: what they refuse themselves, and how they say it.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use frontend::browser;
use leptos::prelude::document;
use protocol::Language;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

const PAGE: &str = "/area-riservata/credenziali?lang=it";
const LONG_ENOUGH: &str = "tre parole e una quarta";

#[wasm_bindgen_test]
async fn an_empty_field_is_named_in_every_language_and_nothing_is_sent() {
    server_is_up();
    for language in Language::ALL {
        visit("/faq?lang=it").await;
        visit(&format!(
            "/area-riservata/credenziali?lang={}",
            language.code()
        ))
        .await;
        asked_of_server();
        press(frontend::i18n::access::ENTER.in_language(language)).await;
        for field in ["#username", "#password"] {
            let said = fault_of(field).await;
            assert_eq!(said, frontend::i18n::access::NEEDED.in_language(language));
        }
        assert_eq!(calls("POST /api/session"), Vec::<Value>::new());
        type_into("#username", "RSSMRA80A01H501U").await;
        gone("#username-fault").await;
        assert_eq!(attribute("#username", "aria-invalid"), None);
        assert_eq!(attribute("#username", "aria-describedby"), None);
        fault_of("#password").await;
    }
}

#[wasm_bindgen_test]
async fn the_focus_is_led_to_the_first_field_that_is_faulty() {
    server_is_up();
    visit(PAGE).await;
    press("Accedi").await;
    focus_comes_to("#username").await;
    type_into("#username", "RSSMRA80A01H501U").await;
    press("Accedi").await;
    focus_comes_to("#password").await;

    to_the_change_of_the_password().await;
    type_into("#new-password", "undici cara").await;
    press("Cambia la password e accedi").await;
    focus_comes_to("#new-password").await;
    type_into("#new-password", LONG_ENOUGH).await;
    press("Cambia la password e accedi").await;
    focus_comes_to("#repeat-password").await;
}

#[wasm_bindgen_test]
async fn blanks_around_the_user_id_are_not_sent_and_those_of_the_password_are() {
    server_is_up();
    server_answers(
        "POST /api/session",
        401,
        &problem("credentials-invalid", 401),
    );
    visit(PAGE).await;
    type_into("#username", "  RSSMRA80A01H501U ").await;
    type_into("#password", " due parole ").await;
    asked_of_server();
    press("Accedi").await;
    see("[role=alert][data-code=credentials-invalid]").await;
    assert_eq!(
        calls("POST /api/session"),
        [json!({"username": "RSSMRA80A01H501U", "password": " due parole "})]
    );
}

#[wasm_bindgen_test]
async fn a_short_or_differing_new_password_is_not_sent() {
    server_is_up();
    to_the_change_of_the_password().await;
    for (new, repeated, faulty) in [
        ("undici cara", "undici cara", "#new-password"),
        (LONG_ENOUGH, "altro", "#repeat-password"),
        ("", "", "#new-password"),
    ] {
        type_into("#new-password", new).await;
        type_into("#repeat-password", repeated).await;
        press("Cambia la password e accedi").await;
        assert_ne!(fault_of(faulty).await, "");
    }
    assert_eq!(calls("PUT /api/password"), Vec::<Value>::new());
}

#[wasm_bindgen_test]
async fn a_password_the_server_finds_too_weak_can_be_mended() {
    server_is_up();
    to_the_change_of_the_password().await;
    server_answers(
        "PUT /api/password",
        400,
        &problem("password-unacceptable", 400),
    );
    type_into("#new-password", "aaaaaaaaaaaa").await;
    type_into("#repeat-password", "aaaaaaaaaaaa").await;
    press("Cambia la password e accedi").await;
    see("[role=alert][data-code=password-unacceptable]").await;

    server_answers("PUT /api/password", 204, &json!(null));
    server_answers("POST /api/session", 201, &session());
    server_answers("GET /api/session", 200, &session());
    type_into("#new-password", LONG_ENOUGH).await;
    type_into("#repeat-password", LONG_ENOUGH).await;
    press("Cambia la password e accedi").await;
    find("main h1", |text| text == "Servizi").await;
    let changes = calls("PUT /api/password");
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[1]["current"], "first-password");
    log_out().await;
}

#[wasm_bindgen_test]
async fn who_changed_the_password_and_is_refused_then_logs_in_with_the_new_one() {
    server_is_up();
    to_the_change_of_the_password().await;
    server_answers("PUT /api/password", 204, &json!(null));
    server_answers("POST /api/session", 403, &problem("operator-disabled", 403));
    type_into("#new-password", LONG_ENOUGH).await;
    type_into("#repeat-password", LONG_ENOUGH).await;
    press("Cambia la password e accedi").await;
    see("[role=alert][data-code=operator-disabled]").await;
    gone("#new-password").await;
    assert_eq!(value_of("#username").await, "RSSMRA80A01H501U");
    assert_eq!(
        value_of("#password").await,
        "",
        "the old one is good no more"
    );
}

#[wasm_bindgen_test]
async fn a_form_sent_twice_asks_once() {
    server_is_up();
    server_answers(
        "POST /api/session",
        401,
        &problem("credentials-invalid", 401),
    );
    visit(PAGE).await;
    type_into("#username", "RSSMRA80A01H501U").await;
    type_into("#password", "due parole").await;
    asked_of_server();
    let button = find("main button", |text| text == "Accedi").await;
    let button = button.unchecked_into::<web_sys::HtmlElement>();
    button.click();
    button.click();
    see("[role=alert][data-code=credentials-invalid]").await;
    assert_eq!(calls("POST /api/session").len(), 1);
}

#[wasm_bindgen_test]
async fn every_refusal_of_the_server_is_shown_above_the_form() {
    server_is_up();
    visit(PAGE).await;
    for code in protocol::ProblemCode::ALL {
        if *code == protocol::ProblemCode::PasswordChangeRequired {
            continue; // another form then, see above
        }
        let refusal = problem(code.name(), code.status());
        server_answers("POST /api/session", code.status(), &refusal);
        type_into("#username", "RSSMRA80A01H501U").await;
        type_into("#password", "due parole").await;
        press("Accedi").await;
        let alert = see(&format!("[role=alert][data-code={}]", code.name())).await;
        let shown = alert.text_content().unwrap();
        for part in ["title", "detail"] {
            let words = format!("{part} of {}", code.name());
            assert!(shown.contains(&words), "{shown}");
        }
        let by_card = matches!(
            code.name(),
            "credentials-document-pending" | "card-not-registered"
        );
        let way = alert.query_selector("a[href='/area-riservata/smart-card']");
        assert_eq!(way.unwrap().is_some(), by_card, "{}", code.name());
    }
}

async fn to_the_change_of_the_password() {
    server_answers(
        "POST /api/session",
        403,
        &problem("password-change-required", 403),
    );
    visit(PAGE).await;
    type_into("#username", "RSSMRA80A01H501U").await;
    type_into("#password", "first-password").await;
    press("Accedi").await;
    see("#new-password").await;
    asked_of_server();
}

async fn log_out() {
    server_answers("DELETE /api/session", 204, &json!(null));
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    press("Esci").await;
    gone(".ts-leave").await;
}

/// Waits until a field has the focus, as a keyboard finds it.
async fn focus_comes_to(field: &str) {
    let field = see(field).await;
    for _ in 0..600 {
        if document().active_element().as_ref() == Some(&field) {
            return;
        }
        browser::sleep(5).await;
    }
    panic!(
        "the focus is at {:?}",
        document().active_element().map(|it| it.id())
    );
}

/// What is said to be wrong with a field, in the way a screen reader finds it (WCAG 3.3.1).
async fn fault_of(field: &str) -> String {
    see(&format!("{field}[aria-invalid=true]")).await;
    let id = attribute(field, "aria-describedby").unwrap();
    let fault = see(&format!("[id='{id}']")).await;
    fault.text_content().unwrap().trim().to_owned()
}

fn attribute(selector: &str, name: &str) -> Option<String> {
    let element: Element = document().query_selector(selector).unwrap().unwrap();
    element.get_attribute(name)
}

/// The bodies of the calls of that kind since the last time.
fn calls(key: &str) -> Vec<Value> {
    let asked = asked_of_server();
    let of_that_kind = asked.iter().filter(|call| call["key"] == key);
    of_that_kind
        .map(|call| serde_json::from_str(call["body"].as_str().unwrap()).unwrap())
        .collect()
}

async fn value_of(selector: &str) -> String {
    see(selector)
        .await
        .unchecked_into::<HtmlInputElement>()
        .value()
}

async fn type_into(selector: &str, text: &str) {
    let field = see(selector).await.unchecked_into::<HtmlInputElement>();
    field.set_value(text);
    let bubbling = web_sys::EventInit::new();
    bubbling.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict("input", &bubbling).unwrap();
    field.dispatch_event(&event).unwrap();
}
