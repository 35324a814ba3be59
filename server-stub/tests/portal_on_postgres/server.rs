//! A database server that stops, hangs, or is another from now on

use std::time::{Duration, Instant};

use postgres_server::Postgres;
use protocol::{CodiceFiscale, service::Profile};
use server_stub::clock;
use tokio::time::timeout;

use crate::{
    suite::audit,
    support::{Browser, MARIO, Portal},
};

/// Until the portal serves again by itself.
const RECOVERY: Duration = Duration::from_secs(15);

async fn start() -> (Postgres, Portal, pki::Card, Browser) {
    let server = Postgres::start();
    let database = server.empty_database();
    let portal = Portal::start_at(server.url(&database)).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let browser = portal.logged_in(&card).await;
    (server, portal, card, browser)
}

async fn expect_unavailable(browser: &mut Browser) {
    let begin = Instant::now();
    for path in ["/api/session", "/api/health/ready"] {
        let answer = browser.get(path).await;
        answer.expect_refusal("security-systems-unavailable");
    }
    let each = begin.elapsed() / 2;
    assert!(each < Duration::from_secs(7), "{each:?}");
}

async fn expect_recovery(browser: &mut Browser) {
    let begin = Instant::now();
    while browser.get("/api/health/ready").await.status != 200 {
        assert!(begin.elapsed() < RECOVERY);
    }
    assert!(browser.is_logged_in().await);
}

#[tokio::test]
async fn one_that_was_restarted_is_found_again() {
    let (mut server, portal, card, mut browser) = start().await;
    server.restart();
    expect_recovery(&mut browser).await;
    browser.log_in(&card).await.expect(201);
    server.kill();
    expect_unavailable(&mut browser).await;
    server.restart();
    expect_recovery(&mut browser).await;
    drop(portal);
}

#[tokio::test]
async fn one_that_hangs_holds_no_request_up_for_long() {
    let (server, portal, card, mut browser) = start().await;
    server.pause();
    expect_unavailable(&mut browser).await;
    server.resume();
    expect_recovery(&mut browser).await;
    browser.log_in(&card).await.expect(201);
    drop(portal);
}

/// More at once than there are connections to a database.
async fn ask_many_at_once(browser: &Browser) {
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.get("/api/session").await.status })
        })
        .collect();
    for asked in asked {
        asked.await.unwrap();
    }
}

#[tokio::test]
async fn the_standby_is_found_once_it_takes_writes_and_has_what_was_confirmed() {
    for hang in [false, true] {
        let mut primary = Postgres::start();
        let standby = primary.standby();
        let database = primary.empty_database();
        let hosts = format!("{},{}", standby.address(), primary.address());
        let portal = Portal::start_at(format!("postgres://postgres@{hosts}/{database}")).await;
        let card = portal.person(MARIO, Profile::Amministrazione).await;
        let mut browser = portal.logged_in(&card).await;
        // Every connection that there may be is at hand, for so long that it is asked before it is
        // used again.
        ask_many_at_once(&browser).await;
        tokio::time::sleep(Duration::from_millis(1200)).await;
        if hang {
            primary.pause();
        } else {
            primary.kill();
        }
        ask_many_at_once(&browser).await;
        expect_unavailable(&mut browser).await;
        standby.promote();
        expect_recovery(&mut browser).await;
        browser.log_in(&card).await.expect(201);
    }
}

/// As `audit verify` says it.
const UNSIGNED: &str = "not signed yet";
const ALL_SIGNED: &str = "the audit log is whole";

#[tokio::test]
async fn what_a_standby_does_not_have_is_not_signed() {
    let primary = Postgres::start();
    let standby = primary.standby();
    let database = primary.empty_database();
    let portal = Portal::start_at(primary.url(&database)).await;
    portal.person(MARIO, Profile::Amministrazione).await;
    let (store, mario) = (&portal.app.store, CodiceFiscale::parse(MARIO).unwrap());
    store.sign_audit_end(clock::now()).unwrap();
    audit::expect(&portal, 0, ALL_SIGNED);

    standby.pause();
    let change = store.disable_operator(&mario, clock::now());
    timeout(Duration::from_secs(1), change).await.unwrap_err();
    // An administrator has lost patience: the change holds on this server alone.
    let waiting =
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    assert_eq!(primary.run("postgres", waiting), "t");
    let settled = timeout(Duration::from_secs(2), store.settle_audit_end()).await;
    assert!(!matches!(settled, Ok(Ok(()))));
    store.sign_audit_end(clock::now()).unwrap();
    audit::expect(&portal, 0, UNSIGNED);

    standby.resume();
    store.settle_audit_end().await.unwrap();
    store.sign_audit_end(clock::now()).unwrap();
    audit::expect(&portal, 0, ALL_SIGNED);
}
