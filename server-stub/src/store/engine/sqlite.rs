//! SQLite: a file on this machine.

use std::{fs::File, io, path::Path, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions, SqliteConnection, SqlitePool, Transaction,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteQueryResult},
};
use tokio::{sync::OwnedMutexGuard, time::timeout_at};

use super::{
    PATIENCE, Row, Statement,
    direct::is_busy,
    file::DatabaseFile,
    look_ups::LookUps,
    patience,
    shared::{Part, Pen, Writing},
};
use crate::{file_lock::FileLock, store::StoreFault};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a command waits for the file's one lock, while people's changes come between.
const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// How every connection to a file that changes it is opened.
pub(super) const PRAGMAS: [(&str, &str); 6] = [
    ("journal_mode", "WAL"),
    // What was confirmed to a person is on the disk, whatever becomes of the power.
    ("synchronous", "FULL"),
    ("foreign_keys", "ON"),
    // Sealed secrets that were deleted do not stay in free pages.
    ("secure_delete", "ON"),
    // After an import the side file does not stay as large as all that was taken in.
    ("journal_size_limit", "67108864"),
    // No commit moves pages from the side file: see `moving`.
    ("wal_autocheckpoint", "0"),
];

/// SQLite has one writer at a time: writes queue here, which is fair and quick, where many
/// connections would poll for the file's lock.
pub(in crate::store) struct Sqlite {
    pub(super) reader: SqlitePool,
    look_ups: LookUps,
    /// One connection, for changes with a transaction of their own; those that share a commit
    /// have another ([`Writing`]). Of both only who holds the pen uses either.
    writer: SqlitePool,
    pub(super) writing: Writing,
}

/// A change with a transaction of its own.
pub(in crate::store) struct Alone {
    pub(super) transaction: Transaction<'static, sqlx::Sqlite>,
    /// Given away after the transaction; one that is dropped may still be undone then, which the
    /// next one waits for ([`Pen`] tries again).
    pen: OwnedMutexGuard<Pen>,
}

impl Alone {
    /// Makes it hold, on disk too. A disk that hangs is waited for elsewhere.
    async fn commit_whole(self) -> Result<(), StoreFault> {
        let Alone {
            transaction,
            mut pen,
        } = self;
        transaction.commit().await?;
        pen.wrote(1);
        Ok(())
    }

    pub(super) async fn commit(self) -> Result<(), StoreFault> {
        match timeout_at(patience::end(), tokio::spawn(self.commit_whole())).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) | Err(_) => Err(StoreFault::Silent),
        }
    }
}

