//! Nonces that were judged: what makes a challenge good once.

use super::{Store, StoreFault, engine::sql};

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
        let statement = sql(
            "INSERT INTO spent_challenges (nonce_hash, forget_at) VALUES ($1, $2)
             ON CONFLICT DO NOTHING",
        )
        .bind(nonce_hash)
        .bind(forget_at);
        Ok(self.engine.execute(statement).await? == 1)
    }

    /// Whether a nonce was spent.
    pub async fn challenge_is_spent(&self, nonce_hash: &[u8]) -> Result<bool, StoreFault> {
        let statement =
            sql("SELECT COUNT(*) FROM spent_challenges WHERE nonce_hash = $1").bind(nonce_hash);
        let spent = self.engine.fetch_one(statement).await?;
        Ok(spent.at::<i64>(0)? > 0)
    }

    pub(super) async fn forget_spent_challenges(&self, now: i64) -> Result<(), StoreFault> {
        let (table, key) = ("spent_challenges", "nonce_hash");
        self.engine
            .forget(table, key, "forget_at < $1", &[now])
            .await
    }
}
