//! What every handler shares.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    challenge::rate::ChallengeRate,
    config::Config,
    credentials::{Hashing, HashingFault},
    seal::{NoRandomness, SealKey, random},
    store::{Store, StoreFault},
    trust::TrustSources,
};

/// The running server: configuration, database, keys and limits.
pub struct App {
    /// As read at the start.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// Seals cookies; the same on all nodes.
    pub seal_key: SealKey,
    /// Anchors, trusted list and revocation lists, as they are now.
    pub trust: Arc<TrustSources>,
    /// Hashes passwords, a few at a time.
    pub hashing: Hashing,
    /// Limits challenges by address.
    pub challenge_rate: ChallengeRate,
    stopping: AtomicBool,
}

/// The server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppFault {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// Randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Password hashing.
    #[error(transparent)]
    Hashing(#[from] HashingFault),
}

impl App {
    /// Puts the server together; the sealing key is made at the first start.
    pub async fn new(config: Config, store: Store, trust: TrustSources) -> Result<App, AppFault> {
        let secret = store.secret("seal", &random::<32>()?).await?;
        if secret.len() < 32 {
            return Err(StoreFault::Unreadable("sealing key").into());
        }
        Ok(App {
            challenge_rate: ChallengeRate::new(config.limits.challenges_per_minute),
            seal_key: SealKey::new(&secret),
            hashing: Hashing::new()?,
            stopping: AtomicBool::new(false),
            config,
            store,
            trust: Arc::new(trust),
        })
    }

    /// From now on the load balancer is told to look elsewhere.
    pub fn begin_to_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server is about to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
