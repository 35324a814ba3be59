//! A database server that stops, hangs, or is another from now on

use std::time::{Duration, Instant};

use postgres_server::Postgres;
use protocol::{CodiceFiscale, service::Profile};
use server_stub::clock;
use sqlx::{ConnectOptions, Executor, postgres::PgConnectOptions, query_scalar};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

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

/// A server with its standby, and a portal that knows of both, the standby first.
struct Pair {
    browser: Browser,
    card: pki::Card,
    _portal: Portal,
    database: String,
    standby: Postgres,
    primary: Postgres,
}

impl Pair {
    async fn start() -> Pair {
        let primary = Postgres::start();
        let standby = primary.standby();
        let database = primary.empty_database();
        let hosts = format!("{},{}", standby.address(), primary.address());
        let portal = Portal::start_at(format!("postgres://postgres@{hosts}/{database}")).await;
        let card = portal.person(MARIO, Profile::Amministrazione).await;
        let browser = portal.logged_in(&card).await;
        Pair {
            browser,
            card,
            _portal: portal,
            database,
            standby,
            primary,
        }
    }
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

/// Connections that a node has to its database at the most.
const CONNECTIONS: usize = 16;

/// Asks more at once than there may be connections.
fn ask_many_at_once(browser: &Browser) -> JoinSet<()> {
    let ask = |mut browser: Browser| async move { drop(browser.get("/api/session").await) };
    (0..CONNECTIONS + 4).map(|_| ask(browser.clone())).collect()
}

/// Has every connection opened that there may be: many ask, and nobody is answered before each
/// connection is somebody's.
async fn open_every_connection(server: &Postgres, database: &str, browser: &Browser) {
    let options: PgConnectOptions = server.url(database).parse().unwrap();
    let mut lock = options.connect().await.unwrap();
    lock.execute("BEGIN; LOCK TABLE sessions").await.unwrap();
    let asked = ask_many_at_once(browser);
    let waiting = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted";
    let begin = Instant::now();
    loop {
        let waiting: i64 = query_scalar(waiting).fetch_one(&mut lock).await.unwrap();
        if waiting == CONNECTIONS as i64 {
            break;
        }
        // Less than a request waits for a connection.
        assert!(begin.elapsed() < Duration::from_secs(4), "only {waiting}");
        sleep(Duration::from_millis(20)).await;
    }
    lock.execute("COMMIT").await.unwrap();
    asked.join_all().await;
}

/// How many connections a server has, but for the one that asks.
fn connections(server: &Postgres, database: &str) -> String {
    let count = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    server.run(database, count)
}

#[tokio::test]
async fn the_standby_is_found_once_it_takes_writes_and_has_what_was_confirmed() {
    let mut pair = Pair::start().await;
    pair.primary.kill();
    expect_unavailable(&mut pair.browser).await;
    pair.standby.promote();
    expect_recovery(&mut pair.browser).await;
    pair.browser.log_in(&pair.card).await.expect(201);
}

/// What was asked in vain is closed: else a server that hangs would use up the connections there
/// may be, and none could be opened to the one that has taken its place.
#[tokio::test]
async fn one_that_hangs_keeps_no_connection_from_the_standby() {
    // A connection that lay at hand for long is asked where it leads to before it is used.
    for at_hand in [Duration::ZERO, Duration::from_millis(1200)] {
        let mut pair = Pair::start().await;
        let (browser, database) = (&mut pair.browser, &pair.database);
        open_every_connection(&pair.primary, database, browser).await;
        sleep(at_hand).await;
        pair.primary.pause();
        ask_many_at_once(browser).join_all().await;
        pair.standby.promote();
        browser.get("/api/session").await.expect(200);
        browser.log_in(&pair.card).await.expect(201);
        open_every_connection(&pair.standby, database, browser).await;

        pair.primary.resume();
        let begin = Instant::now();
        while connections(&pair.primary, database) != "0" {
            assert!(begin.elapsed() < RECOVERY);
            sleep(Duration::from_millis(100)).await;
        }
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
