//! What an administrator does with somebody's access, and what is told of it

use protocol::service::Profile;
use serde_json::{Value, json};

use super::{administrator, history, id_of, revoke, set_active};
use crate::support::{ANNA, MARIO, Portal};

#[tokio::test]
async fn a_disabled_operators_sessions_end_at_once_and_enabled_again_they_return() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut marios, own) = portal.with_password(&card, MARIO).await;
    marios.log_in(&card).await.expect(201);
    let mut by_password = portal.browser();
    by_password.log_in_with(MARIO, &own).await.expect(201);

    let id = id_of(&mut browser, MARIO).await;
    let row = set_active(&mut browser, &id, false)
        .await
        .expect(200)
        .json();
    assert_eq!(row["active"], false);
    assert_eq!(row["id"], id.as_str());
    assert_eq!(row["has_credentials"], true);
    assert!(!marios.is_logged_in().await);
    assert!(!by_password.is_logged_in().await);
    marios
        .log_in(&card)
        .await
        .expect_refusal("operator-disabled");
    marios
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("operator-disabled");

    let row = set_active(&mut browser, &id, true).await.expect(200).json();
    assert_eq!(row["active"], true);
    assert!(!marios.is_logged_in().await, "ended is ended");
    marios.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn a_revoked_registration_takes_credentials_and_sessions_with_it() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut marios, own) = portal.with_password(&card, MARIO).await;
    marios.log_in(&card).await.expect(201);
    let id = id_of(&mut browser, MARIO).await;
    for _ in 0..2 {
        let row = revoke(&mut browser, &id).await.expect(200).json();
        assert_eq!(row["registered_at"], Value::Null);
        assert_eq!(row["has_credentials"], false);
        assert_eq!(row["document_pending"], false);
        assert_eq!(row["active"], true);
    }
    assert!(!marios.is_logged_in().await);
    marios
        .log_in(&card)
        .await
        .expect_refusal("card-not-registered");
    marios
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("credentials-invalid");
    marios
        .get("/api/credentials-document")
        .await
        .expect_refusal("not-found");
    marios.register(&card).await.expect(201);
}

#[tokio::test]
async fn the_history_says_what_was_done_by_whom() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.logged_in(&card).await;
    let id = id_of(&mut browser, MARIO).await;
    set_active(&mut browser, &id, false).await.expect(200);
    portal
        .operator(MARIO, Profile::Amministrazione, &[], true)
        .await;
    revoke(&mut browser, &id).await.expect(200);
    let answer = history(&mut browser, &id).await.expect(200).json();
    let told: Vec<_> = answer["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            assert!(entry["at"].as_str().unwrap().ends_with('Z'));
            json!([entry["act"], entry["by"], entry["by_card"]])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["registration-revoked", "administrator", true]),
            json!(["operator-enabled", "import", null]),
            json!(["operator-disabled", "administrator", true]),
            json!(["logged-in", "self", true]),
            json!(["card-registered", "self", true]),
        ]
    );
    assert!(
        !answer.to_string().contains(ANNA),
        "not which administrator"
    );
    // The person is told too.
    let mut marios = portal.logged_in(&card).await;
    let messages = marios.get("/api/messages").await.expect(200).json();
    assert_eq!(messages["messages"][2]["kind"], "registration-revoked");
    assert_eq!(messages["messages"][2]["by_card"], Value::Null);
}

#[tokio::test]
async fn of_many_disables_at_once_one_is_the_act() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    let attempts: Vec<_> = (0..20)
        .map(|_| {
            let (mut browser, id) = (browser.clone(), id.clone());
            tokio::spawn(async move { set_active(&mut browser, &id, false).await })
        })
        .collect();
    for attempt in attempts {
        let row = attempt.await.unwrap().expect(200).json();
        assert_eq!(row["active"], false);
    }
    let answer = history(&mut browser, &id).await.expect(200).json();
    assert_eq!(answer["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn active_must_be_true_or_false_and_says_nothing_else() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    let path = format!("/api/operators/{id}/active");
    for body in [
        json!({}),
        json!({ "active": 0 }),
        json!({ "active": "false" }),
        json!({ "active": null }),
    ] {
        browser
            .call("PUT", &path, Some(body))
            .await
            .expect_refusal("token-malformed");
    }
    let body = json!({
        "active": true, "profile": "amministrazione", "regione": "Lazio",
        "operator": { "cognome": "VERDI" }, "services": ["gestione-credenziali"],
    });
    let row = browser
        .call("PUT", &path, Some(body))
        .await
        .expect(200)
        .json();
    assert_eq!(row["operator"]["profile"], "medico");
    assert_eq!(row["operator"]["cognome"], "ROSSI");
    assert_eq!(row["operator"]["regione"], "Abruzzo");
}
