//! The confirmed registration in a browser: not through before the document came.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use serde_json::json;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_login_is_offered_only_after_the_document_came() {
    server_is_up();
    extension(&json!([{"action": "ack"}, {"action": "success", "format": "web-eid:1.0"}]));
    server_answers(
        "POST /api/registrations",
        201,
        &json!({"operator": operator(), "credentials_document": "/api/credentials-document"}),
    );
    server_answers(
        "GET /api/credentials-document",
        404,
        &problem("not-found", 404),
    );
    visit("/area-riservata/smart-card?lang=it").await;
    press("Registra CNS").await;
    find("main h1", |text| text == "Registrazione della CNS").await;
    find("main .ts-good", |text| text.contains("MARIA ROSSI")).await;
    let link = find("main a", |text| text == "Scarica il documento (PDF)").await;
    assert_eq!(
        link.get_attribute("href").as_deref(),
        Some("/api/credentials-document?lang=it")
    );

    press("Scarica il documento (PDF)").await;
    see("[role=alert][data-code=not-found]").await;
    assert_eq!(count("main a.btn[href='/area-riservata/smart-card']"), 1);
    find("main p", |text| {
        text == "Prima di effettuare la login occorre scaricare il documento."
    })
    .await;

    server_answers("GET /api/credentials-document", 200, &json!("%PDF"));
    press("Scarica il documento (PDF)").await;
    find("main a", |text| text == "Prosegui con la login").await;
    assert_eq!(count("[role=alert]"), 0);

    for (switch, language) in [("Deutsch", "de"), ("English", "en"), ("Italiano", "it")] {
        press(switch).await;
        let address = format!("/api/credentials-document?lang={language}");
        see(&format!("main a[target=_blank][href='{address}']")).await;
        see(&format!("main a[download][href='{address}']")).await;
    }
}
