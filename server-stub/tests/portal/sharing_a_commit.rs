//! Logins that come at once share the commits of SQLite's file, and nothing else

use std::time::Duration;

use pki::Card;
use protocol::service::Profile;
use serde_json::json;

use crate::{
    suite::audit::{as_its_owner, expect, sign, told},
    support::{ANNA, Answer, MARIO, Portal, logins_at_once},
};

const A_MOMENT: Duration = Duration::from_millis(400);

/// A portal at which both have registered their cards.
async fn with_two() -> (Portal, Card, Card) {
    let portal = Portal::start().await;
    let mario = portal.person(MARIO, Profile::Amministrazione).await;
    let anna = portal.person(ANNA, Profile::Amministrazione).await;
    portal.browser().register(&mario).await.expect(201);
    portal.browser().register(&anna).await.expect(201);
    (portal, mario, anna)
}

/// Logins with these cards, all of which wait for the same lock.
async fn log_in_at_once(portal: &Portal, cards: &[&Card]) -> Vec<Answer> {
    let lock = portal.lock_database().await;
    let logins = logins_at_once(portal, cards).await;
    tokio::time::sleep(A_MOMENT).await;
    drop(lock);
    let mut answers = Vec::new();
    for login in logins {
        answers.push(login.await.unwrap());
    }
    answers
}

/// From now on no commit holds that puts a row there; until the trigger `dooms` is gone.
async fn doom_commits(portal: &Portal, table: &str) {
    let dooms = format!(
        "CREATE TRIGGER dooms AFTER INSERT ON {table}
         BEGIN INSERT INTO doomed VALUES ('nobody'); END"
    );
    let doomed =
        "CREATE TABLE doomed (name REFERENCES secrets (name) DEFERRABLE INITIALLY DEFERRED)";
    as_its_owner(portal, &[doomed, &dooms]).await;
}

async fn count(portal: &Portal, of: &str) -> String {
    let count = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {of}");
    portal.lock_nothing().await.text(&count).await
}

#[tokio::test]
async fn a_login_that_fails_in_the_database_disturbs_no_other() {
    let (portal, mario, anna) = with_two().await;
    let refuses = format!(
        "CREATE TRIGGER refuses BEFORE INSERT ON events WHEN NEW.codice_fiscale = '{ANNA}'
         BEGIN SELECT RAISE(ABORT, 'not she'); END"
    );
    as_its_owner(&portal, &[&refuses]).await;
    let cards = [&anna, &mario, &mario, &anna, &mario, &anna];
    let answers = log_in_at_once(&portal, &cards).await;
    for (card, answer) in cards.iter().zip(answers) {
        if std::ptr::eq(*card, &mario) {
            answer.expect(201);
        } else {
            answer.expect_refusal("security-systems-unavailable");
        }
    }
    assert_eq!(count(&portal, "sessions").await, "3");
    let hers = format!("sessions WHERE codice_fiscale = '{ANNA}'");
    assert_eq!(count(&portal, &hers).await, "0");
    let logged_in = told(&portal).await;
    let logged_in = logged_in.iter().filter(|told| *told == "logged-in card");
    assert_eq!(logged_in.count(), 3);
    sign(&portal);
    expect(&portal, 0, "the audit log is whole");
}

#[tokio::test]
async fn logins_whose_commit_fails_are_all_told_so_and_leave_nothing() {
    let (portal, mario, anna) = with_two().await;
    doom_commits(&portal, "sessions").await;
    let before = told(&portal).await;
    let cards = [&mario, &anna, &mario, &anna];
    for answer in log_in_at_once(&portal, &cards).await {
        answer.expect_refusal("security-systems-unavailable");
    }
    assert_eq!(count(&portal, "sessions").await, "0");
    assert_eq!(count(&portal, "events WHERE act = 'logged-in'").await, "0");
    assert_eq!(told(&portal).await, before);

    as_its_owner(&portal, &["DROP TRIGGER dooms"]).await;
    for answer in log_in_at_once(&portal, &cards).await {
        answer.expect(201);
    }
    assert_eq!(count(&portal, "sessions").await, "4");
    sign(&portal);
    expect(&portal, 0, "the audit log is whole");
}

#[tokio::test]
async fn who_is_told_that_a_nonce_is_used_is_told_it_when_that_holds() {
    let (portal, mario, _) = with_two().await;
    let mut browser = portal.browser();
    let body = json!({ "token": browser.token(&mario).await });
    doom_commits(&portal, "spent_challenges").await;
    let attempt = || {
        let (mut browser, body) = (browser.clone(), body.clone());
        tokio::spawn(async move { browser.call("POST", "/api/session", Some(body)).await })
    };
    let lock = portal.lock_database().await;
    let attempts = [attempt(), attempt(), attempt()];
    tokio::time::sleep(A_MOMENT).await;
    drop(lock);
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        answer.expect_refusal("security-systems-unavailable");
    }
    // One was judged by it, though nothing came of that.
    as_its_owner(&portal, &["DROP TRIGGER dooms"]).await;
    attempt().await.unwrap().expect_refusal("challenge-used");
    assert_eq!(
        count(&portal, "spent_challenges WHERE given_up = 0").await,
        "3"
    );
    portal.browser().log_in(&mario).await.expect(201);
}
