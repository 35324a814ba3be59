//! A row that was read, from either engine.

use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};

use crate::store::StoreFault;

/// A row; its columns are found by name, those without one by place.
pub(in crate::store) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The column of that name: a number, a flag, a text or bytes, or none of it.
    pub(in crate::store) fn get<'r, T>(&'r self, column: &str) -> Result<T, StoreFault>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// The column at that place, from 0.
    pub(in crate::store) fn at<'r, T>(&'r self, place: usize) -> Result<T, StoreFault>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(place)?,
            Row::Postgres(row) => row.try_get(place)?,
        })
    }
}
