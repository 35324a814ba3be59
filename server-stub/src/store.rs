//! What the portal remembers. The only place with SQL.
//!
//! Each statement stands once, in what SQLite and PostgreSQL both understand; what is an
//! engine's own (opening, taking turns, migrations) stands in `engine`.

mod administration;
mod assistance;
mod audit;
mod challenge_counts;
mod challenges;
mod copying;
mod credentials;
mod documents;
mod engine;
mod events;
mod import;
mod logins;
mod new_credentials;
mod operators;
mod password_attempts;
mod registrations;
mod searched_name;
mod secrets;
mod sessions;
mod watched;
mod window;

use std::sync::Arc;

use sqlx::migrate::MigrateError;

pub use administration::{Administrator, ManagedRow, Measure, Measured};
pub use assistance::{NewReport, ReportRow, Reported};
pub use audit::AuditCut;
pub use challenges::{ChallengeEnd, SpentChallenge};
pub use copying::{CopyFault, Copying, TABLES, copy};
pub use credentials::{CredentialsRow, PasswordChange};
pub use documents::{DocumentRow, SealedDocument};
pub use engine::address::{AddressFault, DatabaseAddress, PostgresAddress};
pub use engine::backup::{BackupFault, back_up};
pub use engine::patience::{bounded, in_time};
pub(crate) use engine::{direct::STATEMENT, shared::WAITED};
pub use events::EventRow;
pub use import::{Import, Imported, StagedRow};
pub use logins::{CardLoggedIn, CardLogin, LoginSubject, NewSession};
pub use new_credentials::NewCredentials;
pub use operators::{OperatorRow, ProfileChanged};
pub use password_attempts::{PasswordAttempt, PasswordAttemptLimits, PasswordAttempts};
pub use registrations::NewRegistration;
pub use sessions::SessionRow;
pub use watched::PoolUse;

use crate::{clock, seal::NoRandomness};
use engine::{Engine, sql};

/// The database does not do its part.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// The engine refused, or cannot be reached.
    #[error("the database: {0}")]
    Engine(#[from] sqlx::Error),
    /// SQLite refused, where it was asked without sqlx.
    #[error("the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The commit that this change shared with others failed.
    #[error(transparent)]
    Shared(Arc<StoreFault>),
    /// Another change of the same transaction failed so that all of it was undone.
    #[error("the database gave up a transaction")]
    GivenUp,
    /// It came too late.
    #[error("the database is being closed")]
    Closing,
    /// The server does not answer, or another's change does not end.
    #[error("the database did not answer in time")]
    Silent,
    /// The tables could not be brought up to date.
    #[error("the database's tables: {0}")]
    Migration(#[from] MigrateError),
    /// The file cannot be made.
    #[error("the database's file: {0}")]
    File(#[from] std::io::Error),
    /// Imports come one after the other.
    #[error("another import is under way")]
    ImportUnderWay,
    /// A random name was needed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Something was to be changed by a program that audits nothing.
    #[error("nothing is changed that is not audited")]
    NotAudited,
    /// A value that this program never writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
}

/// The database cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("database {address}: {fault}; {}", address.mend())]
pub struct OpenFault {
    /// Where it should be.
    pub address: DatabaseAddress,
    /// What is wrong.
    pub fault: StoreFault,
}

/// The portal's database.
pub struct Store {
    engine: Engine,
    /// None: what has to be audited cannot be done.
    chain: Option<Arc<audit::Chain>>,
}

impl Store {
    /// Opens the database, makes SQLite's file where there is none, and brings its tables up
    /// to date. For reading; see [`Store::auditing`].
    pub async fn open(address: &DatabaseAddress) -> Result<Store, OpenFault> {
        Store::on(Engine::open(address).await, address)
    }

    /// Opens a database that is there, to read it: no file is made, and no table changed. An
    /// older version's may lack tables that are asked for.
    pub async fn open_to_read(address: &DatabaseAddress) -> Result<Store, OpenFault> {
        Store::on(Engine::open_to_read(address).await, address)
    }

    fn on(
        opened: Result<Engine, StoreFault>,
        address: &DatabaseAddress,
    ) -> Result<Store, OpenFault> {
        let fault_at = |fault| OpenFault {
            address: address.clone(),
            fault,
        };
        Ok(Store {
            engine: opened.map_err(fault_at)?,
            chain: None,
        })
    }

    /// Whether the database answers, for the load balancer's question.
    pub async fn answers(&self) -> Result<(), StoreFault> {
        let question = sql("SELECT COUNT(*) FROM secrets");
        self.engine.fetch_one(question).await.map(drop)
    }

    /// Signs where the audit log ends and lets go of the database; every later call fails.
    pub async fn close(&self) {
        if let Err(fault) = self.end_audit().await {
            tracing::error!(%fault, "the audit log's last entries stay unsigned until the next start");
        }
        if let Err(fault) = self.sign_audit_end(clock::now()) {
            tracing::error!(%fault, "the audit log's end is not signed");
        }
        self.engine.close().await;
    }

    /// Deletes what nobody can use, or need, any more; but spent nonces
    /// ([`Store::forget_spent_challenges`]).
    pub async fn forget_what_expired(
        &self,
        now: i64,
        lifetimes: &Lifetimes,
    ) -> Result<(), StoreFault> {
        self.forget_challenge_counts().await?;
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
