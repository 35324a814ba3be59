//! The rows of the table that persons meet most, through the browser.

mod cards;
mod cast;
mod misbehaving;
mod pin;
mod ports;
mod readers;
mod removal;

use std::process::ExitCode;

use end_to_end::{Outcome, chain::Chain, suite};

use cast::*;

fn main() -> ExitCode {
    let chosen: Vec<_> = rows()
        .filter_map(|row| Some((row.in_browser?, row)))
        .collect();
    assert!(chosen.len() >= 6, "only {} rows", chosen.len());
    suite::run_all(chosen.into_iter().map(|(name, row)| {
        let test = move |chain: &mut Chain| -> Outcome<()> { row.play_in_browser(chain) };
        (name, test)
    }))
}
