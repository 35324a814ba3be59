//! The figures of the README's table, measured by a file for each kind.

mod cpu;
mod enter_to_token;
mod host_start;
mod idle_window;
mod lighthouse;
mod logins;
mod pages;
mod relay;
mod row;
mod turns;
mod verifying;
mod window_start;

use std::fs;

use crate::{Outcome, desk::Desk, product, suite::Stage};
use row::Row;

/// What to measure.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Also what takes an hour.
    pub long: bool,
    /// The figures of this name alone; then nothing is written.
    pub only: Option<String>,
}

impl Plan {
    fn has(&self, name: &str, figures: &Figures) -> bool {
        match &self.only {
            Some(only) => only == name,
            None => self.long || !matches!(figures, Figures::Endurance(_)),
        }
    }
}

/// The figures of a name.
enum Figures {
    /// Of what stands on a person's desk.
    AtTheDesk(fn(&mut Desk) -> Outcome<Vec<Row>>),
    /// Of the server alone.
    AtTheServer(fn() -> Outcome<Vec<Row>>),
    /// Of the server alone, and only in time: ten minutes each, or more.
    Endurance(fn() -> Outcome<Vec<Row>>),
}

const FIGURES: [(&str, Figures); 14] = {
    use Figures::{AtTheDesk, AtTheServer, Endurance};
    [
        ("host_start", AtTheDesk(host_start::measure)),
        ("window_start", AtTheDesk(window_start::measure)),
        ("idle_window", AtTheDesk(idle_window::measure)),
        ("enter_to_token", AtTheDesk(enter_to_token::measure)),
        ("relay", AtTheDesk(relay::measure)),
        ("pages", AtTheDesk(pages::measure)),
        ("verifying", AtTheDesk(verifying::measure)),
        ("logins", AtTheServer(logins::measure)),
        ("nginx", AtTheServer(logins::nginx::measure)),
        ("nodes", AtTheServer(logins::nodes::measure)),
        ("rush", Endurance(logins::endurance::rush_on_sqlite)),
        (
            "rush_on_postgres",
            Endurance(logins::endurance::rush_on_postgres),
        ),
        ("million", Endurance(logins::endurance::million)),
        ("lighthouse", AtTheDesk(lighthouse::measure)),
    ]
};

/// Measures everything, prints the table, writes `target/bench.json` (contract §6).
pub fn run(plan: &Plan) -> Outcome<()> {
    let mut desk = None;
    let mut rows = Vec::new();
    for (_, figures) in FIGURES.iter().filter(|(name, of)| plan.has(name, of)) {
        let measured = match figures {
            Figures::AtTheServer(measure) | Figures::Endurance(measure) => measure()?,
            Figures::AtTheDesk(measure) => {
                let mut at = match desk.take() {
                    Some(desk) => desk,
                    None => Desk::start()?,
                };
                let measured = measure(&mut at)?;
                at.expect_at_rest()?;
                desk = Some(at);
                measured
            }
        };
        for row in measured {
            eprintln!("  {row}");
            rows.push(row);
        }
    }
    if rows.is_empty() {
        let names = FIGURES.map(|(name, _)| name).join(", ");
        return Err(format!("there are figures of: {names}").into());
    }
    println!("\n{}", row::table(&rows));
    if plan.only.is_some() {
        return Ok(());
    }
    let json = serde_json::to_string_pretty(&serde_json::json!({"rows": rows}))?;
    Ok(fs::write(product::figures(), json + "\n")?)
}
