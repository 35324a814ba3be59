//! Trust in numbers, for whoever watches the server.

use std::collections::BTreeMap;

use super::TrustSources;

/// How trust stands; times in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// When the trusted list in force was issued, and until when it is current.
    pub trusted_list: Option<(i64, i64)>,
    /// Whether one is configured and none is in force.
    pub lacks_list: bool,
    /// Whether keeping trust current fails by a fault of our own.
    pub is_in_trouble: bool,
    /// Authorities that are trusted and within their time.
    pub anchors: usize,
    /// When the first of them ends.
    pub anchor_ends: Option<i64>,
    /// Revocation lists in force.
    pub revocation_lists: usize,
    /// By authority, until when its newest list is current.
    pub revocation_list_ends: BTreeMap<String, i64>,
}

impl TrustSources {
    /// How trust stands at a time.
    pub fn figures(&self, now: i64) -> Figures {
        let trust = self.snapshot();
        let trusted_list = {
            let parts = self.parts();
            let list = parts.list.as_ref().map(|it| &it.list);
            list.map(|list| (list.issued(), list.next_update()))
        };
        let is_valid = |anchor: &&std::sync::Arc<verifier::Anchor>| {
            (anchor.not_before()..=anchor.not_after()).contains(&now)
        };
        let valid = || trust.anchors().iter().filter(is_valid);
        let mut revocation_list_ends = BTreeMap::new();
        for anchor in valid() {
            let ends = trust.lists_of(anchor).map(|list| list.next_update());
            if let Some(newest) = ends.max() {
                let end = revocation_list_ends
                    .entry(anchor.subject())
                    .or_insert(newest);
                *end = newest.max(*end);
            }
        }
        Figures {
            trusted_list,
            lacks_list: self.lacks_list(),
            is_in_trouble: self.trouble.told().is_some(),
            anchors: valid().count(),
            anchor_ends: valid().map(|anchor| anchor.not_after()).min(),
            revocation_lists: trust.revocation_lists().len() - trust.unsigned_lists().count(),
            revocation_list_ends,
        }
    }
}
