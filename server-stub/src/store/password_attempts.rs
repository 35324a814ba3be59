//! Failed passwords of the last quarter of an hour, by user id and address.
//!
//! An attempt counts as failed from its start and is struck off when it succeeds, so
//! that a hundred attempts at once are not judged before the first is counted.

use super::{
    Store, StoreFault,
    engine::{Turn, sql},
    window::Window,
};

const QUARTER_HOUR: i64 = 15 * 60 * 1000;

/// An attempt; the keys are keyed hashes, so that nobody's typing is kept.
pub struct PasswordAttempt {
    /// Random, to strike it off by.
    pub id: [u8; 16],
    /// The user id's keyed hash.
    pub user_key: [u8; 32],
    /// The address's keyed hash.
    pub address_key: [u8; 32],
    /// Now, in Unix milliseconds.
    pub now: i64,
}

/// How many failures are allowed.
pub struct PasswordAttemptLimits {
    /// Per user id and address.
    pub per_address: u32,
    /// Per user id over all addresses.
    pub per_user: u32,
}

/// Whether an attempt may be judged.
pub enum PasswordAttempts {
    /// It may; it is counted as failed for now.
    Counted,
    /// Too many failed; after this many milliseconds one may be made again.
    TooMany {
        /// Milliseconds.
        retry_after: i64,
    },
}

impl Store {
    /// Counts an attempt, if it may be made at all.
    pub async fn count_password_attempt(
        &self,
        attempt: &PasswordAttempt,
        limits: &PasswordAttemptLimits,
    ) -> Result<PasswordAttempts, StoreFault> {
        let mut transaction = self.engine.begin(Turn::UserId(&attempt.user_key)).await?;
        let window = Window::before(attempt.now, QUARTER_HOUR);
        let statement = sql("SELECT COUNT(*), MIN(failed_at) FROM password_failures
             WHERE user_key = $1 AND failed_at > $2")
        .bind(&attempt.user_key)
        .bind(window.since);
        let row = transaction.fetch_one(statement).await?;
        let (of_user, oldest_of_user): (i64, Option<i64>) = (row.at(0)?, row.at(1)?);
        let statement = sql("SELECT COUNT(*), MIN(failed_at) FROM password_failures
             WHERE user_key = $1 AND failed_at > $2 AND address_key = $3")
        .bind(&attempt.user_key)
        .bind(window.since)
        .bind(&attempt.address_key);
        let row = transaction.fetch_one(statement).await?;
        let (of_address, oldest_of_address): (i64, Option<i64>) = (row.at(0)?, row.at(1)?);
        let oldest = if of_address >= i64::from(limits.per_address) {
            oldest_of_address
        } else if of_user >= i64::from(limits.per_user) {
            oldest_of_user
        } else {
            None
        };
        if let Some(oldest) = oldest {
            let retry_after = window.until_gone(oldest);
            return Ok(PasswordAttempts::TooMany { retry_after });
        }
        let statement = sql(
            "INSERT INTO password_failures (id, user_key, address_key, failed_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(&attempt.id)
        .bind(&attempt.user_key)
        .bind(&attempt.address_key)
        .bind(attempt.now);
        transaction.execute(statement).await?;
        transaction.commit().await?;
        Ok(PasswordAttempts::Counted)
    }

    /// The attempt succeeded: strikes off the failures of its user id and address.
    ///
    /// Failures from other addresses stay (NIST SP 800-63B §5.2.2): they are not this
    /// person's, and someone guessing must not be set free by the person's own login.
    pub async fn password_attempt_succeeded(
        &self,
        attempt: &PasswordAttempt,
    ) -> Result<(), StoreFault> {
        let turn = Turn::UserId(&attempt.user_key);
        let mut transaction = self.engine.begin(turn).await?;
        let statement =
            sql("DELETE FROM password_failures WHERE user_key = $1 AND address_key = $2")
                .bind(&attempt.user_key)
                .bind(&attempt.address_key);
        transaction.execute(statement).await?;
        transaction.commit().await
    }

    /// The attempt was never judged (a step of our own failed): it counts for nothing.
    pub async fn password_attempt_was_not_judged(
        &self,
        attempt: &PasswordAttempt,
    ) -> Result<(), StoreFault> {
        self.engine
            .execute(sql("DELETE FROM password_failures WHERE id = $1").bind(&attempt.id))
            .await?;
        Ok(())
    }

    pub(super) async fn forget_password_attempts(&self, now: i64) -> Result<(), StoreFault> {
        let before = [now - QUARTER_HOUR];
        self.engine
            .forget("password_failures", "id", "failed_at <= $1", &before)
            .await
    }
}
