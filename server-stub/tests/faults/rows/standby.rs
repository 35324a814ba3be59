//! The standby is gone, without whose word nothing is confirmed

use std::{thread, time::Duration};

use crate::{
    ledger::Ledger,
    stage::{Servers, Stage, while_gathered},
    table::Tally,
};

/// Until an administrator decides to go on without it, or it is back.
pub fn lost() -> Tally {
    let mut servers = Servers::start();
    let stage = Stage::set(&servers.url());
    let load = stage.load();
    let mut before = 0;
    while_gathered(&servers.primary, &servers.database, || {
        servers.standby.kill();
        before = load.registered();
    });
    stage.wait_until_both_are(false, Duration::from_secs(8));
    thread::sleep(Duration::from_secs(7));
    // Whoever stood there is registered on the primary alone, and will be found: that they were
    // told so too early, the count does not see.
    assert_eq!(load.registered(), before);
    stage.wait_until_both_are(false, Duration::from_secs(8));
    require_standby(&servers, false);
    load.wait_for_more(30, Duration::from_secs(15));
    stage.wait_until_both_are(true, Duration::from_secs(8));
    servers.standby.restart();
    require_standby(&servers, true);
    load.wait_for_more(30, Duration::from_secs(15));
    let report = load.stop();
    Tally::count(
        &report,
        &Ledger::Postgres(&servers.primary, &servers.database),
    )
}

/// What was committed meanwhile exists on the primary alone, which then is gone too. The nodes
/// stand still for longer than they wait: no late word that all is well may reach anybody.
pub fn lost_and_then_the_primary() -> Tally {
    let mut servers = Servers::start();
    let stage = Stage::set(&servers.url());
    let load = stage.load();
    while_gathered(&servers.primary, &servers.database, || {
        servers.standby.kill()
    });
    thread::sleep(Duration::from_millis(300));
    let signal = |name| {
        for server in stage.servers.iter().flatten() {
            server.signal(name);
        }
    };
    signal("STOP");
    thread::sleep(Duration::from_secs(7));
    signal("CONT");
    thread::sleep(Duration::from_secs(3));
    servers.primary.kill();
    servers.standby.restart();
    servers.standby.promote();
    load.wait_for_more(30, Duration::from_secs(20));
    stage.wait_until_both_are(true, Duration::from_secs(5));
    let report = load.stop();
    let ledger = Ledger::Postgres(&servers.standby, &servers.database);
    // The nodes stood still by this row's own doing.
    Tally::count(&report, &ledger).patient()
}

/// What an administrator does.
fn require_standby(servers: &Servers, required: bool) {
    let names = if required { "standby" } else { "" };
    let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'");
    servers.primary.run("postgres", &set);
    servers.primary.run("postgres", "SELECT pg_reload_conf()");
}
