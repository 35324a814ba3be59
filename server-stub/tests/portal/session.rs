//! `/api/session`: Effettua la login, who am I, Esci

use protocol::service::{Profile, ServiceId};
use serde_json::{Value, json};

use crate::support::{ANNA, MARIO, Portal, Request, cf};

fn service_ids(session: &Value) -> Vec<&str> {
    session["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| service["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_login_tells_who_it_is_and_what_is_enabled() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, _) = portal.registered(&card).await;
    let opened = browser.log_in(&card).await.expect(201).json();
    assert_eq!(opened["operator"]["codice_fiscale"], MARIO);
    assert_eq!(
        service_ids(&opened),
        [
            "ristampa-credenziali",
            "gestione-assistiti",
            "esenzioni-da-reddito",
            "assistenza-online",
            "messaggi",
            "profilo-utente"
        ]
    );
    assert_eq!(opened["services"][0]["name"], "Ristampa Credenziali");
    let read = browser.get("/api/session").await.expect(200).json();
    assert_eq!(read, opened);
}

#[tokio::test]
async fn named_services_stand_in_the_menus_order() {
    let portal = Portal::start().await;
    let services = [ServiceId::GestioneTs, ServiceId::Cms, ServiceId::Messaggi];
    portal
        .operator(MARIO, Profile::Amministrazione, &services, true)
        .await;
    let card = portal.card(MARIO);
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let opened = browser.log_in(&card).await.expect(201).json();
    assert_eq!(
        service_ids(&opened),
        ["cms", "gestione-ts", "messaggi", "profilo-utente"]
    );
}

#[tokio::test]
async fn a_card_that_is_not_registered_does_not_log_in() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal
        .browser()
        .log_in(&card)
        .await
        .expect_refusal("card-not-registered");
}

#[tokio::test]
async fn esci_ends_the_session_and_can_be_repeated() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    browser.log_in(&card).await.expect(201);
    let mut copy = browser.clone();
    browser
        .call("DELETE", "/api/session", None)
        .await
        .expect(204);
    assert!(!browser.is_logged_in().await);
    assert!(!copy.is_logged_in().await, "the token itself is void");
    browser
        .call("DELETE", "/api/session", None)
        .await
        .expect(204);
}

const EVERYWHERE: &str = "/api/session?everywhere=true";

#[tokio::test]
async fn leaving_everywhere_ends_every_session_of_the_person_and_nobody_elses() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut here, own) = portal.with_password(&card, MARIO).await;
    here.log_in(&card).await.expect(201);
    let mut there = portal.browser();
    there.log_in(&card).await.expect(201);
    let mut by_password = portal.browser();
    by_password.log_in_with(MARIO, &own).await.expect(201);
    let annas = portal.person(ANNA, Profile::Amministrazione).await;
    let mut anna = portal.logged_in(&annas).await;

    let told = here.call("DELETE", EVERYWHERE, None).await.expect(204);
    let cleared = told.header("set-cookie");
    assert!(cleared.starts_with("tessera-session=;"), "{cleared}");
    for browser in [&mut here, &mut there, &mut by_password] {
        assert!(!browser.is_logged_in().await);
    }
    assert!(anna.is_logged_in().await);
    here.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn leaving_everywhere_is_the_words_of_the_portals_page_with_a_session() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    let mut elsewhere = portal.browser();
    elsewhere
        .call("DELETE", EVERYWHERE, None)
        .await
        .expect_refusal("not-authenticated");
    browser
        .send(Request::new("DELETE", EVERYWHERE).header("origin", "https://evil.example"))
        .await
        .expect_refusal("origin-not-allowed");
    for said in [
        "everywhere",
        "everywhere=1",
        "everywhere=true&everywhere=true",
    ] {
        browser
            .call("DELETE", &format!("/api/session?{said}"), None)
            .await
            .expect_refusal("token-malformed");
    }
    assert!(browser.is_logged_in().await);
    elsewhere.log_in(&card).await.expect(201);
    browser
        .call("DELETE", "/api/session?everywhere=false", None)
        .await
        .expect(204);
    assert!(elsewhere.is_logged_in().await, "only this one was meant");
}

#[tokio::test]
async fn a_login_brings_a_token_nobody_had_before() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    // One put there by somebody else (session fixation).
    let planted = "A".repeat(43);
    browser
        .cookies
        .insert("tessera-session".to_owned(), planted.clone());
    browser.log_in(&card).await.expect(201);
    let first = browser.cookies["tessera-session"].clone();
    assert_ne!(first, planted);
    browser.log_in(&card).await.expect(201);
    assert_ne!(browser.cookies["tessera-session"], first);
}

#[tokio::test]
async fn a_session_ends_at_its_longest_however_busy_it_is() {
    let portal = Portal::start_with(&[("TESSERA_SESSION__ABSOLUTE_HOURS", "1")]).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    for (millis, alive) in [(3_590_000, true), (10_001, false)] {
        let mut beside = portal.lock_database().await;
        let aged = format!("UPDATE sessions SET opened_at = opened_at - {millis}");
        beside.execute(&aged).await;
        beside.execute("COMMIT").await;
        assert_eq!(browser.is_logged_in().await, alive);
    }
}

#[tokio::test]
async fn after_esci_the_next_person_does_not_read_the_document_that_was_had() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    browser.read_document().await;
    browser
        .call("DELETE", "/api/session", None)
        .await
        .expect(204);
    let kept: Vec<&String> = browser.cookies.keys().collect();
    assert_eq!(kept, ["tessera-challenge"], "which is spent");
    browser
        .get("/api/credentials-document")
        .await
        .expect_refusal("not-authenticated");
}

