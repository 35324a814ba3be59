//! A system that gives the server no more descriptors

use std::{
    process::Command,
    time::{Duration, Instant},
};

use super::{
    crowd::{connect_from, idle, is_closed, wait_until},
    honest_login,
};
use crate::{
    installation::{Server, exchange},
    serving::with_mario,
};

fn allow(server: &Server, descriptors: usize) {
    let told = Command::new("prlimit")
        .arg(format!("--pid={}", server.id()))
        .arg(format!("--nofile={descriptors}:"))
        .status()
        .unwrap();
    assert!(told.success());
}

#[test]
fn without_descriptors_it_neither_spins_nor_dies_and_goes_on() {
    let installation = with_mario();
    let mut server = installation.serve();
    honest_login(&installation, &server);
    let open = server.descriptors();
    allow(&server, open + 8);
    let crowd = idle(60, [127, 0, 0, 2], &server);
    server.wait_for_line("connections could not be taken");
    let before = server.processor_time();
    std::thread::sleep(Duration::from_secs(2));
    let used = server.processor_time() - before;
    assert!(used < Duration::from_secs(1), "it spins: {used:?}");
    for _ in 0..3 {
        honest_login(&installation, &server);
    }
    allow(&server, open + 500);
    drop(crowd);
    let crowd = idle(60, [127, 0, 0, 2], &server);
    honest_login(&installation, &server);
    assert!(crowd.iter().all(|stream| !is_closed(stream)));
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn who_would_wait_for_a_descriptor_that_nobody_gives_back_is_told_so() {
    let installation = with_mario();
    installation.configure("trusted_proxies = [\"127.0.0.9\"]\n");
    let server = installation.serve();
    honest_login(&installation, &server);
    let open = server.descriptors();
    allow(&server, open + 8);
    let proxys = idle(60, [127, 0, 0, 9], &server);
    for _ in 0..3 {
        let begun = Instant::now();
        let stream = connect_from([127, 0, 0, 9], server.portal);
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let reply = exchange(stream, "GET", "/api/health/ready", "", "");
        assert_eq!(reply.status, 503);
        assert!(reply.head.contains("retry-after: 5"), "{}", reply.head);
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
    drop(proxys);
    honest_login(&installation, &server);
}

#[test]
fn it_takes_what_the_administrator_allows_and_says_when_that_is_little() {
    let installation = with_mario();
    let command = installation.command(&["serve"]);
    let mut limited = Command::new("prlimit");
    limited
        .arg("--nofile=100:300")
        .arg(command.get_program())
        .args(command.get_args());
    let mut server = Server::start(limited);
    server.wait_until_said("LimitNOFILE");
    let crowd = idle(400, [127, 0, 0, 2], &server);
    honest_login(&installation, &server);
    wait_until("room was kept", Duration::from_secs(10), || {
        crowd.iter().filter(|stream| !is_closed(stream)).count() <= 204
    });
}
