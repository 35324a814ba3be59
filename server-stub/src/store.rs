//! What the portal remembers. The only place with SQL.
//!
//! Statements keep to what SQLite and PostgreSQL both understand; what is an
//! engine's own (opening, locking, migrations) stands in this file.

mod administration;
mod assistance;
mod challenges;
mod credentials;
mod documents;
mod events;
mod file;
mod operators;
mod password_attempts;
mod registrations;
mod searched_name;
mod secrets;
mod sessions;

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use administration::{Administrator, ManagedRow, Measure, Measured};
pub use assistance::{NewReport, ReportRow, Reported};
pub use credentials::{CredentialsRow, PasswordChange};
pub use documents::{DocumentRow, SealedDocument};
pub use events::EventRow;
use file::DatabaseFile;
pub use operators::{OperatorRow, ProfileChanged};
pub use password_attempts::{Attempt, AttemptLimits, Attempts};
pub use registrations::{LoginSubject, NewCredentials, NewRegistration};
pub use sessions::{NewSession, SessionGround, SessionRow};

use crate::seal::NoRandomness;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long one statement waits for another process's write, or a caller for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The database does not do its part.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// The engine refused, or cannot be reached.
    #[error("the database: {0}")]
    Engine(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the database's tables: {0}")]
    Migration(#[from] MigrateError),
    /// The file cannot be made.
    #[error("the database's file: {0}")]
    File(#[from] std::io::Error),
    /// A random name was needed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// A value that this program never writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
}

/// The portal's database.
///
/// SQLite has one writer at a time: writes queue here for one connection, which is
/// fair and quick, where many connections would poll for the file's lock.
pub struct Store {
    reader: SqlitePool,
    writer: SqlitePool,
}

impl Store {
    /// Opens the database, makes it where there is none, and brings its tables up to date.
    pub async fn open(file: &Path) -> Result<Store, StoreFault> {
        make_private(file)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            // A crash loses nothing; after a power cut the last moments may be missing,
            // never half there.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            // Sealed secrets that were deleted do not stay in free pages.
            .pragma("secure_delete", "ON")
            .busy_timeout(PATIENCE);
        let watched = Arc::new(DatabaseFile::new(file));
        let pool = || {
            let watched = Arc::clone(&watched);
            SqlitePoolOptions::new()
                .acquire_timeout(PATIENCE)
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
        Ok(Store { reader, writer })
    }

    /// Whether the database answers, for the load balancer's question.
    pub async fn answers(&self) -> Result<(), StoreFault> {
        sqlx::query("SELECT COUNT(*) FROM secrets")
            .execute(&self.reader)
            .await?;
        Ok(())
    }

    /// Lets go of the database; every later call fails.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// Begins a change of several steps that happens wholly or not at all.
    ///
    /// The lock is taken at once: a transaction that reads first and locks later can
    /// find the file changed in between and fail.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreFault> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Deletes what nobody can use, or need, any more.
    pub async fn forget_what_expired(
        &self,
        now: i64,
        lifetimes: &Lifetimes,
    ) -> Result<(), StoreFault> {
        self.forget_spent_challenges(now).await?;
        self.forget_documents(now).await?;
        self.forget_password_attempts(now).await?;
        self.forget_sessions(now, lifetimes.session_idle, lifetimes.session)
            .await?;
        self.forget_events(now - lifetimes.event).await?;
        self.forget_reports(now - lifetimes.report).await
    }
}

/// How long what this installation decides on is kept, in milliseconds. Challenges,
/// documents and failed passwords have their own times.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// A session of which nothing is asked.
    pub session_idle: i64,
    /// Any session.
    pub session: i64,
    /// An event of a person's access.
    pub event: i64,
    /// A problem report.
    pub report: i64,
}

/// Makes the file readable by this user only; SQLite gives its side files the same mode.
fn make_private(file: &Path) -> Result<(), std::io::Error> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file).map(drop)
}
