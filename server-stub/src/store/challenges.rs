//! Nonces that are spent: what makes a challenge good once.

use super::{
    Store, StoreFault,
    engine::{Statement, sql},
};

/// How a challenge ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeEnd {
    /// A token was judged by it.
    Judged,
    /// Its browser asked for a newer one.
    GivenUp,
}

/// A nonce that ended, and how.
#[derive(Debug, Clone, Copy)]
pub struct SpentChallenge {
    /// SHA-256 of the nonce.
    pub nonce_hash: [u8; 32],
    /// How.
    pub end: ChallengeEnd,
    /// When its row may go, in Unix milliseconds: always the same of a nonce, and so part of the
    /// row's key.
    pub forget_at: i64,
}

impl SpentChallenge {
    /// Adds one row of a unique key, so that of many simultaneous attempts exactly one adds it:
    /// none is touched where it is there already.
    pub(super) fn insert(&self) -> Statement<'_> {
        sql(
            "INSERT INTO spent_challenges (nonce_hash, forget_at, given_up) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(&self.nonce_hash)
        .bind(self.forget_at)
        .bind(self.end == ChallengeEnd::GivenUp)
    }
}

impl Store {
    /// Spends a nonce; false when it was spent before.
    pub async fn spend_challenge(&self, spent: SpentChallenge) -> Result<bool, StoreFault> {
        Ok(self.engine.execute_shared(spent.insert()).await? == 1)
    }

    /// How the nonce was spent that would be forgotten then; none: it was not.
    pub async fn challenge_end(
        &self,
        nonce_hash: &[u8; 32],
        forget_at: i64,
    ) -> Result<Option<ChallengeEnd>, StoreFault> {
        let statement = sql("SELECT given_up FROM spent_challenges
             WHERE forget_at = $1 AND nonce_hash = $2")
        .bind(forget_at)
        .bind(nonce_hash);
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
        let (table, key) = ("spent_challenges", "forget_at, nonce_hash");
        self.engine
            .forget(table, key, "forget_at < $1", &[now])
            .await
    }
}
