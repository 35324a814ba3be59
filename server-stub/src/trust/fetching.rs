//! Keeping fetched lists current in the background: trusted list and revocation lists.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use verifier::RevocationList;

use super::{
    TrustSources,
    client::{FetchFault, Limits},
    files::{self, FileFault},
    list,
    points::{self, Job, PointKey},
    trouble::Where,
};
use crate::{
    clock,
    config::ListPlace,
    hex::hex,
    telemetry::{Fetched, METERS, Meters},
    web_address::{Address, NamedBy},
};

/// Lists fetched at once: enough that a slow server does not hold the others up.
const FETCHES_MAX: usize = 4;
/// How soon a task that ended is started again.
const START_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How long the loop sleeps at most: a clock that is set while it sleeps is seen then.
const IDLE: Duration = Duration::from_secs(60);
/// How far a list's date may be ahead of this machine's clock, in seconds.
const AHEAD_MAX: i64 = 60;

/// Why a fetched revocation list is not taken.
#[derive(Debug, thiserror::Error)]
enum Untaken {
    #[error(transparent)]
    Fetch(#[from] FetchFault),
    #[error("what came is no revocation list: {0}")]
    File(#[from] FileFault),
    #[error("what came are {0} lists, not one")]
    NotOne(usize),
    #[error("no anchor is the authority it is for")]
    NotTrusted,
    #[error("the authority it is for did not sign it")]
    NotIssuers,
    #[error("it is dated ahead, {from}: the authority's clock is wrong, or this machine's")]
    Ahead { from: String },
    #[error("it is older than the one at hand, which is of {at_hand}")]
    Older { at_hand: String },
}

impl TrustSources {
    /// Fetches what is to be fetched, for as long as it is polled.
    pub async fn keep_current(self: Arc<Self>) {
        let sources = Arc::clone(&self);
        if let Err(fault) = tokio::task::spawn_blocking(move || sources.settle()).await {
            tracing::error!(%fault, "putting trust.state in order was cut short");
        }
        tokio::join!(
            supervise(&self, Where::TrustedListTask, keep_list_current),
            supervise(
                &self,
                Where::RevocationListTask,
                keep_revocation_lists_current
            ),
        );
    }

    /// Fetches the trusted list; whether it, or the same again, is in force now.
    fn fetch_trusted_list(&self, address: &Address) -> bool {
        let limits = Limits {
            deadline: Instant::now() + self.config.asking.crl_within,
            bytes: list::LENGTH_MAX,
        };
        let begun = Instant::now();
        let bytes = match self.fetch(address, NamedBy::Administrator, &limits) {
            Ok(bytes) => bytes,
            Err(fault) => {
                METERS.fetch_failed(Fetched::TrustedList, begun.elapsed());
                tracing::error!(from = %address, %fault, "the trusted list was not fetched");
                return false;
            }
        };
        let mut parts = self.parts();
        let taken = self.take_list(&mut parts, bytes);
        match taken {
            Ok(()) => {
                METERS.fetch_taken(Fetched::TrustedList, begun.elapsed());
                true
            }
            Err(fault) => {
                METERS.fetch_refused(Fetched::TrustedList, begun.elapsed());
                list::log_refused(address, &fault, parts.list.is_some());
                false
            }
        }
    }

    /// Fetches a revocation list and says when it is fetched again.
    fn fetch_revocation_list(&self, job: &Job, mut end: FailsUnlessSaid) {
        let begun = Instant::now();
        match self.fetch_one(job) {
            Ok(list) => {
                let now = clock::now();
                let until = clock::rfc3339(list.next_update() * 1000);
                if list.next_update() * 1000 < now {
                    METERS.fetch_refused(Fetched::Crl, begun.elapsed());
                    tracing::warn!(issuer = list.issuer(), from = %job.address, until, "a stale revocation list was fetched: it still revokes, and proves nothing good");
                    return;
                }
                METERS.fetch_taken(Fetched::Crl, begun.elapsed());
                tracing::info!(issuer = list.issuer(), from = %job.address, entries = list.entries(), until, "a revocation list was fetched");
                let every = self.config.asking.crl_every;
                let due = points::fetch_again(now, every, list.this_update(), list.next_update());
                end.is_said = true;
                self.points.fetched(&job.key, due);
            }
            // Its cards named the address: it is learned again, should it be trusted again.
            Err(Untaken::NotTrusted) if job.named_by == NamedBy::Certificate => {
                METERS.fetch_refused(Fetched::Crl, begun.elapsed());
                end.is_said = true;
                self.points.forget(&job.key);
            }
            Err(fault) => {
                let count = match fault {
                    Untaken::Fetch(_) => Meters::fetch_failed,
                    _ => Meters::fetch_refused,
                };
                count(&METERS, Fetched::Crl, begun.elapsed());
                tracing::warn!(issuer = hex(&job.issuer), from = %job.address, %fault, "a revocation list was not fetched");
            }
        }
    }

    fn fetch_one(&self, job: &Job) -> Result<Arc<RevocationList>, Untaken> {
        let limits = Limits {
            deadline: Instant::now() + self.config.asking.crl_within,
            bytes: self.config.asking.crl_bytes,
        };
        let bytes = self.fetch(&job.address, job.named_by, &limits)?;
        let mut lists = files::revocation_lists(bytes)?;
        match (lists.pop(), lists.len()) {
            (Some(list), 0) => self.take_revocation_list(job, list),
            (_, others) => Err(Untaken::NotOne(others + 1)),
        }
    }

    /// Takes a list in if the authority it is for signed it, and keeps it.
    fn take_revocation_list(
        &self,
        job: &Job,
        list: Arc<RevocationList>,
    ) -> Result<Arc<RevocationList>, Untaken> {
        let mut parts = self.parts();
        let now = clock::now() / 1000;
        // Whoever could put another authority's list in the state must gain nothing by it.
        let before = parts.fetched.get(&job.key);
        let before = before.filter(|before| before.issuer() == list.issuer());
        // A list that is not current yet proves nothing good: the one at hand may do so.
        let ahead = list.this_update() - now;
        let has_current = before.is_some_and(|before| before.is_current_at(now));
        if ahead > AHEAD_MAX || ahead > 0 && has_current {
            return Err(Untaken::Ahead {
                from: clock::rfc3339(list.this_update() * 1000),
            });
        }
        // Nor must one that was kept under a clock ahead of ours stay for ever.
        let before = before.filter(|before| before.this_update() <= now);
        if let Some(before) = before {
            if before.der() == list.der() {
                let list = Arc::clone(before);
                self.keep(&mut parts);
                return Ok(list);
            }
            if before.this_update() > list.this_update() {
                return Err(Untaken::Older {
                    at_hand: clock::rfc3339(before.this_update() * 1000),
                });
            }
        }
        let mut fetched = parts.fetched.clone();
        fetched.insert(job.key, Arc::clone(&list));
        let trust = parts.compose_with(&self.snapshot(), &fetched);
        let mut issuers = trust
            .anchors()
            .iter()
            .filter(|anchor| anchor.fingerprint() == job.issuer)
            .peekable();
        if issuers.peek().is_none() {
            return Err(Untaken::NotTrusted);
        }
        let is_signed = issuers.any(|anchor| {
            let mut signed = trust.lists_of(anchor);
            signed.any(|signed| Arc::ptr_eq(signed, &list))
        });
        if !is_signed {
            return Err(Untaken::NotIssuers);
        }
        parts.fetched = fetched;
        self.snapshot.store(Arc::new(trust));
        parts.unkept_lists.insert(job.key);
        self.keep(&mut parts);
        Ok(list)
    }

    /// Fetches, and remembers whether this machine is fit for it.
    fn fetch(
        &self,
        address: &Address,
        named_by: NamedBy,
        limits: &Limits,
    ) -> Result<Vec<u8>, FetchFault> {
        let fetched = self.client().get(address, named_by, limits);
        match &fetched {
            Err(fault) if fault.is_ours() => {
                self.trouble.set(Where::Tls, fault.to_string());
            }
            Ok(_) if address.is_https() => self.trouble.over(Where::Tls),
            _ => {}
        }
        fetched
    }
}

/// Runs a task for as long as it is polled, and again when it ends by a fault of its own.
async fn supervise<Task>(
    sources: &Arc<TrustSources>,
    which: Where,
    run: impl Fn(Arc<TrustSources>) -> Task,
) where
    Task: Future<Output = ()> + Send + 'static,
{
    loop {
        let mut task = JoinSet::new();
        task.spawn(run(Arc::clone(sources)));
        sources.trouble.over(which);
        let Some(Err(fault)) = task.join_next().await else {
            return;
        };
        tracing::error!(%fault, "a task that keeps trust current ended, and is started again");
        sources.trouble.set(which, fault.to_string());
        tokio::time::sleep(START_AGAIN_AFTER).await;
    }
}

async fn keep_list_current(sources: Arc<TrustSources>) {
    let Some(config) = sources.config.list.clone() else {
        return;
    };
    let ListPlace::Address(address) = config.place else {
        return;
    };
    let mut failures = 0;
    loop {
        let fetching = {
            let (sources, address) = (Arc::clone(&sources), address.clone());
            tokio::task::spawn_blocking(move || sources.fetch_trusted_list(&address))
        };
        let wait = match fetching.await {
            Ok(true) => {
                failures = 0;
                config.every
            }
            failed => {
                if let Err(fault) = failed {
                    tracing::error!(%fault, "fetching the trusted list was cut short");
                }
                let wait = points::retry_after(failures).unsigned_abs();
                failures += 1;
                Duration::from_millis(wait).min(config.every)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = sources.hurry_list.notified() => {}
        }
    }
}

async fn keep_revocation_lists_current(sources: Arc<TrustSources>) {
    if !sources.asks() {
        return;
    }
    let mut fetches = JoinSet::new();
    loop {
        let free = FETCHES_MAX.saturating_sub(fetches.len());
        for job in sources.points.take_due(clock::now(), free) {
            let sources = Arc::clone(&sources);
            let end = FailsUnlessSaid {
                sources: Arc::clone(&sources),
                key: job.key,
                is_said: false,
            };
            fetches.spawn_blocking(move || sources.fetch_revocation_list(&job, end));
        }
        // With no place free, the next fetch that ends is what to wait for.
        let wait = match sources.points.next_due() {
            Some(due) if fetches.len() < FETCHES_MAX => {
                Duration::from_millis((due - clock::now()).max(0).unsigned_abs())
            }
            _ => IDLE,
        };
        tokio::select! {
            () = tokio::time::sleep(wait.min(IDLE)) => {}
            () = sources.points.woken() => {}
            Some(ended) = fetches.join_next() => {
                if let Err(fault) = ended {
                    tracing::error!(%fault, "fetching a revocation list was cut short");
                }
            }
        }
    }
}

/// Says that a fetch failed, whatever ends it or keeps it from beginning, unless something
/// better was said.
struct FailsUnlessSaid {
    sources: Arc<TrustSources>,
    key: PointKey,
    is_said: bool,
}

impl Drop for FailsUnlessSaid {
    fn drop(&mut self) {
        if !self.is_said {
            self.sources.points.failed(&self.key, clock::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// Nothing takes so long, on the busiest machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_task_that_ends_by_a_fault_is_our_trouble_until_it_runs_again() {
        let folder = tempfile::tempdir().unwrap();
        let authority = pki::Authority::new("Prova", pki::Key::p256());
        std::fs::write(folder.path().join("ca.pem"), authority.certificate_pem()).unwrap();
        let file = folder.path().join("tessera.toml");
        let text = "origin = \"http://localhost:1\"\ndatabase = \"sqlite:x.db\"\n\
                    trust.anchors = [\"ca.pem\"]\n";
        std::fs::write(&file, text).unwrap();
        let config = Config::load(Some(&file), Vec::new()).unwrap();
        let sources = Arc::new(TrustSources::load(&config.trust).unwrap());
        let supervised = tokio::spawn({
            let sources = Arc::clone(&sources);
            let starts = std::sync::atomic::AtomicUsize::new(0);
            async move {
                supervise(&sources, Where::RevocationListTask, |_| {
                    let start = starts.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    async move { assert!(start > 0, "the first one fails") }
                })
                .await;
            }
        });
        let in_trouble = async |expected: bool| {
            while sources.trouble.told().is_some() != expected {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let told = tokio::time::timeout(PATIENCE, in_trouble(true));
        told.await.expect("that it is told");
        tokio::time::timeout(PATIENCE, supervised)
            .await
            .expect("that it is started again")
            .unwrap();
        assert_eq!(sources.trouble.told(), None);
    }
}
