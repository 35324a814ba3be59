//! Who may ask, and until when

use protocol::service::{Profile, ServiceId};
use serde_json::json;

use super::{OWN, SEARCH, administrator, colleague, every_call, found, id_of, search, set_active};
use crate::support::{ANNA, Browser, LUCA, MARIO, Portal, Request};

#[tokio::test]
async fn who_asks_is_looked_at_in_the_contracts_order() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.operator(LUCA, Profile::Medico, &[], true).await;
    let calls = async |browser: &mut Browser| {
        let [a, b, c, d] = every_call(browser, "x").await;
        [a, b, c, d, search(browser, "").await]
    };
    let mut stranger = portal.browser();
    for answer in calls(&mut stranger).await {
        answer.expect_refusal("not-authenticated");
    }
    // By password, and without the service: the card is asked for first.
    let (mut by_password, own) = portal.with_password(&card, MARIO).await;
    by_password.log_in_with(MARIO, &own).await.expect(201);
    for answer in calls(&mut by_password).await {
        answer.expect_refusal("card-required");
    }
    by_password.log_in(&card).await.expect(201);
    for answer in calls(&mut by_password).await {
        answer.expect_refusal("service-not-enabled");
    }
    // The service alone is not enough without the profile, nor the profile without it.
    for (profile, services) in [
        (Profile::Medico, &[OWN][..]),
        (Profile::Odontoiatra, &[OWN]),
        (Profile::ProfessionistaSanitario, &[OWN]),
        (Profile::Amministrazione, &[]),
        (Profile::Amministrazione, &[ServiceId::GestioneTs]),
    ] {
        portal.operator(MARIO, profile, services, true).await;
        for answer in calls(&mut by_password).await {
            answer.expect_refusal("service-not-enabled");
        }
    }
    portal
        .operator(MARIO, Profile::Amministrazione, &[OWN], true)
        .await;
    search(&mut by_password, "")
        .await
        .expect_refusal("field-unacceptable");
    assert_eq!(found(&mut by_password, LUCA).await.len(), 1);
}

#[tokio::test]
async fn an_administrators_password_is_not_enough() {
    let portal = Portal::start().await;
    // Credentials from the time as a doctor.
    let card = portal.person(ANNA, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, ANNA).await;
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], true)
        .await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    browser.log_in_with(ANNA, &own).await.expect(201);
    search(&mut browser, MARIO)
        .await
        .expect_refusal("card-required");
}

#[tokio::test]
async fn an_administrator_who_is_shut_out_can_do_nothing_with_an_open_page() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], false)
        .await;
    for answer in every_call(&mut browser, &id).await {
        answer.expect_refusal("not-authenticated");
    }
    search(&mut browser, MARIO)
        .await
        .expect_refusal("not-authenticated");
    // Nor with the page once the service was taken away.
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], true)
        .await;
    let mut browser = portal.logged_in(&portal.card(ANNA)).await;
    portal
        .operator(ANNA, Profile::Amministrazione, &[], true)
        .await;
    set_active(&mut browser, &id, false)
        .await
        .expect_refusal("service-not-enabled");
    assert!(portal.is_active(MARIO).await);
}

#[tokio::test]
async fn an_administrator_who_is_shut_out_while_the_request_waits_changes_nothing() {
    for taken_away in [
        format!("DELETE FROM sessions WHERE codice_fiscale = '{ANNA}'"),
        format!("UPDATE operators SET active = false WHERE codice_fiscale = '{ANNA}'"),
        format!("UPDATE operators SET asl = 'A013' WHERE codice_fiscale = '{ANNA}'"),
        format!("UPDATE operators SET services = 'cms' WHERE codice_fiscale = '{ANNA}'"),
    ] {
        let portal = Portal::start().await;
        let mut browser = administrator(&portal).await;
        portal.operator(MARIO, Profile::Medico, &[], true).await;
        let id = id_of(&mut browser, MARIO).await;
        let mut lock = portal.lock_database().await;
        let asked = tokio::spawn(async move { set_active(&mut browser, &id, false).await });
        // Time to be let in by what held a moment ago, and to wait for the database.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        lock.execute(&taken_away).await;
        lock.execute("COMMIT").await;
        let answer = asked.await.unwrap();
        assert!(
            matches!(answer.status.as_u16(), 401 | 403 | 404),
            "{taken_away}"
        );
        assert!(portal.is_active(MARIO).await, "{taken_away}");
    }
}

#[tokio::test]
async fn of_two_administrators_who_shut_each_other_out_one_stays() {
    let portal = Portal::start().await;
    let mut annas = administrator(&portal).await;
    let mut lucas = colleague(&portal).await;
    let luca = id_of(&mut annas, LUCA).await;
    let anna = id_of(&mut lucas, ANNA).await;
    let (mut one, mut other) = (annas.clone(), lucas.clone());
    let (first, second) = tokio::join!(
        tokio::spawn(async move { set_active(&mut one, &luca, false).await.status }),
        tokio::spawn(async move { set_active(&mut other, &anna, false).await.status }),
    );
    let mut statuses = [first.unwrap().as_u16(), second.unwrap().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    assert!(annas.is_logged_in().await != lucas.is_logged_in().await);
}

#[tokio::test]
async fn another_site_changes_nothing_in_the_administrators_name() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.registered(&card).await;
    let id = id_of(&mut browser, MARIO).await;
    for (method, path, body) in [
        (
            "PUT",
            format!("/api/operators/{id}/active"),
            json!({ "active": false }),
        ),
        (
            "DELETE",
            format!("/api/operators/{id}/registration"),
            json!({}),
        ),
        ("POST", SEARCH.to_owned(), json!({ "words": MARIO })),
    ] {
        for origin in [None, Some("null"), Some("https://evil.example")] {
            let mut request = Request::new(method, &path).json(&body);
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            browser
                .send(request)
                .await
                .expect_refusal("origin-not-allowed");
        }
    }
    let row = found(&mut browser, MARIO).await[0].clone();
    assert_eq!(row["active"], true);
    assert!(row["registered_at"].is_string());
}
