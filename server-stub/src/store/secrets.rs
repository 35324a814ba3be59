//! The installation's own secrets, shared by all nodes on one database.

use super::{Store, StoreFault};

impl Store {
    /// The secret of that name; `fresh` becomes it where there is none yet.
    ///
    /// Nodes that start together agree: the first to write wins, all read the same.
    pub async fn secret(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreFault> {
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(fresh)
            .execute(&mut *transaction)
            .await?;
        let value = sqlx::query_scalar("SELECT value FROM secrets WHERE name = $1")
            .bind(name)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(value)
    }
}
