//! `GET /api/services/{id}`: where a service is

use protocol::service::{Profile, ServiceId};

use crate::support::{MARIO, Portal};

const CMS: (&str, &str) = ("TESSERA_SERVICES__CMS", "https://cms.example/entra?da=ts");

#[tokio::test]
async fn a_service_one_is_enabled_for_is_named_with_its_address() {
    let portal = Portal::start_with(&[CMS]).await;
    let services = [ServiceId::Cms, ServiceId::GestioneStp];
    portal
        .operator(MARIO, Profile::Amministrazione, &services, true)
        .await;
    let mut browser = portal.logged_in(&portal.card(MARIO)).await;
    for (id, name, address) in [
        ("cms", "CMS", serde_json::json!(CMS.1)),
        // Not configured, or this portal's own.
        ("gestione-stp", "Gestione STP", serde_json::Value::Null),
        ("messaggi", "Messaggi", serde_json::Value::Null),
    ] {
        let answer = browser
            .get(&format!("/api/services/{id}"))
            .await
            .expect(200)
            .json();
        let told = serde_json::json!({ "id": id, "name": name, "address": address });
        assert_eq!(answer, told);
    }
}

#[tokio::test]
async fn a_service_one_is_not_enabled_for_tells_no_address() {
    let portal = Portal::start_with(&[CMS]).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    let refusal = browser
        .get("/api/services/cms")
        .await
        .expect_refusal("service-not-enabled");
    assert!(!refusal.json().to_string().contains("cms.example"));
}

#[tokio::test]
async fn an_unknown_service_is_not_found_but_only_for_who_is_logged_in() {
    let portal = Portal::start_with(&[CMS]).await;
    let mut stranger = portal.browser();
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    for id in ["nothing", "CMS", "cms%00", "%ff", "..%2fsession"] {
        let path = format!("/api/services/{id}");
        stranger
            .get(&path)
            .await
            .expect_refusal("not-authenticated");
        browser.get(&path).await.expect_refusal("not-found");
    }
    stranger
        .get("/api/services/cms")
        .await
        .expect_refusal("not-authenticated");
}

#[tokio::test]
async fn a_password_is_enough() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser.log_in_with(MARIO, &own).await.expect(201);
    browser
        .get("/api/services/gestione-assistiti")
        .await
        .expect(200);
}
