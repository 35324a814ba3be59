//! PostgreSQL: one server, or several of which one takes writes.
//!
//! A call waits a bounded time, whatever becomes of the server: one that is away, that
//! hangs, or that has become a standby. What was asked of a server that fell silent may or
//! may not have been done, so that only reading and beginning are tried again.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres as Pg,
    migrate::Migrator,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::{
    sync::{Mutex, oneshot},
    task::JoinSet,
    time::{Instant, error::Elapsed, sleep, timeout, timeout_at},
};

use super::{
    PATIENCE, Row, Statement, Turn,
    address::PostgresAddress,
    kept::{Kept, Opened, Taken},
    patience,
};
use crate::{clock, store::StoreFault};

type Pooled = PoolConnection<Pg>;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connections of a node at the most; PostgreSQL allows 100 in all, out of the box.
const CONNECTIONS: u32 = 16;
/// How long one attempt at a connection may take, before the servers are asked which of them
/// takes writes.
const ATTEMPT: Duration = Duration::from_millis(1500);
/// How long the other servers are listened to when one has said that it takes writes.
const OTHERS: Duration = Duration::from_millis(200);
/// A pause between attempts.
const PAUSE: Duration = Duration::from_millis(50);
/// A connection that another gives back so soon is waited for before one more is opened.
const SOON: Duration = Duration::from_millis(5);
/// A connection not used for so long is asked whether it still leads to the primary.
const UNASKED: Duration = Duration::from_secs(1);

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

    /// A connection to the server that takes writes.
    pub(super) async fn acquire(&self) -> Result<Held, StoreFault> {
        self.acquire_until(patience::end()).await
    }

    async fn acquire_until(&self, until: Instant) -> Result<Held, StoreFault> {
        loop {
            let attempt = until.min(Instant::now() + ATTEMPT);
            let fault = match timeout_at(attempt, self.connection(until)).await {
                Ok(Ok(held)) => return Ok(held),
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

    /// One at hand that leads to the primary, or a new one.
    async fn connection(&self, until: Instant) -> Result<Held, sqlx::Error> {
        loop {
            let (connection, idle_for) = match self.kept.take() {
                Taken::AtHand(connection, idle_for) => (connection, idle_for),
                Taken::Wait(handed_over) => match self.handed_over_or_new(handed_over).await? {
                    Ok(handed_over) => (handed_over, Duration::ZERO),
                    Err(new) => return Ok(Held::new(Opened::now(new), self, until)),
                },
            };
            let mut held = Held::new(connection, self, until);
            if idle_for < UNASKED && !self.primary.was_lost_within(idle_for)
                || held.leads_to_primary().await
            {
                return Ok(held);
            }
        }
    }

    /// A connection that another gives back, or else one of the pool's.
    async fn handed_over_or_new(
        &self,
        mut handed_over: oneshot::Receiver<Opened<Pooled>>,
    ) -> Result<Result<Opened<Pooled>, Pooled>, sqlx::Error> {
        // What is begun and not waited for is thrown away.
        if self.pool.size() > 0
            && let Ok(Ok(connection)) = timeout(SOON, &mut handed_over).await
        {
            return Ok(Ok(connection));
        }
        tokio::select! {
            biased;
            Ok(connection) = handed_over => Ok(Ok(connection)),
            new = self.pool.acquire() => Ok(Err(new?)),
        }
    }

    /// Asks every server whether it takes writes; new connections go to the one that does. An
    /// old primary that has come back and takes writes too is told by its timeline.
    async fn look_for_primary(&self) {
        if self.servers.len() < 2 {
            return;
        }
        let Ok(_alone) = self.search.try_lock() else {
            return;
        };
        let mut asked = JoinSet::new();
        for server in self.servers.iter().cloned() {
            let primary = Arc::clone(&self.primary);
            asked.spawn(async move {
                let answer = timeout(ATTEMPT, async {
                    let mut connection = server.connect().await?;
                    primary.timeline(&mut connection).await
                });
                Some((answer.await.ok()?.ok()??, server))
            });
        }
        let mut found: Option<(i64, PgConnectOptions)> = None;
        let mut end = Instant::now() + ATTEMPT;
        while let Ok(Some(answer)) = timeout_at(end, asked.join_next()).await {
            if let Ok(Some(answer)) = answer {
                end = end.min(Instant::now() + OTHERS);
                if found.as_ref().is_none_or(|found| found.0 < answer.0) {
                    found = Some(answer);
                }
            }
        }
        if let Some((timeline, server)) = found
            && self.primary.takes_over(timeline)
        {
            let (host, port) = (server.get_host(), server.get_port());
            tracing::info!(host, port, timeline, "this database server takes writes");
            self.pool.set_connect_options(server);
        }
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
        self.kept.close();
        // A server that hangs is not waited for.
        let _ = timeout(PATIENCE, self.pool.close()).await;
    }
}

/// Which server is the primary: of those that take writes the one of the newest timeline.
///
/// A standby that is promoted begins a new one (PostgreSQL 15 §26.3.5). So a primary whose place
/// was taken while it was away, and which comes back, is known for what it is by every node
/// that has met the new one.
#[derive(Default)]
struct Primary {
    newest: AtomicI64,
    /// When a connection to it was last found broken, or given up.
    lost: std::sync::Mutex<Option<std::time::Instant>>,
}

impl Primary {
    /// Whether that is where the connection leads to.
    async fn is(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let timeline = self.timeline(connection).await?;
        Ok(timeline.is_some_and(|timeline| self.takes_over(timeline)))
    }

    /// The timeline of a server that takes writes; its time is ours from now on.
    async fn timeline(&self, connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
        let asked = std::time::Instant::now();
        let question = sqlx::query_as(
            "SELECT CASE WHEN NOT pg_is_in_recovery() THEN
                 ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END,
                 (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
        );
        let (timeline, told): (Option<i64>, i64) = question.fetch_one(connection).await?;
        if timeline.is_some_and(|timeline| timeline >= self.newest.load(Ordering::Relaxed)) {
            clock::agree(told, asked);
        }
        Ok(timeline)
    }

    /// A connection was of no use: its neighbours, which lead to the same server, are asked
    /// before they are used again. What spends a nonce cannot be tried twice.
    fn was_lost(&self) {
        *self.lost() = Some(std::time::Instant::now());
    }

    fn was_lost_within(&self, time: Duration) -> bool {
        self.lost().is_some_and(|lost| lost.elapsed() <= time)
    }

    fn lost(&self) -> std::sync::MutexGuard<'_, Option<std::time::Instant>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no newer timeline was met.
    fn takes_over(&self, timeline: i64) -> bool {
        self.newest.fetch_max(timeline, Ordering::Relaxed) <= timeline
    }
}

/// Whether a connection is of no use after this fault.
pub(in crate::store) fn breaks(fault: &sqlx::Error) -> bool {
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
    connection: Option<Opened<Pooled>>,
    primary: Arc<Primary>,
    kept: Arc<Kept<Pooled>>,
    until: Instant,
    unanswered: bool,
    in_transaction: bool,
}

impl Held {
    fn new(connection: Opened<Pooled>, of: &Postgres, until: Instant) -> Held {
        Held {
            connection: Some(connection),
            primary: Arc::clone(&of.primary),
            kept: Arc::clone(&of.kept),
            until,
            unanswered: false,
            in_transaction: false,
        }
    }

    /// Whether it leads to the primary. One that does not, or does not say so, is closed when it is
    /// dropped, whoever drops it.
    async fn leads_to_primary(&mut self) -> bool {
        self.unanswered = true;
        let primary = Arc::clone(&self.primary);
        let is_primary = match &mut self.connection {
            Some(opened) => primary.is(&mut opened.connection).await.unwrap_or(false),
            None => false,
        };
        self.unanswered = !is_primary;
        is_primary
    }

    /// Until when its answers are waited for.
    pub(in crate::store) fn until(&self) -> Instant {
        self.until
    }

    async fn begin(&mut self, turn: Turn<'_>) -> Result<(), StoreFault> {
        let (until, connection) = self.ask()?;
        let begun = timeout_at(until, connection.execute("BEGIN")).await;
        self.judge(begun)?;
        self.in_transaction = true;
        if let Some(lock) = turn.lock() {
            self.execute(lock).await?;
        }
        Ok(())
    }

    pub(super) async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        let (until, connection) = self.ask()?;
        let done = timeout_at(until, statement.for_postgres().execute(connection)).await;
        Ok(self.judge(done)?.rows_affected())
    }

    pub(in crate::store) async fn fetch_optional(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        let (until, connection) = self.ask()?;
        let query = statement.for_postgres();
        let read = timeout_at(until, query.fetch_optional(connection)).await;
        Ok(self.judge(read)?.map(Row::Postgres))
    }

    pub(super) async fn fetch_all(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Vec<Row>, StoreFault> {
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
        // What is asked now would be done, and nobody told.
        if Instant::now() >= self.until {
            return Err(StoreFault::Silent);
        }
        self.unanswered = true;
        let opened = self.connection.as_mut().ok_or(StoreFault::Silent)?;
        Ok((self.until, &mut opened.connection))
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
        let in_time = Instant::now() + PAUSE < self.until;
        self.unanswered && in_time && !matches!(fault, StoreFault::Silent)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(mut opened) = self.connection.take() else {
            return;
        };
        if self.unanswered {
            self.primary.was_lost();
            opened.connection.close_on_drop();
        } else if self.in_transaction {
            let kept = Arc::clone(&self.kept);
            tokio::spawn(async move {
                let undone = timeout(PATIENCE, opened.connection.execute("ROLLBACK")).await;
                match undone {
                    Ok(Ok(_)) => kept.give_back(opened),
                    _ => opened.connection.close_on_drop(),
                }
            });
        } else {
            self.kept.give_back(opened);
        }
    }
}

#[cfg(test)]
mod tests;
