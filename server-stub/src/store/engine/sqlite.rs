//! SQLite: a file on this machine.

use std::{io, path::Path, sync::Arc};

use sqlx::{
    SqlitePool, Transaction,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{PATIENCE, file::DatabaseFile};
use crate::store::StoreFault;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// SQLite has one writer at a time: writes queue here for one connection, which is
/// fair and quick, where many connections would poll for the file's lock.
pub(in crate::store) struct Sqlite {
    pub(super) reader: SqlitePool,
    pub(super) writer: SqlitePool,
}

impl Sqlite {
    /// Opens the file, makes it where there is none, and brings its tables up to date.
    pub(super) async fn open(file: &Path) -> Result<Sqlite, StoreFault> {
        make_private(file)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            // What was confirmed to a person is on the disk, whatever becomes of the power.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Sealed secrets that were deleted do not stay in free pages.
            .pragma("secure_delete", "ON")
            .busy_timeout(PATIENCE);
        let watched = Arc::new(DatabaseFile::new(file));
        let pool = || {
            let watched = Arc::clone(&watched);
            SqlitePoolOptions::new()
                .acquire_timeout(PATIENCE)
                // A file does not hang up; whether it is still there is asked instead.
                .test_before_acquire(false)
                .before_acquire(move |_, connection| {
                    let held = watched.is_held_since(connection.age);
                    Box::pin(async move { Ok(held) })
                })
        };
        let writer = pool()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await?;
        let reader = pool()
            .max_connections(4)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Sqlite { reader, writer })
    }

    /// The lock is taken at once: a transaction that reads first and locks later can
    /// find the file changed in between and fail.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, sqlx::Sqlite>, StoreFault> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    pub(super) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Makes the file readable by this user only; SQLite gives its side files the same mode.
fn make_private(file: &Path) -> Result<(), io::Error> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file).map(drop)
}
