//! Several nodes on one database

use std::{
    net::SocketAddr,
    thread::{self, sleep},
    time::{Duration, Instant},
};

use pki::{Holder, Key};

use crate::{
    installation::{Installation, Server, ask},
    serving::{post_token, with_mario},
};

#[test]
fn nodes_that_start_together_on_an_empty_database_all_serve() {
    let installation = Installation::new();
    let nodes: Vec<Server> = thread::scope(|scope| {
        let starting: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| installation.serve()))
            .collect();
        starting
            .into_iter()
            .map(|node| node.join().unwrap())
            .collect()
    });
    for node in nodes {
        let ready = ask(node.portal, "GET", "/api/health/ready", "", "");
        assert_eq!(ready.status, 200);
        let (code, log) = node.stop();
        assert_eq!(code, Some(0), "{log}");
    }
}

#[test]
fn what_was_said_to_one_node_holds_on_the_other() {
    let installation = with_mario();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let (one, other) = (installation.serve(), installation.serve());
    let (_, document, _) = post_token(&one, &card, "/api/registrations");
    let path = "/api/credentials-document";
    let headers = format!("Cookie: {document}\r\n");
    assert_eq!(ask(other.portal, "GET", path, &headers, "").status, 200);
    let (status, session, _) = post_token(&other, &card, "/api/session");
    assert_eq!(status, 201);
    let headers = format!("Cookie: {session}\r\n");
    let who = |node: &Server| ask(node.portal, "GET", "/api/session", &headers, "").status;
    assert_eq!((who(&one), who(&other)), (200, 200));
    ask(one.portal, "DELETE", "/api/session", &headers, "");
    assert_eq!((who(&one), who(&other)), (401, 401));
}

/// Two nodes, and how many challenges one address may ask them for in a minute.
fn two_nodes(per_minute: u32) -> (Installation, [Server; 2]) {
    let installation = Installation::new();
    installation.configure(&format!("[limits]\nchallenges_per_minute = {per_minute}\n"));
    let nodes = [installation.serve(), installation.serve()];
    (installation, nodes)
}

fn is_issued(node: SocketAddr) -> bool {
    let issued = ask(node, "POST", "/api/challenges", "", "");
    assert!([201, 429].contains(&issued.status), "{}", issued.text());
    issued.status == 201
}

/// How many it issues until it refuses.
fn issued(node: SocketAddr) -> u32 {
    (0..).find(|_| !is_issued(node)).unwrap()
}

/// Nodes tell each other each second; the machine may be slow.
const TOLD: Duration = Duration::from_secs(3);

#[test]
fn what_one_node_issued_an_address_it_does_not_get_from_the_other() {
    let (_installation, nodes) = two_nodes(120);
    let begin = Instant::now();
    let first = issued(nodes[0].portal);
    sleep(TOLD);
    let second = issued(nodes[1].portal);
    // Two come back in a second, of which nodes grant one beforehand.
    let back = 2 * (u32::try_from(begin.elapsed().as_secs()).unwrap() + 2);
    let all = first + second;
    assert!((120..=120 + back).contains(&all), "{first} and {second}");
}

#[test]
fn what_two_nodes_issued_at_once_beyond_the_limit_is_waited_for() {
    let (_installation, nodes) = two_nodes(120);
    let begin = Instant::now();
    // As fast as they answer, before they have told each other of all.
    let at_once: u32 = thread::scope(|scope| {
        let portals = nodes.each_ref().map(|node| node.portal);
        let asked = portals.map(|portal| scope.spawn(move || issued(portal)));
        asked.into_iter().map(|node| node.join().unwrap()).sum()
    });
    let back = 2 * (u32::try_from(begin.elapsed().as_secs()).unwrap() + 2);
    assert!((120..=240 + back).contains(&at_once), "{at_once}");
    sleep(TOLD);
    let mut later = 0;
    while begin.elapsed() < Duration::from_secs(15) {
        later += nodes.iter().filter(|node| is_issued(node.portal)).count();
        sleep(Duration::from_millis(200));
    }
    // Over the whole time as many as of one node, but for what came at once.
    let all = at_once.max(120 + back) + u32::try_from(later).unwrap();
    let back = 2 * (u32::try_from(begin.elapsed().as_secs()).unwrap() + 2);
    let most = (120 + back).max(at_once + 4);
    assert!(all <= most, "{at_once}, then {later}");
}

#[test]
fn a_hospital_behind_one_address_gets_its_whole_limit_of_two_nodes() {
    let (_installation, nodes) = two_nodes(120);
    for number in 0..120 {
        assert!(is_issued(nodes[number % 2].portal), "{number}");
        // They tell each other of it several times meanwhile.
        sleep(Duration::from_millis(40));
    }
}

#[test]
fn who_watches_sees_that_nodes_tell_each_other() {
    let installation = Installation::new();
    installation.configure("[admin]\nlisten = \"127.0.0.1:0\"\n");
    let node = installation.serve();
    let begin = Instant::now();
    let mut told = 0;
    while told < 2 && begin.elapsed() < Duration::from_secs(20) {
        let metrics = ask(node.metrics.unwrap(), "GET", "/metrics", "", "").text();
        let value = |outcome: &str| -> u32 {
            let series = format!("tessera_challenge_exchanges_total{{outcome=\"{outcome}\"}} ");
            let value = metrics.lines().find_map(|line| line.strip_prefix(&series));
            value.unwrap().parse().unwrap()
        };
        assert_eq!(value("failed"), 0);
        told = value("ok");
        sleep(Duration::from_millis(100));
    }
    assert!(told >= 2);
}
