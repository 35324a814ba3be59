//! Challenges by address, of nodes that share a database

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use postgres_server::Postgres;
use server_stub::{
    challenge::{
        nodes::exchange,
        rate::{AddressKey, ChallengeRate},
    },
    store::Store,
};
use sqlx::{AssertSqlSafe, ConnectOptions, postgres::PgConnectOptions};

use crate::support::{Portal, Request};

const HOSPITAL: AddressKey = AddressKey([7; 16]);
const LIMIT: u32 = 60;

fn node() -> ChallengeRate {
    node_of(LIMIT)
}

fn node_of(limit: u32) -> ChallengeRate {
    ChallengeRate::new(NonZeroU32::new(limit).unwrap(), true)
}

/// How many the hospital gets of so many.
fn issued(node: &ChallengeRate, tries: u32) -> u32 {
    let count = |_| u32::from(node.count(HOSPITAL, Instant::now()).is_ok());
    (0..tries).map(count).sum()
}

async fn exchange_all(nodes: &[ChallengeRate], store: &Store) {
    for node in nodes {
        exchange(node, store).await.unwrap();
    }
}

/// What one statement answers, asked beside the portal.
async fn run(portal: &Portal, statement: &str) -> String {
    let address = portal.app.config.database.to_string();
    let options: PgConnectOptions = address.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let statement = AssertSqlSafe(statement.to_owned());
    let answer = sqlx::query_scalar(statement).fetch_optional(&mut connection);
    answer.await.unwrap().unwrap_or_default()
}

#[tokio::test]
async fn nodes_together_issue_the_limit_no_more_and_no_less() {
    let portal = Portal::start().await;
    for count in [2, 5] {
        let begin = Instant::now();
        // One limit a portal, so another address for each.
        let nodes: Vec<ChallengeRate> = (0..count).map(|_| node_of(600)).collect();
        let hospital = AddressKey([count; 16]);
        let mut issued = 0;
        for _ in 0..2000 / 20 / u32::from(count) {
            for node in &nodes {
                let tries = (0..20).filter(|_| node.count(hospital, Instant::now()).is_ok());
                issued += tries.count();
            }
            exchange_all(&nodes, &portal.app.store).await;
        }
        // What comes back meanwhile, and what the nodes issue between two exchanges.
        let seconds = begin.elapsed().as_secs_f64() + 1.0;
        let most = 600.0 + 10.0 * seconds + 20.0 * f64::from(count - 1);
        assert!((600.0..=most).contains(&(issued as f64)), "{issued}");
    }
}

