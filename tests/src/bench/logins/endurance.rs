//! What shows after minutes only: queues, and memory that is not given back.

use super::{OPERATORS, REGISTRATIONS, site::Site};
use crate::{
    Outcome,
    bench::row::{Row, median},
    load::{Load, Pace},
    people::Issuer,
};

/// A rush: so many a second, for ten minutes.
const RATE: f64 = 100.0;
const RUSH: u64 = 60_000;
/// Until then memory is still being taken for good: buffers, the database's pages.
const FIRST: usize = 100_000;
const ALL: usize = 1_000_000;
/// After so many the memory is looked at: what is under way comes and goes, megabytes of it.
const A_LOOK: usize = 10_000;

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

/// How much memory a million logins leave behind: between the second hundred thousand and the last.
pub fn million() -> Outcome<Vec<Row>> {
    let site = Site::on_sqlite(&Issuer::new(), OPERATORS, REGISTRATIONS)?;
    let looks = (0..ALL / A_LOOK).map(|_| {
        site.log_in(A_LOOK as u64)?;
        site.resident()
    });
    let looks = looks.collect::<Outcome<Vec<f64>>>()?;
    let in_a_round = FIRST / A_LOOK;
    let at_first = median(looks[in_a_round..2 * in_a_round].to_vec());
    let at_last = median(looks[looks.len() - in_a_round..].to_vec());
    eprintln!("  memory, in megabytes, after each {A_LOOK} logins: {looks:.0?}");
    let figure = "1,000,000 logins: memory grown by, from the second 100,000 to the last";
    Ok(vec![
        Row::of(figure, (at_last - at_first).max(0.0), "MB").at_most(5.0),
    ])
}
