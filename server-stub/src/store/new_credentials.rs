//! New credentials in the place of the old, and the document that says them once.

use super::{
    SealedDocument, Store, StoreFault, documents,
    engine::{Transaction, Turn, sql},
    events::{self, Hand},
};
use crate::audit::{Deed, Trail};
use protocol::{CodiceFiscale, api::Act};

/// Credentials as they are kept: hashes, and the document that says them once.
pub struct NewCredentials {
    /// Argon2id of the first password.
    pub password_hash: String,
    /// Argon2id of the Pincode.
    pub pincode_hash: String,
    /// The document.
    pub document: SealedDocument,
}

impl Store {
    /// Ristampa Credenziali: new credentials and document, the old ones void, the
    /// person's other sessions ended. False when the session itself ended meanwhile.
    pub async fn reprint(
        &self,
        codice_fiscale: &CodiceFiscale,
        own_session: &[u8; 32],
        new: NewCredentials,
        trail: &Trail,
        now: i64,
    ) -> Result<bool, StoreFault> {
        let mut transaction = self.engine.begin(Turn::Person(codice_fiscale)).await?;
        let statement = sql("SELECT COUNT(*) FROM sessions
             WHERE token_hash = $1 AND codice_fiscale = $2
                 AND certificate_fingerprint IS NOT NULL")
        .bind(own_session)
        .bind(codice_fiscale.as_str());
        let alive = transaction.fetch_one(statement).await?;
        if alive.at::<i64>(0)? == 0 {
            return Ok(false);
        }
        replace(&mut transaction, codice_fiscale, new, now).await?;
        super::sessions::end_others(&mut transaction, codice_fiscale, Some(own_session)).await?;
        let hand = Hand::Oneself {
            by_card: Some(true),
        };
        let act = Act::CredentialsReprinted;
        events::record(&mut transaction, codice_fiscale, act, hand, now).await?;
        let entry = trail.entry(Deed::CredentialsReprinted).to_json();
        self.commit(transaction, vec![entry], now).await?;
        Ok(true)
    }
}

/// Puts new credentials and their document in the place of the old.
pub(super) async fn replace(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
    new: NewCredentials,
    now: i64,
) -> Result<(), StoreFault> {
    let statement = sql("INSERT INTO credentials
             (codice_fiscale, password_hash, pincode_hash, first_password, changed_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (codice_fiscale) DO UPDATE SET password_hash = excluded.password_hash,
             pincode_hash = excluded.pincode_hash, first_password = excluded.first_password,
             changed_at = excluded.changed_at")
    .bind(codice_fiscale.as_str())
    .bind(new.password_hash)
    .bind(new.pincode_hash)
    .bind(true)
    .bind(now);
    transaction.execute(statement).await?;
    documents::replace(transaction, codice_fiscale, new.document).await
}

/// Takes them away, with their document.
pub(super) async fn void(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
) -> Result<(), StoreFault> {
    for statement in [
        "DELETE FROM credentials WHERE codice_fiscale = $1",
        "DELETE FROM credentials_documents WHERE codice_fiscale = $1",
    ] {
        transaction
            .execute(sql(statement).bind(codice_fiscale.as_str()))
            .await?;
    }
    Ok(())
}
