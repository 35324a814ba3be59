//! `store copy`: from one database into another

use std::path::Path;

use super::{Failure, progress::Progress};
use crate::store::{self, Copying, DatabaseAddress};

pub(super) async fn run(from: &str, to: &str) -> Result<(), Failure> {
    let (from, to) = (address("--from", from)?, address("--to", to)?);
    let mut progress = Progress::of_rows();
    let mut tables = Vec::new();
    let copied = store::copy(&from, &to, |copying| match copying {
        Copying::Rows(rows) => progress.advance(rows, usize::try_from(rows).unwrap_or(usize::MAX)),
        Copying::Table(table, rows) => tables.push((table, rows)),
    })
    .await;
    progress.end();
    copied.map_err(|fault| Failure::Other(fault.to_string()))?;
    for (table, rows) in tables {
        println!("{rows:>10}  {table}");
    }
    println!("{from} was copied to {to}");
    Ok(())
}

/// Relative files start where the command is run.
fn address(argument: &str, text: &str) -> Result<DatabaseAddress, Failure> {
    DatabaseAddress::parse(text, Path::new(""))
        .map_err(|fault| Failure::Other(format!("{argument} {}: {}", fault.shown, fault.mend)))
}
