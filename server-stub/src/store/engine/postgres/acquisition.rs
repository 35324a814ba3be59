//! Finding a connection that leads to the primary, for as long as a call waits.

use std::time::Duration;

use tokio::{
    sync::oneshot,
    time::{Instant, error::Elapsed, sleep, timeout, timeout_at},
};

use super::{
    PAUSE, Pooled, Postgres,
    held::Held,
    kept::{Opened, Taken},
    primary::ATTEMPT,
};
use crate::store::{StoreFault, engine::patience};

/// A connection that another gives back so soon is waited for before one more is opened.
const SOON: Duration = Duration::from_millis(5);
/// A connection not used for so long is asked whether it still leads to the primary.
const UNASKED: Duration = Duration::from_secs(1);

impl Postgres {
    /// A connection to the server that takes writes.
    pub(in crate::store::engine) async fn acquire(&self) -> Result<Held, StoreFault> {
        self.acquire_until(patience::end()).await
    }

    pub(super) async fn acquire_until(&self, until: Instant) -> Result<Held, StoreFault> {
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
        if self.pool.size() > 0 {
            match timeout(SOON, &mut handed_over).await {
                Ok(Ok(connection)) => return Ok(Ok(connection)),
                // None is kept any more, for anybody.
                Ok(Err(_)) => return Ok(Err(self.pool.acquire().await?)),
                Err(Elapsed { .. }) => {}
            }
        }
        tokio::select! {
            biased;
            Ok(connection) = handed_over => Ok(Ok(connection)),
            new = self.pool.acquire() => Ok(Err(new?)),
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
}
