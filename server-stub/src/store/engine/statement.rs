//! A statement with its values, as both engines take it.

use std::borrow::Cow;

use rusqlite::{
    ToSql,
    types::{ToSqlOutput, ValueRef},
};
use sqlx::{
    Postgres, SqlSafeStr, SqlStr, Sqlite, postgres::PgArguments, query::Query,
    sqlite::SqliteArguments,
};

/// A statement's text, `$1` for its first value, and the values.
pub(in crate::store) struct Statement<'q> {
    text: SqlStr,
    values: Vec<Value<'q>>,
}

/// A value of one of the types the tables have; none is the NULL of that type.
///
/// PostgreSQL prepares a statement for the types of its first run: a NULL must say of which
/// type it is.
pub(in crate::store) enum Value<'q> {
    Integer(Option<i64>),
    Flag(Option<bool>),
    Text(Option<Cow<'q, str>>),
    Bytes(Option<Cow<'q, [u8]>>),
}

/// A statement that has no values yet.
pub(in crate::store) fn sql<'q>(text: impl SqlSafeStr) -> Statement<'q> {
    Statement {
        text: text.into_sql_str(),
        values: Vec::new(),
    }
}

impl<'q> Statement<'q> {
    /// Gives the next value.
    pub(in crate::store) fn bind(mut self, value: impl Into<Value<'q>>) -> Statement<'q> {
        self.values.push(value.into());
        self
    }

    /// The text, for an engine that takes it with its values.
    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The values, that of `$1` first.
    pub(super) fn values(&self) -> &[Value<'q>] {
        &self.values
    }

    pub(super) fn for_sqlite(&self) -> Query<'_, Sqlite, SqliteArguments> {
        let query = sqlx::query(self.text.clone());
        let bind = |query, value: &_| Value::for_sqlite(value, query);
        self.values.iter().fold(query, bind)
    }

    pub(super) fn for_postgres(&self) -> Query<'_, Postgres, PgArguments> {
        let query = sqlx::query(self.text.clone());
        self.values.iter().fold(query, |query, value| match value {
            Value::Integer(value) => query.bind(*value),
            Value::Flag(value) => query.bind(*value),
            Value::Text(value) => query.bind(value.as_deref()),
            Value::Bytes(value) => query.bind(value.as_deref()),
        })
    }
}

impl Value<'_> {
    /// Gives a query this value.
    pub(super) fn for_sqlite<'a>(
        &self,
        query: Query<'a, Sqlite, SqliteArguments>,
    ) -> Query<'a, Sqlite, SqliteArguments> {
        match self {
            Value::Integer(value) => query.bind(*value),
            Value::Flag(value) => query.bind(*value),
            Value::Text(value) => query.bind(value.as_deref()),
            Value::Bytes(value) => query.bind(value.as_deref()),
        }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Value::Integer(value) => value.map(ValueRef::Integer),
            Value::Flag(value) => value.map(|flag| ValueRef::Integer(flag.into())),
            Value::Text(value) => value.as_deref().map(|text| ValueRef::Text(text.as_bytes())),
            Value::Bytes(value) => value.as_deref().map(ValueRef::Blob),
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Integer(Some(value))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Flag(Some(value))
    }
}

impl From<Option<bool>> for Value<'_> {
    fn from(value: Option<bool>) -> Self {
        Value::Flag(value)
    }
}

impl<'q> From<&'q str> for Value<'q> {
    fn from(value: &'q str) -> Self {
        Value::Text(Some(Cow::Borrowed(value)))
    }
}

impl<'q> From<&'q String> for Value<'q> {
    fn from(value: &'q String) -> Self {
        Value::Text(Some(Cow::Borrowed(value)))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Value::Text(Some(Cow::Owned(value)))
    }
}

impl<'q> From<Option<&'q str>> for Value<'q> {
    fn from(value: Option<&'q str>) -> Self {
        Value::Text(value.map(Cow::Borrowed))
    }
}

impl<'q> From<&'q [u8]> for Value<'q> {
    fn from(value: &'q [u8]) -> Self {
        Value::Bytes(Some(Cow::Borrowed(value)))
    }
}

impl<'q, const N: usize> From<&'q [u8; N]> for Value<'q> {
    fn from(value: &'q [u8; N]) -> Self {
        Value::Bytes(Some(Cow::Borrowed(value)))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(value: Vec<u8>) -> Self {
        Value::Bytes(Some(Cow::Owned(value)))
    }
}
