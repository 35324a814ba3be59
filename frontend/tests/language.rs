//! Switching the language: everything on the page follows, nothing is lost.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use frontend::i18n::{card, failures, frame};
use leptos::prelude::document;
use protocol::{FailureCode, Language};
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlInputElement;

wasm_bindgen_test_configure!(run_in_browser);

/// The switch's own words, the same in every language.
fn own_name(language: Language) -> &'static str {
    match language {
        Language::It => "Italiano",
        Language::De => "Deutsch",
        Language::En => "English",
    }
}

#[wasm_bindgen_test]
async fn title_heading_and_the_pages_own_language_follow() {
    server_is_up();
    visit("/contatti?lang=it").await;
    for language in [Language::De, Language::En, Language::It] {
        press(own_name(language)).await;
        let heading = frame::CONTATTI.in_language(language);
        find("main h1", |text| text == heading).await;
        let root = document().document_element().unwrap();
        assert_eq!(root.get_attribute("lang").as_deref(), Some(language.code()));
        assert!(
            document().title().starts_with(heading),
            "{}",
            document().title()
        );
        let current = see(".ts-languages a[aria-current=true]").await;
        assert_eq!(current.text_content().as_deref(), Some(own_name(language)));
    }
}

#[wasm_bindgen_test]
async fn a_failure_on_the_page_is_said_anew() {
    server_is_up();
    extension(&json!([
        {"action": "ack"},
        {"action": "failure",
         "error": {"code": FailureCode::PinLocked.name(), "message": "", "name": ""}},
    ]));
    visit("/area-riservata/smart-card?lang=it").await;
    press("Effettua la login").await;
    let explanation = failures::explain(FailureCode::PinLocked);
    for language in [Language::De, Language::En, Language::It] {
        press(own_name(language)).await;
        let happened = explanation.what_happened.in_language(language);
        let to_do = explanation.what_to_do.in_language(language);
        find("[role=alert]", |shown| {
            shown.contains(happened) && shown.contains(to_do)
        })
        .await;
    }
}

#[wasm_bindgen_test]
async fn the_server_is_asked_in_the_language_of_the_page() {
    server_is_up();
    visit("/area-riservata/smart-card?lang=it").await;
    for (language, code) in [
        (Language::De, "operator-unknown"),
        (Language::En, "operator-disabled"),
    ] {
        server_answers("POST /api/challenges", 403, &problem(code, 403));
        press(own_name(language)).await;
        asked_of_server();
        press(card::LOG_IN.in_language(language)).await;
        see(&format!("[role=alert][data-code={code}]")).await;
        assert_eq!(asked_of_server()[0]["language"], language.code());
    }
    press("Italiano").await;
}

#[wasm_bindgen_test]
async fn what_was_typed_and_what_was_searched_stays() {
    server_is_up();
    visit("/area-riservata/credenziali?lang=it").await;
    let field = see("#username").await.unchecked_into::<HtmlInputElement>();
    field.set_value("RSSMRA80A01H501U");
    let bubbling = web_sys::EventInit::new();
    bubbling.set_bubbles(true);
    let typed = web_sys::Event::new_with_event_init_dict("input", &bubbling).unwrap();
    field.dispatch_event(&typed).unwrap();
    press("Deutsch").await;
    find("main h1", |text| text == "Anmeldung mit Zugangsdaten").await;
    let field = see("#username").await.unchecked_into::<HtmlInputElement>();
    assert_eq!(field.value(), "RSSMRA80A01H501U");
    press("Italiano").await;

    visit("/cerca?q=privacy&lang=it").await;
    find(".ts-found a", |text| text == "Privacy").await;
    press("Deutsch").await;
    find("main strong", |text| text.contains("privacy")).await;
    let address = leptos::prelude::window().location().search().unwrap();
    assert!(
        address.contains("q=privacy") && address.contains("lang=de"),
        "{address}"
    );
    press("Italiano").await;
}
