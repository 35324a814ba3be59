//! Credentials documents that wait, sealed under a key this database does not hold.

use protocol::{CodiceFiscale, api::Act};
use sqlx::{FromRow, Row, Sqlite, Transaction};

use super::{
    NewCredentials, OperatorRow, Store, StoreFault,
    events::{self, Hand},
    registrations::replace_credentials,
};

/// A document as it is kept.
pub struct SealedDocument {
    /// What the browser's cookie finds it by.
    pub id: [u8; 32],
    /// The secrets, sealed under a key that is in that cookie only.
    pub sealed: Vec<u8>,
    /// Until when it can be read, in Unix milliseconds.
    pub expires_at: i64,
}

/// A document found by its id.
pub struct DocumentRow {
    /// Whose it is.
    pub operator: OperatorRow,
    /// The secrets, sealed.
    pub sealed: Vec<u8>,
}

impl Store {
    /// The document of that id, unless it is too late.
    pub async fn document(&self, id: &[u8], now: i64) -> Result<Option<DocumentRow>, StoreFault> {
        let row = sqlx::query(
            "SELECT o.*, d.sealed FROM credentials_documents d
             JOIN operators o ON o.codice_fiscale = d.codice_fiscale
             WHERE d.id = $1 AND d.expires_at > $2",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(DocumentRow {
            operator: OperatorRow::from_row(&row)?,
            sealed: row.try_get("sealed")?,
        }))
    }

    /// Whether a document waits for this person, in whichever browser.
    pub async fn document_waits(
        &self,
        codice_fiscale: &CodiceFiscale,
        now: i64,
    ) -> Result<bool, StoreFault> {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM credentials_documents
             WHERE codice_fiscale = $1 AND expires_at > $2",
        )
        .bind(codice_fiscale.as_str())
        .bind(now)
        .fetch_one(&self.reader)
        .await?;
        Ok(waiting > 0)
    }

    /// Whether the document of that id reached its reader, and is that session's person's.
    pub async fn document_was_read_by(
        &self,
        session: &[u8; 32],
        id: &[u8],
    ) -> Result<bool, StoreFault> {
        let read: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM credentials_documents d
             JOIN sessions s ON s.codice_fiscale = d.codice_fiscale
             WHERE d.id = $1 AND d.answered = $2 AND s.token_hash = $3",
        )
        .bind(id)
        .bind(true)
        .bind(session.as_slice())
        .fetch_one(&self.reader)
        .await?;
        Ok(read > 0)
    }

    /// The document reached its reader: its registration is no longer pending.
    ///
    /// A document that was replaced meanwhile frees nothing. A transaction, since a
    /// single statement, once begun, runs on when its caller goes away.
    pub async fn document_was_answered(&self, id: &[u8]) -> Result<(), StoreFault> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "UPDATE registrations SET document_pending = $2
             WHERE document_pending <> $2 AND codice_fiscale IN
                 (SELECT codice_fiscale FROM credentials_documents WHERE id = $1)",
        )
        .bind(id)
        .bind(false)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE credentials_documents SET answered = $2 WHERE id = $1 AND answered <> $2",
        )
        .bind(id)
        .bind(true)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Ristampa Credenziali: new credentials and document, the old ones void, the
    /// person's other sessions ended. False when the session itself ended meanwhile.
    pub async fn reprint(
        &self,
        codice_fiscale: &CodiceFiscale,
        own_session: &[u8; 32],
        new: NewCredentials,
        now: i64,
    ) -> Result<bool, StoreFault> {
        let mut transaction = self.begin().await?;
        let alive: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM sessions
             WHERE token_hash = $1 AND codice_fiscale = $2
                 AND certificate_fingerprint IS NOT NULL",
        )
        .bind(own_session.as_slice())
        .bind(codice_fiscale.as_str())
        .fetch_one(&mut *transaction)
        .await?;
        if alive == 0 {
            return Ok(false);
        }
        replace_credentials(&mut transaction, codice_fiscale, new, now).await?;
        super::sessions::end_others(&mut transaction, codice_fiscale, Some(own_session)).await?;
        let hand = Hand::Oneself {
            by_card: Some(true),
        };
        let act = Act::CredentialsReprinted;
        events::record(&mut transaction, codice_fiscale, act, hand, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn forget_documents(&self, now: i64) -> Result<(), StoreFault> {
        sqlx::query("DELETE FROM credentials_documents WHERE expires_at <= $1")
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

pub(super) async fn replace(
    transaction: &mut Transaction<'_, Sqlite>,
    codice_fiscale: &CodiceFiscale,
    new: SealedDocument,
) -> Result<(), StoreFault> {
    sqlx::query(
        "INSERT INTO credentials_documents (codice_fiscale, id, sealed, expires_at, answered)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (codice_fiscale) DO UPDATE SET id = excluded.id,
             sealed = excluded.sealed, expires_at = excluded.expires_at,
             answered = excluded.answered",
    )
    .bind(codice_fiscale.as_str())
    .bind(new.id.as_slice())
    .bind(new.sealed)
    .bind(new.expires_at)
    .bind(false)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
