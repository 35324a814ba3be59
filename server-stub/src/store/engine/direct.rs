//! A connection to SQLite's file on which statements run where they are asked for.
//!
//! sqlx hands every statement to a thread of the connection's own and waits for its answer,
//! which costs several times what a look into an index costs. So what is done at each login
//! is done here, in the thread that asks; what reads or changes many rows has no business
//! here, as nothing else would be served by that thread meanwhile.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, types};
use tracing::Level;

use super::{Row, Runs, Statement, sqlite::PRAGMAS};
use crate::store::StoreFault;

/// More than there are statements of this kind.
const STATEMENTS_KEPT: usize = 64;
/// Of a connection that writes, in kibibytes: what lies above the leaves of the indices over
/// millions of operators, which each login passes.
const CACHE: &str = "-8192";
/// Of the same: what a part is undone by, if it must be, is kept in memory, not in a file that
/// is made for each transaction.
const UNDOING: &str = "MEMORY";
/// Who measures statements, or counts them, listens for this.
pub(crate) const STATEMENT: &str = "tessera::statement";

/// A connection, and since when.
pub(super) struct Direct {
    connection: Connection,
    opened: Instant,
}

/// A row that was read, whole.
pub(in crate::store) struct DirectRow {
    columns: Arc<[String]>,
    values: Vec<types::Value>,
}

impl Direct {
    /// Opens a file that is there, for writing too.
    pub(super) fn open(file: &Path) -> Result<Direct, StoreFault> {
        let direct = Direct::open_as(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let own = [("cache_size", CACHE), ("temp_store", UNDOING)];
        for (name, value) in PRAGMAS.into_iter().chain(own) {
            let text = format!("PRAGMA {name} = {value}");
            direct.connection.execute_batch(&text)?;
        }
        Ok(direct)
    }

    /// Opens a file that is there, for reading alone.
    pub(super) fn open_to_read(file: &Path) -> Result<Direct, StoreFault> {
        Direct::open_as(file, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn open_as(file: &Path, flags: OpenFlags) -> Result<Direct, StoreFault> {
        let opened = Instant::now();
        // One thread at a time has it.
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // Who waits for a lock here holds up a thread: the caller waits, elsewhere.
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Direct { connection, opened })
    }

    /// For how long it has been open.
    pub(super) fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Whether it is within a transaction. An error may have ended one: a full disk does
    /// (SQLite, "Response To Errors Within A Transaction").
    pub(super) fn is_in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Runs a statement that changes something; how many rows it touched.
    pub(super) fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, StoreFault> {
        let text = statement.text();
        told(text, || {
            let mut prepared = self.prepare(statement)?;
            Ok(prepared.raw_execute()? as u64)
        })
    }

    /// Reads the one row there may be.
    pub(super) fn fetch_optional(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Option<DirectRow>, StoreFault> {
        Ok(self.fetch(statement, 1)?.pop())
    }

    /// Reads every row, of which there are few.
    pub(super) fn fetch_all(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Vec<DirectRow>, StoreFault> {
        self.fetch(statement, usize::MAX)
    }

    fn fetch(&self, statement: &Statement<'_>, most: usize) -> Result<Vec<DirectRow>, StoreFault> {
        told(statement.text(), || {
            let mut prepared = self.prepare(statement)?;
            let columns = prepared.column_names();
            let columns: Arc<[String]> = columns.into_iter().map(str::to_owned).collect();
            let mut rows = prepared.raw_query();
            let mut all = Vec::new();
            while all.len() < most
                && let Some(row) = rows.next()?
            {
                let values: Result<_, rusqlite::Error> =
                    (0..columns.len()).map(|place| row.get(place)).collect();
                all.push(DirectRow {
                    values: values?,
                    columns: Arc::clone(&columns),
                });
            }
            Ok(all)
        })
    }

    /// Begins, ends or divides a transaction.
    pub(super) fn control(&mut self, text: &'static str) -> Result<(), StoreFault> {
        told(text, || {
            self.connection.prepare_cached(text)?.raw_execute()?;
            Ok(())
        })
    }

    /// Moves pages from the side file into the database's, as many as can be moved without
    /// waiting; how many the side file has (SQLite, `PRAGMA wal_checkpoint`).
    pub(super) fn move_pages(&mut self) -> Result<i64, StoreFault> {
        let text = "PRAGMA wal_checkpoint(PASSIVE)";
        Ok(self.connection.query_row(text, [], |row| row.get("log"))?)
    }

    /// Runs whatever a test wants.
    #[cfg(test)]
    pub(super) fn run_as_it_is(&mut self, text: &str) {
        self.connection.execute_batch(text).unwrap();
    }

    fn prepare(&self, statement: &Statement<'_>) -> Result<CachedStatement<'_>, StoreFault> {
        let mut prepared = self.connection.prepare_cached(statement.text())?;
        for place in 1..=prepared.parameter_count() {
            // SQLite counts parameters as they first occur, and knows "$2" as a name.
            let number = prepared.parameter_name(place);
            let number = number.and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
            let value = number.and_then(|number| statement.values().get(number.checked_sub(1)?));
            let value = value.ok_or(rusqlite::Error::InvalidParameterCount(
                statement.values().len(),
                place,
            ))?;
            prepared.raw_bind_parameter(place, value)?;
        }
        Ok(prepared)
    }
}

impl Runs for Direct {
    async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        Direct::execute(self, &statement)
    }
    async fn fetch_optional(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        let row = Direct::fetch_optional(self, &statement)?;
        Ok(row.map(Row::Direct))
    }
}

impl DirectRow {
    /// The value of the column of that name.
    pub(super) fn named(&self, column: &str) -> Option<&types::Value> {
        let place = self.columns.iter().position(|name| name == column)?;
        self.values.get(place)
    }

    /// The value at that place.
    pub(super) fn at(&self, place: usize) -> Option<&types::Value> {
        self.values.get(place)
    }
}

/// Whether another program holds a lock, which it will let go of.
pub(super) fn is_busy(fault: &StoreFault) -> bool {
    matches!(fault, StoreFault::Sqlite(fault)
        if fault.sqlite_error_code() == Some(ErrorCode::DatabaseBusy))
}

/// Runs it and tells how long it took, if anybody wants to know.
fn told<T>(text: &str, run: impl FnOnce() -> Result<T, StoreFault>) -> Result<T, StoreFault> {
    if !tracing::enabled!(target: STATEMENT, Level::DEBUG) {
        return run();
    }
    let began = Instant::now();
    let done = run();
    let elapsed_secs = began.elapsed().as_secs_f64();
    tracing::debug!(target: STATEMENT, summary = text, elapsed_secs);
    done
}
