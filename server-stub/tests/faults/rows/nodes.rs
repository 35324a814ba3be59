//! A node is gone, and what the other knows

use std::time::Duration;

use page_calls::{Browser, Method};

use super::shared;
use crate::{
    ledger::Ledger,
    load::{Load, Person, browser, browser_that_keeps, sign_in},
    stage::{Stage, wait_until_ready},
    table::Tally,
};

pub fn killed() -> Tally {
    let (mut stage, database) = set();
    let load = stage.load();
    let cookies = load.cookies();
    // Killed as it is dropped.
    stage.servers[0] = None;
    assert!(cookies.len() > 5);
    expect_sessions(&stage, 1, &cookies);
    load.wait_for_more(40, Duration::from_secs(10));
    stage.serve(0);
    expect_sessions(&stage, 0, &cookies);
    load.wait_for_more(40, Duration::from_secs(10));
    finish(load, &database).outage_within(Duration::from_secs(4))
}

pub fn stopped() -> Tally {
    let (mut stage, database) = set();
    let load = stage.load_by(browser_that_keeps);
    let node = stage.servers[0].take().unwrap();
    let (code, log) = node.stop();
    assert_eq!(code, Some(0), "{log}");
    load.wait_for_more(40, Duration::from_secs(10));
    stage.serve(0);
    wait_until_ready(stage.nodes[0], true, Duration::from_secs(5));
    load.wait_for_more(40, Duration::from_secs(10));
    let proxy_log = stage.proxy.log();
    let tally = finish(load, &database).unnoticed();
    if tally.is_faulty() {
        eprintln!("{proxy_log}");
    }
    tally
}

/// Two nodes are one portal: a nonce is judged once, and what was ended is over on both.
pub fn know_at_once() -> Tally {
    let (stage, database) = set();
    let load = stage.load();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for _ in 0..40 {
            one_of_two_is_judged(&stage).await;
        }
        for _ in 0..10 {
            a_logout_holds_on_both(&stage).await;
            disabling_holds_on_both(&stage).await;
        }
    });
    finish(load, &database).unnoticed()
}

async fn one_of_two_is_judged(stage: &Stage) {
    let person = stage.crowd.next();
    let mut one = browser(stage.nodes[0]);
    let challenge = one
        .ask(Method::POST, "/api/challenges", None)
        .await
        .unwrap();
    let token = sign_in(&person.card, &challenge.json());
    let mut other = one.at(stage.nodes[1]);
    let path = "/api/registrations";
    let (first, second) = tokio::join!(
        one.ask(Method::POST, path, Some(&token)),
        other.ask(Method::POST, path, Some(&token)),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{first:?} {second:?}");
    let refused = if first.status == 409 { first } else { second };
    assert_eq!(refused.json()["code"], "challenge-used");
}

async fn a_logout_holds_on_both(stage: &Stage) {
    let mut one = logged_in(stage).await.1;
    let mut other = one.at(stage.nodes[1]);
    assert_eq!(who(&mut other).await, 200);
    let mut leaving = one.at(stage.nodes[0]);
    leaving
        .ask(Method::DELETE, "/api/session", None)
        .await
        .unwrap();
    assert_eq!((who(&mut other).await, who(&mut one).await), (401, 401));
}

async fn disabling_holds_on_both(stage: &Stage) {
    let (person, mut one) = logged_in(stage).await;
    let mut other = one.at(stage.nodes[1]);
    assert_eq!((who(&mut other).await, who(&mut one).await), (200, 200));
    let mut disable = stage.command(&["operators", "disable", &person.codice_fiscale]);
    let told = disable.output().unwrap();
    assert!(told.status.success(), "{told:?}");
    assert_eq!((who(&mut other).await, who(&mut one).await), (401, 401));
    for mut browser in [one, other] {
        let challenge = browser
            .ask(Method::POST, "/api/challenges", None)
            .await
            .unwrap();
        let token = sign_in(&person.card, &challenge.json());
        let refused = browser
            .ask(Method::POST, "/api/session", Some(&token))
            .await;
        assert_eq!(refused.unwrap().json()["code"], "operator-disabled");
    }
}

/// Somebody new, with a session opened at the first node.
pub async fn logged_in(stage: &Stage) -> (Person, Browser) {
    let person = stage.crowd.next();
    let mut browser = browser(stage.nodes[0]);
    for path in ["/api/registrations", "/api/session"] {
        let challenge = browser
            .ask(Method::POST, "/api/challenges", None)
            .await
            .unwrap();
        let token = sign_in(&person.card, &challenge.json());
        let done = browser.ask(Method::POST, path, Some(&token)).await.unwrap();
        assert_eq!(done.status, 201, "{done:?}");
    }
    (person, browser)
}

async fn who(browser: &mut Browser) -> u16 {
    let answer = browser.ask(Method::GET, "/api/session", None).await;
    answer.unwrap().status
}

/// That all of these are good at a node.
fn expect_sessions(stage: &Stage, node: usize, cookies: &[String]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for cookie in cookies {
            let mut browser = browser(stage.nodes[node]);
            browser.take_cookie("tessera-session", cookie);
            assert_eq!(who(&mut browser).await, 200);
        }
    });
}

/// A stage on the servers that rows share, and its database there.
pub fn set() -> (Stage, String) {
    let servers = shared();
    let database = servers.primary.empty_database();
    let url = format!(
        "postgres://postgres@{},{}/{database}",
        servers.primary.address(),
        servers.standby.address(),
    );
    (Stage::set(&url), database)
}

/// Counts.
pub fn finish(load: Load, database: &str) -> Tally {
    let report = load.stop();
    Tally::count(&report, &Ledger::Postgres(&shared().primary, database))
}
