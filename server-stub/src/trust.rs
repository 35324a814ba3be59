//! Whom to trust: anchors, trusted list and revocation lists, as they are now.
//!
//! A snapshot never changes: a judgement under way keeps the one it began with. The next one
//! is composed aside, by one thread at a time, and put in its place at once; whoever reads
//! never waits.

mod address;
mod client;
mod fetching;
mod files;
mod guard;
mod list;
mod ocsp;
mod parts;
mod points;
pub mod report;
mod state;
mod trouble;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use verifier::{OcspAnswer, OcspStatus, Question, RevocationPolicy, Trust};

use crate::{
    clock,
    config::{ConfigFault, ListPlace, TrustConfig, TrustListConfig},
};
pub use address::{Address, AddressFault, NamedBy};
use client::Client;
use files::{Files, Stamp, Stamps};
use list::{ListInForce, Source};
use ocsp::{Asked, Case, Responders};
use parts::Parts;
use points::{PointKey, Points};
use state::State;
use trouble::{Trouble, Where};

/// How often the files are looked at; a change is seen well within the minute.
pub const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Where trust comes from, and the snapshot made of it.
pub struct TrustSources {
    config: TrustConfig,
    snapshot: ArcSwap<Trust>,
    /// What the snapshot was made from; also keeps two compositions from overlapping.
    parts: Mutex<Parts>,
    /// Whether a trusted list is configured and none is in force.
    lacks_list: AtomicBool,
    state: State,
    points: Points,
    responders: Arc<Responders>,
    client: Arc<OnceLock<Client>>,
    trouble: Trouble,
    /// Wakes who fetches the trusted list.
    hurry_list: Notify,
}

/// What one login found beyond the snapshot.
pub struct Further {
    /// A responder's word, if one was believed.
    pub answer: Option<OcspAnswer>,
    /// What came of asking, for the log.
    pub told: Arc<str>,
    /// Why there may be no evidence, where the fault is this server's own.
    pub own_fault: Option<String>,
}

impl TrustSources {
    /// Reads files and state for the first time, and asks nobody; no file may be missing or
    /// unreadable, while what is wrong with the state is only remembered.
    pub fn load(config: &TrustConfig) -> Result<TrustSources, ConfigFault> {
        let stamps = Stamps::take(config)?;
        let files = Files::read(&stamps)?;
        let state = State::in_folder(&config.state);
        let mut parts = Parts::of_files(stamps, files);
        if let Some(list) = &config.list {
            parts.load_list(list, &state)?;
        }
        let client = Arc::new(OnceLock::new());
        let sources = TrustSources {
            snapshot: ArcSwap::default(),
            lacks_list: AtomicBool::new(config.list.is_some() && parts.list.is_none()),
            points: Points::new(),
            responders: Arc::new(Responders::new(
                Arc::clone(&client),
                config.asking.ocsp_addresses.clone(),
            )),
            client,
            trouble: Trouble::default(),
            hurry_list: Notify::new(),
            config: config.clone(),
            state,
            parts: Mutex::new(parts),
        };
        sources.load_kept();
        report_trust(&sources.snapshot());
        Ok(sources)
    }

    /// The first snapshot, with the kept revocation lists that some anchor signed.
    fn load_kept(&self) {
        let mut parts = self.parts();
        if self.asks() {
            parts.load_revocation_lists(&self.state, self.config.asking.crl_bytes);
        }
        let mut trust = parts.compose(&Trust::default());
        if parts.drop_unsigned(&trust, &self.state) {
            trust = parts.compose(&trust);
        }
        if self.asks() {
            let now = clock::now();
            let every = self.config.asking.crl_every;
            for (key, list) in &parts.fetched {
                let due = points::fetch_again(now, every, list.this_update(), list.next_update());
                self.points.expect(*key, due);
            }
            for (issuer, addresses) in &self.config.asking.crl_addresses {
                self.points.learn(issuer, addresses, NamedBy::Administrator);
            }
        }
        self.snapshot.store(Arc::new(trust));
    }

