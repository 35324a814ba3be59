//! A node gets no more descriptors

use std::{net::TcpStream, process::Command, thread, time::Duration};

use super::nodes::{finish, set};
use crate::{
    stage::{wait_until, wait_until_ready},
    table::Tally,
};

/// For longer than anybody is to wait.
const SHORT: Duration = Duration::from_secs(10);

/// The proxy's idle connections take them all, which keep their seats. Whoever is led there
/// until the proxy has seen it is refused, not left to wait; the other node goes on.
pub fn used_up() -> Tally {
    let (stage, database) = set();
    let load = stage.load();
    let node = stage.servers[0].as_ref().unwrap();
    let room = node.descriptors() + 3;
    allow(node.id(), room);
    let idle: Vec<_> = (0..60)
        .map(|_| TcpStream::connect(stage.nodes[0]).unwrap())
        .collect();
    wait_until("all are taken", Duration::from_secs(5), || {
        node.descriptors() >= room
    });
    thread::sleep(SHORT);
    load.wait_for_more(40, Duration::from_secs(10));
    allow(node.id(), 1000);
    drop(idle);
    wait_until_ready(stage.nodes[0], true, Duration::from_secs(10));
    load.wait_for_more(40, Duration::from_secs(10));
    finish(load, &database).outage_within(Duration::from_secs(4))
}

fn allow(process: u32, descriptors: usize) {
    let told = Command::new("prlimit")
        .arg(format!("--pid={process}"))
        .arg(format!("--nofile={descriptors}:"))
        .status();
    assert!(told.unwrap().success());
}
