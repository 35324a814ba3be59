//! `operators disable`, `registrations revoke`

use protocol::CodiceFiscale;

use super::{Failure, open_to_change};
use crate::{clock, config::Config};

pub(super) async fn disable(config: &Config, codice_fiscale: &str) -> Result<(), Failure> {
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

pub(super) async fn revoke(config: &Config, codice_fiscale: &str) -> Result<(), Failure> {
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

fn unknown(codice_fiscale: &str) -> Failure {
    Failure::Other(format!(
        "{codice_fiscale}: no operator has this codice fiscale"
    ))
}
