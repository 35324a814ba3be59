//! SQLite's file

use protocol::service::Profile;

use crate::support::{MARIO, Portal};

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
