//! `operators disable`, `registrations revoke`

use std::io::{self, Read};

use protocol::CodiceFiscale;

use super::{Failure, open_to_change};
use crate::{clock, config::Config};

/// What is given in an argument's place to have it read from standard input.
const FROM_STDIN: &str = "-";
/// More than any codice fiscale and its line's end.
const LONGEST: u64 = 256;

pub(super) async fn disable(config: &Config, given: &str) -> Result<(), Failure> {
    let codice_fiscale = &meant(given)?;
    let known = match CodiceFiscale::parse(codice_fiscale) {
        Ok(parsed) => {
            let store = open_to_change(config).await?;
            let known = store.disable_operator(&parsed, clock::now()).await?;
            store.close().await;
            known
        }
        Err(_) => false,
    };
    if !known {
        return Err(unknown(codice_fiscale));
    }
    println!("{codice_fiscale}: disabled, every session ended");
    Ok(())
}

pub(super) async fn revoke(config: &Config, given: &str) -> Result<(), Failure> {
    let codice_fiscale = &meant(given)?;
    let revoked = match CodiceFiscale::parse(codice_fiscale) {
        Ok(parsed) => {
            let store = open_to_change(config).await?;
            let revoked = store.revoke_registration(&parsed, clock::now()).await?;
            store.close().await;
            revoked
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

/// What stands in the argument, or comes by standard input.
fn meant(given: &str) -> Result<String, Failure> {
    if given != FROM_STDIN {
        return Ok(given.to_owned());
    }
    let mut line = String::new();
    io::stdin()
        .lock()
        .take(LONGEST)
        .read_to_string(&mut line)
        .map_err(|fault| Failure::Other(format!("standard input: {fault}")))?;
    Ok(line.trim().to_owned())
}

fn unknown(codice_fiscale: &str) -> Failure {
    Failure::Other(format!(
        "{codice_fiscale}: no operator has this codice fiscale"
    ))
}
