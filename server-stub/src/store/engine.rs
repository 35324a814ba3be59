//! The two engines behind the store: SQLite and PostgreSQL.
//!
//! A statement stands once, written for both, with `$1` for its values. What is an engine's
//! own is here: opening it, finding it again, taking turns, migrating.

pub mod address;
pub mod backup;
pub(crate) mod direct;
mod file;
mod look_ups;
mod moving;
mod own;
mod passfile;
pub mod patience;
mod pools;
mod postgres;
mod row;
pub(crate) mod shared;
mod snapshot;
mod sqlite;
mod statement;
mod transaction;
mod turns;

use std::time::Duration;

pub(super) use own::Own;
pub use pools::PoolUse;
pub(super) use row::Row;
pub(super) use snapshot::{Kind, migrations, snapshot};
pub(super) use statement::{Statement, Value, sql};
pub(super) use transaction::{Runs, Transaction};
pub(super) use turns::Turn;

use self::{address::DatabaseAddress, postgres::Postgres, sqlite::Sqlite};
use super::StoreFault;
use crate::file_lock::FileLock;
pub(super) use postgres::{Held, breaks};

/// How long a call waits for the database in all: for a connection, for another's write, for
/// an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An import's lock on PostgreSQL; any number, so long as it stays.
const IMPORT: i64 = 0x7465_7373_6572_6101;

