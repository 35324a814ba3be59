//! The card as it is in the field: one table, every row through the real host and window.
//!
//! A row says what is in the readers, what the person does and reads, how it ends, and what
//! each card must have seen. `cargo xtask field 50` plays the rows of misbehaving modules
//! fifty times in a row; those that persons meet most are played through the browser as well
//! (`in_the_browser.rs`).

mod cards;
mod cast;
mod misbehaving;
mod pin;
mod ports;
mod readers;
mod removal;

use std::process::ExitCode;

use end_to_end::{Outcome, desk::Desk, suite};

use cast::*;

fn main() -> ExitCode {
    suite::run_all(rows().enumerate().map(|(number, row)| {
        let test = move |desk: &mut Desk| -> Outcome<()> {
            row.play(&mut desk.workstation, &desk.issuer, row.language(number))
        };
        (row.name, test)
    }))
}
