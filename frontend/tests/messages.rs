//! What the page hears as an answer of the extension, and what it lets pass.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use protocol::FailureCode;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const PAGE: &str = "/area-riservata/smart-card?lang=it";
const CANCELLED: &str = "ERR_TESSERA_USER_CANCELLED";

fn failure(code: &str) -> Value {
    json!({"action": "failure", "error": {"code": code, "message": "for developers", "name": "X"}})
}

/// Whether the page asked the server to log in with what it took for a token.
fn posted() -> usize {
    let asked = asked_of_server();
    let logins = asked
        .iter()
        .filter(|call| call["key"] == "POST /api/session");
    logins.count()
}

#[wasm_bindgen_test]
async fn what_is_no_answer_is_passed_over() {
    server_is_up();
    extension(&json!([
        {"action": "ack"},
        {"action": "progress", "state": "reading-minds"},
        {"action": "progress"},
        {"action": "failure"},
        {"action": "successful", "format": "web-eid:1.0"},
        {"verbatim": {"action": "web-eid:authenticate-success", "format": "web-eid:1.0"}},
        {"verbatim": {"action": "tessera:status-success", "extension": "0.1.0"}},
        {"verbatim": {"action": 7}},
        {"verbatim": {"format": "web-eid:1.0"}},
        {"verbatim": "tessera:authenticate-success"},
        {"verbatim": ["tessera:authenticate-success"]},
        failure(CANCELLED),
    ]));
    visit(PAGE).await;
    asked_of_server();
    press("Effettua la login").await;
    see(&format!("[role=alert][data-code={CANCELLED}]")).await;
    assert_eq!(posted(), 0);
}

#[wasm_bindgen_test]
async fn a_code_nobody_knows_is_an_unknown_error() {
    server_is_up();
    visit(PAGE).await;
    for error in [
        json!({"code": "ERR_TESSERA_MOON", "message": "", "name": ""}),
        json!({"code": 7}),
        json!({}),
        json!("cancelled"),
    ] {
        extension(&json!([{"action": "ack"}, {"action": "failure", "error": error}]));
        press("Effettua la login").await;
        let unknown = FailureCode::UnknownError.name();
        let alert = see(&format!("[role=alert][data-code={unknown}]")).await;
        assert!(!alert.text_content().unwrap().contains("MOON"));
        // The next round must not find this one's.
        extension(&json!([{"action": "ack"}, failure(CANCELLED)]));
        press("Effettua la login").await;
        see(&format!("[role=alert][data-code={CANCELLED}]")).await;
    }
}

#[wasm_bindgen_test]
async fn an_answer_before_the_request_was_heard_breaks_the_order() {
    server_is_up();
    extension(&json!([{"action": "success", "format": "web-eid:1.0"}, {"action": "ack"}]));
    visit(PAGE).await;
    asked_of_server();
    press("Effettua la login").await;
    let mismatch = FailureCode::VersionMismatch.name();
    see(&format!("[role=alert][data-code={mismatch}]")).await;
    assert_eq!(posted(), 0);
}

#[wasm_bindgen_test]
async fn of_several_answers_the_first_one_counts() {
    server_is_up();
    server_answers("POST /api/session", 403, &problem("operator-unknown", 403));
    extension(&json!([
        {"action": "ack"},
        {"action": "ack"},
        {"action": "success", "format": "web-eid:1.0", "unverifiedCertificate": "first"},
        {"action": "success", "format": "web-eid:1.0", "unverifiedCertificate": "second"},
        failure(CANCELLED),
    ]));
    visit(PAGE).await;
    asked_of_server();
    press("Effettua la login").await;
    see("[role=alert][data-code=operator-unknown]").await;
    let asked = asked_of_server();
    let logins: Vec<&Value> = asked
        .iter()
        .filter(|call| call["key"] == "POST /api/session")
        .collect();
    assert_eq!(logins.len(), 1);
    let body = logins[0]["body"].as_str().unwrap();
    assert!(body.contains("first") && !body.contains("action"), "{body}");
}

#[wasm_bindgen_test]
async fn each_step_has_its_own_words_and_name() {
    server_is_up();
    visit(PAGE).await;
    for (state, words) in [
        ("waiting-for-reader", "Colleghi il lettore di smart card"),
        ("waiting-for-card", "Inserisca la carta nel lettore"),
        ("choosing-certificate", "Scelga il certificato"),
        ("waiting-for-pin", "Digiti il PIN nella finestra di Tessera"),
        ("signing", "La carta sta firmando"),
    ] {
        extension(&json!([
            {"action": "ack"},
            {"action": "progress", "state": state},
            {"action": "failure", "after": 150,
             "error": {"code": CANCELLED, "message": "", "name": ""}},
        ]));
        press("Effettua la login").await;
        let region = see(&format!("[role=status][data-progress={state}]")).await;
        assert!(region.text_content().unwrap().contains(words), "{state}");
        // While it is under way neither act can be begun again.
        assert_eq!(count("main button[aria-disabled=true]"), 2, "{state}");
        see(&format!("[role=alert][data-code={CANCELLED}]")).await;
        assert_eq!(count("main button[aria-disabled=true]"), 0, "{state}");
    }
}
