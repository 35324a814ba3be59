//! A connection in use.

use std::sync::Arc;

use sqlx::{Executor, PgConnection};
use tokio::time::{Instant, error::Elapsed, timeout, timeout_at};

use super::{
    PAUSE, Pooled, Postgres,
    kept::{Kept, Opened},
    primary::Primary,
};
use crate::store::{
    StoreFault,
    engine::{PATIENCE, Row, Statement, Turn},
};

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
    pub(super) fn new(connection: Opened<Pooled>, of: &Postgres, until: Instant) -> Held {
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
    pub(super) async fn leads_to_primary(&mut self) -> bool {
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

    pub(super) async fn begin(&mut self, turn: Turn<'_>) -> Result<(), StoreFault> {
        let (until, connection) = self.ask()?;
        let begun = timeout_at(until, connection.execute("BEGIN")).await;
        self.judge(begun)?;
        self.in_transaction = true;
        if let Some(lock) = turn.lock() {
            self.execute(lock).await?;
        }
        Ok(())
    }

    pub(in crate::store::engine) async fn execute(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<u64, StoreFault> {
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

    pub(in crate::store::engine) async fn fetch_all(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Vec<Row>, StoreFault> {
        let (until, connection) = self.ask()?;
        let read = timeout_at(until, statement.for_postgres().fetch_all(connection)).await;
        let rows = self.judge(read)?;
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    pub(in crate::store::engine) async fn commit(mut self) -> Result<(), StoreFault> {
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
    pub(super) fn may_be_replaced(&self, fault: &StoreFault) -> bool {
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