/// An engine with its connections.
pub(super) enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Engine {
    /// Opens the database and brings its tables up to date.
    pub(super) async fn open(address: &DatabaseAddress) -> Result<Engine, StoreFault> {
        Ok(match address {
            DatabaseAddress::Sqlite(file) => Engine::Sqlite(Sqlite::open(file).await?),
            DatabaseAddress::Postgres(address) => Engine::Postgres(Postgres::open(address).await?),
        })
    }

    /// Opens a database that is there, to read it as it is.
    pub(super) async fn open_to_read(address: &DatabaseAddress) -> Result<Engine, StoreFault> {
        Ok(match address {
            DatabaseAddress::Sqlite(file) => Engine::Sqlite(Sqlite::open_to_read(file).await?),
            DatabaseAddress::Postgres(address) => Engine::Postgres(Postgres::find(address).await?),
        })
    }

    /// Runs a statement that changes something; how many rows it touched.
    pub(super) async fn execute(&self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        match self {
            Engine::Sqlite(sqlite) => Ok(sqlite.execute(&statement).await?.rows_affected()),
            Engine::Postgres(postgres) => postgres.acquire().await?.execute(statement).await,
        }
    }

    /// The same for a statement that takes no time to speak of, being about one row; see
    /// [`Engine::begin_shared`].
    pub(super) async fn execute_shared(&self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        match self {
            Engine::Sqlite(sqlite) => {
                let mut part = sqlite.begin_shared().await?;
                let rows = part.execute(statement).await?;
                // Where nothing was changed too: another's row that was met has to hold.
                part.commit(None).await?;
                Ok(rows)
            }
            Engine::Postgres(_) => self.execute(statement).await,
        }
    }

    /// Reads the one row there may be, which an index leads to: so that it is not worth
    /// anybody's turn.
    pub(super) async fn look_up(
        &self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        match self {
            Engine::Sqlite(sqlite) => sqlite.look_up(&statement).await,
            Engine::Postgres(postgres) => postgres.fetch_optional(statement).await,
        }
    }

    /// Reads the one row there may be.
    pub(super) async fn fetch_optional(
        &self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        match self {
            Engine::Sqlite(sqlite) => {
                let query = statement.for_sqlite();
                let row = query.fetch_optional(&sqlite.reader).await?;
                Ok(row.map(Row::Sqlite))
            }
            Engine::Postgres(postgres) => postgres.fetch_optional(statement).await,
        }
    }

    /// Reads the one row there is.
    pub(super) async fn fetch_one(&self, statement: Statement<'_>) -> Result<Row, StoreFault> {
        let row = self.fetch_optional(statement).await?;
        row.ok_or(StoreFault::Engine(sqlx::Error::RowNotFound))
    }

    /// Reads every row.
    pub(super) async fn fetch_all(&self, statement: Statement<'_>) -> Result<Vec<Row>, StoreFault> {
        match self {
            Engine::Sqlite(sqlite) => {
                let rows = statement.for_sqlite().fetch_all(&sqlite.reader).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Engine::Postgres(postgres) => postgres.fetch_all(statement).await,
        }
    }

    /// Begins a change of several steps that happens wholly or not at all, once it is its turn.
    pub(super) async fn begin(&self, turn: Turn<'_>) -> Result<Transaction, StoreFault> {
        match self {
            Engine::Sqlite(sqlite) => Ok(Transaction::Sqlite(sqlite.begin().await?)),
            Engine::Postgres(postgres) => Ok(Transaction::Postgres(postgres.begin(turn).await?)),
        }
    }

    /// The same for a change of few rows that is made often: where the engine has one writer,
    /// it may share its commit with others.
    ///
    /// What it meets may be of one of these, and not hold yet: nobody may be told anything of
    /// it before it is committed.
    pub(super) async fn begin_shared(&self, turn: Turn<'_>) -> Result<Transaction, StoreFault> {
        match self {
            Engine::Sqlite(sqlite) => Ok(Transaction::Shared(sqlite.begin_shared().await?)),
            Engine::Postgres(_) => self.begin(turn).await,
        }
    }

    /// Whether one writes at a time, so that what a transaction reads stays as it is until its end.
    pub(super) fn has_one_writer(&self) -> bool {
        matches!(self, Engine::Sqlite(_))
    }

    /// A connection for what PostgreSQL alone can do; none on SQLite.
    pub(super) async fn postgres_connection(&self) -> Result<Option<Held>, StoreFault> {
        match self {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(postgres) => Ok(Some(postgres.acquire().await?)),
        }
    }

    /// Waits until what shares a commit, and was done until now, holds.
    pub(super) async fn finish_shared(&self) {
        if let Engine::Sqlite(sqlite) = self {
            sqlite.writing.finish_batch().await;
        }
    }

    /// A connection of a command's own, for work on many rows.
    pub(super) async fn own(&self) -> Result<Own, StoreFault> {
        Ok(match self {
            Engine::Sqlite(sqlite) => Own::Sqlite(sqlite.connect_patiently().await?),
            Engine::Postgres(postgres) => Own::Postgres(postgres.connect_patiently().await?),
        })
    }

    /// The same for an import, of which there is one at a time; none: another is under way.
    /// The lock is to be held until it is over, if there is one.
    pub(super) async fn own_import(&self) -> Result<Option<(Own, Option<FileLock>)>, StoreFault> {
        let mut own = self.own().await?;
        Ok(match self {
            Engine::Sqlite(sqlite) => sqlite.lock_imports()?.map(|lock| (own, Some(lock))),
            Engine::Postgres(_) => {
                let lock = sql("SELECT pg_try_advisory_lock($1)").bind(IMPORT);
                own.fetch_one(lock)
                    .await?
                    .at::<bool>(0)?
                    .then_some((own, None))
            }
        })
    }

    /// Deletes the rows of a table that meet a condition, by its key.
    ///
    /// Where several nodes do this at once, beside people's own changes, rows in another's
    /// hands are left for the next time: to wait for them here could end in a deadlock.
    pub(super) async fn forget(
        &self,
        table: &'static str,
        key: &'static str,
        condition: &'static str,
        before: &[i64],
    ) -> Result<(), StoreFault> {
        let text = match self {
            Engine::Sqlite(_) => format!("DELETE FROM {table} WHERE {condition}"),
            Engine::Postgres(_) => format!(
                "DELETE FROM {table} WHERE ({key}) IN
                     (SELECT {key} FROM {table} WHERE {condition} FOR UPDATE SKIP LOCKED)"
            ),
        };
        // Put together of this program's own words alone.
        let statement = before
            .iter()
            .fold(sql(sqlx::AssertSqlSafe(text)), |statement, time| {
                statement.bind(*time)
            });
        self.execute(statement).await.map(drop)
    }

    /// Lets go of the database; every later call fails.
    pub(super) async fn close(&self) {
        match self {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }
}
