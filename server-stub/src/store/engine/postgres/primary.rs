//! Which of the servers takes writes.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};

use super::Postgres;
use crate::clock;

/// How long one attempt at a connection may take, before the servers are asked which of them
/// takes writes.
pub(super) const ATTEMPT: Duration = Duration::from_millis(1500);
/// How long the other servers are listened to when one has said that it takes writes.
const OTHERS: Duration = Duration::from_millis(200);

/// Which server is the primary: of those that take writes the one of the newest timeline.
///
/// A standby that is promoted begins a new one (PostgreSQL 15 §26.3.5). So a primary whose place
/// was taken while it was away, and which comes back, is known for what it is by every node
/// that has met the new one.
#[derive(Default)]
pub(super) struct Primary {
    newest: AtomicI64,
    /// When a connection to it was last found broken, or given up.
    lost: std::sync::Mutex<Option<std::time::Instant>>,
}

impl Primary {
    /// Whether that is where the connection leads to.
    pub(super) async fn is(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
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
    pub(super) fn was_lost(&self) {
        *self.lost() = Some(std::time::Instant::now());
    }

    pub(super) fn was_lost_within(&self, time: Duration) -> bool {
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

impl Postgres {
    /// Asks every server whether it takes writes; new connections go to the one that does. An
    /// old primary that has come back and takes writes too is told by its timeline.
    pub(super) async fn look_for_primary(&self) {
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
}
