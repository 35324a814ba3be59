//! `deploy/haproxy/haproxy.cfg`

use std::process::Command;

use super::{
    Setup, Stage, carries_pages_and_calls, goes_on_when_a_node_is_killed,
    is_alone_in_numbering_requests, is_alone_in_telling_the_clients_address,
    loses_no_request_when_a_node_is_drained, refuses_in_the_portals_words_when_no_node_answers,
};
use crate::shipped;

fn haproxy(setup: &Setup<'_>) -> Command {
    let [first, second] = &setup.nodes;
    let pem = setup.folder.join("portal.pem");
    let unavailable = shipped::path("haproxy/unavailable.http");
    let text = shipped::with(
        "haproxy/haproxy.cfg",
        &[
            ("10.0.0.11:8080", first),
            ("10.0.0.12:8080", second),
            ("bind :443", &format!("bind {}", setup.address)),
            ("bind :80", &format!("bind {}", setup.http)),
            ("/etc/haproxy/portal.pem", pem.to_str().unwrap()),
            (
                "/etc/haproxy/unavailable.http",
                unavailable.to_str().unwrap(),
            ),
            // A container may not let it have the descriptors of so many.
            ("maxconn 20000", "maxconn 500"),
            ("log /dev/log local0", "log stdout format raw local0"),
        ],
    );
    let file = setup.folder.join("haproxy.cfg");
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new(shipped::program("haproxy", "haproxy"));
    command.args(["-db", "-f", file.to_str().unwrap()]);
    command
}

#[test]
fn haproxy_carries_pages_and_calls() {
    carries_pages_and_calls(Stage::set(haproxy));
}

#[test]
fn haproxy_alone_tells_the_clients_address() {
    is_alone_in_telling_the_clients_address(Stage::set(haproxy));
}

#[test]
fn haproxy_alone_numbers_requests() {
    is_alone_in_numbering_requests(Stage::set(haproxy));
}

#[test]
fn haproxy_goes_on_when_a_node_is_killed() {
    goes_on_when_a_node_is_killed(Stage::set(haproxy));
}

#[test]
fn haproxy_loses_no_request_when_a_node_is_drained() {
    let log = loses_no_request_when_a_node_is_drained(Stage::set(haproxy));
    // It looked elsewhere before the node was gone.
    let seen = "Server nodes/node1 is DOWN, reason: Layer7 wrong status, code: 503";
    assert!(log.contains(seen), "{log}");
}

#[test]
fn haproxy_refuses_in_the_portals_words_when_no_node_answers() {
    refuses_in_the_portals_words_when_no_node_answers(Stage::set(haproxy));
}
