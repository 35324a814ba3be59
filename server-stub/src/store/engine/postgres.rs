//! PostgreSQL: one server, or several of which one takes writes.
//!
//! A call waits a bounded time, whatever becomes of the server: one that is away, that
//! hangs, or that has become a standby. What was asked of a server that fell silent may or
//! may not have been done, so that only reading and beginning are tried again.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres as Pg,
    migrate::Migrator,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::{
    sync::Mutex,
    task::JoinSet,
    time::{Instant, error::Elapsed, sleep, timeout, timeout_at},
};

use super::{PATIENCE, Row, Statement, Turn, address::PostgresAddress};
use crate::store::StoreFault;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connections of a node at the most; PostgreSQL allows 100 in all, out of the box.
const CONNECTIONS: u32 = 16;
/// How long one attempt at a connection may take, before the servers are asked which of them
/// takes writes.
const ATTEMPT: Duration = Duration::from_millis(1500);
/// A pause between attempts.
const PAUSE: Duration = Duration::from_millis(50);
/// A connection not used for so long is asked whether it still leads to the primary.
const UNASKED: Duration = Duration::from_secs(1);

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
    servers: Vec<PgConnectOptions>,
    /// Held by the one who looks for the primary.
    search: Mutex<()>,
}

impl Postgres {
    /// Finds the server that takes writes and brings the tables up to date.
    pub(super) async fn open(address: &PostgresAddress) -> Result<Postgres, StoreFault> {
        let servers: Vec<PgConnectOptions> = address
            .servers()
            .iter()
            .map(|server| server.clone().options(SETTINGS))
            .collect();
        let first = servers.first().cloned().unwrap_or_default();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    match takes_writes(connection).await {
                        Ok(true) => Ok(()),
                        Ok(false) => Err(sqlx::Error::Protocol("it is a standby".to_owned())),
                        Err(fault) => Err(fault),
                    }
                })
            })
            .before_acquire(|connection, held| {
                Box::pin(async move {
                    if held.idle_for < UNASKED {
                        return Ok(true);
                    }
                    takes_writes(connection).await
                })
            })
            .connect_lazy_with(first);
        let postgres = Postgres {
            pool,
            servers,
            search: Mutex::new(()),
        };
        postgres.look_for_primary().await;
        drop(postgres.acquire().await?);
        postgres.migrate().await?;
        Ok(postgres)
    }

    /// Nodes that start together take turns: sqlx holds a lock of the database meanwhile. To
    /// wait for it, or for a large table's new index, may take longer than a request.
    async fn migrate(&self) -> Result<(), StoreFault> {
        let patient = [("statement_timeout", "0"), ("lock_timeout", "0")];
        let options = self.pool.connect_options().as_ref().clone();
        let mut connection = options.options(patient).connect().await?;
        MIGRATIONS.run(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// A connection to the server that takes writes.
    pub(super) async fn acquire(&self) -> Result<Held, StoreFault> {
        self.acquire_until(Instant::now() + PATIENCE).await
    }

    async fn acquire_until(&self, until: Instant) -> Result<Held, StoreFault> {
        loop {
            let attempt = until.min(Instant::now() + ATTEMPT);
            let fault = match timeout_at(attempt, self.pool.acquire()).await {
                Ok(Ok(connection)) => return Ok(Held::new(connection, until)),
                Ok(Err(fault)) if !self.passes(&fault) => return Err(fault.into()),
                Ok(Err(fault)) => StoreFault::Engine(fault),
                Err(Elapsed { .. }) => StoreFault::Silent,
            };
            if Instant::now() + PAUSE >= until {
                return Err(fault);
            }
            self.look_for_primary().await;
            sleep(PAUSE).await;
        }
    }

    /// Asks every server whether it takes writes; new connections go to the first that does.
    async fn look_for_primary(&self) {
        if self.servers.len() < 2 {
            return;
        }
        let Ok(_alone) = self.search.try_lock() else {
            return;
        };
        let mut asked = JoinSet::new();
        for server in self.servers.iter().cloned() {
            asked.spawn(async move {
                let answer = timeout(ATTEMPT, async {
                    let mut connection = server.connect().await?;
                    takes_writes(&mut connection).await
                });
                matches!(answer.await, Ok(Ok(true))).then_some(server)
            });
        }
        while let Some(answer) = asked.join_next().await {
            if let Ok(Some(server)) = answer {
                let (host, port) = (server.get_host(), server.get_port());
                tracing::info!(host, port, "this database server takes writes");
                self.pool.set_connect_options(server);
                return;
            }
        }
    }

    pub(super) async fn fetch_optional(
        &self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut held = self.acquire_until(until).await?;
            match held.fetch_optional(&statement).await {
                Err(fault) if held.may_be_replaced(&fault) => sleep(PAUSE).await,
                done => return done,
            }
        }
    }

    pub(super) async fn fetch_all(&self, statement: Statement<'_>) -> Result<Vec<Row>, StoreFault> {
        let until = Instant::now() + PATIENCE;
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
        let until = Instant::now() + PATIENCE;
        loop {
            let mut held = self.acquire_until(until).await?;
            match held.begin(turn).await {
                Err(fault) if held.may_be_replaced(&fault) => sleep(PAUSE).await,
                Err(fault) => return Err(fault),
                Ok(()) => return Ok(held),
            }
        }
    }

    /// Whether the fault may be over in a moment, with this server or another.
    fn passes(&self, fault: &sqlx::Error) -> bool {
        match fault {
            sqlx::Error::PoolClosed | sqlx::Error::Configuration(_) => false,
            // The user, the password or the database's name is wrong; but a standby may not
            // have heard of them yet.
            sqlx::Error::Database(fault) if self.servers.len() == 1 => !fault
                .code()
                .is_some_and(|code| code.starts_with("28") || code == "3D000"),
            _ => true,
        }
    }

    pub(super) async fn close(&self) {
        // A server that hangs is not waited for.
        let _ = timeout(PATIENCE, self.pool.close()).await;
    }
}

