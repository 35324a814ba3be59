//! "Prepara la postazione": what the page makes of what extension and host say.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // how a test fails

mod doubles;

use doubles::*;
use protocol::workstation_check::Step;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

const PAGE: &str = "/prepara-la-postazione?lang=it";
const LIVE: &str = "GET /api/health/live";

/// Opens the page and has the workstation checked; extension and host answer this.
async fn check(answers: &Value) {
    extension(answers);
    visit(PAGE).await;
    press("Verifica la postazione").await;
    see("[data-step=clock][data-state]").await;
}

fn success(members: Value) -> Value {
    let mut message = json!({"action": "success", "extension": "0.1.0", "nativeApp": "0.1.0"});
    let added = members.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(added);
    json!([{"action": "ack"}, message])
}

fn failure(error: Value) -> Value {
    json!([{"action": "ack"}, {"action": "failure", "error": error}])
}

/// All kinds of checks as they should be, but for these.
fn checks(but: &[(&str, &str)]) -> Value {
    let kinds = Step::ALL.iter().flat_map(|step| step.checks());
    let checks = kinds.map(|id| {
        let found = but.iter().find(|(known, _)| known == id);
        json!({"id": id, "state": found.map_or("ok", |(_, state)| state)})
    });
    success(json!({"checks": checks.collect::<Vec<_>>()}))
}

fn state_of(step: &str) -> String {
    let item = leptos::prelude::document()
        .query_selector(&format!("[data-step={step}]"))
        .unwrap();
    item.unwrap().get_attribute("data-state").unwrap()
}

/// The steps that are not as they should be.
fn lacking() -> Vec<(&'static str, String)> {
    let names = Step::ALL.iter().map(|step| step.name());
    let states = names.map(|name| (name, state_of(name)));
    states.filter(|(_, state)| state != "ok").collect()
}

fn lacks(steps: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let owned = |(step, state): &(&'static str, &str)| (*step, (*state).to_owned());
    steps.iter().map(owned).collect()
}

#[wasm_bindgen_test]
async fn before_the_check_nothing_is_claimed() {
    server_is_up();
    visit(PAGE).await;
    see("[data-step=browser]").await;
    assert_eq!(count("[data-step]"), Step::ALL.len() as u32);
    assert_eq!(count("[data-state]"), 0);
}

#[wasm_bindgen_test]
async fn a_workstation_that_has_everything_is_told_so() {
    server_is_up();
    check(&checks(&[])).await;
    assert_eq!(lacking(), []);
    let said = see("[role=status] .ts-good").await.text_content().unwrap();
    assert!(said.contains("può funzionare"), "{said}");
    assert_eq!(count("[role=alert]"), 0);
    // What was asked: once, and that checks are wished for.
    let asked = asked_of_extension();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["checks"], true);
}

#[wasm_bindgen_test]
async fn each_thing_that_lacks_is_a_step_with_something_to_do() {
    server_is_up();
    check(&checks(&[
        ("pcsc-service", "wrong"),
        ("reader", "warning"),
        ("a-newer-kind", "wrong"),
    ]))
    .await;
    assert_eq!(
        lacking(),
        lacks(&[("service", "wrong"), ("reader", "warning")])
    );
    for (step, word, to_do) in [
        ("service", "Da sistemare", "Riavvii il computer"),
        ("reader", "Da guardare", "Colleghi il lettore"),
        ("clock", "Va bene", ""),
    ] {
        let text = see(&format!("[data-step={step}]")).await.text_content();
        let text = text.unwrap();
        assert!(text.contains(word) && text.contains(to_do), "{text}");
    }
    press("Vai al primo passo da guardare").await;
    see("#ts-service:focus").await;
}

