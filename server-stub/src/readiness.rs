//! Whether this server can do its work, as a load balancer is told.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use crate::{app::App, clock, disk, telemetry::METERS};

/// A good answer of the database holds for so long, unless it fails a request meanwhile.
const HOLDS: Duration = Duration::from_millis(500);
/// Longer than this nobody waits for the database; the load balancer does not either.
const PATIENCE: Duration = Duration::from_secs(2);
/// With less than this free the next registrations have no place.
const FREE_MIN: u64 = 1024 * 1024;

/// Why it cannot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// It was told to stop.
    #[error("it is about to stop")]
    Stopping,
    /// No authority is known.
    #[error("nobody is trusted: see trust.anchors, and in this log whether the trusted list came")]
    NobodyTrusted,
    /// The database fails.
    #[error("the database does not take writes: {0}")]
    Database(String),
    /// The database does not answer.
    #[error("the database does not answer within {} s", PATIENCE.as_secs())]
    Late,
    /// The database's disk is full.
    #[error("the database's disk has {free} bytes left: make room")]
    DiskFull {
        /// So many.
        free: u64,
    },
}

/// What the database said last, and what the log was told of it.
#[derive(Default)]
pub struct Readiness {
    last: Mutex<Option<Asked>>,
    is_told_unready: AtomicBool,
}

#[derive(Clone)]
struct Asked {
    /// When it was asked.
    at: Instant,
    /// How often it had failed requests until then.
    faults: u64,
    answer: Result<(), Unready>,
}

impl App {
    /// Whether the database takes writes, somebody is trusted, and no end is near. Cheap
    /// however often and by however many it is asked: the database is asked by one at a time.
    pub async fn readiness(&self) -> Result<(), Unready> {
        let answer = if self.is_stopping() {
            Err(Unready::Stopping)
        } else if self.trust.snapshot().anchors().is_empty() {
            Err(Unready::NobodyTrusted)
        } else {
            self.database_readiness().await
        };
        self.readiness.tell(&answer);
        answer
    }

    async fn database_readiness(&self) -> Result<(), Unready> {
        let arrived = Instant::now();
        let mut last = self.readiness.last.lock().await;
        if let Some(asked) = last.as_ref() {
            let holds = asked.answer.is_ok()
                && asked.at.elapsed() < HOLDS
                && asked.faults == METERS.database_faults();
            // Whoever waited for an answer that was asked for later than they came, has it.
            if holds || asked.at >= arrived {
                return asked.answer.clone();
            }
        }
        let (at, faults) = (Instant::now(), METERS.database_faults());
        let answer = self.ask_database().await;
        METERS.database_probed(at.elapsed());
        *last = Some(Asked {
            at,
            faults,
            answer: answer.clone(),
        });
        answer
    }

    /// Reads and writes; a write that fits into what a file has already does not show that
    /// the disk is full.
    async fn ask_database(&self) -> Result<(), Unready> {
        let asked = async {
            self.store.answers().await?;
            self.store.takes_writes(clock::now()).await
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Err(_) => Err(Unready::Late),
            Ok(Err(fault)) => Err(Unready::Database(fault.to_string())),
            Ok(Ok(())) => match self.database_folder().and_then(disk::free_bytes) {
                Some(free) if free < FREE_MIN => Err(Unready::DiskFull { free }),
                _ => Ok(()),
            },
        }
    }
}

impl Readiness {
    /// Says in the log when it changes, and not each second.
    fn tell(&self, answer: &Result<(), Unready>) {
        let was_unready = self
            .is_told_unready
            .swap(answer.is_err(), Ordering::Relaxed);
        match answer {
            Err(cause) if !was_unready => tracing::warn!(%cause, "not ready"),
            Ok(()) if was_unready => tracing::info!("ready again"),
            _ => {}
        }
    }
}
