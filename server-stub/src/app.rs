//! What every handler shares.

use std::{
    num::NonZeroU32,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use protocol::ProblemCode;

use crate::{
    audit::{Attempt, Behind, Deed, Entry, Trail},
    challenge::{rate::ChallengeRate, under_way::UnderWay},
    clock,
    config::Config,
    credentials::{Hashing, HashingFault},
    problem::Refusal,
    readiness::Readiness,
    seal::{NoRandomness, SealKey, random},
    store::{DatabaseAddress, Store, StoreFault},
    trust::TrustSources,
};

/// How many refusals are audited in a minute behind which nobody stands whose they would be.
const AUDITED_OF_ANYBODY: NonZeroU32 = NonZeroU32::new(60).unwrap();

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
    /// Logins by card under way.
    pub under_way: UnderWay,
    /// Whether it can do its work.
    pub readiness: Readiness,
    /// Lets so many refusals of this kind be audited: nothing else slows down who makes them.
    audited_of_anybody: DefaultDirectRateLimiter,
    /// How many others there were, since that was last written down.
    unwritten: AtomicU64,
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
            challenge_rate: ChallengeRate::new(
                config.limits.challenges_per_minute,
                store.has_nodes(),
            ),
            seal_key: SealKey::new(&secret),
            hashing: Hashing::new()?,
            under_way: UnderWay::default(),
            readiness: Readiness::default(),
            audited_of_anybody: RateLimiter::direct(Quota::per_minute(AUDITED_OF_ANYBODY)),
            unwritten: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            config,
            store,
            trust: Arc::new(trust),
        })
    }

    /// Audits a refusal that cost something to come by; a failed step of our own is none, and
    /// would most often be the database's, which then writes nothing.
    pub async fn audited<T>(
        &self,
        attempt: Attempt,
        trail: &Trail,
        result: Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        if let Err(refusal) = &result
            && trail.behind() > Behind::Nobody
            && refusal.code != ProblemCode::SecuritySystemsUnavailable
        {
            let is_anybodys =
                trail.behind() == Behind::Anybody || refusal.code == ProblemCode::TooManyRequests;
            let entry = trail.refusal(attempt, refusal.code);
            let done = if is_anybodys && self.audited_of_anybody.check().is_err() {
                self.unwritten.fetch_add(1, Ordering::Relaxed);
                self.pretend_to_audit(trail).await
            } else {
                self.store.audit(&entry, clock::now()).await
            };
            if let Err(fault) = done {
                tracing::error!(%fault, code = refusal.code.name(), "a refusal is not audited");
            }
        }
        result
    }

    /// Takes the time that an entry would take, so that nobody learns from it whether there is
    /// a person of the user id they gave.
    async fn pretend_to_audit(&self, trail: &Trail) -> Result<(), StoreFault> {
        if trail.is_by_password() {
            self.store.audit_in_vain(clock::now()).await?;
        }
        Ok(())
    }

    /// Writes down how many refusals were not, if there are any.
    pub async fn audit_unwritten(&self) {
        let refusals = self.unwritten.load(Ordering::Relaxed);
        if refusals == 0 {
            return;
        }
        let entry = Entry::of_server(Deed::RefusalsNotWritten { refusals });
        match self.store.audit(&entry, clock::now()).await {
            // Not before: who is stopped here has counted nothing.
            Ok(()) => {
                self.unwritten.fetch_sub(refusals, Ordering::Relaxed);
            }
            Err(fault) => {
                tracing::error!(%fault, refusals, "refusals that were not written are not counted yet");
            }
        }
    }

    /// From now on the load balancer is told to look elsewhere.
    pub fn begin_to_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Where the database's file lies, if it is a file of this machine.
    pub fn database_folder(&self) -> Option<&Path> {
        match &self.config.database {
            DatabaseAddress::Sqlite(file) => file.parent(),
            DatabaseAddress::Postgres(_) => None,
        }
    }

    /// The folders that are written to, by what is in them.
    pub fn folders(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let state = &self.config.trust.state;
        // Made when something is first kept.
        let state = state.ancestors().find(|folder| folder.exists());
        let folders = [
            ("database", self.database_folder()),
            ("state", state),
            ("audit", self.config.audit.heads.parent()),
        ];
        let known = |(name, folder): (_, Option<_>)| Some((name, folder?));
        folders.into_iter().filter_map(known)
    }

    /// Whether the server is about to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