#[wasm_bindgen_test]
async fn what_does_not_answer_is_told_and_the_rest_left_open() {
    server_is_up();
    check(&failure(
        json!({"code": "ERR_TESSERA_NATIVE_UNAVAILABLE", "message": "", "name": ""}),
    ))
    .await;
    see("[role=alert][data-code=ERR_TESSERA_NATIVE_UNAVAILABLE]").await;
    assert_eq!(state_of("extension"), "ok");
    assert_eq!(state_of("program"), "wrong");
    assert_eq!(state_of("reader"), "unknown");

    extension_is_gone();
    press("Verifica la postazione").await;
    see("[role=alert][data-code=ERR_TESSERA_EXTENSION_UNAVAILABLE]").await;
    assert_eq!(state_of("extension"), "wrong");
    assert_eq!(state_of("program"), "unknown");
}

#[wasm_bindgen_test]
async fn the_older_of_the_two_is_to_be_updated() {
    server_is_up();
    for (older, words) in [
        ("extension", "L'estensione è troppo vecchia"),
        ("nativeApp", "Il programma è troppo vecchio"),
    ] {
        check(&failure(
            json!({"code": "ERR_TESSERA_VERSION_MISMATCH", "message": "", "name": "",
            "requiresUpdate": {older: true}}),
        ))
        .await;
        let step = see("[data-step=versions][data-state=wrong]").await;
        let said = step.text_content().unwrap();
        assert!(said.contains(words), "{said}");
        assert_eq!(state_of("program"), "ok");
    }
}

#[wasm_bindgen_test]
async fn an_earlier_host_or_extension_is_no_fault() {
    server_is_up();
    check(&success(json!({}))).await;
    let said = see("[role=status] .ts-good").await.text_content().unwrap();
    assert!(said.contains("primo accesso"), "{said}");
    for (step, state) in [
        ("versions", "ok"),
        ("reader", "unknown"),
        ("clock", "unknown"),
    ] {
        assert_eq!(state_of(step), state);
    }
}

#[wasm_bindgen_test]
async fn checks_that_cannot_be_read_are_passed_over() {
    server_is_up();
    check(&success(json!({"checks": [
        {"id": "module", "state": "ok"}, {"id": "reader", "state": "fine"}, {"id": 7}, null, "clock",
    ]})))
    .await;
    assert_eq!(state_of("middleware"), "ok");
    assert_eq!(state_of("reader"), "unknown");
}

#[wasm_bindgen_test]
async fn a_clock_far_from_the_servers_is_seen_without_the_host() {
    server_is_up();
    server_is_ahead(LIVE, 3600.0);
    check(&success(json!({}))).await;
    assert_eq!(state_of("clock"), "wrong");
    server_is_ahead(LIVE, 10.0);
    check(&success(json!({}))).await;
    assert_eq!(state_of("clock"), "unknown");
}

#[wasm_bindgen_test]
async fn a_file_is_offered_where_the_server_has_it() {
    server_is_up();
    let package = format!(
        "/postazione/tessera_{}_amd64.deb",
        env!("CARGO_PKG_VERSION")
    );
    let missing = failure(json!({"code": "ERR_TESSERA_NATIVE_UNAVAILABLE"}));
    server_answers(&format!("HEAD {package}"), 204, &json!(null));
    check(&missing).await;
    let link = see("[data-step=program] a[download]").await;
    let link: HtmlElement = link.unchecked_into();
    assert_eq!(link.get_attribute("href").unwrap(), package);
    assert!(link.text_content().unwrap().contains(".deb"));

    server_answers(&format!("HEAD {package}"), 404, &json!(null));
    asked_of_server();
    check(&missing).await;
    while !asked_of_server()
        .iter()
        .any(|call| call["key"] == format!("HEAD {package}"))
    {
        frontend::browser::sleep(5).await;
    }
    assert_eq!(count("a[download]"), 0);
}

#[wasm_bindgen_test]
async fn a_second_press_starts_no_second_check() {
    server_is_up();
    extension(&json!([{"action": "ack"}, {"action": "success", "after": 200}]));
    visit(PAGE).await;
    press("Verifica la postazione").await;
    press("Verifica la postazione").await;
    see("[data-step=clock][data-state]").await;
    assert_eq!(asked_of_extension().len(), 1);
}
