//! Every page in a browser: its heading, its language, its guard.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use std::collections::HashSet;

use doubles::*;
use leptos::prelude::document;
use protocol::{Language, page_address, service::ServiceId};
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn every_page_has_its_own_title_and_one_heading_in_every_language() {
    server_is_up();
    server_answers("GET /api/session", 200, &session());
    for language in Language::ALL {
        let mut titles = HashSet::new();
        for address in page_address::FIXED {
            if address == "/privacy" {
                continue; // where `visit` comes from
            }
            visit(&format!("{address}?lang={}", language.code())).await;
            assert_eq!(count("h1"), 1, "{address}");
            assert!(
                titles.insert(document().title()),
                "{address}: {}",
                document().title()
            );
            let spoken = document().document_element().unwrap().get_attribute("lang");
            assert_eq!(spoken.as_deref(), Some(language.code()), "{address}");
        }
    }
}

/// The server answers 404 beyond this list, the router falls back beyond its own.
#[wasm_bindgen_test]
async fn router_and_address_list_know_the_same_pages() {
    server_is_up();
    server_answers("GET /api/session", 200, &session());
    let mut pages: Vec<_> = page_address::FIXED.map(str::to_owned).into();
    pages.extend(
        ServiceId::ALL
            .iter()
            .map(|id| format!("/servizi/{}", id.id())),
    );
    for address in pages {
        match address.as_str() {
            "/privacy" => {
                visit("/faq?lang=it").await;
                press("Privacy").await;
                find("main h1", |text| text == "Privacy").await;
            }
            _ => visit(&format!("{address}?lang=it")).await,
        }
        let heading = see("main h1").await.text_content().unwrap_or_default();
        assert_ne!(heading.trim(), "", "{address}");
        assert_ne!(heading.trim(), "Pagina non trovata", "{address}");
        for link in addresses_linked() {
            assert!(page_address::exists(&link), "{address} leads to {link}");
        }
    }
}

/// Where the links on the page lead within the portal, queries and fragments left out.
fn addresses_linked() -> Vec<String> {
    let links = document()
        .query_selector_all("a[href^='/']:not([href^='/api/'])")
        .unwrap();
    let addresses = (0..links.length()).map(|index| {
        let link = links.item(index).unwrap().unchecked_into::<Element>();
        let address = link.get_attribute("href").unwrap();
        let end = address.find(['?', '#']).unwrap_or(address.len());
        address[..end].to_owned()
    });
    addresses.collect()
}

#[wasm_bindgen_test]
async fn the_language_switch_changes_the_page_and_is_remembered() {
    server_is_up();
    visit("/faq?lang=it").await;
    press("Deutsch").await;
    find("main h1", |text| text == "Häufige Fragen (FAQ)").await;
    assert!(cookies().contains("tessera-language=de"));
    press("Kontakt und Hilfe").await;
    find("main h1", |text| text == "Kontakt und Hilfe").await;
    press("Italiano").await;
    find("main h1", |text| text == "Contatti e assistenza").await;
}

#[wasm_bindgen_test]
async fn an_unknown_address_says_so() {
    server_is_up();
    for address in ["/nulla?lang=it", "/servizi/nulla?lang=it"] {
        visit(address).await;
        find("main h1", |text| text == "Pagina non trovata").await;
    }
}

#[wasm_bindgen_test]
async fn a_visitor_logs_in_first_and_comes_back_to_the_page() {
    server_is_up();
    extension(&json!([{"action": "ack"}, {"action": "success", "format": "web-eid:1.0"}]));
    server_answers("DELETE /api/session", 204, &json!(null));
    if count(".ts-leave") > 0 {
        press("Esci").await;
        find("main h1", |text| text == "Sistema Tessera Sanitaria").await;
    }
    visit("/servizi/messaggi?lang=it").await;
    find("main h1", |text| text == "Area riservata").await;
    press("Accedi con smart card").await;
    server_answers("POST /api/session", 201, &session());
    server_answers("GET /api/session", 200, &session());
    press("Effettua la login").await;
    find("main h1", |text| text == "Messaggi").await;
    press("Esci").await;
    find("main h1", |text| text == "Sistema Tessera Sanitaria").await;
}

#[wasm_bindgen_test]
async fn a_service_one_is_not_enabled_for_stays_closed() {
    server_is_up();
    server_answers("GET /api/session", 200, &session());
    visit("/servizi/cms?lang=it").await;
    see("[role=alert][data-code=service-not-enabled]").await;
}

#[wasm_bindgen_test]
async fn the_first_password_must_be_changed_before_one_gets_in() {
    server_is_up();
    server_answers(
        "POST /api/session",
        403,
        &problem("password-change-required", 403),
    );
    server_answers("PUT /api/password", 204, &json!(null));
    visit("/area-riservata/credenziali?lang=it").await;
    press("Accedi").await;
    see("#username-fault").await;
    see("#password-fault").await;
    type_in("#username", "RSSMRA80A01H501U").await;
    type_in("#password", "first-password").await;
    asked_of_server();
    press("Accedi").await;
    see("[role=alert][data-code=password-change-required]").await;

    type_in("#new-password", "tre parole e una quarta").await;
    type_in("#repeat-password", "un'altra cosa del tutto").await;
    press("Cambia la password e accedi").await;
    see("#repeat-password-fault").await;
    type_in("#repeat-password", "tre parole e una quarta").await;
    server_answers("POST /api/session", 201, &session());
    server_answers("GET /api/session", 200, &session());
    press("Cambia la password e accedi").await;
    find("main h1", |text| text == "Servizi").await;
    let asked = asked_of_server();
    let change = asked
        .iter()
        .find(|call| call["key"] == "PUT /api/password")
        .unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(change["body"].as_str().unwrap()).unwrap(),
        json!({"username": "RSSMRA80A01H501U", "current": "first-password",
            "new": "tre parole e una quarta"})
    );
}

#[wasm_bindgen_test]
async fn new_credentials_need_the_card_and_come_as_a_document() {
    server_is_up();
    let mut session = session();
    session["services"] = json!([{"id": "ristampa-credenziali", "name": "Ristampa Credenziali"}]);
    server_answers("GET /api/session", 200, &session);
    server_answers(
        "POST /api/credentials-document",
        403,
        &problem("card-required", 403),
    );
    visit("/servizi/ristampa-credenziali?lang=it").await;
    press("Genera nuove credenziali").await;
    see("[role=alert][data-code=card-required] a[href='/area-riservata/smart-card']").await;
    server_answers(
        "POST /api/credentials-document",
        201,
        &json!({"credentials_document": "/api/credentials-document"}),
    );
    press("Genera nuove credenziali").await;
    find("main a", |text| text == "Scarica il documento (PDF)").await;
}

#[wasm_bindgen_test]
async fn a_log_out_in_another_tab_closes_the_page_here() {
    server_is_up();
    server_answers("GET /api/session", 200, &session());
    visit("/servizi?lang=it").await;
    see(".ts-data").await;
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    another_tab_remembers("tessera.session", None);
    find("main h1", |text| text == "Area riservata").await;
    assert_eq!(count(".ts-data"), 0);
}

fn cookies() -> String {
    let document = document().unchecked_into::<web_sys::HtmlDocument>();
    document.cookie().unwrap()
}
