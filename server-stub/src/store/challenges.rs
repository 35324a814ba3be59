//! Nonces that were judged: what makes a challenge good once.

use super::{Store, StoreFault};

impl Store {
    /// Spends a nonce; false when it was spent before.
    ///
    /// One statement on a unique key, so that of many simultaneous attempts exactly
    /// one is told true. `forget_at`: when the row may go (Unix milliseconds).
    pub async fn spend_challenge(
        &self,
        nonce_hash: &[u8],
        forget_at: i64,
    ) -> Result<bool, StoreFault> {
        let done = sqlx::query(
            "INSERT INTO spent_challenges (nonce_hash, forget_at) VALUES ($1, $2)
             ON CONFLICT DO NOTHING",
        )
        .bind(nonce_hash)
        .bind(forget_at)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whether a nonce was spent.
    pub async fn challenge_is_spent(&self, nonce_hash: &[u8]) -> Result<bool, StoreFault> {
        let spent: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM spent_challenges WHERE nonce_hash = $1")
                .bind(nonce_hash)
                .fetch_one(&self.reader)
                .await?;
        Ok(spent > 0)
    }

    pub(super) async fn forget_spent_challenges(&self, now: i64) -> Result<(), StoreFault> {
        sqlx::query("DELETE FROM spent_challenges WHERE forget_at < $1")
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
