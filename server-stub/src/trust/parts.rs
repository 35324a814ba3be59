//! What a snapshot is made of, and how it is put together.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use verifier::{Anchor, RevocationList, Trust};

use super::{
    files::{Files, Stamp, Stamps},
    hex,
    list::{self, ListInForce, Source},
    points::PointKey,
    state::State,
};
use crate::{
    clock,
    config::{ConfigFault, ListPlace, TrustListConfig},
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
    pub(super) disbelieved: Vec<(PathBuf, String)>,
    /// Why the state cannot be looked at.
    pub(super) unreadable: Option<String>,
    /// A list in force that is not in the state yet.
    pub(super) unkept: Option<Vec<u8>>,
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
            unreadable: None,
            unkept: None,
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
                Err(fault) => self.disbelieved.push((file, fault.to_string())),
            },
            Err(fault) => self.disbelieved.push((file, fault.to_string())),
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
            let read = state.read(&file, limit).map_err(|fault| fault.to_string());
            let list = read.and_then(|bytes| {
                let list = RevocationList::from_der(bytes.unwrap_or_default());
                list.map_err(|fault| fault.to_string())
            });
            match list {
                Ok(list) => drop(self.fetched.insert(key, Arc::new(list))),
                Err(fault) => self.disbelieved.push((file, fault)),
            }
        }
    }

    /// Drops kept lists that no anchor signed; whether there were any.
    pub(super) fn drop_unsigned(&mut self, trust: &Trust, state: &State) -> bool {
        let before = self.fetched.len();
        let disbelieved = &mut self.disbelieved;
        self.fetched.retain(|key, list| {
            let unsigned = trust
                .unsigned_lists()
                .any(|unsigned| Arc::ptr_eq(unsigned, list));
            if unsigned {
                let file = state.revocation_list_file(key);
                disbelieved.push((file, "no anchor signed it".to_owned()));
            }
            !unsigned
        });
        self.fetched.len() < before
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let fingerprint = trusted_list::Fingerprint::parse(text).ok()?;
    // As we write it, and no other way: a list is kept in one file.
    (hex(fingerprint.as_bytes()) == text).then_some(*fingerprint.as_bytes())
}
