//! A connection of a command's own, for work on many rows: nobody's request waits for it.

use std::{fmt::Write, iter::repeat_n};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection};

use super::{Row, Statement, statement::Value};
use crate::store::StoreFault;

/// Rows that go into one statement; each statement is another thread's turn on SQLite.
const AT_ONCE: usize = 500;
/// Values that SQLite takes in one statement at the most (sqlite3.h,
/// `SQLITE_LIMIT_VARIABLE_NUMBER`).
const SQLITE_VALUES: usize = 32_766;

/// Dropped within a transaction, it undoes it; its temporary tables go with it.
pub(in crate::store) enum Own {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Own {
    /// One with no database behind it, for temporary tables alone.
    pub(in crate::store) async fn nowhere() -> Result<Own, StoreFault> {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(":memory:");
        let options = options.disable_statement_logging();
        Ok(Own::Sqlite(options.connect().await?))
    }

    /// The type of texts that are compared byte by byte.
    pub(in crate::store) fn text_type(&self) -> &'static str {
        match self {
            Own::Sqlite(_) => "TEXT",
            Own::Postgres(_) => "TEXT COLLATE \"C\"",
        }
    }

    /// Runs a statement that changes something; how many rows it touched.
    pub(in crate::store) async fn execute(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<u64, StoreFault> {
        Ok(match self {
            Own::Sqlite(own) => statement.for_sqlite().execute(own).await?.rows_affected(),
            Own::Postgres(own) => statement.for_postgres().execute(own).await?.rows_affected(),
        })
    }

    /// Reads the one row there is.
    pub(in crate::store) async fn fetch_one(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Row, StoreFault> {
        Ok(match self {
            Own::Sqlite(own) => Row::Sqlite(statement.for_sqlite().fetch_one(own).await?),
            Own::Postgres(own) => Row::Postgres(statement.for_postgres().fetch_one(own).await?),
        })
    }

    /// Reads every row.
    pub(in crate::store) async fn fetch_all(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>, StoreFault> {
        Ok(match self {
            Own::Sqlite(own) => {
                let rows = statement.for_sqlite().fetch_all(own).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Own::Postgres(own) => {
                let rows = statement.for_postgres().fetch_all(own).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Reads a row, if there is one.
    pub(in crate::store) async fn fetch_optional(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        Ok(match self {
            Own::Sqlite(own) => {
                let row = statement.for_sqlite().fetch_optional(own).await?;
                row.map(Row::Sqlite)
            }
            Own::Postgres(own) => {
                let row = statement.for_postgres().fetch_optional(own).await?;
                row.map(Row::Postgres)
            }
        })
    }

    /// From here on all happens at once, or not at all.
    pub(in crate::store) async fn begin(&mut self) -> Result<(), StoreFault> {
        match self {
            Own::Sqlite(own) => own.execute("BEGIN IMMEDIATE").await.map(drop)?,
            Own::Postgres(own) => own.execute("BEGIN").await.map(drop)?,
        }
        Ok(())
    }

    /// Runs what only PostgreSQL needs. SQLite has one lock, taken already.
    pub(in crate::store) async fn on_postgres(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<(), StoreFault> {
        match self {
            Own::Sqlite(_) => Ok(()),
            Own::Postgres(_) => self.execute(statement).await.map(drop),
        }
    }

    /// Makes what happened since hold, on disk too.
    pub(in crate::store) async fn commit(&mut self) -> Result<(), StoreFault> {
        match self {
            Own::Sqlite(own) => own.execute("COMMIT").await.map(drop)?,
            Own::Postgres(own) => own.execute("COMMIT").await.map(drop)?,
        }
        Ok(())
    }

    /// Adds rows to a table, the values in the order of its columns as they are named.
    pub(in crate::store) async fn append(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Value<'_>>],
    ) -> Result<(), StoreFault> {
        let names = columns.join(", ");
        match self {
            Own::Sqlite(own) => {
                let most = AT_ONCE.min(SQLITE_VALUES / columns.len().max(1));
                let places = repeat_n("?", columns.len()).collect::<Vec<_>>().join(",");
                for some in rows.chunks(most) {
                    let places = repeat_n(places.as_str(), some.len()).collect::<Vec<_>>();
                    let text = format!(
                        "INSERT INTO {table} ({names}) VALUES ({})",
                        places.join("),(")
                    );
                    // Put together of this program's own words alone.
                    let query = sqlx::query(AssertSqlSafe(text));
                    let query = some
                        .iter()
                        .flatten()
                        .fold(query, |query, value| value.for_sqlite(query));
                    query.execute(&mut *own).await?;
                }
            }
            Own::Postgres(own) => {
                let statement = format!("COPY {table} ({names}) FROM STDIN (FORMAT csv)");
                let mut copy = own.copy_in_raw(&statement).await?;
                copy.send(csv(rows)).await?;
                copy.finish().await?;
            }
        }
        Ok(())
    }

    /// Ends it in good order.
    pub(in crate::store) async fn close(self) -> Result<(), StoreFault> {
        match self {
            Own::Sqlite(own) => own.close().await?,
            Own::Postgres(own) => own.close().await?,
        }
        Ok(())
    }
}

/// Rows as PostgreSQL's COPY takes them (PostgreSQL 15, COPY, "CSV Format"): every value
/// between quotation marks, so that what stands without is NULL.
fn csv(rows: &[Vec<Value<'_>>]) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        for (place, value) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            match value {
                Value::Integer(Some(number)) => {
                    let _ = write!(text, "\"{number}\"");
                }
                Value::Flag(Some(flag)) => {
                    let _ = write!(text, "\"{flag}\"");
                }
                Value::Text(Some(words)) => {
                    text.push('"');
                    text.push_str(&words.replace('"', "\"\""));
                    text.push('"');
                }
                Value::Bytes(Some(bytes)) => {
                    text.push_str("\"\\x");
                    for byte in bytes.iter() {
                        let _ = write!(text, "{byte:02x}");
                    }
                    text.push('"');
                }
                Value::Integer(None)
                | Value::Flag(None)
                | Value::Text(None)
                | Value::Bytes(None) => {}
            }
        }
        text.push('\n');
    }
    text.into_bytes()
}
