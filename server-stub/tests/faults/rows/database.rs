//! The database server is away, hangs, is slow, or its connections break

use std::{thread, time::Duration};

use super::shared;
use crate::{
    ledger::Ledger,
    load::Load,
    stage::{Servers, Stage, gather, wait_until, while_gathered},
    table::Tally,
    wire::Wire,
};

/// By then work goes on.
const BACK_WITHIN: Duration = Duration::from_secs(20);

pub fn killed() -> Tally {
    let mut servers = Servers::start();
    let stage = Stage::set(&servers.url());
    let load = stage.load();
    gather(&servers.primary, &servers.database);
    servers.primary.kill();
    stage.wait_until_both_are(false, Duration::from_secs(8));
    thread::sleep(Duration::from_secs(3));
    servers.primary.restart();
    load.wait_for_more(30, BACK_WITHIN);
    stage.wait_until_both_are(true, Duration::from_secs(5));
    finish(load, &servers, &servers.database)
}

pub fn paused() -> Tally {
    let servers = Servers::start();
    let stage = Stage::set(&servers.url());
    let load = stage.load();
    while_gathered(&servers.primary, &servers.database, || {
        servers.primary.pause();
        stage.wait_until_both_are(false, Duration::from_secs(8));
        thread::sleep(Duration::from_secs(6));
        stage.wait_until_both_are(false, Duration::from_secs(8));
        servers.primary.resume();
    });
    load.wait_for_more(30, BACK_WITHIN);
    stage.wait_until_both_are(true, Duration::from_secs(5));
    finish(load, &servers, &servers.database)
}

pub fn slow() -> Tally {
    let (wire, stage, database) = over_a_wire();
    let load = stage.load();
    // An answer takes a tenth of a second: work goes on.
    wire.delay(50);
    load.wait_for_more(20, BACK_WITHIN);
    // Three seconds: it cannot.
    wire.delay(1500);
    stage.wait_until_both_are(false, Duration::from_secs(8));
    thread::sleep(Duration::from_secs(8));
    stage.wait_until_both_are(false, Duration::from_secs(8));
    wire.delay(0);
    load.wait_for_more(30, BACK_WITHIN);
    stage.wait_until_both_are(true, Duration::from_secs(5));
    finish(load, shared(), &database)
}

pub fn cut() -> Tally {
    let (wire, stage, database) = over_a_wire();
    let load = stage.load();
    wire.cut(true);
    wait_until("it was cut often", Duration::from_secs(30), || {
        wire.cuts() > 100
    });
    wire.cut(false);
    load.wait_for_more(30, BACK_WITHIN);
    stage.wait_until_both_are(true, Duration::from_secs(5));
    finish(load, shared(), &database)
}

/// The server itself is left alone.
fn over_a_wire() -> (Wire, Stage, String) {
    let primary = &shared().primary;
    let (wire, database) = (Wire::to(&primary.address()), primary.empty_database());
    let url = format!("postgres://postgres@{}/{database}", wire.address);
    let stage = Stage::set(&url);
    (wire, stage, database)
}

fn finish(load: Load, servers: &Servers, database: &str) -> Tally {
    let report = load.stop();
    Tally::count(&report, &Ledger::Postgres(&servers.primary, database))
}
