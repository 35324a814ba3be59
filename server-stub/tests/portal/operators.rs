//! `/api/operators`: Gestione Credenziali

mod administrators;
mod finding;
mod measures;
mod scope;

use protocol::service::{Profile, ServiceId};
use serde_json::{Value, json};

use crate::support::{ANNA, Answer, Browser, LUCA, Portal};

const SEARCH: &str = "/api/operators/search";
const OWN: ServiceId = ServiceId::GestioneCredenziali;

/// Anna, who looks after the operators of Abruzzo, A012.
async fn administrator(portal: &Portal) -> Browser {
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], true)
        .await;
    portal.logged_in(&portal.card(ANNA)).await
}

/// Luca, who does the same there.
async fn colleague(portal: &Portal) -> Browser {
    portal
        .operator(LUCA, Profile::Amministrazione, &[OWN], true)
        .await;
    portal.logged_in(&portal.card(LUCA)).await
}

async fn search(browser: &mut Browser, words: &str) -> Answer {
    browser
        .call("POST", SEARCH, Some(json!({ "words": words })))
        .await
}

async fn found(browser: &mut Browser, words: &str) -> Vec<Value> {
    let answer = search(browser, words).await.expect(200).json();
    answer["operators"].as_array().unwrap().clone()
}

async fn id_of(browser: &mut Browser, codice_fiscale: &str) -> String {
    let found = found(browser, codice_fiscale).await;
    assert_eq!(found.len(), 1, "{codice_fiscale}");
    found[0]["id"].as_str().unwrap().to_owned()
}

async fn set_active(browser: &mut Browser, id: &str, active: bool) -> Answer {
    let body = json!({ "active": active });
    browser
        .call("PUT", &format!("/api/operators/{id}/active"), Some(body))
        .await
}

async fn revoke(browser: &mut Browser, id: &str) -> Answer {
    browser
        .call("DELETE", &format!("/api/operators/{id}/registration"), None)
        .await
}

async fn history(browser: &mut Browser, id: &str) -> Answer {
    browser.get(&format!("/api/operators/{id}/history")).await
}

/// All four calls with this id.
async fn every_call(browser: &mut Browser, id: &str) -> [Answer; 4] {
    [
        history(browser, id).await,
        set_active(browser, id, false).await,
        set_active(browser, id, true).await,
        revoke(browser, id).await,
    ]
}
