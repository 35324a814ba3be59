//! `POST /api/challenges` and the life of a nonce

use std::{net::SocketAddr, time::Duration};

use protocol::service::Profile;
use serde_json::json;

use crate::support::{MARIO, Portal, Request};

#[tokio::test]
async fn a_challenge_has_a_nonce_and_an_end() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    let before = time::UtcDateTime::now();
    let answer = browser
        .call("POST", "/api/challenges", None)
        .await
        .expect(201);
    assert_eq!(answer.json()["nonce"].as_str().unwrap().len(), 44);
    let expires = answer.json()["expires_at"].as_str().unwrap().to_owned();
    let expires =
        time::UtcDateTime::parse(&expires, &time::format_description::well_known::Rfc3339).unwrap();
    let seconds = (expires - before).whole_seconds();
    assert!((299..=301).contains(&seconds), "{seconds}");
    assert_ne!(browser.challenge().await, browser.challenge().await);
}

#[tokio::test]
async fn issuing_writes_nothing_to_the_database() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut judged = portal.browser();
    judged.register(&card).await.expect(201);
    let before = portal.contents();
    judged.challenge().await;
    for _ in 0..20 {
        portal.browser().challenge().await;
    }
    assert!(before.len() > 1, "{:?}", before.keys());
    assert!(portal.contents() == before);
}

#[tokio::test]
async fn of_fifty_simultaneous_attempts_one_is_judged() {
    let portal = Portal::start().await;
    one_of_fifty_is_judged(&portal, &[portal.address]).await;
}

/// The attempts go to these nodes by turns.
async fn one_of_fifty_is_judged(portal: &Portal, nodes: &[SocketAddr]) {
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let token = browser.token(&card).await;
    let nodes = nodes.iter().cycle().take(50);
    let attempts: Vec<_> = nodes
        .map(|node| {
            let mut browser = browser.clone().at(*node);
            let body = json!({ "token": token });
            tokio::spawn(async move { browser.call("POST", "/api/session", Some(body)).await })
        })
        .collect();
    let mut judged = 0;
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        if answer.status == 201 {
            judged += 1;
        } else {
            answer.expect_refusal("challenge-used");
        }
    }
    assert_eq!(judged, 1);
}

/// Else one challenge would do for as many judgements as somebody likes to break off.
#[tokio::test]
async fn a_nonce_is_judged_once_though_its_browser_goes_away() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let body = json!({ "token": browser.token(&card).await });
    let lock = portal.lock_database().await;
    let attempt = {
        let (mut browser, body) = (browser.clone(), body.clone());
        tokio::spawn(async move { browser.call("POST", "/api/session", Some(body)).await })
    };
    tokio::time::sleep(Duration::from_millis(400)).await;
    attempt.abort();
    assert!(attempt.await.unwrap_err().is_cancelled(), "it waited");
    drop(lock);
    browser
        .call("POST", "/api/session", Some(body))
        .await
        .expect_refusal("challenge-used");
}

#[tokio::test]
async fn a_nonce_is_spent_by_a_refusal_too() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    let body = Some(json!({ "token": token }));
    browser
        .call("POST", "/api/session", body.clone())
        .await
        .expect_refusal("card-not-registered");
    browser
        .call("POST", "/api/registrations", body)
        .await
        .expect_refusal("challenge-used");
}

#[tokio::test]
async fn a_nonce_is_not_spent_before_the_body_is_understood() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    for body in [json!({}), json!({ "token": "text" }), json!([])] {
        browser
            .call("POST", "/api/registrations", Some(body))
            .await
            .expect_refusal("token-malformed");
    }
    browser
        .call(
            "POST",
            "/api/registrations",
            Some(json!({ "token": token })),
        )
        .await
        .expect(201);
}

#[tokio::test]
async fn without_its_cookie_a_token_finds_no_challenge() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    let body = Some(json!({ "token": token }));
    portal
        .browser()
        .call("POST", "/api/session", body.clone())
        .await
        .expect_refusal("challenge-missing");
    let (name, value) = browser.cookies.pop_first().unwrap();
    for forged in ["", "x", &value[1..], &value.replace(&value[..4], "AAAA")] {
        browser.cookies.insert(name.clone(), forged.to_owned());
        browser
            .call("POST", "/api/session", body.clone())
            .await
            .expect_refusal("challenge-missing");
    }
}

#[tokio::test]
async fn another_installations_cookie_is_none() {
    let portal = Portal::start().await;
    let other = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    let mut elsewhere = other.browser();
    elsewhere.challenge().await;
    browser.cookies = elsewhere.cookies;
    browser
        .call("POST", "/api/session", Some(json!({ "token": token })))
        .await
        .expect_refusal("challenge-missing");
}

#[tokio::test]
async fn a_newer_challenge_takes_the_place_of_the_older() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    let mut copy = browser.clone();
    browser.challenge().await;
    let body = Some(json!({ "token": token }));
    browser
        .call("POST", "/api/registrations", body.clone())
        .await
        .expect_refusal("signature-invalid");
    copy.call("POST", "/api/registrations", body)
        .await
        .expect_refusal("challenge-expired");
}

#[tokio::test]
async fn a_challenge_given_up_on_one_node_is_good_on_no_other() {
    let portal = Portal::start().await;
    let other = portal.another_node().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    let mut copy = browser.clone().at(other);
    browser.challenge().await;
    let body = Some(json!({ "token": token }));
    copy.call("POST", "/api/registrations", body)
        .await
        .expect_refusal("challenge-expired");
}

#[tokio::test]
async fn of_fifty_attempts_on_two_nodes_one_is_judged() {
    let portal = Portal::start().await;
    let nodes = [portal.address, portal.another_node().await];
    one_of_fifty_is_judged(&portal, &nodes).await;
}

#[tokio::test]
async fn who_comes_late_is_told_so() {
    let portal = Portal::start_with(&[("TESSERA_LIMITS__CHALLENGE_SECONDS", "1")]).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let mut judged = browser.clone();
    let used = Some(json!({ "token": judged.token(&card).await }));
    judged
        .call("POST", "/api/session", used.clone())
        .await
        .expect(201);
    let late = Some(json!({ "token": browser.token(&card).await }));
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    for _ in 0..2 {
        browser
            .call("POST", "/api/session", late.clone())
            .await
            .expect_refusal("challenge-expired");
    }
    judged
        .call("POST", "/api/session", used)
        .await
        .expect_refusal("challenge-used");
}

#[tokio::test]
async fn an_address_may_ask_for_so_many_a_minute() {
    let portal = Portal::start_with(&[("TESSERA_LIMITS__CHALLENGES_PER_MINUTE", "3")]).await;
    let origin = portal.origin().as_str().to_owned();
    let ask = |forwarded: &str| {
        Request::new("POST", "/api/challenges")
            .header("origin", &origin)
            .header("x-forwarded-for", forwarded)
    };
    let mut browser = portal.browser();
    for _ in 0..3 {
        browser.send(ask("192.0.2.1")).await.expect(201);
    }
    let answer = browser
        .send(ask("192.0.2.1"))
        .await
        .expect_refusal("too-many-requests");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds));
    // What a client writes before its own address does not make it another.
    browser
        .send(ask("203.0.113.7, 192.0.2.1"))
        .await
        .expect_refusal("too-many-requests");
    browser.send(ask("192.0.2.2")).await.expect(201);
}