    /// What cards are judged by now.
    pub fn snapshot(&self) -> Arc<Trust> {
        self.snapshot.load_full()
    }

    /// Whether the trusted list that is configured is not there yet: then it is nobody's
    /// fault but ours that an authority is unknown.
    pub fn lacks_list(&self) -> bool {
        self.lacks_list.load(Ordering::Acquire)
    }

    /// How much is asked of lists and answers.
    pub fn policy(&self) -> RevocationPolicy {
        self.config.revocation
    }

    /// Whether lists are fetched and responders asked.
    fn asks(&self) -> bool {
        self.config.asking.fetch && self.config.revocation != RevocationPolicy::Off
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(Client::new)
    }

    /// What a responder said earlier of a certificate, by the SHA-256 of its DER.
    pub fn kept_answer(&self, certificate: &[u8; 32]) -> Option<OcspAnswer> {
        if !self.asks() {
            return None;
        }
        self.responders.kept(certificate, clock::now() / 1000)
    }

    /// Learns from a certificate where its issuer's lists are, once; costs nothing the next
    /// time.
    ///
    /// Only for a certificate whose holder has just shown to hold its key.
    pub fn learn(&self, certificate: &[u8; 32], question: impl FnOnce() -> Option<Question>) {
        if !self.asks() || self.points.has_seen(certificate) {
            return;
        }
        if let Some(question) = question() {
            self.learn_points(certificate, &question);
        }
    }

    fn learn_points(&self, certificate: &[u8; 32], question: &Question) -> Vec<PointKey> {
        let issuer = question.issuer_fingerprint();
        let named = self.config.asking.crl_addresses.get(&issuer);
        let keys = match named {
            Some(addresses) => self
                .points
                .learn(&issuer, addresses, NamedBy::Administrator),
            None => {
                let texts = question.crl_addresses().iter();
                let addresses: Vec<Address> =
                    texts.filter_map(|text| Address::parse(text).ok()).collect();
                self.points.learn(&issuer, &addresses, NamedBy::Certificate)
            }
        };
        self.points.have_seen(*certificate);
        keys
    }

    /// Looks for evidence that the snapshot lacks, within the time a login may wait: asks the
    /// certificate's responder, and where that says nothing waits for its issuer's list.
    ///
    /// Only for a certificate whose holder has just shown to hold its key: otherwise
    /// anybody could make this server ask. What was kept when the login looked did not do.
    pub async fn look_further(
        &self,
        certificate: &[u8; 32],
        question: &Question,
        kept: Option<OcspAnswer>,
    ) -> Further {
        if !self.asks() {
            return Further::of(Asked::nobody(), None);
        }
        let deadline = Instant::now() + self.config.asking.login;
        let keys = self.learn_points(certificate, question);
        let case = Case {
            certificate: *certificate,
            question: question.clone(),
            kept,
            deadline,
        };
        let asked = self.responders.ask(&case).await;
        let now = clock::now() / 1000;
        let is_evidence = |answer: OcspAnswer| {
            answer.status() != OcspStatus::Unknown && answer.keep_until() >= now
        };
        if !asked.answer.is_some_and(is_evidence) {
            // Late is as good as never: the list will be there for the next one.
            let _ = tokio::time::timeout_at(deadline.into(), self.points.settled(&keys)).await;
        }
        Further::of(asked, self.trouble.told())
    }

    /// Reads the files again if any changed since, or in any case when `at_once`.
    ///
    /// A file that cannot be read keeps what was last good of it, and is named in the
    /// log; so does everything when a pattern no longer matches anything.
    pub fn refresh(&self, at_once: bool) {
        let mut parts = self.parts();
        let stamps = match Stamps::take(&self.config) {
            Ok(stamps) => stamps,
            Err(fault) => {
                tracing::error!(%fault, "trust is not read again");
                return;
            }
        };
        let list_changed = self.look_at_list_file(&mut parts, at_once);
        let files_changed = at_once || stamps != parts.stamps;
        if !files_changed && !list_changed {
            return;
        }
        if files_changed {
            let (files, faults) = Files::read_again(&stamps, &parts.files);
            for (path, fault) in faults {
                tracing::error!(file = %path.display(), %fault, "a trust file keeps what was last good of it");
            }
            parts.files = files;
            parts.stamps = stamps;
            self.publish(&parts);
        }
        // Only now: whoever reads it in the log can count on it.
        report_trust(&self.snapshot());
    }

