//! The smart-card page in a browser, with a scripted extension and server.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use protocol::{FailureCode, Language};
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const PAGE: &str = "/area-riservata/smart-card?lang=it";

#[wasm_bindgen_test]
async fn progress_is_shown_as_the_extension_reports_it() {
    server_is_up();
    server_answers("POST /api/session", 201, &session());
    server_answers("GET /api/session", 200, &session());
    extension(&json!([
        {"action": "ack"},
        {"action": "progress", "state": "waiting-for-card", "after": 100},
        {"action": "progress", "state": "waiting-for-pin", "after": 100},
        {"action": "progress", "state": "signing", "after": 100},
        {"action": "success", "format": "web-eid:1.0", "after": 100},
    ]));
    visit(PAGE).await;
    asked_of_server();
    press("Effettua la login").await;
    for now in [
        "Inserisca la carta nel lettore",
        "Digiti il PIN nella finestra di Tessera",
        "La carta sta firmando",
    ] {
        find("[aria-live=polite] .ts-progress-now", |text| text == now).await;
    }
    find("main h1", |text| text == "Servizi").await;
    assert_eq!(
        asked_of_extension()[0],
        json!({"action": "tessera:authenticate", "challengeNonce": NONCE,
            "libraryVersion": env!("CARGO_PKG_VERSION"),
            "options": {"lang": "it", "userInteractionTimeout": 120_000}})
    );
    let asked = asked_of_server();
    let login = asked
        .iter()
        .find(|call| call["key"] == "POST /api/session")
        .unwrap();
    assert_eq!(login["language"], "it");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(login["body"].as_str().unwrap()).unwrap(),
        json!({"token": {"format": "web-eid:1.0"}})
    );
    for shown in ["RSSMRA80A01H501U", "MARIA ROSSI", "06123456", "Abruzzo"] {
        find(".ts-data dd", |text| text == shown).await;
    }
    server_answers("DELETE /api/session", 204, &json!(null));
    press("Esci").await;
    find("main h1", |text| text == "Sistema Tessera Sanitaria").await;
    gone(".ts-leave").await;
}

#[wasm_bindgen_test]
async fn every_failure_is_told_with_its_code_and_words_in_three_languages() {
    server_is_up();
    for language in Language::ALL {
        visit(&format!(
            "/area-riservata/smart-card?lang={}",
            language.code()
        ))
        .await;
        for code in FailureCode::ALL {
            extension(&json!([
                {"action": "ack"},
                {"action": "failure", "error": {"code": code.name(), "message": "for developers", "name": "X"}},
            ]));
            press(frontend::i18n::card::LOG_IN.in_language(language)).await;
            let alert = see(&format!("[role=alert][data-code={}]", code.name())).await;
            let shown = alert.text_content().unwrap();
            let explanation = frontend::i18n::failures::explain(*code);
            assert!(
                shown.contains(explanation.what_happened.in_language(language)),
                "{shown}"
            );
            assert!(
                shown.contains(explanation.what_to_do.in_language(language)),
                "{shown}"
            );
            assert!(
                !shown.contains("for developers"),
                "a developer's message was shown: {shown}"
            );
        }
    }
}

#[wasm_bindgen_test]
async fn without_an_extension_one_is_told_so_after_a_second() {
    server_is_up();
    extension_is_gone();
    visit(PAGE).await;
    let before = js_sys::Date::now();
    press("Registra CNS").await;
    let alert = see("[role=alert][data-code=ERR_TESSERA_EXTENSION_UNAVAILABLE]").await;
    let waited = js_sys::Date::now() - before;
    assert!((950.0..2_500.0).contains(&waited), "{waited} ms");
    assert!(
        alert
            .query_selector("a[href='/prepara-la-postazione']")
            .unwrap()
            .is_some()
    );
}

#[wasm_bindgen_test]
async fn answers_of_other_origins_and_frames_are_not_heard() {
    server_is_up();
    extension(&json!([
        {"action": "ack"},
        {"action": "success", "format": "forged", "foreign": "https://evil.example"},
        {"action": "success", "format": "forged", "frame": true},
        {"action": "failure", "error": {"code": "ERR_TESSERA_USER_CANCELLED", "message": "", "name": ""}},
    ]));
    visit(PAGE).await;
    asked_of_server();
    press("Effettua la login").await;
    see("[role=alert][data-code=ERR_TESSERA_USER_CANCELLED]").await;
    assert!(
        asked_of_server()
            .iter()
            .all(|call| call["key"] != "POST /api/session")
    );
}

