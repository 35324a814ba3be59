//! What happens to one person at the same moment happens one after the other

use std::time::Duration;

use protocol::service::Profile;
use serde_json::json;
use server_stub::clock;

use crate::support::{Answer, Browser, MARIO, Portal, cf, logins_at_once};

/// Time to come as far as the lock.
const A_MOMENT: Duration = Duration::from_millis(400);

async fn sessions(portal: &Portal) -> String {
    let mut lock = portal.lock_database().await;
    lock.text("SELECT CAST(COUNT(*) AS TEXT) FROM sessions")
        .await
}

#[tokio::test]
async fn of_fifty_logins_at_once_none_survives_a_disabling_among_them() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.browser().register(&card).await.expect(201);
    let logins = logins_at_once(&portal, &[&card; 50]).await;
    while sessions(&portal).await == "0" {}
    let store = &portal.app.store;
    assert!(
        store
            .disable_operator(&cf(MARIO), clock::now())
            .await
            .unwrap()
    );
    for login in logins {
        let answer: Answer = login.await.unwrap();
        assert!(matches!(answer.status.as_u16(), 201 | 403), "{answer:?}");
    }
    assert_eq!(sessions(&portal).await, "0");
}

/// A login that has judged all there is to judge, and waits before its end.
async fn login_under_way(
    portal: &Portal,
    card: &pki::Card,
) -> (tokio::task::JoinHandle<Browser>, crate::support::Lock) {
    let mut browser = portal.browser();
    let body = json!({ "token": browser.token(card).await });
    let lock = portal.lock_events().await;
    let login = tokio::spawn(async move {
        let answer = browser.call("POST", "/api/session", Some(body)).await;
        assert!(matches!(answer.status.as_u16(), 201 | 403), "{answer:?}");
        browser
    });
    tokio::time::sleep(A_MOMENT).await;
    (login, lock)
}

#[tokio::test]
async fn a_login_under_way_when_its_operator_is_disabled_leaves_no_session() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.browser().register(&card).await.expect(201);
    let (login, lock) = login_under_way(&portal, &card).await;
    let app = portal.app.clone();
    let disabling =
        tokio::spawn(async move { app.store.disable_operator(&cf(MARIO), clock::now()).await });
    tokio::time::sleep(A_MOMENT).await;
    drop(lock);
    assert!(disabling.await.unwrap().unwrap());
    let mut browser = login.await.unwrap();
    assert!(!browser.is_logged_in().await);
    assert_eq!(sessions(&portal).await, "0");
}

#[tokio::test]
async fn a_login_under_way_when_its_registration_is_revoked_leaves_no_session() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.browser().register(&card).await.expect(201);
    let (login, lock) = login_under_way(&portal, &card).await;
    let app = portal.app.clone();
    let revoking = tokio::spawn(async move {
        app.store
            .revoke_registration(&cf(MARIO), clock::now())
            .await
    });
    tokio::time::sleep(A_MOMENT).await;
    drop(lock);
    assert_eq!(revoking.await.unwrap().unwrap(), Some(true));
    login.await.unwrap();
    assert_eq!(sessions(&portal).await, "0");
}

#[tokio::test]
async fn a_login_under_way_when_another_card_is_registered_leaves_no_session() {
    let portal = Portal::start().await;
    let old = portal.person(MARIO, Profile::Amministrazione).await;
    portal.browser().register(&old).await.expect(201);
    let (login, lock) = login_under_way(&portal, &old).await;
    let (new, mut browser) = (portal.card(MARIO), portal.browser());
    let registering = tokio::spawn(async move { browser.register(&new).await.expect(201) });
    tokio::time::sleep(A_MOMENT).await;
    drop(lock);
    registering.await.unwrap();
    login.await.unwrap();
    assert_eq!(sessions(&portal).await, "0");
}

#[tokio::test]
async fn a_login_under_way_when_its_password_is_changed_leaves_no_session() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut owner, own) = portal.with_password(&card, MARIO).await;
    let lock = portal.lock_events().await;
    let (mut thief, known) = (portal.browser(), own.clone());
    let login = tokio::spawn(async move {
        thief.log_in_with(MARIO, &known).await;
    });
    tokio::time::sleep(A_MOMENT * 3).await;
    let changing = tokio::spawn(async move {
        let new = "sei cavalli davanti alla porta verde";
        owner.change_password(MARIO, &own, new).await.expect(204);
    });
    tokio::time::sleep(A_MOMENT * 3).await;
    drop(lock);
    login.await.unwrap();
    changing.await.unwrap();
    assert_eq!(sessions(&portal).await, "0");
}

#[tokio::test]
async fn an_older_document_read_while_the_card_registers_anew_frees_nothing() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let mut reader = browser.clone();
    let (mut elsewhere, again) = (portal.browser(), card.clone());
    let body = json!({ "token": elsewhere.token(&again).await });
    let lock = portal.lock_events().await;
    let registering = tokio::spawn(async move {
        let path = "/api/registrations";
        elsewhere.call("POST", path, Some(body)).await.expect(201)
    });
    tokio::time::sleep(A_MOMENT * 3).await;
    let reading = tokio::spawn(async move { reader.get("/api/credentials-document").await });
    tokio::time::sleep(A_MOMENT).await;
    drop(lock);
    registering.await.unwrap();
    reading.await.unwrap();
    let answer = portal.browser().log_in(&card).await;
    answer.expect_refusal("credentials-document-pending");
}

#[tokio::test]
async fn of_many_changes_of_a_profile_at_once_as_many_are_made_as_an_hour_allows() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let browser = portal.logged_in(&card).await;
    let changes: Vec<_> = (0..40)
        .map(|number| {
            let mut browser = browser.clone();
            let body = json!({ "telefono_ufficio": format!("04710{number:02}"), "email": "" });
            tokio::spawn(async move { browser.call("PUT", "/api/profile", Some(body)).await })
        })
        .collect();
    for change in changes {
        let answer = change.await.unwrap();
        assert!(matches!(answer.status.as_u16(), 200 | 429), "{answer:?}");
    }
    let events = portal.app.store.events(&cf(MARIO)).await.unwrap();
    let made = events
        .iter()
        .filter(|event| event.act == protocol::api::Act::ProfileChanged);
    assert_eq!(made.count(), 20);
}