async fn takes_writes(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT NOT pg_is_in_recovery()")
        .fetch_one(connection)
        .await
}

/// Whether a connection is of no use after this fault.
fn breaks(fault: &sqlx::Error) -> bool {
    match fault {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(fault) => fault.code().is_some_and(|code| {
            // Lost; shut down; read only, as a standby is; prepared before a table changed.
            code.starts_with("08") || code.starts_with("57P") || code == "25006" || code == "0A000"
        }),
        _ => false,
    }
}

/// A connection in use, and until when it is waited for.
///
/// One that is let go of with an answer outstanding is closed: to be used again it would have
/// to be waited for.
pub(in crate::store) struct Held {
    /// None only while it is dropped.
    connection: Option<PoolConnection<Pg>>,
    until: Option<Instant>,
    unanswered: bool,
    in_transaction: bool,
}

impl Held {
    fn new(connection: PoolConnection<Pg>, until: Instant) -> Held {
        Held {
            connection: Some(connection),
            until: Some(until),
            unanswered: false,
            in_transaction: false,
        }
    }

    async fn begin(&mut self, turn: Turn<'_>) -> Result<(), StoreFault> {
        let (until, connection) = self.ask()?;
        let begun = timeout_at(until, connection.execute("BEGIN")).await;
        self.judge(begun)?;
        self.in_transaction = true;
        if let Some(lock) = turn.lock() {
            self.execute(lock).await?;
        }
        if matches!(turn, Turn::Import) {
            // A file of a million rows: each of its statements is waited for by itself.
            self.until = None;
        }
        Ok(())
    }

    pub(super) async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        let (until, connection) = self.ask()?;
        let done = timeout_at(until, statement.for_postgres().execute(connection)).await;
        Ok(self.judge(done)?.rows_affected())
    }

    pub(super) async fn fetch_optional(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        let (until, connection) = self.ask()?;
        let query = statement.for_postgres();
        let read = timeout_at(until, query.fetch_optional(connection)).await;
        Ok(self.judge(read)?.map(Row::Postgres))
    }

    async fn fetch_all(&mut self, statement: &Statement<'_>) -> Result<Vec<Row>, StoreFault> {
        let (until, connection) = self.ask()?;
        let read = timeout_at(until, statement.for_postgres().fetch_all(connection)).await;
        let rows = self.judge(read)?;
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreFault> {
        let (until, connection) = self.ask()?;
        let done = timeout_at(until, connection.execute("COMMIT")).await;
        self.judge(done)?;
        self.in_transaction = false;
        Ok(())
    }

    /// From now on an answer is outstanding; until when it is waited for, and from whom.
    fn ask(&mut self) -> Result<(Instant, &mut PgConnection), StoreFault> {
        self.unanswered = true;
        let until = self.until.unwrap_or_else(|| Instant::now() + PATIENCE);
        let connection = self.connection.as_deref_mut();
        Ok((until, connection.ok_or(StoreFault::Silent)?))
    }

    fn judge<T>(
        &mut self,
        answer: Result<Result<T, sqlx::Error>, Elapsed>,
    ) -> Result<T, StoreFault> {
        let answer = answer.map_err(|_| StoreFault::Silent)?;
        self.unanswered = answer.as_ref().is_err_and(breaks);
        Ok(answer?)
    }

    /// Whether the connection was at fault and another may be tried in its place.
    fn may_be_replaced(&self, fault: &StoreFault) -> bool {
        let in_time = self
            .until
            .is_none_or(|until| Instant::now() + PAUSE < until);
        self.unanswered && in_time && !matches!(fault, StoreFault::Silent)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if self.unanswered {
            connection.close_on_drop();
        } else if self.in_transaction {
            tokio::spawn(async move {
                let undone = timeout(PATIENCE, connection.execute("ROLLBACK")).await;
                if !matches!(undone, Ok(Ok(_))) {
                    connection.close_on_drop();
                }
            });
        }
    }
}
