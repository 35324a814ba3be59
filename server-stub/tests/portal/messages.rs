//! `/api/messages`: Messaggi

use protocol::service::Profile;
use serde_json::{Value, json};
use server_stub::clock;

use crate::support::{ANNA, Browser, MARIO, Portal, Request, cf};

async fn messages(browser: &mut Browser) -> Vec<Value> {
    let answer = browser.get("/api/messages").await.expect(200).json();
    answer["messages"].as_array().unwrap().clone()
}

/// Kinds and how they were done, newest first.
async fn told(browser: &mut Browser) -> Vec<(String, Value)> {
    messages(browser)
        .await
        .iter()
        .map(|message| {
            let kind = message["kind"].as_str().unwrap().to_owned();
            (kind, message["by_card"].clone())
        })
        .collect()
}

fn said(kind: &str, by_card: impl Into<Value>) -> (String, Value) {
    (kind.to_owned(), by_card.into())
}

#[tokio::test]
async fn everything_that_was_done_with_ones_access_is_told_newest_first() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser.log_in_with(MARIO, &own).await.expect(201);
    let body = json!({ "telefono_ufficio": "0471000", "email": "" });
    browser
        .call("PUT", "/api/profile", Some(body.clone()))
        .await
        .expect(200);
    // The same again changes nothing, and is nothing to tell.
    browser
        .call("PUT", "/api/profile", Some(body))
        .await
        .expect(200);
    browser.log_in(&card).await.expect(201);
    browser
        .call("POST", "/api/credentials-document", None)
        .await
        .expect(201);
    assert_eq!(
        told(&mut browser).await,
        [
            said("credentials-reprinted", true),
            said("logged-in", true),
            said("profile-changed", false),
            said("logged-in", false),
            said("password-changed", Value::Null),
            said("card-registered", true),
        ]
    );
}

#[tokio::test]
async fn what_others_did_is_told_too() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.logged_in(&card).await;
    let store = &portal.app.store;
    store
        .disable_operator(&cf(MARIO), clock::now())
        .await
        .unwrap();
    // Shut out already: no second message.
    store
        .disable_operator(&cf(MARIO), clock::now())
        .await
        .unwrap();
    portal
        .operator(MARIO, Profile::Amministrazione, &[], true)
        .await;
    store
        .revoke_registration(&cf(MARIO), clock::now())
        .await
        .unwrap();
    store
        .revoke_registration(&cf(MARIO), clock::now())
        .await
        .unwrap();
    let mut browser = portal.logged_in(&card).await;
    let told = told(&mut browser).await;
    assert_eq!(
        told[2..5],
        [
            said("registration-revoked", Value::Null),
            said("operator-enabled", Value::Null),
            said("operator-disabled", Value::Null),
        ]
    );
    assert_eq!(told.len(), 7);
}

#[tokio::test]
async fn a_message_is_read_once_the_person_says_so() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    let unread = messages(&mut browser).await;
    assert!(unread.iter().all(|message| message["read"] == false));
    browser
        .call("POST", "/api/messages/read", None)
        .await
        .expect(204);
    let read = messages(&mut browser).await;
    assert!(read.iter().all(|message| message["read"] == true));
    assert_eq!(read[0]["id"], unread[0]["id"]);
    browser.log_in(&card).await.expect(201);
    let messages = messages(&mut browser).await;
    assert_eq!(messages[0]["read"], false, "a new one");
    assert_eq!(messages[1]["read"], true);
}

#[tokio::test]
async fn each_has_a_time_and_a_name_of_its_own() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    let messages = messages(&mut browser).await;
    let at = messages[0]["at"].as_str().unwrap();
    assert!(at.ends_with('Z') && at.len() >= 20, "{at}");
    let ids: Vec<_> = messages.iter().map(|message| &message["id"]).collect();
    assert_ne!(ids[0], ids[1]);
    // No number that tells how much the portal is used.
    assert_eq!(ids[0].as_str().unwrap().len(), 16);
}

#[tokio::test]
async fn nobody_reads_or_marks_anothers() {
    let portal = Portal::start().await;
    let mario = portal.person(MARIO, Profile::Amministrazione).await;
    let anna = portal.person(ANNA, Profile::Amministrazione).await;
    let mut marios = portal.logged_in(&mario).await;
    let mut annas = portal.logged_in(&anna).await;
    annas.log_in(&anna).await.expect(201);
    assert_eq!(messages(&mut marios).await.len(), 2);
    assert_eq!(messages(&mut annas).await.len(), 3);
    marios
        .call("POST", "/api/messages/read", None)
        .await
        .expect(204);
    let unread = messages(&mut annas).await;
    assert!(unread.iter().all(|message| message["read"] == false));
}

#[tokio::test]
async fn they_need_a_session_and_marking_needs_the_portals_own_page() {
    let portal = Portal::start().await;
    let mut stranger = portal.browser();
    stranger
        .get("/api/messages")
        .await
        .expect_refusal("not-authenticated");
    stranger
        .call("POST", "/api/messages/read", None)
        .await
        .expect_refusal("not-authenticated");
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    browser
        .send(Request::new("POST", "/api/messages/read").header("origin", "https://evil.example"))
        .await
        .expect_refusal("origin-not-allowed");
    assert_eq!(messages(&mut browser).await[0]["read"], false);
}

#[tokio::test]
async fn a_login_that_failed_is_no_access() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser
        .log_in_with(MARIO, "wrong")
        .await
        .expect_refusal("credentials-invalid");
    browser
        .log_in(&portal.card(MARIO))
        .await
        .expect_refusal("card-not-registered");
    browser.log_in_with(MARIO, &own).await.expect(201);
    assert_eq!(told(&mut browser).await.len(), 3);
}

#[tokio::test]
async fn the_latest_hundred_are_shown_and_a_years_are_kept() {
    let portal = Portal::start().await;
    let profile = Profile::Amministrazione;
    for _ in 0..51 {
        for active in [true, false] {
            portal.operator(MARIO, profile, &[], active).await;
        }
    }
    portal.operator(MARIO, profile, &[], true).await;
    let mut browser = portal.logged_in(&portal.card(MARIO)).await;
    let shown = told(&mut browser).await;
    assert_eq!(shown.len(), 100);
    assert_eq!(shown[0], said("logged-in", true));
    assert_eq!(shown[99], said("operator-disabled", Value::Null));
    let day = 24 * 60 * 60 * 1000;
    portal.forget_in(364 * day).await;
    let events = async || portal.app.store.events(&cf(MARIO)).await.unwrap().len();
    assert_eq!(events().await, 100);
    portal.forget_in(366 * day).await;
    assert_eq!(events().await, 0);
}
