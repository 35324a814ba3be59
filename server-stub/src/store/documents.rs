//! Credentials documents that wait, sealed under a key this database does not hold.

use super::{
    OperatorRow, Store, StoreFault,
    engine::{Transaction, Turn, sql},
};
use protocol::CodiceFiscale;

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
        let statement = sql("SELECT o.*, d.sealed FROM credentials_documents d
             JOIN operators o ON o.codice_fiscale = d.codice_fiscale
             WHERE d.id = $1 AND d.expires_at > $2")
        .bind(id)
        .bind(now);
        let row = self.engine.fetch_optional(statement).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(DocumentRow {
            operator: OperatorRow::read(&row)?,
            sealed: row.get("sealed")?,
        }))
    }

    /// Whether a document waits for this person, in whichever browser.
    pub async fn document_waits(
        &self,
        codice_fiscale: &CodiceFiscale,
        now: i64,
    ) -> Result<bool, StoreFault> {
        let statement = sql("SELECT COUNT(*) FROM credentials_documents
             WHERE codice_fiscale = $1 AND expires_at > $2")
        .bind(codice_fiscale.as_str())
        .bind(now);
        let waiting = self.engine.fetch_one(statement).await?;
        Ok(waiting.at::<i64>(0)? > 0)
    }

    /// Whether the document of that id reached its reader, and is that session's person's.
    pub async fn document_was_read_by(
        &self,
        session: &[u8; 32],
        id: &[u8],
    ) -> Result<bool, StoreFault> {
        let statement = sql("SELECT COUNT(*) FROM credentials_documents d
             JOIN sessions s ON s.codice_fiscale = d.codice_fiscale
             WHERE d.id = $1 AND d.answered = $2 AND s.token_hash = $3")
        .bind(id)
        .bind(true)
        .bind(session);
        let read = self.engine.fetch_one(statement).await?;
        Ok(read.at::<i64>(0)? > 0)
    }

    /// The document reached its reader: its registration is no longer pending.
    ///
    /// A document that was replaced meanwhile frees nothing. A transaction, since a
    /// single statement, once begun, runs on when its caller goes away.
    pub async fn document_was_answered(&self, id: &[u8]) -> Result<(), StoreFault> {
        let find = sql("SELECT codice_fiscale FROM credentials_documents WHERE id = $1").bind(id);
        let Some(row) = self.engine.fetch_optional(find).await? else {
            return Ok(());
        };
        let codice_fiscale = row.codice_fiscale()?;
        let mut transaction = self.engine.begin(Turn::Person(&codice_fiscale)).await?;
        let statement = sql("UPDATE registrations SET document_pending = $2
             WHERE document_pending <> $2 AND codice_fiscale IN
                 (SELECT codice_fiscale FROM credentials_documents WHERE id = $1)")
        .bind(id)
        .bind(false);
        transaction.execute(statement).await?;
        let statement =
            sql("UPDATE credentials_documents SET answered = $2 WHERE id = $1 AND answered <> $2")
                .bind(id)
                .bind(true);
        transaction.execute(statement).await?;
        transaction.commit().await
    }

    pub(super) async fn forget_documents(&self, now: i64) -> Result<(), StoreFault> {
        let (table, key) = ("credentials_documents", "codice_fiscale");
        self.engine
            .forget(table, key, "expires_at <= $1", &[now])
            .await
    }
}

pub(super) async fn replace(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
    new: SealedDocument,
) -> Result<(), StoreFault> {
    let statement = sql(
        "INSERT INTO credentials_documents (codice_fiscale, id, sealed, expires_at, answered)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (codice_fiscale) DO UPDATE SET id = excluded.id,
             sealed = excluded.sealed, expires_at = excluded.expires_at,
             answered = excluded.answered",
    )
    .bind(codice_fiscale.as_str())
    .bind(&new.id)
    .bind(new.sealed)
    .bind(new.expires_at)
    .bind(false);
    transaction.execute(statement).await?;
    Ok(())
}