#[wasm_bindgen_test]
async fn a_new_try_takes_a_new_nonce() {
    server_is_up();
    extension(&json!([
        {"action": "ack"},
        {"action": "failure", "error": {"code": "ERR_TESSERA_CARD_REMOVED", "message": "", "name": ""}},
    ]));
    visit(PAGE).await;
    press("Effettua la login").await;
    see("[role=alert][data-code=ERR_TESSERA_CARD_REMOVED]").await;
    let second = NONCE.replace("AAEC", "BBEC");
    server_answers(
        "POST /api/challenges",
        201,
        &json!({"nonce": second, "expires_at": "2026-11-23T12:00:00Z"}),
    );
    press("Riprova").await;
    for _ in 0..100 {
        if asked_of_extension().len() == 2 {
            break;
        }
        frontend::browser::sleep(20).await;
    }
    assert_eq!(asked_of_extension()[1]["challengeNonce"], second);
    see("[role=alert][data-code=ERR_TESSERA_CARD_REMOVED]").await;
}

#[wasm_bindgen_test]
async fn a_second_tab_waits_for_its_turn() {
    server_is_up();
    extension(&json!([{"action": "ack"}]));
    visit(PAGE).await;
    let end_of_turn = hold_lock(frontend::login_turn::LOCK).await;
    asked_of_server();
    press("Effettua la login").await;
    see("[role=alert][data-code=ERR_TESSERA_ACTION_PENDING]").await;
    assert!(asked_of_server().is_empty(), "no nonce is asked for");
    end_of_turn
        .unchecked_into::<js_sys::Function>()
        .call0(&JsValue::NULL)
        .unwrap();
}

#[wasm_bindgen_test]
async fn the_servers_refusals_show_title_detail_and_contact() {
    server_is_up();
    extension(&json!([{"action": "ack"}, {"action": "success", "format": "web-eid:1.0"}]));
    visit(PAGE).await;
    for code in protocol::ProblemCode::ALL {
        server_answers(
            "POST /api/session",
            code.status(),
            &problem(code.name(), code.status()),
        );
        press("Effettua la login").await;
        let alert = see(&format!("[role=alert][data-code={}]", code.name())).await;
        let shown = alert.text_content().unwrap();
        for part in [
            format!("title of {}", code.name()),
            format!("detail of {}", code.name()),
            "contact 800-030-070".to_owned(),
        ] {
            assert!(shown.contains(&part), "{shown}");
        }
    }
}

#[wasm_bindgen_test]
async fn an_unregistered_card_can_be_registered_from_the_refusal() {
    server_is_up();
    extension(&json!([{"action": "ack"}, {"action": "success", "format": "web-eid:1.0"}]));
    server_answers(
        "POST /api/session",
        403,
        &problem("card-not-registered", 403),
    );
    server_answers(
        "POST /api/registrations",
        201,
        &json!({"operator": operator(), "credentials_document": null}),
    );
    visit(PAGE).await;
    press("Effettua la login").await;
    see("[role=alert][data-code=card-not-registered]").await;
    press("Registra ora questa carta").await;
    find("main h1", |text| text == "Registrazione della CNS").await;
    find("main a", |text| text == "Prosegui con la login").await;
}

#[wasm_bindgen_test]
async fn a_pending_document_is_led_to() {
    server_is_up();
    extension(&json!([{"action": "ack"}, {"action": "success", "format": "web-eid:1.0"}]));
    server_answers(
        "POST /api/session",
        403,
        &problem("credentials-document-pending", 403),
    );
    visit(PAGE).await;
    press("Effettua la login").await;
    find("[role=alert] button", |text| {
        text == "Registra di nuovo la carta"
    })
    .await;
    press("Vai al documento con le credenziali").await;
    find("main h1", |text| text == "Registrazione della CNS").await;
}

#[wasm_bindgen_test]
async fn a_server_that_is_down_is_told_kindly() {
    server_is_down();
    extension(&json!([{"action": "ack"}]));
    visit(PAGE).await;
    press("Effettua la login").await;
    let alert = see("[role=alert][data-code=server-unreachable]").await;
    assert!(
        alert
            .text_content()
            .unwrap()
            .contains("Il portale non è raggiungibile.")
    );
}
