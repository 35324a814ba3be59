//! What a login by card costs the server, with few operators and with all there could be.

pub(super) mod endurance;
pub(super) mod nginx;
pub(super) mod nodes;
mod site;
mod verifications;

use super::row::{Row, median};
use crate::{Outcome, people::Issuer};
use site::Site;

/// All who could use the Sistema TS, and how many of them have registered a card.
const OPERATORS: u32 = 1_500_000;
const REGISTRATIONS: u32 = 300_000;
/// What a small installation has.
const FEW: u32 = 1_000;
/// Turn by turn the one and the other (ABBA), so that whatever else this machine does meanwhile
/// it does to both.
const ORDER: [Size; 8] = {
    use Size::{Few, Many};
    [Many, Few, Few, Many, Many, Few, Few, Many]
};
/// The turns with many add up to [`LIVE_SESSIONS`].
const LOGINS_A_TURN: u64 = 2_500;
const LIVE_SESSIONS: u64 = 10_000;
const TURNS_ON_POSTGRES: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Few,
    Many,
}

/// What a login cost, in microseconds of CPU.
struct Cost {
    server: f64,
    /// Of a database that has processes of its own.
    database: f64,
    /// The load's own, with the signatures of the cards.
    load: f64,
    /// Bytes that such a database wrote to its log.
    written: f64,
}

/// Measures it on both engines.
pub fn measure() -> Outcome<Vec<Row>> {
    let issuer = Issuer::new();
    let mut rows = on_sqlite(&issuer)?;
    rows.extend(on_postgres(&issuer)?);
    Ok(rows)
}

fn on_sqlite(issuer: &Issuer) -> Outcome<Vec<Row>> {
    let few = Site::on_sqlite(issuer, FEW, 0)?;
    let many = Site::on_sqlite(issuer, OPERATORS, REGISTRATIONS)?;
    let (mut with_few, mut with_many, mut own, mut bare) = (vec![], vec![], vec![], vec![]);
    let mut sessions = Vec::new();
    for size in ORDER {
        bare.push(verifications::cost());
        let site = if size == Size::Few { &few } else { &many };
        let (cost, report) = site.log_in(LOGINS_A_TURN)?;
        own.push(cost.load);
        match size {
            Size::Few => with_few.push(cost.server),
            Size::Many => {
                with_many.push(cost.server);
                sessions.extend(report.confirmed);
            }
        }
    }
    let resident = many.resident()?;
    let alive = many.come_back(sessions)?.done();
    if alive != LIVE_SESSIONS {
        return Err(format!("{alive} live sessions instead of {LIVE_SESSIONS}").into());
    }
    let login = median(with_many);
    Ok(vec![
        Row::of(
            "login by card, 1,500,000 operators on SQLite: server's CPU",
            login,
            "µs",
        )
        .beside(median(bare))
        .at_most_times(3.33)
        .limited_by("the kernel 29 %, SQLite 15 %, cryptography 14 %, allocations 8 %, HTTP 7 %: docs/scale.md"),
        Row::of(
            "the same: logins a second of the server's CPU",
            1e6 / login,
            "logins",
        )
        .at_least(4_000.0)
        .limited_by("the same"),
        Row::of("the same: the load's own CPU", median(own), "µs")
            .limited_by("the card's signature"),
        Row::of("the same beside 1,000 operators: server's CPU", login, "µs")
            .beside(median(with_few))
            .at_most_times(1.2),
        Row::of(
            "server of 1,500,000 operators started to ready: time",
            many.started_in.as_secs_f64(),
            "s",
        )
        .at_most(1.0),
        Row::of(
            "operators import of 1,500,000 into SQLite: time",
            many.imported_in.as_secs_f64(),
            "s",
        )
        .at_most(60.0),
        Row::of(
            "server with 10,000 live sessions: resident memory",
            resident,
            "MB",
        )
        .at_most(100.0),
    ])
}

fn on_postgres(issuer: &Issuer) -> Outcome<Vec<Row>> {
    let site = Site::on_postgres(issuer, OPERATORS, REGISTRATIONS)?;
    let (mut server, mut database, mut written) = (vec![], vec![], vec![]);
    for _ in 0..TURNS_ON_POSTGRES {
        let (cost, _) = site.log_in(LOGINS_A_TURN)?;
        server.push(cost.server);
        database.push(cost.database);
        written.push(cost.written / 1e3);
    }
    Ok(vec![
        Row::of(
            "login by card on PostgreSQL: logins a second of the server's CPU",
            1e6 / median(server),
            "logins",
        )
        .at_least(2_500.0)
        .limited_by("two requests, and a statement whose answer is waited for"),
        Row::of(
            "the same: the database's own CPU a login",
            median(database),
            "µs",
        ),
        Row::of(
            "the same: the database's log, a login",
            median(written),
            "kB",
        ),
    ])
}
