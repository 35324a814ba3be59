//! Open sessions. A session is found by the SHA-256 of its cookie's token.

use super::{
    OperatorRow, Store, StoreFault,
    engine::{Transaction, Turn, sql},
};
use crate::audit::{Deed, Trail};
use protocol::CodiceFiscale;

/// An open session with its person.
pub struct SessionRow {
    /// Whose it is.
    pub operator: OperatorRow,
    /// Whether a card opened it.
    pub by_card: bool,
    /// When it was opened, in Unix milliseconds.
    pub opened_at: i64,
    /// When something was last asked of it, in Unix milliseconds.
    pub last_seen_at: i64,
}

impl Store {
    /// The session of that token, its person still active. Its age is the caller's to judge.
    pub async fn session(&self, token_hash: &[u8; 32]) -> Result<Option<SessionRow>, StoreFault> {
        let statement = sql(
            "SELECT o.*, s.certificate_fingerprint, s.opened_at, s.last_seen_at
             FROM sessions s JOIN operators o ON o.codice_fiscale = s.codice_fiscale
             WHERE s.token_hash = $1 AND o.active = $2",
        )
        .bind(token_hash)
        .bind(true);
        let row = self.engine.look_up(statement).await?;
        let Some(row) = row else { return Ok(None) };
        let fingerprint: Option<Vec<u8>> = row.get("certificate_fingerprint")?;
        Ok(Some(SessionRow {
            operator: OperatorRow::read(&row)?,
            by_card: fingerprint.is_some(),
            opened_at: row.get("opened_at")?,
            last_seen_at: row.get("last_seen_at")?,
        }))
    }

    /// Something was asked of the session.
    pub async fn session_was_seen(
        &self,
        token_hash: &[u8; 32],
        now: i64,
    ) -> Result<(), StoreFault> {
        let statement = sql("UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1")
            .bind(token_hash)
            .bind(now);
        self.engine.execute(statement).await?;
        Ok(())
    }

    /// Ends a session (Esci).
    pub async fn end_session(&self, token_hash: &[u8; 32]) -> Result<(), StoreFault> {
        self.engine
            .execute(sql("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash))
            .await?;
        Ok(())
    }

    /// Ends every session of a person (Esci da tutti i dispositivi).
    pub async fn end_every_session(
        &self,
        codice_fiscale: &CodiceFiscale,
        trail: &Trail,
        now: i64,
    ) -> Result<(), StoreFault> {
        let mut transaction = self.engine.begin(Turn::Person(codice_fiscale)).await?;
        let statement =
            sql("DELETE FROM sessions WHERE codice_fiscale = $1").bind(codice_fiscale.as_str());
        transaction.execute(statement).await?;
        let entry = trail.entry(Deed::SessionsEnded).to_json();
        self.commit(transaction, vec![entry], now).await
    }

    pub(super) async fn forget_sessions(
        &self,
        now: i64,
        idle_millis: i64,
        absolute_millis: i64,
    ) -> Result<(), StoreFault> {
        let before = [now - idle_millis, now - absolute_millis];
        let condition = "(last_seen_at <= $1 OR opened_at <= $2)";
        self.engine
            .forget("sessions", "token_hash", condition, &before)
            .await
    }
}

/// Ends a person's sessions but the one that asked for it.
pub(super) async fn end_others(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
    own_session: Option<&[u8; 32]>,
) -> Result<(), StoreFault> {
    let statement = sql("DELETE FROM sessions WHERE codice_fiscale = $1 AND token_hash <> $2")
        .bind(codice_fiscale.as_str())
        .bind(own_session.map_or(&[][..], |hash| hash.as_slice()));
    transaction.execute(statement).await?;
    Ok(())
}
