//! The figures of the README's table, each measured by a file of its own.

mod cpu;
mod enter_to_token;
mod host_start;
mod idle_window;
mod lighthouse;
mod row;
mod verifying;
mod window_start;

use std::fs;

use crate::{Outcome, desk::Desk, product, suite::Stage};

/// Measures everything, prints the table, writes `target/bench.json` (contract §6).
pub fn run() -> Outcome<()> {
    let mut desk = Desk::start()?;
    let mut rows = Vec::new();
    for figure in [
        host_start::measure,
        window_start::measure,
        idle_window::measure,
        enter_to_token::measure,
        verifying::measure,
        lighthouse::measure,
    ] {
        for row in figure(&mut desk)? {
            eprintln!("  {row}");
            rows.push(row);
        }
        desk.expect_at_rest()?;
    }
    println!("\n{}", row::table(&rows));
    let json = serde_json::to_string_pretty(&serde_json::json!({"rows": rows}))?;
    Ok(fs::write(product::figures(), json + "\n")?)
}
