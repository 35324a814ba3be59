//! The trusted list in force, and what may take its place.

use std::sync::Arc;

use trusted_list::{Fault, TrustedList};
use verifier::{Anchor, AnchorFault};

use crate::{clock::rfc3339, config::TrustListConfig};

/// The longest list that is read: the crate refuses longer ones anyway.
pub(super) const LENGTH_MAX: u64 = 16 * 1024 * 1024;

/// A list that was believed, and its authorities as anchors.
#[derive(Debug, Clone)]
pub(super) struct ListInForce {
    pub(super) list: TrustedList,
    pub(super) anchors: Vec<Arc<Anchor>>,
    /// Authorities it names that cannot be anchors, by name, and why.
    pub(super) unusable: Vec<(String, AnchorFault)>,
}

/// Where a list comes from, which decides when its signer must have been valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Fetched, or put there by somebody: valid now.
    Fresh,
    /// Our own state, where it stays the last good one: valid when it was issued.
    Kept,
}

/// Why a list is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ListFault {
    /// What reading it found.
    #[error(transparent)]
    Refused(#[from] Fault),
    /// None of its authorities can be an anchor.
    #[error("none of its authorities can be trusted: {name}: {fault}")]
    NoAnchor { name: String, fault: AnchorFault },
    /// It was current once, and was not taken then.
    #[error("it was current until {until} only: fetch the one that follows it")]
    Stale { until: String },
}

impl ListInForce {
    /// Reads a list; it must be one that may follow the one in force, if there is one.
    pub(super) fn read(
        bytes: &[u8],
        config: &TrustListConfig,
        now: i64,
        source: Source,
        previous: Option<&ListInForce>,
    ) -> Result<ListInForce, ListFault> {
        let list = match source {
            Source::Fresh => TrustedList::read(bytes, &config.signers, now)?,
            Source::Kept => TrustedList::read_kept(bytes, &config.signers, now)?,
        };
        if let Some(previous) = previous {
            list.may_follow(&previous.list, config.may_shrink)?;
        } else if source == Source::Fresh && !list.is_current_at(now) {
            // With nothing to compare it with, an old list replayed would be as good as any.
            return Err(ListFault::Stale {
                until: rfc3339(list.next_update() * 1000),
            });
        }
        let mut anchors = Vec::new();
        let mut unusable = Vec::new();
        for service in list.services() {
            match Anchor::from_der(&service.certificate) {
                Ok(anchor) => anchors.push(Arc::new(anchor)),
                Err(fault) => unusable.push((service.name.clone(), fault)),
            }
        }
        match unusable.first() {
            Some((name, fault)) if anchors.is_empty() => Err(ListFault::NoAnchor {
                name: name.clone(),
                fault: fault.clone(),
            }),
            _ => Ok(ListInForce {
                list,
                anchors,
                unusable,
            }),
        }
    }

    /// Says in the log what is in force now.
    pub(super) fn log(&self, now: i64) {
        tracing::info!(
            territory = self.list.territory(),
            number = self.list.sequence_number(),
            issued = rfc3339(self.list.issued() * 1000),
            signer = %self.list.signer(),
            authorities = self.anchors.len(),
            "the trusted list is in force"
        );
        if !self.list.is_current_at(now) {
            tracing::warn!(
                until = rfc3339(self.list.next_update() * 1000),
                "the trusted list is past its next update: somebody may be withholding the one that follows"
            );
        }
        for (name, fault) in &self.unusable {
            tracing::warn!(%name, %fault, "an authority of the trusted list cannot be trusted");
        }
    }
}

/// Says in the log that a list is refused, and whether another stays in force.
pub(super) fn log_refused(place: &dyn std::fmt::Display, fault: &ListFault, another: bool) {
    if another {
        tracing::error!(%place, %fault, "the trusted list is refused: the last good one stays in force");
    } else {
        tracing::error!(%place, %fault, "the trusted list is refused, and there is none from before");
    }
}
