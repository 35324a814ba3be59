//! The order in which refusals are found (contract §4, "The order"): of two faults in one
//! request, the one that comes first is told.

use pki::{Authority, Holder, Key};
use protocol::{ChallengeNonce, Origin, service::Profile};
use serde_json::{Value, json};

use crate::support::{ANNA, Browser, MARIO, Portal};

async fn log_in(browser: &mut Browser, token: Value) -> crate::support::Answer {
    browser
        .call("POST", "/api/session", Some(json!({ "token": token })))
        .await
}

#[tokio::test]
async fn the_challenge_comes_before_the_tokens_form() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    log_in(&mut browser, json!({}))
        .await
        .expect_refusal("challenge-missing");
    browser.challenge().await;
    log_in(&mut browser, json!({}))
        .await
        .expect_refusal("token-malformed");
    log_in(&mut browser, json!({}))
        .await
        .expect_refusal("challenge-used");
}

#[tokio::test]
async fn the_tokens_form_comes_before_the_certificate() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    let good = json!({
        "unverifiedCertificate": "MIIB", "algorithm": "ES256", "signature": "AAAA",
        "format": "web-eid:1.0", "appVersion": "https://tessera.example/releases/0.1.0",
    });
    for (member, value, code) in [
        ("unverifiedCertificate", json!(7), "token-malformed"),
        (
            "unverifiedCertificate",
            json!("not base64"),
            "token-malformed",
        ),
        ("signature", json!("AA-_"), "token-malformed"),
        ("appVersion", json!(null), "token-malformed"),
        ("format", json!("web-eid:10"), "token-format-unsupported"),
        ("format", json!("web-eid:2.0"), "token-format-unsupported"),
        ("algorithm", json!("none"), "algorithm-unsupported"),
        ("algorithm", json!("HS256"), "algorithm-unsupported"),
        ("format", json!("web-eid:1.7"), "certificate-malformed"),
    ] {
        let mut token = good.clone();
        token[member] = value;
        browser.challenge().await;
        log_in(&mut browser, token).await.expect_refusal(code);
    }
}

#[tokio::test]
async fn the_certificate_comes_before_the_signature() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    let stranger = Authority::new("Un'altra autorità", Key::p256());
    let card = stranger.issue(&Holder::default(), Key::p256());
    let nonce = ChallengeNonce::from_random([0; 32]);
    let token = serde_json::to_value(card.token(portal.origin(), &nonce)).unwrap();
    browser.challenge().await;
    log_in(&mut browser, token)
        .await
        .expect_refusal("certificate-untrusted");
}

#[tokio::test]
async fn the_signature_comes_before_the_operator() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    let card = portal.card(ANNA);
    let nonce = browser.challenge().await;
    let elsewhere = Origin::parse("https://portal.evil.example").unwrap();
    let token = serde_json::to_value(card.token(&elsewhere, &nonce)).unwrap();
    log_in(&mut browser, token)
        .await
        .expect_refusal("signature-invalid");
    let token = browser.token(&card).await;
    log_in(&mut browser, token)
        .await
        .expect_refusal("operator-unknown");
}

#[tokio::test]
async fn the_operator_comes_before_the_registration_and_that_before_the_document() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let other = portal.card(MARIO);
    browser
        .log_in(&other)
        .await
        .expect_refusal("card-not-registered");
    browser
        .log_in(&card)
        .await
        .expect_refusal("credentials-document-pending");
    portal.operator(MARIO, Profile::Medico, &[], false).await;
    browser
        .log_in(&other)
        .await
        .expect_refusal("operator-disabled");
}

#[tokio::test]
async fn a_token_of_an_rsa_card_is_taken_too() {
    let portal = Portal::start().await;
    portal.person(MARIO, Profile::Amministrazione).await;
    let card = portal.authority.issue(&Holder::default(), Key::rsa(0));
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    browser.log_in(&card).await.expect(201);
}
