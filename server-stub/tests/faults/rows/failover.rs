//! The standby takes the primary's place

use std::{thread, time::Duration};

use crate::{
    ledger::Ledger,
    stage::{Servers, Stage, gather, while_gathered},
    table::Tally,
};

/// Nobody waits longer for work to go on than an attempt at a connection and a search take,
/// with the promotion itself.
const OUTAGE: Duration = Duration::from_secs(12);

pub fn killed() -> Tally {
    let mut servers = Servers::start();
    let stage = Stage::set(&servers.url());
    let load = stage.load();
    gather(&servers.primary, &servers.database);
    servers.primary.kill();
    servers.standby.promote();
    load.wait_for_more(60, Duration::from_secs(20));
    stage.wait_until_both_are(true, Duration::from_secs(5));
    finish(load.stop(), &servers)
}

/// And the old primary comes back, and takes itself for the primary still. So does a node,
/// which has met neither.
pub fn paused() -> Tally {
    let servers = Servers::start();
    let mut stage = Stage::set(&servers.url());
    let load = stage.load();
    while_gathered(&servers.primary, &servers.database, || {
        servers.primary.pause();
        servers.standby.promote();
        load.wait_for_more(60, Duration::from_secs(20));
        servers.primary.resume();
    });
    stage.servers[0] = None;
    stage.serve(0);
    for _ in 0..4 {
        load.wait_for_more(20, Duration::from_secs(10));
        thread::sleep(Duration::from_secs(1));
    }
    stage.wait_until_both_are(true, Duration::from_secs(5));
    finish(load.stop(), &servers)
}

fn finish(report: crate::load::Report, servers: &Servers) -> Tally {
    let ledger = Ledger::Postgres(&servers.standby, &servers.database);
    Tally::count(&report, &ledger).outage_within(OUTAGE)
}
