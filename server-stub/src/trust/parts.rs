//! What a snapshot is made of, and how it is put together.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use verifier::{Anchor, RevocationList, Trust};

use super::{
    files::{Files, Stamp, Stamps},
    list::{self, ListInForce, Source},
    points::PointKey,
    state::{State, Unreadable},
};
use crate::{
    clock,
    config::{ConfigFault, ListPlace, POINTS_MAX, TrustListConfig},
    hex::hex,
};

/// All that a snapshot is made of.
pub(super) struct Parts {
    pub(super) stamps: Stamps,
    pub(super) files: Files,
    pub(super) list_stamp: Option<Stamp>,
    pub(super) list: Option<ListInForce>,
    pub(super) fetched: BTreeMap<PointKey, Arc<RevocationList>>,
    /// Why the list of the configured file is not the one in force.
    pub(super) list_refused: Option<String>,
    /// Kept files that are not believed, and why.
    pub(super) disbelieved: Vec<(PathBuf, Disbelief)>,
    /// Kept files that cannot be read, and why.
    pub(super) unread: Vec<(PathBuf, Unreadable)>,
    /// Why the state cannot be looked at.
    pub(super) unreadable: Option<String>,
    /// A list in force that is not in the state yet.
    pub(super) unkept: Option<Vec<u8>>,
    /// Those of the fetched lists that are not in the state yet.
    pub(super) unkept_lists: BTreeSet<PointKey>,
}

/// Why a kept file is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Disbelief {
    /// What reading it found.
    #[error("{0}")]
    Refused(String),
    /// Whose it is, nobody trusts here.
    #[error("no anchor signed it")]
    Unsigned,
}

impl Disbelief {
    /// What somebody can do about it.
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Disbelief::Refused(_) => {
                "the server fetches it again; see that nobody else can write in trust.state"
            }
            Disbelief::Unsigned => {
                "a running server takes it away within a minute if its authority is trusted no \
                 more; otherwise see that nobody else can write in trust.state"
            }
        }
    }
}

impl Parts {
    /// What the files alone come to.
    pub(super) fn of_files(stamps: Stamps, files: Files) -> Parts {
        Parts {
            stamps,
            files,
            list_stamp: None,
            list: None,
            list_refused: None,
            fetched: BTreeMap::new(),
            disbelieved: Vec::new(),
            unread: Vec::new(),
            unreadable: None,
            unkept: None,
            unkept_lists: BTreeSet::new(),
        }
    }

    /// Everything together; what the snapshot before found of it is not verified again.
    pub(super) fn compose(&self, previous: &Trust) -> Trust {
        self.compose_with(previous, &self.fetched)
    }

    pub(super) fn compose_with(
        &self,
        previous: &Trust,
        fetched: &BTreeMap<PointKey, Arc<RevocationList>>,
    ) -> Trust {
        let listed = self.list.iter().flat_map(|list| &list.anchors);
        let mut known = HashSet::new();
        let anchors = self.files.anchors().map(|(_, anchor)| anchor);
        let anchors: Vec<Arc<Anchor>> = anchors
            .chain(listed)
            .filter(|anchor| known.insert(anchor.fingerprint()))
            .cloned()
            .collect();
        let lists = self.files.revocation_lists().map(|(_, list)| list);
        let lists = lists.chain(fetched.values()).cloned().collect();
        Trust::following(previous, anchors, lists)
    }

    /// The trusted list of the first snapshot: the one configured if it may follow the one
    /// that was kept, else that.
    pub(super) fn load_list(
        &mut self,
        config: &TrustListConfig,
        state: &State,
    ) -> Result<(), ConfigFault> {
        let now = clock::now() / 1000;
        let file = state.trusted_list_file();
        match state.read(&file, list::LENGTH_MAX) {
            Ok(None) => {}
            Ok(Some(bytes)) => match ListInForce::read(&bytes, config, now, Source::Kept, None) {
                Ok(list) => self.list = Some(list),
                Err(fault) => {
                    let fault = Disbelief::Refused(fault.to_string());
                    self.disbelieved.push((file, fault));
                }
            },
            Err(fault) => self.unread.push((file, fault)),
        }
        let ListPlace::File(file) = &config.place else {
            return Ok(());
        };
        let of_key = |fault: &dyn std::fmt::Display| {
            let mend = format!("{fault}; put the list there that the state publishes");
            ConfigFault::new("trust.trust_list", format_args!("{file:?}"), mend)
        };
        let bytes = Stamp::take(file)
            .and_then(|stamp| {
                self.list_stamp = Some(stamp);
                std::fs::read(file)
            })
            .map_err(|fault| of_key(&fault))?;
        match ListInForce::read(&bytes, config, now, Source::Fresh, self.list.as_ref()) {
            Ok(list) => {
                self.list = Some(list);
                self.unkept = Some(bytes);
                Ok(())
            }
            Err(fault) if self.list.is_some() => {
                list::log_refused(&file.display(), &fault, true);
                self.list_refused = Some(fault.to_string());
                Ok(())
            }
            Err(fault) => Err(of_key(&fault)),
        }
    }

    /// The revocation lists kept from an earlier run, as far as they can be read.
    pub(super) fn load_revocation_lists(&mut self, state: &State, limit: u64) {
        let files = match state.revocation_list_files() {
            Ok(files) => files,
            Err(fault) => {
                self.unreadable = Some(fault.to_string());
                return;
            }
        };
        for file in files {
            let Some(key) = file.file_stem().and_then(|name| unhex(name.to_str()?)) else {
                continue;
            };
            if self.fetched.len() >= POINTS_MAX {
                self.unread.push((file, Unreadable::TooMany));
                continue;
            }
            match state.read(&file, limit) {
                Ok(Some(bytes)) => match RevocationList::from_der(bytes) {
                    Ok(list) => drop(self.fetched.insert(key, Arc::new(list))),
                    Err(fault) => {
                        let fault = Disbelief::Refused(fault.to_string());
                        self.disbelieved.push((file, fault));
                    }
                },
                // Gone since the folder was looked at.
                Ok(None) => {}
                Err(fault) => self.unread.push((file, fault)),
            }
        }
    }

    /// That what stands in a file of the state was just written there.
    pub(super) fn is_good_now(&mut self, file: &Path) {
        self.disbelieved.retain(|(other, _)| other != file);
        self.unread.retain(|(other, _)| other != file);
    }

    /// Drops the fetched lists that no anchor signed, and says which.
    pub(super) fn drop_unsigned(&mut self, trust: &Trust) -> Vec<PointKey> {
        let unsigned: Vec<&Arc<RevocationList>> = trust.unsigned_lists().collect();
        let is_unsigned = |list: &Arc<RevocationList>| {
            let mut unsigned = unsigned.iter();
            unsigned.any(|unsigned| Arc::ptr_eq(unsigned, list))
        };
        let dropped: Vec<PointKey> = self
            .fetched
            .extract_if(.., |_, list| is_unsigned(list))
            .map(|(key, _)| key)
            .collect();
        for key in &dropped {
            self.unkept_lists.remove(key);
        }
        dropped
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let fingerprint = trusted_list::Fingerprint::parse(text).ok()?;
    // As we write it, and no other way: a list is kept in one file.
    (hex(fingerprint.as_bytes()) == text).then_some(*fingerprint.as_bytes())
}
