//! A row that was read, from either engine.

use rusqlite::types::Value;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};

use super::direct::DirectRow;
use crate::store::StoreFault;

/// A row; its columns are found by name, those without one by place.
pub(in crate::store) enum Row {
    Sqlite(SqliteRow),
    Direct(DirectRow),
    Postgres(PgRow),
}

impl Row {
    /// The column of that name: a number, a flag, a text or bytes, or none of it.
    pub(in crate::store) fn get<'r, T: Column<'r>>(
        &'r self,
        column: &str,
    ) -> Result<T, StoreFault> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Direct(row) => read(row.named(column), column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// The column at that place, from 0.
    pub(in crate::store) fn at<'r, T: Column<'r>>(&'r self, place: usize) -> Result<T, StoreFault> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(place)?,
            Row::Direct(row) => read(row.at(place), &place.to_string())?,
            Row::Postgres(row) => row.try_get(place)?,
        })
    }
}

/// What a column can be read as.
pub(in crate::store) trait Column<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
    /// From a value as SQLite has it; none: it is of another type.
    fn of(value: &'r Value) -> Option<Self>;
}

impl Column<'_> for i64 {
    fn of(value: &Value) -> Option<i64> {
        match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl Column<'_> for bool {
    fn of(value: &Value) -> Option<bool> {
        i64::of(value).map(|number| number != 0)
    }
}

impl<'r> Column<'r> for &'r str {
    fn of(value: &'r Value) -> Option<&'r str> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Column<'_> for String {
    fn of(value: &Value) -> Option<String> {
        <&str>::of(value).map(str::to_owned)
    }
}

impl Column<'_> for Vec<u8> {
    fn of(value: &Value) -> Option<Vec<u8>> {
        match value {
            Value::Blob(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<'r, T: Column<'r>> Column<'r> for Option<T> {
    fn of(value: &'r Value) -> Option<Option<T>> {
        match value {
            Value::Null => Some(None),
            some => T::of(some).map(Some),
        }
    }
}

fn read<'r, T: Column<'r>>(value: Option<&'r Value>, column: &str) -> Result<T, sqlx::Error> {
    let value = value.ok_or_else(|| sqlx::Error::ColumnNotFound(column.to_owned()))?;
    T::of(value).ok_or_else(|| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: format!("not a {}", std::any::type_name::<T>()).into(),
    })
}
