//! The care around a session: the warning, the end, other tabs, the way back.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use frontend::browser;
use leptos::prelude::{document, window};
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlElement, PageTransitionEvent, PageTransitionEventInit};

wasm_bindgen_test_configure!(run_in_browser);

/// Where all tabs keep the session's time.
const LEASE: &str = "tessera.session";

/// Logged in, at the services.
async fn at_the_services() {
    server_is_up();
    server_answers("GET /api/session", 200, &session());
    server_answers("DELETE /api/session", 204, &json!(null));
    visit("/servizi?lang=it").await;
    see(".ts-data").await;
}

/// Half an hour has gone by without a word, but for these seconds.
fn seconds_are_left(seconds: f64) {
    let opened = browser::remembered(LEASE).unwrap();
    let opened = opened.split(' ').next().unwrap();
    let ends = js_sys::Date::now() + seconds * 1000.0;
    let told = ends - 1_800_000.0;
    let lease = format!("{opened} {told:.0} {ends:.0}");
    another_tab_remembers(LEASE, Some(&lease));
}

fn focused() -> Option<web_sys::Element> {
    document().active_element()
}

fn page_is(what: &str, kept: bool) {
    let how = PageTransitionEventInit::new();
    how.set_persisted(kept);
    let event = PageTransitionEvent::new_with_event_init_dict(what, &how).unwrap();
    window().dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn whoever_stays_is_asked_again_later_and_goes_on_where_they_were() {
    at_the_services().await;
    let link = find("main nav a", |text| text == "Messaggi").await;
    link.unchecked_ref::<HtmlElement>().focus().unwrap();
    seconds_are_left(119.0);
    let dialog = see("dialog[open]").await;
    assert_eq!(focused().unwrap().id(), "ts-ending");
    assert!(
        dialog.text_content().unwrap().contains("1:5"),
        "the time left"
    );
    asked_of_server();
    server_answers("GET /api/session", 200, &session());
    press("Resta collegato").await;
    gone("dialog[open]").await;
    assert_eq!(asked_of_server()[0]["key"], "GET /api/session");
    assert!(focused().unwrap() == link, "the focus is where it was");
    assert_eq!(count(".ts-session-notice p"), 0);
}

#[wasm_bindgen_test]
async fn escape_stays_too() {
    at_the_services().await;
    seconds_are_left(60.0);
    let dialog = see("dialog[open]").await;
    find("dialog [role=status]", |text| {
        text == "Resta meno di un minuto."
    })
    .await;
    dialog
        .dispatch_event(&web_sys::Event::new("cancel").unwrap())
        .unwrap();
    gone("dialog[open]").await;
}

#[wasm_bindgen_test]
async fn a_session_that_is_over_shows_nothing_more_and_comes_back_to_its_page() {
    at_the_services().await;
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    seconds_are_left(-3.0);
    find("main h1", |text| text == "Area riservata").await;
    find("[role=status]", |text| {
        text.contains("La sessione è terminata")
    })
    .await;
    assert_eq!(count(".ts-data, .ts-leave, dialog[open]"), 0);
    extension(&json!([{"action": "ack"}, {"action": "success", "format": "web-eid:1.0"}]));
    server_answers("POST /api/session", 201, &session());
    server_answers("GET /api/session", 200, &session());
    press("Accedi con smart card").await;
    press("Effettua la login").await;
    find("main h1", |text| text == "Servizi").await;
    assert_eq!(count(".ts-session-notice p"), 0, "it was said");
}

/// Nobody is logged in, and whoever wants to be is.
async fn at_the_card() {
    server_is_up();
    visit("/area-riservata/smart-card?lang=it").await;
    another_tab_remembers(LEASE, None);
    gone(".ts-leave").await;
    extension(&json!([
        {"action": "ack"},
        {"action": "success", "format": "web-eid:1.0", "after": 100},
    ]));
    server_answers("POST /api/session", 201, &session());
    server_answers("GET /api/messages", 200, &unread());
    asked_of_server();
}

fn unread() -> Value {
    json!({"messages": [{"id": "1", "kind": "logged-in", "at": "2026-11-20T08:30:00Z",
        "by_card": true, "read": false}]})
}

/// The calls since the last time, once the server was asked nothing more for a while.
async fn calls() -> Vec<String> {
    browser::sleep(100).await;
    let asked = asked_of_server();
    let keys = asked.iter().map(|call| call["key"].as_str().unwrap());
    keys.map(str::to_owned).collect()
}

#[wasm_bindgen_test]
async fn who_has_just_logged_in_is_known_and_at_the_next_page_asked_for_again() {
    at_the_card().await;
    press("Effettua la login").await;
    see(".ts-service-menu .ts-new").await;
    let login = ["POST /api/challenges", "POST /api/session"];
    assert_eq!(calls().await, [&login[..], &["GET /api/messages"]].concat());

    server_answers("GET /api/session", 200, &session());
    server_answers("POST /api/messages/read", 204, &json!(null));
    press("Messaggi").await;
    see("main li .ts-new").await;
    let mut asked = calls().await;
    asked.sort();
    assert_eq!(
        asked,
        [
            "GET /api/messages",
            "GET /api/session",
            "POST /api/messages/read"
        ]
    );

    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    press("Torna ai servizi").await;
    find("main h1", |text| text == "Area riservata").await;
}

#[wasm_bindgen_test]
async fn who_logged_in_and_was_elsewhere_is_asked_for_at_the_services() {
    at_the_card().await;
    server_answers("GET /api/session", 200, &session());
    press("Effettua la login").await;
    press("FAQ").await;
    press("MARIA ROSSI").await;
    see(".ts-service-menu .ts-new").await;
    let of_the_page = ["GET /api/messages", "GET /api/session"];
    let mut asked = calls().await.split_off(2);
    asked.sort();
    assert_eq!(asked, of_the_page);
}

#[wasm_bindgen_test]
async fn what_was_asked_before_a_login_and_is_answered_after_it_is_asked_again() {
    at_the_card().await;
    let mut earlier = session();
    earlier["operator"]["nome"] = json!("ANNA");
    server_answers_late("GET /api/session", 200, &earlier, 700);
    let now = js_sys::Date::now();
    let lease = format!("{now:.0} {now:.0} {:.0}", now + 1_800_000.0);
    another_tab_remembers(LEASE, Some(&lease));
    press("Effettua la login").await;
    see(".ts-service-menu .ts-new").await;
    let asked = asked_of_server();
    assert_eq!(asked[0]["key"], "GET /api/session", "{asked:?}");
    server_answers("GET /api/session", 200, &session());
    browser::sleep(900).await;
    assert_eq!(asked_of_server()[0]["key"], "GET /api/session");
    find("header", |text| text.contains("MARIA ROSSI")).await;
}

#[wasm_bindgen_test]
async fn a_session_that_ended_on_a_public_page_says_so_there() {
    at_the_services().await;
    press("FAQ").await;
    find("main h1", |text| text != "Servizi").await;
    seconds_are_left(-3.0);
    press("Accedi di nuovo").await;
    find("main h1", |text| text == "Area riservata").await;
    press("FAQ").await;
    find("main h1", |text| text != "Area riservata").await;
    gone(".ts-session-notice p").await;
}

#[wasm_bindgen_test]
async fn a_session_as_old_as_may_be_is_told_honestly() {
    at_the_services().await;
    let same_end = session_until(100.0);
    server_answers("GET /api/session", 200, &same_end);
    seconds_are_left(100.0);
    see("dialog[open]").await;
    press("Resta collegato").await;
    find("dialog p", |text| text.contains("durata massima")).await;
    press("Ho capito").await;
    gone("dialog[open]").await;
}

#[wasm_bindgen_test]
async fn the_warning_leads_out_as_well() {
    at_the_services().await;
    seconds_are_left(30.0);
    find("dialog button", |text| text == "Esci")
        .await
        .unchecked_into::<HtmlElement>()
        .click();
    find("main h1", |text| text == "Sistema Tessera Sanitaria").await;
    gone("dialog[open]").await;
    gone(".ts-leave").await;
    assert_eq!(browser::remembered(LEASE), None);
    assert_eq!(count(".ts-session-notice p"), 0, "the person knows");
}

#[wasm_bindgen_test]
async fn a_login_in_another_tab_is_followed() {
    server_is_up();
    another_tab_remembers(LEASE, None);
    visit("/servizi/messaggi?lang=it").await;
    find("main h1", |text| text == "Area riservata").await;
    server_answers("GET /api/session", 200, &session());
    another_tab_remembers(LEASE, Some("1 1 4000000000000"));
    see(".ts-leave").await;
    press("Vai alla pagina richiesta").await;
    find("main h1", |text| text == "Messaggi").await;
}

#[wasm_bindgen_test]
async fn another_persons_login_in_another_tab_takes_the_first_ones_data_away() {
    at_the_services().await;
    let mut another = session();
    another["operator"]["cognome"] = json!("VERDI");
    server_answers("GET /api/session", 200, &another);
    another_tab_remembers(LEASE, Some("1 1 4000000000000"));
    find(".ts-data dd", |text| text == "MARIA VERDI").await;
    find(".ts-session-name", |text| text == "MARIA VERDI").await;
}

#[wasm_bindgen_test]
async fn a_page_out_of_the_browsers_memory_shows_nothing_before_the_server_spoke() {
    at_the_services().await;
    page_is("pagehide", true);
    gone(".ts-data").await;
    gone(".ts-leave").await;
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    page_is("pageshow", true);
    find("main h1", |text| text == "Area riservata").await;
    assert_eq!(count(".ts-data, .ts-leave"), 0);
}

#[wasm_bindgen_test]
async fn a_confirmed_registration_is_not_shown_to_who_comes_after() {
    at_the_services().await;
    extension(&json!([{"action": "ack"}, {"action": "success", "format": "web-eid:1.0"}]));
    let registration = json!({"operator": operator(), "credentials_document": null});
    server_answers("POST /api/registrations", 201, &registration);
    visit("/area-riservata/smart-card?lang=it").await;
    press("Registra CNS").await;
    find("main strong", |text| {
        text == "La registrazione è confermata."
    })
    .await;
    press("Esci").await;
    find("main h1", |text| text == "Sistema Tessera Sanitaria").await;
    gone(".ts-leave").await;
    server_answers("GET /api/session", 401, &problem("not-authenticated", 401));
    visit("/area-riservata/registrazione?lang=it").await;
    let shown = see("main").await.text_content().unwrap();
    assert!(!shown.contains("RSSMRA80A01H501U"), "{shown}");
}
