//! What is written: by whom, from where, on what evidence, and how much of what anybody can repeat

use protocol::service::{Profile, ServiceId};
use serde_json::{Value, json};
use server_stub::{clock, store::OperatorRow};

use super::{entries, expect, sign, told};
use crate::support::{ANNA, MARIO, Portal, cf, logins_at_once, operator};

const OWN: &str = "quattro gatti sul divano blu";

#[tokio::test]
async fn each_deed_is_an_entry_that_says_who_from_where_and_on_what_evidence() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, first) = portal.registered(&card).await;
    browser
        .change_password(MARIO, &first.password, OWN)
        .await
        .expect(204);
    browser.log_in_with(MARIO, OWN).await.expect(201);
    browser.log_in(&card).await.expect(201);
    let change = json!({ "telefono_ufficio": "06 654321", "email": "m@asl.example" });
    browser
        .call("PUT", "/api/profile", Some(change))
        .await
        .expect(200);
    browser
        .call("POST", "/api/credentials-document", None)
        .await
        .expect(201);
    browser
        .call("DELETE", "/api/session?everywhere=true", None)
        .await
        .expect(204);
    assert_eq!(
        told(&portal).await,
        [
            "operators-imported command",
            "card-registered card",
            "password-changed password",
            "logged-in password",
            "logged-in card",
            "profile-changed card",
            "credentials-reprinted card",
            "sessions-ended card",
        ]
    );
    let entries = entries(&portal).await;
    for entry in &entries[1..] {
        assert_eq!(entry["who"], MARIO);
        assert_eq!(entry["from"]["address"], "127.0.0.1");
        assert_eq!(entry["from"]["request"].as_str().unwrap().len(), 32);
    }
    let evidence = &entries[4]["evidence"];
    let issuer = portal.app.trust.snapshot().anchors()[0].fingerprint();
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|it| format!("{it:02x}")).collect() };
    assert_eq!(evidence["issuer"], hex(&issuer));
    assert_eq!(evidence["revocation"]["source"], "crl");
    assert!(evidence["revocation"]["next_update"].is_i64());
    for hash in ["certificate", "nonce"] {
        assert_eq!(evidence[hash].as_str().unwrap().len(), 64, "{hash}");
    }
    sign(&portal);
    expect(&portal, 0, "8 entries, 1 to 8");
}

#[tokio::test]
async fn what_an_administrator_does_is_about_the_other() {
    let portal = Portal::start().await;
    portal.import(operator(MARIO, Profile::Medico)).await;
    let anna = OperatorRow {
        services: vec![ServiceId::GestioneCredenziali],
        ..operator(ANNA, Profile::Amministrazione)
    };
    portal.import(anna).await;
    let mut annas = portal.logged_in(&portal.card(ANNA)).await;
    let words = json!({ "words": MARIO });
    let found = annas
        .call("POST", "/api/operators/search", Some(words))
        .await;
    let id = found.expect(200).json()["operators"][0]["id"].clone();
    let path = format!("/api/operators/{}/active", id.as_str().unwrap());
    for active in [false, true] {
        let body = json!({ "active": active });
        annas.call("PUT", &path, Some(body)).await.expect(200);
    }
    let store = &portal.app.store;
    let now = clock::now();
    assert!(store.disable_operator(&cf(MARIO), now).await.unwrap());
    let entries = entries(&portal).await;
    let last: Vec<_> = entries[entries.len() - 3..]
        .iter()
        .map(|entry| (entry["act"].as_str().unwrap(), &entry["by"]))
        .collect();
    let by_anna = json!({ "administrator": ANNA });
    assert_eq!(
        last[..2],
        [
            ("operator-disabled", &by_anna),
            ("operator-enabled", &by_anna)
        ]
    );
    assert_eq!(last[2].0, "operator-disabled");
    assert!(last[2].1["command"].as_str().unwrap().starts_with("uid "));
    assert!(
        entries[entries.len() - 3..]
            .iter()
            .all(|it| it["who"] == MARIO)
    );
}

