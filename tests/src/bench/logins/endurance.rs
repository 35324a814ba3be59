//! What shows after minutes only: queues, and memory that is not given back.

use super::{OPERATORS, REGISTRATIONS, site::Site};
use crate::{
    Outcome,
    bench::row::Row,
    load::{Load, Pace},
    people::Issuer,
};

/// A rush: so many a second, for ten minutes.
const RATE: f64 = 100.0;
const RUSH: u64 = 60_000;
/// Until then memory is still being taken for good: buffers, the database's pages.
const FIRST: u64 = 100_000;
const ALL: u64 = 1_000_000;
/// At a time, so that what the load remembers of them is not as much itself.
const A_ROUND: u64 = 100_000;

/// How long whoever comes in a rush waits, nearly all of them.
pub fn rush_on_sqlite() -> Outcome<Vec<Row>> {
    rush(
        &Site::on_sqlite(&Issuer::new(), OPERATORS, REGISTRATIONS)?,
        "SQLite, 100 logins a second for ten minutes: 99 of 100 done within",
    )
}

/// The same with the database in a server of its own, on the same two cores.
pub fn rush_on_postgres() -> Outcome<Vec<Row>> {
    rush(
        &Site::on_postgres(&Issuer::new(), OPERATORS, REGISTRATIONS)?,
        "PostgreSQL, 100 logins a second for ten minutes: 99 of 100 done within",
    )
}

fn rush(site: &Site, figure: &'static str) -> Outcome<Vec<Row>> {
    let rush = Load {
        pace: Pace::PerSecond(RATE),
        ..site.load(RUSH)?
    };
    let rush = rush.run()?.expect_all_done()?;
    eprintln!("  {figure}: {rush}");
    let milliseconds = rush.latency(0.99).as_secs_f64() * 1e3;
    Ok(vec![Row::of(figure, milliseconds, "ms").at_most(50.0)])
}

/// How much memory a million logins leave behind.
pub fn million() -> Outcome<Vec<Row>> {
    let site = Site::on_sqlite(&Issuer::new(), OPERATORS, REGISTRATIONS)?;
    site.log_in(FIRST)?;
    let at_first = site.resident()?;
    for _ in 0..(ALL - FIRST) / A_ROUND {
        site.log_in(A_ROUND)?;
    }
    let figure = "1,000,000 logins: memory grown by, after the first 100,000";
    let grown = (site.resident()? - at_first).max(0.0);
    Ok(vec![Row::of(figure, grown, "MB").at_most(5.0)])
}
