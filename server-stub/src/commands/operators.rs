//! `operators import`, `operators disable`, `registrations revoke`

use std::path::Path;

use protocol::CodiceFiscale;

use super::{Failure, open};
use crate::{clock, config::Config, operators_file};

pub(super) async fn import(config: &Config, file: &Path, dry_run: bool) -> Result<(), Failure> {
    let bytes = std::fs::read(file)
        .map_err(|fault| Failure::Other(format!("{}: {fault}", file.display())))?;
    let rows = operators_file::read(&bytes).map_err(|faults| {
        let mut told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        told.push(format!("{}: nothing was imported", file.display()));
        Failure::Other(told.join("\n"))
    })?;
    if dry_run {
        println!(
            "{}: {} operators, all good; nothing was imported",
            file.display(),
            rows.len()
        );
        return Ok(());
    }
    open(config)
        .await?
        .import_operators(&rows, clock::now())
        .await?;
    println!("{}: {} operators imported", file.display(), rows.len());
    Ok(())
}

pub(super) async fn disable(config: &Config, codice_fiscale: &str) -> Result<(), Failure> {
    let known = match CodiceFiscale::parse(codice_fiscale) {
        Ok(parsed) => {
            open(config)
                .await?
                .disable_operator(&parsed, clock::now())
                .await?
        }
        Err(_) => false,
    };
    if !known {
        return Err(unknown(codice_fiscale));
    }
    println!("{codice_fiscale}: disabled, every session ended");
    Ok(())
}

pub(super) async fn revoke(config: &Config, codice_fiscale: &str) -> Result<(), Failure> {
    let revoked = match CodiceFiscale::parse(codice_fiscale) {
        Ok(parsed) => {
            open(config)
                .await?
                .revoke_registration(&parsed, clock::now())
                .await?
        }
        Err(_) => None,
    };
    match revoked {
        None => Err(unknown(codice_fiscale)),
        Some(true) => {
            println!("{codice_fiscale}: registration and credentials revoked, every session ended");
            Ok(())
        }
        Some(false) => {
            println!("{codice_fiscale}: no card is registered");
            Ok(())
        }
    }
}

fn unknown(codice_fiscale: &str) -> Failure {
    Failure::Other(format!(
        "{codice_fiscale}: no operator has this codice fiscale"
    ))
}
