//! `POST /api/registrations`: Registra CNS

use protocol::service::Profile;

use crate::support::{ANNA, LUCA, MARIO, Portal, cf};

#[tokio::test]
async fn a_doctor_is_registered_and_has_a_document_to_read() {
    let portal = Portal::start().await;
    for (codice_fiscale, profile) in [
        (MARIO, Profile::Medico),
        (ANNA, Profile::Odontoiatra),
        (LUCA, Profile::ProfessionistaSanitario),
    ] {
        let card = portal.person(codice_fiscale, profile).await;
        let mut browser = portal.browser();
        let answer = browser.register(&card).await.expect(201).json();
        assert_eq!(answer["credentials_document"], "/api/credentials-document");
        assert_eq!(answer["operator"]["codice_fiscale"], codice_fiscale);
        assert_eq!(answer["operator"]["profile"], profile.name());
        assert_eq!(answer["operator"]["telefono_ufficio"], "06123456");
        assert!(answer["operator"].get("active").is_none());
        browser
            .log_in(&card)
            .await
            .expect_refusal("credentials-document-pending");
        browser.read_document().await;
        browser.log_in(&card).await.expect(201);
    }
}

#[tokio::test]
async fn an_administration_needs_no_document() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    let answer = browser.register(&card).await.expect(201).json();
    assert!(answer["credentials_document"].is_null());
    browser
        .get("/api/credentials-document")
        .await
        .expect_refusal("not-found");
    browser.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn who_is_not_in_the_data_bank_or_disabled_is_not_registered() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    let unknown = portal.card(ANNA);
    browser
        .register(&unknown)
        .await
        .expect_refusal("operator-unknown");
    browser
        .log_in(&unknown)
        .await
        .expect_refusal("operator-unknown");
    portal.operator(MARIO, Profile::Medico, &[], false).await;
    let disabled = portal.card(MARIO);
    browser
        .register(&disabled)
        .await
        .expect_refusal("operator-disabled");
    browser
        .log_in(&disabled)
        .await
        .expect_refusal("operator-disabled");
    assert!(
        portal
            .app
            .store
            .login_subject(&cf(MARIO))
            .await
            .unwrap()
            .unwrap()
            .certificate_fingerprint
            .is_none()
    );
}

#[tokio::test]
async fn a_new_card_takes_the_place_of_the_old() {
    let portal = Portal::start().await;
    let old = portal.person(MARIO, Profile::Medico).await;
    let (mut first, _) = portal.registered(&old).await;
    first.log_in(&old).await.expect(201);
    let new = portal.card(MARIO);
    let mut second = portal.browser();
    second
        .log_in(&new)
        .await
        .expect_refusal("card-not-registered");
    second.register(&new).await.expect(201);
    assert!(!first.is_logged_in().await, "the old card's session ended");
    first
        .log_in(&old)
        .await
        .expect_refusal("card-not-registered");
    first
        .get("/api/credentials-document")
        .await
        .expect_refusal("not-found");
    second.read_document().await;
    second.log_in(&new).await.expect(201);
}

#[tokio::test]
async fn the_same_card_may_register_again_with_new_credentials() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, first) = portal.registered(&card).await;
    browser.log_in(&card).await.expect(201);
    let mut elsewhere = portal.browser();
    elsewhere.log_in(&card).await.expect(201);

    browser.register(&card).await.expect(201);
    assert!(browser.is_logged_in().await, "this card opened it, here");
    assert!(!elsewhere.is_logged_in().await);
    elsewhere
        .log_in(&card)
        .await
        .expect_refusal("credentials-document-pending");
    let second = browser.read_document().await;
    assert_ne!(first.password, second.password);
    assert_ne!(first.pincode, second.pincode);
    browser
        .log_in_with(MARIO, &first.password)
        .await
        .expect_refusal("credentials-invalid");
    browser
        .log_in_with(MARIO, &second.password)
        .await
        .expect_refusal("password-change-required");
}

#[tokio::test]
async fn a_session_opened_by_the_replaced_card_ends_here_too() {
    let portal = Portal::start().await;
    let old = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&old).await.expect(201);
    browser.log_in(&old).await.expect(201);
    browser.register(&portal.card(MARIO)).await.expect(201);
    assert!(!browser.is_logged_in().await);
}

#[tokio::test]
async fn registering_needs_a_token() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for body in [
        serde_json::json!({ "username": MARIO, "password": "x" }),
        serde_json::json!({ "token": null }),
        serde_json::json!("token"),
    ] {
        browser
            .call("POST", "/api/registrations", Some(body))
            .await
            .expect_refusal("token-malformed");
    }
}
