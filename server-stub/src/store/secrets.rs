//! The installation's own secrets, shared by all nodes on one database.

use super::{
    Store, StoreFault,
    engine::{Turn, sql},
};

impl Store {
    /// The secret of that name; `fresh` becomes it where there is none yet.
    ///
    /// Nodes that start together agree: the first to write wins, all read the same.
    pub async fn secret(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreFault> {
        let mut transaction = self.engine.begin(Turn::Nobody).await?;
        let statement =
            sql("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(name)
                .bind(fresh);
        transaction.execute(statement).await?;
        let row = transaction
            .fetch_one(sql("SELECT value FROM secrets WHERE name = $1").bind(name))
            .await?;
        transaction.commit().await?;
        row.get("value")
    }
}
