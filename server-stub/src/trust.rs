//! The anchors and revocation lists cards are judged by, kept as the files are now.
//!
//! A snapshot never changes: a judgement under way keeps the one it began with.

mod files;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use verifier::Trust;

use crate::config::{ConfigFault, TrustConfig};
use files::{Files, Stamps};

/// How often the files are looked at; a change is seen well within the minute.
pub const LOOK_EVERY: Duration = Duration::from_secs(15);

/// The configured files and what was last read from them.
pub struct TrustFiles {
    config: TrustConfig,
    snapshot: RwLock<Arc<Trust>>,
    /// What the snapshot was made from; also keeps two readings from overlapping.
    read: Mutex<Read>,
}

struct Read {
    stamps: Stamps,
    files: Files,
}

impl TrustFiles {
    /// Reads all files for the first time; none may be missing or unreadable.
    pub fn load(config: &TrustConfig) -> Result<TrustFiles, ConfigFault> {
        let stamps = Stamps::take(config)?;
        let files = Files::read(&stamps)?;
        let trust = files.trust(&Trust::default());
        report(&trust);
        Ok(TrustFiles {
            config: config.clone(),
            snapshot: RwLock::new(Arc::new(trust)),
            read: Mutex::new(Read { stamps, files }),
        })
    }

    /// What cards are judged by now.
    pub fn snapshot(&self) -> Arc<Trust> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the files again if any changed since, or in any case when `at_once`.
    ///
    /// A file that cannot be read keeps what was last good of it, and is named in the
    /// log; so does everything when a pattern no longer matches anything.
    pub fn refresh(&self, at_once: bool) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let stamps = match Stamps::take(&self.config) {
            Ok(stamps) => stamps,
            Err(fault) => {
                tracing::error!(%fault, "trust is not read again");
                return;
            }
        };
        if !at_once && stamps == read.stamps {
            return;
        }
        let (files, faults) = Files::read_again(&stamps, &read.files);
        for (path, fault) in faults {
            tracing::error!(file = %path.display(), %fault, "a trust file keeps what was last good of it");
        }
        let trust = Arc::new(files.trust(&self.snapshot()));
        *self
            .snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::clone(&trust);
        *read = Read { stamps, files };
        // Only now: whoever reads it in the log can count on it.
        report(&trust);
    }

    /// The files of the snapshot, for `trust check`.
    pub fn paths(&self) -> Vec<PathBuf> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.files.paths()
    }
}

fn report(trust: &Trust) {
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
