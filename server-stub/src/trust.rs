//! Whom to trust: anchors, trusted list and revocation lists, as they are now.
//!
//! A snapshot never changes: a judgement under way keeps the one it began with. The next one
//! is composed aside, by one thread at a time, and put in its place at once; whoever reads
//! never waits.
//!
//! To be read in this order: `parts` (of `files` and the trusted `list`), which a snapshot is
//! made of; `points`, where revocation lists are and when each is due, and `fetching`, which
//! fetches them (`client`, `address`, `guard`) and has them kept (`state`, `keeping`); `ocsp`,
//! which asks in the login path; `report`, which says how all of it stands.

mod client;
mod fetching;
mod figures;
mod files;
mod guard;
mod keeping;
mod list;
mod ocsp;
mod parts;
mod points;
pub mod report;
mod state;
mod trouble;

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use verifier::{OcspAnswer, OcspStatus, Question, RevocationList, RevocationPolicy, Trust};

use crate::{
    clock,
    config::{ConfigFault, ListPlace, TrustConfig, TrustListConfig},
    web_address::{Address, NamedBy},
};
use client::Client;
pub use figures::Figures;
use files::{Files, ReadAgain, Stamp, Stamps};
use list::{ListInForce, Source};
use ocsp::{Asked, Case, Responders};
use parts::{Disbelief, Parts};
use points::{PointKey, Points};
use state::State;
use trouble::Trouble;

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
            points: Points::new(config.asking.crl_every),
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

    /// Whether the files that are named are there and can be read; writes nothing.
    pub fn check_files(config: &TrustConfig) -> Result<(), ConfigFault> {
        Files::read(&Stamps::take(config)?).map(drop)
    }

    /// The first snapshot, with the kept revocation lists that some anchor signed.
    fn load_kept(&self) {
        let mut parts = self.parts();
        if self.asks() {
            parts.load_revocation_lists(&self.state, self.config.asking.crl_bytes);
        }
        let mut trust = parts.compose(&Trust::default());
        // Without its trusted list this server cannot tell whose lists are good.
        if !self.lacks_list() {
            let unsigned = parts.drop_unsigned(&trust);
            for key in &unsigned {
                let file = self.state.revocation_list_file(key);
                parts.disbelieved.push((file, Disbelief::Unsigned));
            }
            if !unsigned.is_empty() {
                trust = parts.compose(&trust);
            }
        }
        if self.asks() {
            let now = clock::now();
            let every = self.config.asking.crl_every;
            // One that proves nothing good is fetched at once, as if there were none.
            let current = |list: &RevocationList| list.is_current_at(now / 1000);
            for (key, list) in parts.fetched.iter().filter(|(_, list)| current(list)) {
                let due = points::fetch_again(now, every, list.this_update(), list.next_update());
                self.points.expect(*key, due);
            }
            for (issuer, addresses) in &self.config.asking.crl_addresses {
                self.points
                    .learn(issuer, addresses, NamedBy::Administrator, now);
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
        let (addresses, named_by) = match named {
            Some(addresses) => (addresses.clone(), NamedBy::Administrator),
            None => {
                let texts = question.crl_addresses().iter();
                let addresses = texts.filter_map(|text| Address::parse(text).ok());
                (addresses.collect(), NamedBy::Certificate)
            }
        };
        let keys = self
            .points
            .learn(&issuer, &addresses, named_by, clock::now());
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
        // What could not be written the last time can be, perhaps.
        self.keep(&mut parts);
        let stamps = match Stamps::take(&self.config) {
            Ok(stamps) => stamps,
            Err(fault) => {
                tracing::error!(%fault, "trust is not read again");
                return;
            }
        };
        let list_changed = self.look_at_list_file(&mut parts, at_once);
        let files_changed = self.look_at_files(&mut parts, stamps, at_once);
        if files_changed || list_changed {
            // Only now: whoever reads it in the log can count on it.
            report_trust(&self.snapshot());
        }
    }

    /// Has everything that is fetched fetched again soon.
    pub fn hurry(&self) {
        self.hurry_list.notify_one();
        self.points.hurry(clock::now());
    }

    /// Reads the files again that changed, or all of them; whether something is new.
    fn look_at_files(&self, parts: &mut Parts, mut stamps: Stamps, at_once: bool) -> bool {
        if !at_once && stamps == parts.stamps {
            return false;
        }
        let since = (!at_once).then_some(&parts.stamps);
        let ReadAgain {
            files,
            faults,
            is_news,
        } = Files::read_again(&stamps, &parts.files, since);
        for (path, fault) in faults {
            tracing::error!(file = %path.display(), %fault, "a trust file keeps what was last good of it");
            if fault.may_pass() {
                stamps.forget(&path);
            }
        }
        parts.stamps = stamps;
        if is_news {
            parts.files = files;
            self.publish(parts);
        }
        is_news
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
            if !at_once && parts.list_stamp.as_ref() == Some(&stamp) {
                return Ok(None);
            }
            let bytes = std::fs::read(file)?;
            parts.list_stamp = Some(stamp);
            Ok(Some(bytes))
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
        self.keep(parts);
        // Only now: whoever reads it in the log can count on it.
        taken.log(now);
        Ok(())
    }

    /// Composes the next snapshot and puts it in the place of the one before; what nobody
    /// trusts any more goes, here and in the state.
    fn publish(&self, parts: &mut Parts) {
        let previous = self.snapshot();
        let mut trust = parts.compose(&previous);
        let lacks_list = self.config.list.is_some() && parts.list.is_none();
        let mut lost = Vec::new();
        if !lacks_list {
            lost = parts.drop_unsigned(&trust);
            if !lost.is_empty() {
                trust = parts.compose(&trust);
            }
        }
        let newly_trusted = newly_trusted(&previous, &trust);
        self.snapshot.store(Arc::new(trust));
        // Only now: whoever finds it there must find its authorities too.
        self.lacks_list.store(lacks_list, Ordering::Release);
        if !lacks_list {
            self.take_away(parts, &lost);
        }
        self.points.retry(&newly_trusted, clock::now());
    }
}

/// The authorities that the snapshot before did not have, by the SHA-256 of their certificates.
fn newly_trusted(previous: &Trust, trust: &Trust) -> HashSet<[u8; 32]> {
    let of = |trust: &Trust| -> HashSet<[u8; 32]> {
        let anchors = trust.anchors().iter();
        anchors.map(|anchor| anchor.fingerprint()).collect()
    };
    &of(trust) - &of(previous)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_file_that_could_not_be_read_counts_as_changed() {
        let folder = tempfile::tempdir().unwrap();
        let authority = pki::Authority::new("Prova", pki::Key::p256());
        std::fs::write(folder.path().join("ca.pem"), authority.certificate_pem()).unwrap();
        let file = folder.path().join("tessera.toml");
        let text = "origin = \"http://localhost:1\"\ndatabase = \"sqlite:x.db\"\n\
                    trust.anchors = [\"*.pem\"]\n";
        std::fs::write(&file, text).unwrap();
        let config = Config::load(Some(&file), Vec::new()).unwrap().trust;
        let sources = TrustSources::load(&config).unwrap();
        let has_seen_all = || sources.parts().stamps == Stamps::take(&config).unwrap();
        std::fs::write(folder.path().join("broken.pem"), "no anchor").unwrap();
        sources.refresh(false);
        assert!(has_seen_all(), "what is no anchor is none until it changes");
        std::fs::create_dir(folder.path().join("unreadable.pem")).unwrap();
        sources.refresh(false);
        assert!(!has_seen_all());
        assert_eq!(sources.snapshot().anchors().len(), 1);
    }
}