    /// Has everything that is fetched fetched again soon.
    pub fn hurry(&self) {
        self.hurry_list.notify_one();
        self.points.hurry(clock::now());
    }

    /// Reads the trusted list's file again if it changed; whether another list is in force.
    fn look_at_list_file(&self, parts: &mut Parts, at_once: bool) -> bool {
        let Some(TrustListConfig {
            place: ListPlace::File(file),
            ..
        }) = &self.config.list
        else {
            return false;
        };
        let looked = Stamp::take(file).and_then(|stamp| {
            let changed = at_once || parts.list_stamp.as_ref() != Some(&stamp);
            parts.list_stamp = Some(stamp);
            changed.then(|| std::fs::read(file)).transpose()
        });
        match looked {
            Ok(None) => false,
            Ok(Some(bytes)) => match self.take_list(parts, bytes) {
                Ok(()) => {
                    parts.list_refused = None;
                    true
                }
                Err(fault) => {
                    list::log_refused(&file.display(), &fault, parts.list.is_some());
                    parts.list_refused = Some(fault.to_string());
                    false
                }
            },
            Err(fault) => {
                tracing::error!(file = %file.display(), %fault, "the trusted list cannot be read: the last good one stays in force");
                false
            }
        }
    }

    /// Puts a fresh list in force if it may follow the one that is, and keeps it.
    fn take_list(&self, parts: &mut Parts, bytes: Vec<u8>) -> Result<(), list::ListFault> {
        let Some(config) = &self.config.list else {
            return Ok(());
        };
        let now = clock::now() / 1000;
        let taken = ListInForce::read(&bytes, config, now, Source::Fresh, parts.list.as_ref())?;
        parts.list = Some(taken.clone());
        parts.unkept = Some(bytes);
        self.publish(parts);
        self.keep_list(parts);
        // Only now: whoever reads it in the log can count on it.
        taken.log(now);
        Ok(())
    }

    /// Writes the list in force to the state, if it is not there.
    fn keep_list(&self, parts: &mut Parts) {
        if let Some(bytes) = &parts.unkept {
            let file = self.state.trusted_list_file();
            let kept = self.state.keep(&file, bytes);
            if self.note_state(&file, kept) {
                parts.unkept = None;
            }
        }
    }

    /// Remembers whether the state can be written.
    fn note_state(&self, file: &std::path::Path, written: std::io::Result<()>) -> bool {
        match written {
            Ok(()) => {
                self.trouble.over(Where::State);
                true
            }
            Err(fault) => {
                tracing::error!(file = %file.display(), %fault, "trust.state cannot be written: make its folder writable");
                let told = format!("{}: {fault}", file.display());
                self.trouble.set(Where::State, told);
                false
            }
        }
    }

    /// Composes the next snapshot and puts it in the place of the one before.
    fn publish(&self, parts: &Parts) {
        let trust = parts.compose(&self.snapshot());
        self.snapshot.store(Arc::new(trust));
        // Only now: whoever finds it there must find its authorities too.
        let lacks_list = self.config.list.is_some() && parts.list.is_none();
        self.lacks_list.store(lacks_list, Ordering::Release);
    }
}

impl Further {
    fn of(asked: Asked, trouble: Option<String>) -> Further {
        Further {
            answer: asked.answer,
            own_fault: asked.is_ours.then(|| asked.told.to_string()).or(trouble),
            told: asked.told,
        }
    }
}

fn report_trust(trust: &Trust) {
    tracing::info!(
        anchors = trust.anchors().len(),
        revocation_lists = trust.revocation_lists().len(),
        "trust read"
    );
    for list in trust.unsigned_lists() {
        tracing::warn!(
            issuer = list.issuer(),
            "no anchor signed this revocation list: it says nothing"
        );
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