impl Sqlite {
    /// Opens the file, makes it where there is none, and brings its tables up to date.
    pub(super) async fn open(file: &Path) -> Result<Sqlite, StoreFault> {
        make_private(file)?;
        let options = options(file);
        let watched = Arc::new(DatabaseFile::new(file));
        let writer = pool(&watched)
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await?;
        let reader = pool(&watched)
            .max_connections(4)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Sqlite {
            reader,
            look_ups: LookUps::new(file, Arc::clone(&watched)),
            writer,
            writing: Writing::new(file, watched),
        })
    }

    /// Reads the one row there may be, by an index.
    pub(super) async fn look_up(
        &self,
        statement: &Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        match self.look_ups.fetch_optional(statement) {
            // Where there is something to wait for, it is waited for elsewhere.
            Err(fault) if is_busy(&fault) => {
                let row = statement.for_sqlite().fetch_optional(&self.reader).await?;
                Ok(row.map(Row::Sqlite))
            }
            done => Ok(done?.map(Row::Direct)),
        }
    }

    /// Runs one statement that changes something.
    pub(super) async fn execute(
        &self,
        statement: &Statement<'_>,
    ) -> Result<SqliteQueryResult, StoreFault> {
        let mut pen = self.writing.alone().await?;
        let done = statement.for_sqlite().execute(&self.writer).await?;
        pen.wrote(1);
        Ok(done)
    }

    /// Begins a change that shares its commit with others.
    pub(super) async fn begin_shared(&self) -> Result<Part, StoreFault> {
        self.writing.part().await
    }

    /// Opens a file that is there, to read it as it is.
    pub(super) async fn open_to_read(file: &Path) -> Result<Sqlite, StoreFault> {
        let options = options(file).read_only(true);
        let watched = Arc::new(DatabaseFile::new(file));
        let reader = pool(&watched).max_connections(4);
        let reader = reader.connect_with(options).await?;
        Ok(Sqlite {
            look_ups: LookUps::new(file, Arc::clone(&watched)),
            writer: reader.clone(),
            reader,
            writing: Writing::over(file, watched),
        })
    }

    /// A connection of its own, for what takes long.
    pub(super) async fn connect_patiently(&self) -> Result<SqliteConnection, StoreFault> {
        let options = self.options().busy_timeout(LONG_PATIENCE);
        // In kibibytes: an index of a million rows is written in the order of its values.
        let options = options.pragma("cache_size", "-32768");
        // It waits for nobody, and nobody for it.
        let options = options.pragma("wal_autocheckpoint", "1000");
        // A slow statement is no news here.
        Ok(options.disable_statement_logging().connect().await?)
    }

    /// The lock is taken at once: a transaction that reads first and locks later can
    /// find the file changed in between and fail.
    pub(super) async fn begin(&self) -> Result<Alone, StoreFault> {
        let pen = self.writing.alone().await?;
        Ok(Alone {
            transaction: self.begin_with_pen().await?,
            pen,
        })
    }

    async fn begin_with_pen(&self) -> Result<Transaction<'static, sqlx::Sqlite>, StoreFault> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        match self.writer.begin_with(BEGIN).await {
            // A full disk ends a transaction by itself. sqlx's own ROLLBACK then fails, and it
            // counts this connection as within a transaction for ever.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                Ok(self.writer.begin_with(BEGIN).await?)
            }
            begun => Ok(begun?),
        }
    }

    /// A file beside the database's, locked for as long as it is held, by whoever holds it;
    /// none: another does.
    pub(super) fn lock_imports(&self) -> io::Result<Option<FileLock>> {
        let mut name = self.options().get_filename().as_os_str().to_owned();
        name.push("-import");
        FileLock::try_take(make_private(Path::new(&name))?)
    }

    fn options(&self) -> SqliteConnectOptions {
        self.writer.connect_options().as_ref().clone()
    }

    pub(super) async fn close(&self) {
        self.look_ups.close();
        self.writing.close().await;
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// A pool of connections that are left once the file is another.
fn pool(watched: &Arc<DatabaseFile>) -> SqlitePoolOptions {
    let watched = Arc::clone(watched);
    SqlitePoolOptions::new()
        .acquire_timeout(PATIENCE)
        // A file does not hang up; whether it is still there is asked instead.
        .test_before_acquire(false)
        .before_acquire(move |_, connection| {
            let held = watched.is_held_since(connection.age);
            Box::pin(async move { Ok(held) })
        })
}

/// How every connection to a file is opened.
pub(super) fn options(file: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(file);
    let options = options.busy_timeout(PATIENCE);
    let pragmas = PRAGMAS.into_iter();
    pragmas.fold(options, |options, (name, value)| {
        options.pragma(name, value)
    })
}

/// Makes the file readable by this user only; SQLite gives its side files the same mode.
fn make_private(file: &Path) -> Result<File, io::Error> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_disk_that_was_full_is_written_again_when_it_has_room() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("x.db")).await.unwrap();
        let write = async |bytes: i64| {
            let mut alone = sqlite.begin().await?;
            sqlx::query("INSERT INTO secrets (name, value) VALUES ('x', zeroblob($1))")
                .bind(bytes)
                .execute(&mut *alone.transaction)
                .await?;
            Ok::<_, StoreFault>(alone.transaction.commit().await?)
        };
        // Of this connection alone: the database has as many pages now.
        sqlx::query("PRAGMA max_page_count = 1")
            .execute(&sqlite.writer)
            .await
            .unwrap();
        let full = write(1_000_000).await.unwrap_err();
        assert!(full.to_string().contains("full"), "{full}");
        write(1).await.unwrap();
    }
}
