//! A change of several steps, under way on either engine.

use std::sync::Arc;

use super::{Own, Row, Statement, postgres::Held, shared::Part, sqlite::Alone};
use crate::{
    audit::Written,
    store::{StoreFault, audit::Chain},
};

/// Dropped before its commit, it changes nothing.
pub(in crate::store) enum Transaction {
    Sqlite(Alone),
    Shared(Part),
    Postgres(Held),
}

impl Transaction {
    /// Runs a statement that changes something; how many rows it touched.
    pub(in crate::store) async fn execute(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<u64, StoreFault> {
        match self {
            Transaction::Sqlite(alone) => {
                let query = statement.for_sqlite();
                let done = query.execute(&mut *alone.transaction).await?;
                Ok(done.rows_affected())
            }
            Transaction::Shared(part) => part.execute(statement).await,
            Transaction::Postgres(held) => held.execute(statement).await,
        }
    }

    /// Reads the one row there may be.
    pub(in crate::store) async fn fetch_optional(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        match self {
            Transaction::Sqlite(alone) => {
                let query = statement.for_sqlite();
                let row = query.fetch_optional(&mut *alone.transaction).await?;
                Ok(row.map(Row::Sqlite))
            }
            Transaction::Shared(part) => part.fetch_optional(statement).await,
            Transaction::Postgres(held) => held.fetch_optional(&statement).await,
        }
    }

    /// Reads every row.
    pub(in crate::store) async fn fetch_all(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>, StoreFault> {
        match self {
            Transaction::Sqlite(alone) => {
                let query = statement.for_sqlite();
                let rows = query.fetch_all(&mut *alone.transaction).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Transaction::Shared(part) => part.fetch_all(statement),
            Transaction::Postgres(held) => held.fetch_all(&statement).await,
        }
    }

    /// Reads the one row there is.
    pub(in crate::store) async fn fetch_one(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Row, StoreFault> {
        let row = self.fetch_optional(statement).await?;
        row.ok_or(StoreFault::Engine(sqlx::Error::RowNotFound))
    }

    /// Makes it hold, on disk too.
    pub(in crate::store) async fn commit(self) -> Result<(), StoreFault> {
        match self {
            Transaction::Sqlite(alone) => alone.commit().await,
            Transaction::Shared(part) => part.commit(None).await,
            Transaction::Postgres(held) => held.commit().await,
        }
    }

    /// Makes it hold, together with entries at the end of the audit log's chain.
    pub(in crate::store) async fn commit_audited(
        mut self,
        chain: &Arc<Chain>,
        entries: Vec<Written>,
        now: i64,
    ) -> Result<(), StoreFault> {
        if let Transaction::Shared(part) = self {
            return part.commit(Some((Arc::clone(chain), entries))).await;
        }
        let put = chain.put(&mut self, entries, now).await?;
        self.commit().await?;
        put.holds();
        Ok(())
    }
}

/// What runs statements that hold together: a transaction, or a command's own connection
/// within one.
pub(in crate::store) trait Runs {
    /// Runs a statement that changes something; how many rows it touched.
    async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreFault>;
    /// Reads the one row there may be.
    async fn fetch_optional(&mut self, statement: Statement<'_>)
    -> Result<Option<Row>, StoreFault>;
}

impl Runs for Transaction {
    async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        Transaction::execute(self, statement).await
    }
    async fn fetch_optional(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        Transaction::fetch_optional(self, statement).await
    }
}

impl Runs for Own {
    async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        Own::execute(self, statement).await
    }
    async fn fetch_optional(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        Own::fetch_optional(self, statement).await
    }
}
