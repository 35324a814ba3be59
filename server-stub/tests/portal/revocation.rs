//! Anchors and revocation lists, read again while the portal runs

use pki::{Authority, Holder, Key, List, pem};
use protocol::service::Profile;

use crate::support::{MARIO, Portal};

#[tokio::test]
async fn a_card_that_is_revoked_while_the_portal_runs_is_refused() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let list = portal.authority.revoke(&[card.serial()]);
    portal.write("crl/prova.crl", pem("X509 CRL", &list).as_bytes());
    browser.log_in(&card).await.expect(201);
    portal.app.trust.refresh(false);
    browser
        .log_in(&card)
        .await
        .expect_refusal("certificate-revoked");
}

#[tokio::test]
async fn a_broken_file_keeps_what_was_last_good_of_it_and_holds_up_no_other() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    portal.write("crl/prova.crl", b"half a list");
    portal.write(
        "ca/prova.pem",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let other = Authority::new("Un'altra autorità", Key::p256());
    portal.write("ca/altra.pem", other.certificate_pem().as_bytes());
    portal.write("crl/altra.crl", &other.revoke(&[]));
    portal.app.trust.refresh(false);
    browser.log_in(&card).await.expect(201);
    let moved = other.issue(&Holder::default(), Key::p256());
    browser.register(&moved).await.expect(201);
}

#[tokio::test]
async fn a_pattern_that_matches_nothing_any_more_keeps_everything() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    std::fs::remove_file(portal.folder().join("ca/prova.pem")).unwrap();
    portal.app.trust.refresh(true);
    portal.browser().register(&card).await.expect(201);
}

#[tokio::test]
async fn an_anchor_that_is_taken_away_is_trusted_no_more() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let other = Authority::new("Un'altra autorità", Key::p256());
    portal.write("ca/altra.pem", other.certificate_pem().as_bytes());
    std::fs::remove_file(portal.folder().join("ca/prova.pem")).unwrap();
    portal.app.trust.refresh(false);
    portal
        .browser()
        .register(&card)
        .await
        .expect_refusal("certificate-untrusted");
}

#[tokio::test]
async fn how_much_is_asked_of_revocation_lists_is_configured() {
    for (policy, code) in [
        ("required", Some("certificate-revocation-unknown")),
        ("when-available", None),
        ("off", None),
    ] {
        let portal = Portal::start_with(&[("TESSERA_TRUST__REVOCATION", policy)]).await;
        let card = portal.person(MARIO, Profile::Amministrazione).await;
        let stale = portal.authority.revocation_list(&List {
            next_update: pki::CARD_FROM + 1,
            ..List::default()
        });
        portal.write("crl/prova.crl", &stale);
        portal.app.trust.refresh(false);
        let answer = portal.browser().register(&card).await;
        match code {
            Some(code) => drop(answer.expect_refusal(code)),
            None => drop(answer.expect(201)),
        }
    }
}
