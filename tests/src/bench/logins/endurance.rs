//! What shows after minutes only: queues, and memory that is not given back.

use super::site::Site;
use crate::{
    Outcome,
    bench::row::Row,
    load::{Load, Pace},
};

/// A rush: so many a second, for ten minutes.
const RATE: f64 = 100.0;
const RUSH: u64 = 60_000;
/// Until then memory is still being taken for good: buffers, the database's pages.
const FIRST: u64 = 100_000;
const ALL: u64 = 1_000_000;
/// At a time, so that what the load remembers of them is not as much itself.
const A_ROUND: u64 = 100_000;

pub(super) fn measure(site: &Site) -> Outcome<Vec<Row>> {
    let rush = Load {
        pace: Pace::PerSecond(RATE),
        ..site.load(RUSH)?
    };
    let rush = rush.run()?.expect_all_done()?;
    site.log_in(FIRST)?;
    let at_first = site.resident()?;
    for _ in 0..(ALL - FIRST) / A_ROUND {
        site.log_in(A_ROUND)?;
    }
    let grown = (site.resident()? - at_first).max(0.0);
    Ok(vec![
        Row::of(
            "100 logins a second for ten minutes: 99 of 100 done within",
            rush.latency(0.99).as_secs_f64() * 1e3,
            "ms",
        )
        .at_most(50.0),
        Row::of(
            "the same: the slowest",
            rush.longest().as_secs_f64() * 1e3,
            "ms",
        ),
        Row::of(
            "1,000,000 logins: memory grown by, after the first 100,000",
            grown,
            "MB",
        )
        .at_most(5.0),
    ])
}
