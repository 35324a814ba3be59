//! Which certificate is registered for whom (Registra CNS).

use super::{
    NewCredentials, Store, StoreFault,
    engine::{Transaction, Turn, sql},
    events::{self, Hand},
    new_credentials,
    operators::end_sessions,
};
use crate::audit::{Deed, Trail};
use protocol::{CodiceFiscale, api::Act};

/// A registration to be made.
pub struct NewRegistration<'a> {
    /// Whose it is.
    pub codice_fiscale: &'a CodiceFiscale,
    /// SHA-256 of the certificate's DER.
    pub certificate_fingerprint: [u8; 32],
    /// Now, in Unix milliseconds.
    pub now: i64,
    /// New credentials, where the profile has any.
    pub credentials: Option<NewCredentials>,
    /// The session of the browser that registers, as the hash of its token.
    pub own_session: Option<[u8; 32]>,
    /// From where, on what evidence.
    pub trail: &'a Trail,
}

impl Store {
    /// Registers a certificate in place of the person's earlier one, in one step:
    /// new credentials and document, the old ones void, other sessions ended.
    ///
    /// The browser's own session goes on only if this same certificate opened it.
    /// False when the operator was disabled meanwhile: nothing is changed then.
    pub async fn register(&self, new: NewRegistration<'_>) -> Result<bool, StoreFault> {
        let mut transaction = self.engine.begin(Turn::Person(new.codice_fiscale)).await?;
        let codice_fiscale = new.codice_fiscale.as_str();
        let statement = sql("INSERT INTO registrations
                 (codice_fiscale, certificate_fingerprint, registered_at, document_pending)
             SELECT codice_fiscale, $2, $3, $4 FROM operators
             WHERE codice_fiscale = $1 AND active = $5
             ON CONFLICT (codice_fiscale) DO UPDATE SET
                 certificate_fingerprint = excluded.certificate_fingerprint,
                 registered_at = excluded.registered_at,
                 document_pending = excluded.document_pending")
        .bind(codice_fiscale)
        .bind(&new.certificate_fingerprint)
        .bind(new.now)
        .bind(new.credentials.is_some())
        .bind(true);
        let done = transaction.execute(statement).await?;
        if done == 0 {
            return Ok(false);
        }
        match new.credentials {
            Some(credentials) => {
                new_credentials::replace(
                    &mut transaction,
                    new.codice_fiscale,
                    credentials,
                    new.now,
                )
                .await?;
            }
            None => new_credentials::void(&mut transaction, new.codice_fiscale).await?,
        }
        let own_session = new.own_session.unwrap_or_default();
        let statement = sql("DELETE FROM sessions WHERE codice_fiscale = $1
                 AND (token_hash <> $2 OR certificate_fingerprint IS NULL
                      OR certificate_fingerprint <> $3)")
        .bind(codice_fiscale)
        .bind(&own_session)
        .bind(&new.certificate_fingerprint);
        transaction.execute(statement).await?;
        events::record(
            &mut transaction,
            new.codice_fiscale,
            Act::CardRegistered,
            Hand::Oneself {
                by_card: Some(true),
            },
            new.now,
        )
        .await?;
        let entry = new.trail.entry(Deed::CardRegistered).to_json();
        self.commit(transaction, vec![entry], new.now).await?;
        Ok(true)
    }

    /// Takes back a registration, its credentials, document and sessions; none where
    /// the operator is unknown, else whether there was a registration.
    pub async fn revoke_registration(
        &self,
        codice_fiscale: &CodiceFiscale,
        now: i64,
    ) -> Result<Option<bool>, StoreFault> {
        if self.operator(codice_fiscale).await?.is_none() {
            return Ok(None);
        }
        let mut transaction = self.engine.begin(Turn::Person(codice_fiscale)).await?;
        let revoked = revoke(&mut transaction, codice_fiscale, Hand::Command, now).await?;
        let entry = self.entry_of_command(Deed::RegistrationRevoked, Some(codice_fiscale))?;
        let entries = revoked.then_some(entry).into_iter().collect();
        self.commit(transaction, entries, now).await?;
        Ok(Some(revoked))
    }
}

/// Takes back a registration, its credentials, document and sessions; whether there was one.
pub(super) async fn revoke(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
    hand: Hand<'_>,
    now: i64,
) -> Result<bool, StoreFault> {
    let statement =
        sql("DELETE FROM registrations WHERE codice_fiscale = $1").bind(codice_fiscale.as_str());
    let done = transaction.execute(statement).await?;
    new_credentials::void(transaction, codice_fiscale).await?;
    end_sessions(transaction, codice_fiscale).await?;
    let revoked = done == 1;
    if revoked {
        let act = Act::RegistrationRevoked;
        events::record(transaction, codice_fiscale, act, hand, now).await?;
    }
    Ok(revoked)
}
