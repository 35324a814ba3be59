//! Standard credentials (Accesso con credenziali): hashes alone.

use super::{
    OperatorRow, Store, StoreFault,
    engine::{Turn, sql},
    events::{self, Hand},
};
use crate::audit::{Deed, Trail};
use protocol::{CodiceFiscale, api::Act};

/// Credentials with what a login by them is decided on.
pub struct CredentialsRow {
    /// The person.
    pub operator: OperatorRow,
    /// Argon2id of the password.
    pub password_hash: String,
    /// Whether it is still the first one, which must be changed.
    pub first_password: bool,
    /// Whether the document that says it still waits.
    pub document_pending: bool,
}

/// A password to be put in the place of another.
pub struct PasswordChange<'a> {
    /// Whose it is.
    pub codice_fiscale: &'a CodiceFiscale,
    /// The hash of the password that was shown to be known.
    pub current_hash: &'a str,
    /// Argon2id of the new one.
    pub new_hash: &'a str,
    /// The session of the browser that asks, which goes on.
    pub own_session: Option<[u8; 32]>,
    /// From where.
    pub trail: &'a Trail,
    /// Now, in Unix milliseconds.
    pub now: i64,
}

impl Store {
    /// The credentials of that user id.
    pub async fn credentials(
        &self,
        codice_fiscale: &CodiceFiscale,
    ) -> Result<Option<CredentialsRow>, StoreFault> {
        let statement = sql(
            "SELECT o.*, c.password_hash, c.first_password, r.document_pending
             FROM credentials c JOIN operators o ON o.codice_fiscale = c.codice_fiscale
             JOIN registrations r ON r.codice_fiscale = c.codice_fiscale
             WHERE c.codice_fiscale = $1",
        )
        .bind(codice_fiscale.as_str());
        let row = self.engine.fetch_optional(statement).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(CredentialsRow {
            operator: OperatorRow::read(&row)?,
            password_hash: row.get("password_hash")?,
            first_password: row.get("first_password")?,
            document_pending: row.get("document_pending")?,
        }))
    }

    /// Changes a password and ends the person's other sessions; false when the
    /// current one was replaced meanwhile.
    pub async fn change_password(&self, change: PasswordChange<'_>) -> Result<bool, StoreFault> {
        let mut transaction = self
            .engine
            .begin(Turn::Person(change.codice_fiscale))
            .await?;
        let statement = sql(
            "UPDATE credentials SET password_hash = $3, first_password = $4, changed_at = $5
             WHERE codice_fiscale = $1 AND password_hash = $2",
        )
        .bind(change.codice_fiscale.as_str())
        .bind(change.current_hash)
        .bind(change.new_hash)
        .bind(false)
        .bind(change.now);
        let done = transaction.execute(statement).await?;
        if done == 0 {
            return Ok(false);
        }
        super::sessions::end_others(
            &mut transaction,
            change.codice_fiscale,
            change.own_session.as_ref(),
        )
        .await?;
        // Who knows the password may change it from anywhere, with no session.
        let hand = Hand::Oneself { by_card: None };
        let act = Act::PasswordChanged;
        events::record(
            &mut transaction,
            change.codice_fiscale,
            act,
            hand,
            change.now,
        )
        .await?;
        let entry = change.trail.entry(Deed::PasswordChanged).to_json();
        self.commit(transaction, vec![entry], change.now).await?;
        Ok(true)
    }
}