#[tokio::test]
async fn a_refusal_is_an_entry_once_somebody_showed_something() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser
        .log_in(&card)
        .await
        .expect_refusal("card-not-registered");
    let unknown = portal.card(ANNA);
    browser
        .register(&unknown)
        .await
        .expect_refusal("operator-unknown");
    let token = browser.token(&card).await;
    let mut bent = token.clone();
    bent["signature"] = "AAAA".into();
    let body = json!({ "token": bent });
    let answer = browser.call("POST", "/api/session", Some(body)).await;
    answer.expect_refusal("signature-invalid");
    let body = json!({ "token": token });
    let answer = browser.call("POST", "/api/session", Some(body)).await;
    answer.expect_refusal("challenge-used");
    browser
        .log_in_with(MARIO, "una-prova")
        .await
        .expect_refusal("credentials-invalid");
    let expected = [
        "operators-imported command",
        "refused login card-not-registered card",
        "refused registration operator-unknown card",
        "refused login signature-invalid card",
        "refused login challenge-used card",
        "refused login credentials-invalid password",
    ];
    assert_eq!(told(&portal).await, expected);
    let entries = entries(&portal).await;
    let who: Vec<_> = entries.iter().map(|entry| entry["who"].clone()).collect();
    assert_eq!(who[1..3], [json!(MARIO), json!(ANNA)]);
    assert_eq!(who[3], Value::Null, "a card that did not sign is nobody's");
    assert!(entries[3]["evidence"]["certificate"].is_string());

    // What anybody can have refused for nothing leaves none.
    let mut stranger = portal.browser();
    let body = json!({ "token": token });
    let answer = stranger.call("POST", "/api/session", Some(body)).await;
    answer.expect_refusal("challenge-missing");
    let answer = stranger.call("POST", "/api/session", Some(json!({}))).await;
    answer.expect_refusal("token-malformed");
    let answer = stranger
        .call("POST", "/api/credentials-document", None)
        .await;
    answer.expect_refusal("not-authenticated");
    assert_eq!(told(&portal).await, expected);
}

#[tokio::test]
async fn of_passwords_that_are_not_even_judged_a_minute_leaves_so_many_entries() {
    let portal = Portal::start_with(&[("TESSERA_LIMITS__PASSWORDS_PER_QUARTER_HOUR", "1")]).await;
    let mut browser = portal.browser();
    let begin = std::time::Instant::now();
    for _ in 0..100 {
        browser.log_in_with(MARIO, "una-prova").await;
    }
    let told = told(&portal).await;
    // The first of them was judged, of a user id that nobody has.
    let throttled = told.iter().filter(|it| it.starts_with("refused login"));
    let (count, seconds) = (throttled.count(), begin.elapsed().as_secs() as usize);
    assert!(
        (60..=61 + seconds).contains(&count),
        "{count} in {seconds} s"
    );
}

#[tokio::test]
async fn what_anybody_can_repeat_leaves_so_many_entries_and_then_a_count() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.registered(&card).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    browser
        .call("POST", "/api/session", Some(json!({ "token": token })))
        .await
        .expect(201);
    let before = told(&portal).await.len();
    let begin = std::time::Instant::now();
    for _ in 0..100 {
        let body = json!({ "token": token });
        let answer = browser.call("POST", "/api/session", Some(body)).await;
        answer.expect_refusal("challenge-used");
    }
    let written = told(&portal).await.len() - before;
    let seconds = begin.elapsed().as_secs() as usize;
    assert!(
        (60..=61 + seconds).contains(&written),
        "{written} in {seconds} s"
    );

    // What is left of the minute's sixty is used up; each refusal of a person is written.
    let mut others = 0;
    let mut left_out = false;
    while !left_out {
        let before = told(&portal).await.len();
        let answer = browser.log_in_with(ANNA, "una-prova").await;
        answer.expect_refusal("credentials-invalid");
        left_out = told(&portal).await.len() == before;
        others += usize::from(left_out);
        if !left_out {
            let body = json!({ "token": token });
            browser.call("POST", "/api/session", Some(body)).await;
            others += usize::from(told(&portal).await.len() == before + 1);
        }
    }
    let before = told(&portal).await.len();
    browser
        .log_in_with(MARIO, "una-prova")
        .await
        .expect_refusal("credentials-invalid");
    browser
        .register(&portal.card(ANNA))
        .await
        .expect_refusal("operator-unknown");
    portal.app.audit_unwritten().await;
    portal.app.audit_unwritten().await;
    assert_eq!(
        told(&portal).await[before..],
        [
            "refused login credentials-invalid password",
            "refused registration operator-unknown card",
            "refusals-not-written server",
        ]
    );
    let last = entries(&portal).await.pop().unwrap();
    assert_eq!(last["refusals"], 100 - written + others);
    sign(&portal);
    expect(&portal, 0, "the audit log is whole");
}

#[tokio::test]
async fn fifty_people_at_once_make_one_chain() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.browser().register(&card).await.expect(201);
    let logins = logins_at_once(&portal, &[&card; 50]).await;
    // Some of them do not wait for the answer.
    for login in logins.iter().skip(40) {
        login.abort();
    }
    for login in logins.into_iter().take(40) {
        login.await.unwrap().expect(201);
    }
    let mut browser = portal.browser();
    browser.log_in(&card).await.expect(201);
    sign(&portal);
    expect(&portal, 0, "the audit log is whole");
    assert!(told(&portal).await.len() >= 43);
}
