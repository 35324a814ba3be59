//! Reading a whole database as it is at one moment.

use futures_util::{TryStreamExt, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Executor, migrate::Migrator, postgres::PgRow, sqlite::SqliteRow,
};

use super::{
    Own, Row,
    address::DatabaseAddress,
    postgres::{self, Postgres},
    sqlite,
    statement::Value,
};
use crate::store::StoreFault;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Kind {
    Integer,
    Flag,
    Text,
    Bytes,
}

/// A connection that sees this moment's state from now on, and changes nothing. A file that
/// is not there is not made.
pub(in crate::store) async fn snapshot(address: &DatabaseAddress) -> Result<Own, StoreFault> {
    Ok(match address {
        DatabaseAddress::Sqlite(file) => {
            let options = sqlite::options(file).read_only(true);
            let options = options.disable_statement_logging();
            let mut connection = options.connect().await?;
            connection.execute("BEGIN").await?;
            Own::Sqlite(connection)
        }
        DatabaseAddress::Postgres(address) => {
            let postgres = Postgres::find(address).await?;
            let mut connection = postgres.connect_patiently().await?;
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            connection.execute(begin).await?;
            Own::Postgres(connection)
        }
    })
}

/// The steps that lead to this version's tables.
pub(in crate::store) fn migrations(address: &DatabaseAddress) -> Vec<i64> {
    let migrator: &Migrator = match address {
        DatabaseAddress::Sqlite(_) => &sqlite::MIGRATIONS,
        DatabaseAddress::Postgres(_) => &postgres::MIGRATIONS,
    };
    migrator.iter().map(|migration| migration.version).collect()
}

/// The rows of a table, as they come.
pub(in crate::store) struct Rows<'a> {
    rows: Stream<'a>,
    columns: &'static [(&'static str, Kind)],
}

enum Stream<'a> {
    Sqlite(BoxStream<'a, Result<SqliteRow, sqlx::Error>>),
    Postgres(BoxStream<'a, Result<PgRow, sqlx::Error>>),
}

impl Own {
    /// Reads all rows of a table.
    pub(in crate::store) fn read(
        &mut self,
        table: &'static str,
        columns: &'static [(&'static str, Kind)],
    ) -> Rows<'_> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let text = format!("SELECT {} FROM {table}", names.join(", "));
        // Put together of this program's own words alone.
        let text = AssertSqlSafe(text);
        Rows {
            rows: match self {
                Own::Sqlite(own) => Stream::Sqlite(sqlx::query(text).fetch(own)),
                Own::Postgres(own) => Stream::Postgres(sqlx::query(text).fetch(own)),
            },
            columns,
        }
    }
}

impl Rows<'_> {
    /// The next rows, so many at the most; none: these were all.
    pub(in crate::store) async fn next(
        &mut self,
        most: usize,
    ) -> Result<Vec<Vec<Value<'static>>>, StoreFault> {
        let mut rows = Vec::new();
        while rows.len() < most {
            let row = match &mut self.rows {
                Stream::Sqlite(rows) => rows.try_next().await?.map(Row::Sqlite),
                Stream::Postgres(rows) => rows.try_next().await?.map(Row::Postgres),
            };
            let Some(row) = row else { break };
            let values = self
                .columns
                .iter()
                .map(|(name, kind)| kind.read(&row, name));
            rows.push(values.collect::<Result<_, _>>()?);
        }
        Ok(rows)
    }
}

impl Kind {
    fn read(self, row: &Row, column: &str) -> Result<Value<'static>, StoreFault> {
        Ok(match self {
            Kind::Integer => Value::Integer(row.get(column)?),
            Kind::Flag => Value::Flag(row.get(column)?),
            Kind::Text => Value::Text(row.get::<Option<String>>(column)?.map(Into::into)),
            Kind::Bytes => Value::Bytes(row.get::<Option<Vec<u8>>>(column)?.map(Into::into)),
        })
    }
}
