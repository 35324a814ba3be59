//! The figures of the README's table, each measured by a file of its own.

mod cpu;
mod enter_to_token;
mod host_start;
mod idle_window;
mod lighthouse;
mod logins;
mod row;
mod verifying;
mod window_start;

use std::fs;

use crate::{Outcome, desk::Desk, product, suite::Stage};
use row::Row;

/// What to measure.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Also what takes half an hour and more.
    pub long: bool,
    /// The figures of this file alone; then nothing is written.
    pub only: Option<String>,
}

/// The figures of a file.
enum Figures {
    /// Of what stands on a person's desk.
    AtTheDesk(fn(&mut Desk) -> Outcome<Vec<Row>>),
    /// Of the server alone; with true also what takes long.
    AtTheServer(fn(bool) -> Outcome<Vec<Row>>),
}

const FILES: [(&str, Figures); 7] = {
    use Figures::{AtTheDesk, AtTheServer};
    [
        ("host_start", AtTheDesk(host_start::measure)),
        ("window_start", AtTheDesk(window_start::measure)),
        ("idle_window", AtTheDesk(idle_window::measure)),
        ("enter_to_token", AtTheDesk(enter_to_token::measure)),
        ("verifying", AtTheDesk(verifying::measure)),
        ("logins", AtTheServer(logins::measure)),
        ("lighthouse", AtTheDesk(lighthouse::measure)),
    ]
};

/// Measures everything, prints the table, writes `target/bench.json` (contract §6).
pub fn run(plan: &Plan) -> Outcome<()> {
    let chosen = |name: &str| plan.only.as_deref().is_none_or(|only| only == name);
    let mut desk = None;
    let mut rows = Vec::new();
    for (_, figures) in FILES.iter().filter(|(name, _)| chosen(name)) {
        let measured = match figures {
            Figures::AtTheServer(measure) => measure(plan.long)?,
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
        let names = FILES.map(|(name, _)| name).join(", ");
        return Err(format!("there are figures of: {names}").into());
    }
    println!("\n{}", row::table(&rows));
    if plan.only.is_some() {
        return Ok(());
    }
    let json = serde_json::to_string_pretty(&serde_json::json!({"rows": rows}))?;
    Ok(fs::write(product::figures(), json + "\n")?)
}
