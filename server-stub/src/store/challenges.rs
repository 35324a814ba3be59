//! Nonces that are spent: what makes a challenge good once.

use super::{Store, StoreFault, engine::sql};

/// How a challenge ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeEnd {
    /// A token was judged by it.
    Judged,
    /// Its browser asked for a newer one.
    GivenUp,
}

impl Store {
    /// Spends a nonce; false when it was spent before.
    ///
    /// One statement on a unique key, so that of many simultaneous attempts exactly
    /// one is told true. `forget_at`: when the row may go (Unix milliseconds).
    pub async fn spend_challenge(
        &self,
        nonce_hash: &[u8; 32],
        end: ChallengeEnd,
        forget_at: i64,
    ) -> Result<bool, StoreFault> {
        let statement = sql(
            "INSERT INTO spent_challenges (nonce_hash, forget_at, given_up) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(nonce_hash)
        .bind(forget_at)
        .bind(end == ChallengeEnd::GivenUp);
        Ok(self.engine.execute_shared(statement).await? == 1)
    }

    /// How a nonce was spent; none: it was not.
    pub async fn challenge_end(
        &self,
        nonce_hash: &[u8; 32],
    ) -> Result<Option<ChallengeEnd>, StoreFault> {
        let statement =
            sql("SELECT given_up FROM spent_challenges WHERE nonce_hash = $1").bind(nonce_hash);
        let Some(row) = self.engine.look_up(statement).await? else {
            return Ok(None);
        };
        Ok(Some(if row.get("given_up")? {
            ChallengeEnd::GivenUp
        } else {
            ChallengeEnd::Judged
        }))
    }

    /// Deletes nonces that can be judged no more, whatever becomes of clocks: by a time that
    /// [`Forgetting`](crate::challenge::forgetting::Forgetting) tells.
    pub async fn forget_spent_challenges(&self, now: i64) -> Result<(), StoreFault> {
        let (table, key) = ("spent_challenges", "nonce_hash");
        self.engine
            .forget(table, key, "forget_at < $1", &[now])
            .await
    }
}
