//! What is watched of the database from outside: its pools, and whether it takes writes

pub use super::engine::PoolUse;
use super::{
    Store, StoreFault,
    engine::{Turn, sql},
};

impl Store {
    /// How the pools are used now.
    pub fn pool_use(&self) -> Vec<PoolUse> {
        self.engine.pool_use()
    }

    /// Whether the database can be written, shown by writing as a login does: a row of
    /// our own, over and over.
    pub async fn takes_writes(&self, now: i64) -> Result<(), StoreFault> {
        let mut transaction = self.engine.begin_shared(Turn::Nobody).await?;
        let now = now.to_be_bytes();
        let statement = sql("INSERT INTO secrets (name, value) VALUES ('last write', $1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(&now);
        transaction.execute(statement).await?;
        transaction.commit().await
    }

    /// How many sessions there are.
    pub async fn count_sessions(&self) -> Result<i64, StoreFault> {
        let row = self
            .engine
            .fetch_one(sql("SELECT COUNT(*) AS count FROM sessions"));
        row.await?.get("count")
    }
}
