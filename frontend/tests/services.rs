//! The services that are part of access: their forms, their refusals, what they ask.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use frontend::browser;
use leptos::prelude::document;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

/// Logged in and at a service's page.
async fn at(service: &str) {
    server_is_up();
    let mut session = session();
    session["services"] = json!([
        {"id": "cms", "name": "CMS"},
        {"id": "gestione-credenziali", "name": "Gestione Credenziali"},
        {"id": "assistenza-online", "name": "Assistenza Online"},
        {"id": "messaggi", "name": "Messaggi"},
        {"id": "profilo-utente", "name": "Profilo Utente"},
    ]);
    server_answers("GET /api/session", 200, &session);
    let address = match service {
        "" => "/servizi?lang=it".to_owned(),
        service => format!("/servizi/{service}?lang=it"),
    };
    visit(&address).await;
}

fn body_of(call: &str) -> Value {
    let asked = asked_of_server();
    let found = asked.iter().find(|asked| asked["key"] == call);
    let body = found.unwrap_or_else(|| panic!("{call} not in {asked:?}"))["body"].clone();
    serde_json::from_str(body.as_str().unwrap()).unwrap()
}

/// What a screen reader says with a field.
fn description_of(field: &Element) -> String {
    let ids = field.get_attribute("aria-describedby").unwrap_or_default();
    let texts = ids.split_whitespace().map(|id| {
        let part = document().get_element_by_id(id).unwrap();
        part.text_content().unwrap_or_default()
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn field_refused(field: &str) -> Value {
    let mut refusal = problem("field-unacceptable", 400);
    refusal["field"] = json!(field);
    refusal["detail"] = json!("the server's mend");
    refusal
}

#[wasm_bindgen_test]
async fn telephone_and_email_are_changed_and_seen_at_once() {
    at("profilo-utente").await;
    type_in("#telephone", "0471 000000").await;
    type_in("#email", " anna@example.it ").await;
    let mut changed = operator();
    changed["telefono_ufficio"] = json!("0471 000000");
    changed["email"] = json!("anna@example.it");
    server_answers("PUT /api/profile", 200, &changed);
    asked_of_server();
    press("Salva").await;
    find("[role=status]", |text| text == "I dati sono stati salvati.").await;
    find(".ts-data dd", |text| text == "0471 000000").await;
    assert_eq!(
        body_of("PUT /api/profile"),
        json!({"telefono_ufficio": "0471 000000", "email": "anna@example.it"})
    );
}

#[wasm_bindgen_test]
async fn what_is_no_telephone_is_not_sent_and_told_at_its_field() {
    at("profilo-utente").await;
    type_in("#telephone", "interno 12").await;
    type_in("#email", "anna").await;
    asked_of_server();
    press("Salva").await;
    let telephone = see("#telephone[aria-invalid]").await;
    assert!(description_of(&telephone).contains("non è un numero di telefono"));
    let email = see("#email[aria-invalid]").await;
    assert!(description_of(&email).contains("non è un indirizzo e-mail"));
    browser::sleep(20).await;
    assert!(document().active_element().unwrap() == telephone);
    assert!(asked_of_server().is_empty(), "nothing is sent");
    type_in("#telephone", "").await;
    type_in("#email", "").await;
    gone("[aria-invalid]").await;
}

#[wasm_bindgen_test]
async fn what_the_server_finds_wrong_stands_at_its_field() {
    at("profilo-utente").await;
    server_answers("PUT /api/profile", 400, &field_refused("email"));
    type_in("#email", "a@b.invalid").await;
    press("Salva").await;
    let email = see("#email[aria-invalid]").await;
    assert!(description_of(&email).contains("the server's mend"));
    assert_eq!(count("[role=alert]"), 0);
    server_answers("PUT /api/profile", 429, &problem("too-many-requests", 429));
    press("Salva").await;
    see("[role=alert][data-code=too-many-requests]").await;
}

#[wasm_bindgen_test]
async fn every_device_is_left_from_the_profile() {
    let everywhere = "DELETE /api/session?everywhere=true";
    at("profilo-utente").await;
    let refusal = problem("security-systems-unavailable", 503);
    server_answers(everywhere, 503, &refusal);
    press("Esci da tutti i dispositivi").await;
    see("main [role=alert][data-code=security-systems-unavailable]").await;
    server_answers(everywhere, 204, &json!(null));
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    asked_of_server();
    press("Esci da tutti i dispositivi").await;
    find("main h1", |text| text == "Sistema Tessera Sanitaria").await;
    gone(".ts-leave").await;
    let asked = asked_of_server();
    assert!(
        asked.iter().any(|asked| asked["key"] == everywhere),
        "{asked:?}"
    );
}

#[wasm_bindgen_test]
async fn who_has_no_session_any_more_is_not_told_that_the_others_ended() {
    at("profilo-utente").await;
    see("#telephone").await;
    server_answers(
        "DELETE /api/session?everywhere=true",
        401,
        &problem("not-authenticated", 401),
    );
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    press("Esci da tutti i dispositivi").await;
    find("main h1", |text| text == "Area riservata").await;
    find("[role=status]", |text| {
        text.contains("La sessione è terminata")
    })
    .await;
}

#[wasm_bindgen_test]
async fn staying_logged_in_keeps_what_is_being_typed() {
    at("assistenza-online").await;
    type_in("#text", "Un testo lungo, scritto con calma").await;
    let opened = browser::remembered("tessera.session").unwrap();
    let opened = opened.split(' ').next().unwrap();
    let ends = js_sys::Date::now() + 60_000.0;
    let lease = format!("{opened} {:.0} {ends:.0}", ends - 1_800_000.0);
    another_tab_remembers("tessera.session", Some(&lease));
    see("dialog[open]").await;
    press("Resta collegato").await;
    gone("dialog[open]").await;
    let text = see("#text").await.unchecked_into::<HtmlTextAreaElement>();
    assert_eq!(text.value(), "Un testo lungo, scritto con calma");
}

#[wasm_bindgen_test]
async fn messages_are_marked_until_they_are_opened() {
    let message = |id: &str, kind: &str, by_card: Value, read: bool| json!({"id": id, "kind": kind, "at": "2026-11-20T08:30:00Z", "by_card": by_card, "read": read});
    server_answers(
        "GET /api/messages",
        200,
        &json!({"messages": [
            message("2", "logged-in", json!(true), false),
            message("1", "operator-enabled", json!(null), true),
        ]}),
    );
    server_answers("POST /api/messages/read", 204, &json!(null));
    at("").await;
    find(".ts-service-menu li", |text| {
        text.starts_with("Messaggi") && text.ends_with("da leggere: 1")
    })
    .await;
    asked_of_server();
    press("Messaggi").await;
    let new = find("main li", |text| text.contains("Nuovo")).await;
    let said = new.text_content().unwrap();
    assert!(
        said.contains("Accesso al portale") && said.contains("20 novembre 2026"),
        "{said}"
    );
    assert!(said.contains("con la smart card"), "{said}");
    assert_eq!(count(".ts-new"), 1);
    for _ in 0..100 {
        if asked_of_server()
            .iter()
            .any(|call| call["key"] == "POST /api/messages/read")
        {
            return;
        }
        browser::sleep(20).await;
    }
    panic!("the messages were not marked as read");
}

#[wasm_bindgen_test]
async fn every_kind_of_message_has_its_words() {
    for act in protocol::api::Act::ALL {
        let message = json!({"id": "1", "kind": act.name(), "at": "2026-11-20T08:30:00Z",
            "by_card": null, "read": true});
        server_answers("GET /api/messages", 200, &json!({"messages": [message]}));
        at("messaggi").await;
        let words = frontend::i18n::services::act(*act).in_language(protocol::Language::It);
        find("main li strong", |text| text == words).await;
    }
}

fn managed(active: bool, registered: bool) -> Value {
    let mut person = operator();
    person["cognome"] = json!("VERDI");
    person["nome"] = json!("ANNA");
    json!({"id": "x7", "operator": person, "active": active, "document_pending": false,
        "registered_at": registered.then_some("2026-11-01T08:00:00Z"), "has_credentials": registered})
}

fn somebody_is_found() {
    server_answers(
        "POST /api/operators/search",
        200,
        &json!({"operators": [managed(true, true)], "more": true}),
    );
    server_answers(
        "GET /api/operators/x7/history",
        200,
        &json!({"entries": [{"at": "2026-11-01T08:00:00Z", "act": "card-registered", "by": "self", "by_card": true}]}),
    );
}

#[wasm_bindgen_test]
async fn an_operator_is_found_and_disabled_only_after_a_question_that_names_them() {
    at("gestione-credenziali").await;
    asked_of_server();
    press("Cerca operatori").await;
    let words = see("#words[aria-invalid]").await;
    assert!(description_of(&words).contains("Scriva che cosa cercare."));
    assert!(asked_of_server().is_empty(), "nothing is searched");
    somebody_is_found();
    type_in("#words", " verdi ").await;
    press("Cerca operatori").await;
    find("main th", |text| text == "VERDI ANNA").await;
    find("main p", |text| text.starts_with("Ce ne sono altri")).await;
    assert_eq!(
        body_of("POST /api/operators/search"),
        json!({"words": "verdi"})
    );

    see("button[aria-label='Gestisci VERDI ANNA']")
        .await
        .unchecked_into::<HtmlElement>()
        .click();
    find("main h2", |text| text == "VERDI ANNA").await;
    find("main li", |text| {
        text.contains("È stata registrata una CNS") && text.contains("dall'operatore")
    })
    .await;
    asked_of_server();
    press("Disabilita").await;
    find("[role=group]", |text| {
        text.contains("Disabilitare VERDI ANNA?")
    })
    .await;
    press("Annulla").await;
    gone("[role=group]").await;
    assert!(asked_of_server().is_empty(), "it was not meant");

    server_answers("PUT /api/operators/x7/active", 200, &managed(false, true));
    press("Disabilita").await;
    press("Sì, disabilita").await;
    find("[role=status]", |text| {
        text == "VERDI ANNA ora è disabilitato."
    })
    .await;
    assert_eq!(
        body_of("PUT /api/operators/x7/active"),
        json!({"active": false})
    );
    find(".ts-data dd", |text| text == "disabilitato").await;

    server_answers(
        "DELETE /api/operators/x7/registration",
        200,
        &managed(false, false),
    );
    press("Revoca la registrazione").await;
    press("Sì, revoca").await;
    find("[role=status]", |text| {
        text.starts_with("La registrazione della CNS di VERDI ANNA")
    })
    .await;
    assert!(document().query_selector("main button").unwrap().is_some());
    press("Torna ai risultati").await;
    let row = find("main tbody tr", |text| text.contains("VERDI ANNA")).await;
    let row = row.text_content().unwrap();
    assert!(
        row.contains("disabilitato") && row.contains("non registrata"),
        "{row}"
    );
}

#[wasm_bindgen_test]
async fn managing_needs_the_card_and_comes_back() {
    at("gestione-credenziali").await;
    server_answers(
        "POST /api/operators/search",
        403,
        &problem("card-required", 403),
    );
    type_in("#words", "verdi").await;
    press("Cerca operatori").await;
    see("[role=alert][data-code=card-required] a[href='/area-riservata/smart-card']").await;
    assert_eq!(frontend::session::wanted(), "/servizi/gestione-credenziali");
}

#[wasm_bindgen_test]
async fn nobody_found_is_said() {
    at("gestione-credenziali").await;
    server_answers(
        "POST /api/operators/search",
        200,
        &json!({"operators": [], "more": false}),
    );
    type_in("#words", "zzz").await;
    press("Cerca operatori").await;
    find("[role=status]", |text| text.starts_with("Nessun operatore")).await;
}

#[wasm_bindgen_test]
async fn a_problem_is_told_without_a_name_and_answered_with_a_code() {
    extension(
        &json!([{"action": "ack"}, {"action": "success", "extension": "7.1", "nativeApp": "7.2"}]),
    );
    visit("/faq?lang=it").await;
    at("assistenza-online").await;
    press("Invia la richiesta").await;
    let topic = see("#topic[aria-invalid]").await;
    assert!(description_of(&topic).contains("Scelga l'argomento."));
    see("#text[aria-invalid]").await;
    type_in("#topic", "card").await;
    type_in("#text", "Il lettore lampeggia e non si ferma").await;
    find(".ts-sent li", |text| text == "Programma Tessera: 7.2").await;
    server_answers("POST /api/assistance", 400, &field_refused("text"));
    press("Invia la richiesta").await;
    find("#text-fault", |text| text == "the server's mend").await;
    server_answers(
        "POST /api/assistance",
        201,
        &json!({"support_code": "K7MPQ2XW9R"}),
    );
    asked_of_server();
    press("Invia la richiesta").await;
    find(".ts-code", |text| text == "K7MPQ2XW9R").await;
    let sent = body_of("POST /api/assistance");
    assert_eq!(sent["topic"], "card");
    assert_eq!(sent["text"], "Il lettore lampeggia e non si ferma");
    assert_eq!(sent["context"]["extension"], "7.1");
    assert!(!sent.to_string().contains("RSSMRA"), "{sent}");
    gone("form.ts-form").await;
    extension_is_gone();
}

#[wasm_bindgen_test]
async fn another_service_is_named_and_its_address_led_to() {
    let address = "https://cms.example.it/";
    server_answers(
        "GET /api/services/cms",
        200,
        &json!({"id": "cms", "name": "CMS", "address": address}),
    );
    at("cms").await;
    find("main h1", |text| text == "CMS").await;
    see("main a[href='https://cms.example.it/']").await;
    server_answers(
        "GET /api/services/cms",
        200,
        &json!({"id": "cms", "name": "CMS", "address": null}),
    );
    at("cms").await;
    find("main p", |text| {
        text.contains("non è indicato dove si trova")
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_session_the_server_ended_leads_to_the_login() {
    at("profilo-utente").await;
    see("#telephone").await;
    server_answers("PUT /api/profile", 401, &problem("not-authenticated", 401));
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    press("Salva").await;
    find("main h1", |text| text == "Area riservata").await;
    find("[role=status]", |text| {
        text.contains("La sessione è terminata")
    })
    .await;
    assert_eq!(frontend::session::wanted(), "/servizi/profilo-utente");
}
