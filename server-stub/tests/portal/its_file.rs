//! SQLite's file

use protocol::service::Profile;
use server_stub::clock;

use crate::{
    suite::audit::{A_LOGIN, another_program, expect, sign},
    support::{MARIO, Portal},
};

#[cfg(unix)]
#[tokio::test]
async fn a_database_whose_file_was_taken_away_fails_and_one_put_back_goes_on() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, _) = portal.registered(&card).await;
    browser.log_in(&card).await.expect(201);
    let body = serde_json::json!({ "token": browser.token(&card).await });
    let file = |name: &str| portal.folder().join(name);
    let names = ["portal.db", "portal.db-wal", "portal.db-shm"];
    for name in names {
        std::fs::rename(file(name), file(&format!("{name}.away"))).unwrap();
    }
    for path in ["/api/health/ready", "/api/session"] {
        browser
            .get(path)
            .await
            .expect_refusal("security-systems-unavailable");
    }
    browser
        .call("POST", "/api/session", Some(body))
        .await
        .expect_refusal("security-systems-unavailable");
    for name in names {
        std::fs::rename(file(&format!("{name}.away")), file(name)).unwrap();
    }
    browser.get("/api/health/ready").await.expect(200);
    browser.get("/api/session").await.expect(200);
    browser.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn however_many_entries_a_crash_takes_the_signatures_of_they_are_a_note() {
    let portal = Portal::start().await;
    sign(&portal);
    let store = another_program(&portal).await;
    let now = clock::now();
    for _ in 0..12 {
        let entries = (0..1000).map(|_| store.audit(&A_LOGIN, now));
        for done in futures_util::future::join_all(entries).await {
            done.unwrap();
        }
    }
    // As if it was killed.
    drop(store);
    another_program(&portal).await.close().await;
    expect(
        &portal,
        0,
        "note: another: entries 1 to 12000 were not signed when the node began",
    );
}