#[tokio::test]
async fn a_hospital_that_asks_all_day_for_less_than_the_limit_is_never_refused() {
    let portal = Portal::start().await;
    // A minute's worth in 3 seconds, and so on: twenty a second come back.
    let nodes = [node_of(1200), node_of(1200), node_of(1200)];
    let begin = Instant::now();
    let mut asked = 0;
    while begin.elapsed() < Duration::from_secs(8) {
        let due = begin.elapsed().as_millis() / 53;
        while asked < due {
            let node = &nodes[usize::try_from(asked % 3).unwrap()];
            assert_eq!(node.count(HOSPITAL, Instant::now()), Ok(()), "{asked}");
            asked += 1;
        }
        exchange_all(&nodes, &portal.app.store).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(asked > 140);
    // And still gets what it had not asked for.
    let left: u32 = issued(&nodes[0], 1300);
    assert!((1180..=1220).contains(&left), "{left}");
}

#[tokio::test]
async fn what_was_issued_at_once_on_all_nodes_is_waited_for_afterwards() {
    let portal = Portal::start().await;
    let nodes = [node(), node(), node()];
    for node in &nodes {
        assert_eq!(issued(node, 100), LIMIT);
    }
    exchange_all(&nodes, &portal.app.store).await;
    exchange_all(&nodes, &portal.app.store).await;
    for node in &nodes {
        let wait = node.count(HOSPITAL, Instant::now()).unwrap_err();
        // Two minutes' worth too many.
        assert!((110..=121).contains(&wait.as_secs()), "{wait:?}");
    }
}

#[tokio::test]
async fn a_node_that_starts_anew_knows_what_was_issued_before() {
    let portal = Portal::start().await;
    let before = node();
    assert_eq!(issued(&before, 50), 50);
    exchange(&before, &portal.app.store).await.unwrap();
    drop(before);
    let after = node();
    exchange(&after, &portal.app.store).await.unwrap();
    let left = issued(&after, 100);
    assert!((10..=13).contains(&left), "{left}");
}

#[tokio::test]
async fn nodes_go_on_by_what_they_know_while_the_database_is_away() {
    let mut server = Postgres::start();
    let database = server.empty_database();
    let portal = Portal::start_at(server.url(&database)).await;
    let nodes = [node(), node()];
    assert_eq!(issued(&nodes[0], 40), 40);
    exchange_all(&nodes, &portal.app.store).await;
    server.kill();
    let begin = Instant::now();
    // The other heard of forty; what it issues now it cannot tell.
    let left = issued(&nodes[1], 100);
    assert!((20..=23).contains(&left), "{left}");
    assert!(exchange(&nodes[1], &portal.app.store).await.is_err());
    server.restart();
    // The table is empty after a crash; what the nodes know is not.
    let mut recovered = false;
    while !recovered && begin.elapsed() < Duration::from_secs(30) {
        recovered = exchange(&nodes[1], &portal.app.store).await.is_ok();
    }
    assert!(recovered);
    exchange_all(&nodes, &portal.app.store).await;
    let back = u32::try_from(begin.elapsed().as_secs()).unwrap();
    let left = issued(&nodes[1], 100);
    assert!(
        (back.saturating_sub(1)..=back + 1).contains(&left),
        "{left}"
    );
    // What could not be told then is told no more: twice would be too much.
    let left = issued(&nodes[0], 100);
    assert!((20..=23 + back).contains(&left), "{left}");
}

#[tokio::test]
async fn after_a_failover_each_node_goes_on_from_what_it_knew() {
    let mut primary = Postgres::start();
    let standby = primary.standby();
    let database = primary.empty_database();
    let hosts = format!("{},{}", primary.address(), standby.address());
    let portal = Portal::start_at(format!("postgres://postgres@{hosts}/{database}")).await;
    let store = &portal.app.store;
    let nodes = [node(), node()];
    let begin = Instant::now();
    assert_eq!(issued(&nodes[0], 40), 40);
    exchange_all(&nodes, store).await;
    primary.kill();
    standby.promote();
    while exchange(&nodes[0], store).await.is_err() {
        assert!(begin.elapsed() < Duration::from_secs(60));
    }
    // The table does not follow to a standby: each knows of the forty, and for a while not of what
    // the other issues then.
    let second = issued(&nodes[1], 100);
    exchange_all(&nodes, store).await;
    exchange_all(&nodes, store).await;
    let first = issued(&nodes[0], 100);
    let back = u32::try_from(begin.elapsed().as_secs()).unwrap() + 2;
    for left in [first, second] {
        assert!(left <= 20 + back, "{first}, {second}, {back} back");
    }
    // From here on they count together again.
    exchange_all(&nodes, store).await;
    exchange_all(&nodes, store).await;
    let left = issued(&nodes[0], 100) + issued(&nodes[1], 100);
    assert!(left <= back, "{left}");
}

#[tokio::test]
async fn a_database_server_whose_clock_is_set_back_shuts_nobody_out() {
    let portal = Portal::start().await;
    let nodes = [node(), node()];
    assert_eq!(issued(&nodes[0], 30), 30);
    exchange(&nodes[0], &portal.app.store).await.unwrap();
    let hours_ahead = "UPDATE challenge_counts SET back_at = back_at + 7200000000";
    run(&portal, hours_ahead).await;
    exchange(&nodes[1], &portal.app.store).await.unwrap();
    assert_eq!(issued(&nodes[1], 10), 10);
    exchange_all(&nodes, &portal.app.store).await;
    // It counts from there on.
    let left = issued(&nodes[1], 100);
    assert!((48..=52).contains(&left), "{left}");
}

#[tokio::test]
async fn a_flood_of_addresses_makes_no_table_that_grows() {
    let portal = Portal::start().await;
    let node = node();
    let now = Instant::now();
    for number in 0..3000_u128 {
        // Three are too few to tell of.
        let times = if number < 1500 { 3 } else { 4 };
        for _ in 0..times {
            let address = AddressKey(number.to_be_bytes());
            node.count(address, now).unwrap();
        }
    }
    assert_eq!(issued(&node, 60), 60);
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM challenge_counts";
    exchange(&node, &portal.app.store).await.unwrap();
    assert_eq!(run(&portal, count).await, "1000");
    // The one that asked for the most is among them.
    let most = "SELECT encode(address, 'hex') FROM challenge_counts ORDER BY back_at DESC";
    assert_eq!(run(&portal, most).await, "07".repeat(16));
    exchange(&node, &portal.app.store).await.unwrap();
    assert_eq!(run(&portal, count).await, "1501");
    tokio::time::sleep(Duration::from_secs(4)).await;
    portal.forget_in(0).await;
    assert_eq!(run(&portal, count).await, "1");
}

#[tokio::test]
async fn who_asked_stands_in_the_database_by_a_keyed_hash_alone() {
    let portal = Portal::start_with(&[("TESSERA_LIMITS__CHALLENGES_PER_MINUTE", "3")]).await;
    let origin = portal.origin().as_str().to_owned();
    for address in ["192.0.2.1", "2001:db8::1", "2001:db8::2"] {
        let request = Request::new("POST", "/api/challenges")
            .header("origin", &origin)
            .header("x-forwarded-for", address);
        portal.browser().send(request).await.expect(201);
    }
    let request = Request::new("PUT", "/api/password")
        .header("origin", &origin)
        .header("x-forwarded-for", "192.0.2.1")
        .json(&serde_json::json!({ "username": "x", "current": "y", "new": "z" }));
    portal.browser().send(request).await;
    exchange(&portal.app.challenge_rate, &portal.app.store)
        .await
        .unwrap();
    let rows = "SELECT string_agg(encode(address, 'hex'), ' ') FROM challenge_counts";
    let rows = run(&portal, rows).await;
    let rows: Vec<&str> = rows.split(' ').collect();
    assert_eq!(rows.len(), 2, "a network of IPv6 is one: {rows:?}");
    let failures = "SELECT string_agg(encode(address_key, 'hex'), ' ') FROM password_failures";
    let failures = run(&portal, failures).await;
    for row in rows {
        assert_eq!(row.len(), 32);
        assert!(!row.starts_with("c0000201") && !row.starts_with("20010db8"));
        assert!(!failures.contains(row), "not to be found in another table");
    }
    assert_eq!(failures.len(), 64);
}