#[tokio::test]
async fn esci_leaves_the_document_that_its_person_has_not_had() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let first = browser.read_document().await;
    browser
        .call("POST", "/api/credentials-document", None)
        .await
        .expect(201);
    browser
        .call("DELETE", "/api/session", None)
        .await
        .expect(204);
    assert_ne!(browser.read_document().await, first);
}

#[tokio::test]
async fn esci_leaves_the_document_of_another_person() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, credentials) = portal.registered(&card).await;
    let annas = portal.person(ANNA, Profile::Amministrazione).await;
    portal.browser().register(&annas).await.expect(201);
    browser.log_in(&annas).await.expect(201);
    browser
        .call("DELETE", "/api/session", None)
        .await
        .expect(204);
    assert_eq!(browser.read_document().await, credentials);
    // Nor does an Esci without a session take it away.
    browser
        .call("DELETE", "/api/session", None)
        .await
        .expect(204);
    assert_eq!(browser.read_document().await, credentials);
}

#[tokio::test]
async fn a_new_login_ends_the_browsers_earlier_one() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    browser.log_in(&card).await.expect(201);
    let mut earlier = browser.clone();
    browser.log_in(&card).await.expect(201);
    assert!(browser.is_logged_in().await);
    assert!(!earlier.is_logged_in().await);
}

#[tokio::test]
async fn a_made_up_session_is_none() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    assert!(!browser.is_logged_in().await);
    for value in ["", "x", &"A".repeat(43), "' OR 1=1 --"] {
        browser
            .cookies
            .insert("tessera-session".to_owned(), value.to_owned());
        assert!(!browser.is_logged_in().await);
    }
}

#[tokio::test]
async fn disabling_an_operator_ends_every_session_at_once() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    browser.log_in(&card).await.expect(201);
    let store = &portal.app.store;
    assert!(
        store
            .disable_operator(&cf(MARIO), server_stub::clock::now())
            .await
            .unwrap()
    );
    assert!(!browser.is_logged_in().await);
    browser
        .log_in(&card)
        .await
        .expect_refusal("operator-disabled");
    portal.person(MARIO, Profile::Amministrazione).await;
    assert!(!browser.is_logged_in().await, "enabling revives no session");
    browser.log_in(&card).await.expect(201);
    portal
        .operator(MARIO, Profile::Amministrazione, &[], false)
        .await;
    portal
        .operator(MARIO, Profile::Amministrazione, &[], true)
        .await;
    assert!(!browser.is_logged_in().await, "nor does an import");
    assert!(
        !store
            .disable_operator(&cf(ANNA), server_stub::clock::now())
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn revoking_a_registration_voids_card_credentials_document_and_sessions() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser.log_in(&card).await.expect(201);
    let mut by_password = portal.browser();
    by_password.log_in_with(MARIO, &own).await.expect(201);
    let store = &portal.app.store;
    assert_eq!(
        store
            .revoke_registration(&cf(MARIO), server_stub::clock::now())
            .await
            .unwrap(),
        Some(true)
    );
    assert!(!browser.is_logged_in().await);
    assert!(!by_password.is_logged_in().await);
    browser
        .get("/api/credentials-document")
        .await
        .expect_refusal("not-found");
    browser
        .log_in(&card)
        .await
        .expect_refusal("card-not-registered");
    browser
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("credentials-invalid");
    assert_eq!(
        store
            .revoke_registration(&cf(MARIO), server_stub::clock::now())
            .await
            .unwrap(),
        Some(false)
    );
    assert_eq!(
        store
            .revoke_registration(&cf(ANNA), server_stub::clock::now())
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn an_old_session_is_over_and_forgotten() {
    let portal = Portal::start_with(&[("TESSERA_SESSION__IDLE_MINUTES", "1")]).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    browser.log_in(&card).await.expect(201);
    let token = browser.cookies["tessera-session"].clone();
    let hash: [u8; 32] = {
        use sha2::Digest;
        sha2::Sha256::digest(token.as_bytes()).into()
    };
    let now = server_stub::clock::now();
    let store = &portal.app.store;
    store.session_was_seen(&hash, now - 59_000).await.unwrap();
    assert!(browser.is_logged_in().await, "and is alive again");
    store.session_was_seen(&hash, now - 60_001).await.unwrap();
    assert!(!browser.is_logged_in().await);
    assert!(store.session(&hash).await.unwrap().is_some());
    portal.forget_in(0).await;
    assert!(store.session(&hash).await.unwrap().is_none());
}

#[tokio::test]
async fn neither_token_nor_two_texts_is_malformed() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for body in [
        json!({}),
        json!({ "username": MARIO }),
        json!({ "username": MARIO, "password": 5 }),
        json!({ "username": [MARIO], "password": "x" }),
        json!({ "token": [] }),
    ] {
        browser
            .call("POST", "/api/session", Some(body))
            .await
            .expect_refusal("token-malformed");
    }
}

#[tokio::test]
async fn when_the_database_fails_the_security_systems_do_not_answer() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, _) = portal.registered(&card).await;
    let token = browser.token(&card).await;
    browser.log_in(&card).await.expect(201);
    browser.get("/api/health/ready").await.expect(200);
    portal.app.store.close().await;
    let body = Some(json!({ "token": token }));
    for path in ["/api/session", "/api/registrations"] {
        browser
            .call("POST", path, body.clone())
            .await
            .expect_refusal("security-systems-unavailable");
    }
    browser
        .log_in_with(MARIO, "x")
        .await
        .expect_refusal("security-systems-unavailable");
    for path in [
        "/api/session",
        "/api/credentials-document",
        "/api/health/ready",
    ] {
        browser
            .get(path)
            .await
            .expect_refusal("security-systems-unavailable");
    }
    browser.get("/api/health/live").await.expect(200);
}
