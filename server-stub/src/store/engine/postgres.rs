//! PostgreSQL: one server, or several of which one takes writes.
//!
//! A call waits a bounded time, whatever becomes of the server: one that is away, that
//! hangs, or that has become a standby. What was asked of a server that fell silent may or
//! may not have been done, so that only reading and beginning are tried again.

mod acquisition;
mod held;
mod kept;
mod primary;

use std::{sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, Postgres as Pg,
    migrate::Migrator,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::{
    sync::Mutex,
    time::{sleep, timeout},
};

use super::{PATIENCE, Row, Statement, Turn, address::PostgresAddress, patience};
use crate::store::StoreFault;
pub(in crate::store) use held::{Held, breaks};
use kept::Kept;
use primary::Primary;

type Pooled = PoolConnection<Pg>;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connections of a node at the most; PostgreSQL allows 100 in all, out of the box.
const CONNECTIONS: u32 = 16;
/// A pause between attempts.
const PAUSE: Duration = Duration::from_millis(50);

const NOT_PRIMARY: &str = "it is a standby, or another has taken its place";

/// What a session of ours keeps to. A server whose node is gone frees what it held.
const SETTINGS: [(&str, &str); 9] = [
    ("client_min_messages", "warning"),
    ("default_transaction_isolation", "read committed"),
    ("statement_timeout", "5s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "15s"),
    ("tcp_keepalives_idle", "15"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "20s"),
];

/// The servers and the connections to the one that takes writes.
pub(in crate::store) struct Postgres {
    pub(super) pool: PgPool,
    pub(super) kept: Arc<Kept<Pooled>>,
    servers: Vec<PgConnectOptions>,
    primary: Arc<Primary>,
    /// Held by the one who looks for the primary.
    search: Mutex<()>,
}

impl Postgres {
    /// Finds the server that takes writes and brings the tables up to date.
    pub(super) async fn open(address: &PostgresAddress) -> Result<Postgres, StoreFault> {
        let postgres = Postgres::find(address).await?;
        postgres.migrate().await?;
        Ok(postgres)
    }

    /// Finds the server that takes writes.
    pub(super) async fn find(address: &PostgresAddress) -> Result<Postgres, StoreFault> {
        let servers: Vec<PgConnectOptions> = address
            .servers()
            .iter()
            .map(|server| server.clone().options(SETTINGS))
            .collect();
        let first = servers.first().cloned().unwrap_or_default();
        let primary = Arc::new(Primary::default());
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .after_connect({
                let primary = Arc::clone(&primary);
                move |connection, _| {
                    let primary = Arc::clone(&primary);
                    Box::pin(async move {
                        match primary.is(connection).await {
                            Ok(true) => Ok(()),
                            Ok(false) => Err(sqlx::Error::Protocol(NOT_PRIMARY.to_owned())),
                            Err(fault) => Err(fault),
                        }
                    })
                }
            })
            // Those that are kept lie at hand. What comes back here is closed, and nothing asked of
            // it before: a server that hangs would keep its place for ever.
            .after_release(|_, _| Box::pin(async { Ok(false) }))
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(first);
        let postgres = Postgres {
            pool,
            kept: Arc::new(Kept::new()),
            servers,
            primary,
            search: Mutex::new(()),
        };
        postgres.look_for_primary().await;
        drop(postgres.acquire().await?);
        Ok(postgres)
    }

    /// Nodes that start together take turns: sqlx holds a lock of the database meanwhile. To
    /// wait for it, or for a large table's new index, may take longer than a request.
    async fn migrate(&self) -> Result<(), StoreFault> {
        let mut connection = self.connect_patiently().await?;
        MIGRATIONS.run(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// A connection of its own to the server that takes writes, for what takes long.
    pub(super) async fn connect_patiently(&self) -> Result<PgConnection, StoreFault> {
        let patient = [("statement_timeout", "0"), ("lock_timeout", "0")];
        let options = self.pool.connect_options().as_ref().clone();
        // A slow statement is no news here.
        let options = options.options(patient).disable_statement_logging();
        Ok(options.connect().await?)
    }

    pub(super) async fn fetch_optional(
        &self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        let until = patience::end();
        loop {
            let mut held = self.acquire_until(until).await?;
            match held.fetch_optional(&statement).await {
                Err(fault) if held.may_be_replaced(&fault) => sleep(PAUSE).await,
                done => return done,
            }
        }
    }

    pub(super) async fn fetch_all(&self, statement: Statement<'_>) -> Result<Vec<Row>, StoreFault> {
        let until = patience::end();
        loop {
            let mut held = self.acquire_until(until).await?;
            match held.fetch_all(&statement).await {
                Err(fault) if held.may_be_replaced(&fault) => sleep(PAUSE).await,
                done => return done,
            }
        }
    }

    /// Begins a transaction and waits until it is its turn.
    pub(super) async fn begin(&self, turn: Turn<'_>) -> Result<Held, StoreFault> {
        let until = patience::end();
        loop {
            let mut held = self.acquire_until(until).await?;
            match held.begin(turn).await {
                Err(fault) if held.may_be_replaced(&fault) => sleep(PAUSE).await,
                Err(fault) => return Err(fault),
                Ok(()) => return Ok(held),
            }
        }
    }

    pub(super) async fn close(&self) {
        self.kept.close();
        // A server that hangs is not waited for.
        let _ = timeout(PATIENCE, self.pool.close()).await;
    }
}

#[cfg(test)]
mod tests;
