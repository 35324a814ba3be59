//! The list, once it is believed.

use std::collections::HashSet;

use crate::element::{Element, TSL};
use crate::scheme::{self, Scheme};
use crate::service::{self, LeftOut, Service};
use crate::shown::line;
use crate::signature::{self, Signer};
use crate::{Fault, Fingerprint, Signers, document};

/// A trusted list whose signature was verified: what it says and what it vouches for.
#[derive(Debug, Clone)]
pub struct TrustedList {
    territory: String,
    sequence_number: u64,
    issued: i64,
    next_update: i64,
    signer: Fingerprint,
    signer_not_after: i64,
    read_at: i64,
    services: Vec<Service>,
    left_out: Vec<LeftOut>,
}

/// When the signer's certificate must be valid.
enum SignerValid {
    Now,
    AtIssue,
}

impl TrustedList {
    /// Reads a list that has just been fetched.
    ///
    /// `now` is Unix time: the signer's certificate must be valid then, and services are
    /// taken if they are recognised and their certificate is valid then. Whether the list is
    /// still current is another question ([`TrustedList::is_current_at`]).
    pub fn read(bytes: &[u8], signers: &Signers, now: i64) -> Result<TrustedList, Fault> {
        TrustedList::read_signed(bytes, signers, now, SignerValid::Now)
    }

    /// Reads the last good list from one's own disk, where it is believed no more than from
    /// anywhere else: all is verified again.
    ///
    /// One thing differs: the signer's certificate must have been valid when the list was
    /// issued, not now. A list stays the last good one although its signer has changed since.
    pub fn read_kept(bytes: &[u8], signers: &Signers, now: i64) -> Result<TrustedList, Fault> {
        TrustedList::read_signed(bytes, signers, now, SignerValid::AtIssue)
    }

    fn read_signed(
        bytes: &[u8],
        signers: &Signers,
        now: i64,
        valid: SignerValid,
    ) -> Result<TrustedList, Fault> {
        let document = document::parse(bytes)?;
        let root = root(Element::root(&document))?;
        document::check(root)?;
        let signer = signature::verify(&document, root, signers)?;
        signer.check_validity(match valid {
            SignerValid::Now => now,
            SignerValid::AtIssue => scheme::read(root.one("SchemeInformation")?)?.issued,
        })?;
        TrustedList::believe(root, signer, now)
    }

    /// Reads the content of the tree whose signature was verified.
    fn believe(root: Element<'_>, signer: Signer, now: i64) -> Result<TrustedList, Fault> {
        let Scheme {
            territory,
            sequence_number,
            issued,
            next_update,
        } = scheme::read(root.one("SchemeInformation")?)?;
        let services = service::read(root.one("TrustServiceProviderList")?, now);
        if services.taken.is_empty() {
            return Err(Fault::NoService);
        }
        Ok(TrustedList {
            territory,
            sequence_number,
            issued,
            next_update,
            signer: signer.fingerprint,
            signer_not_after: signer.not_after,
            read_at: now,
            services: services.taken,
            left_out: services.left_out,
        })
    }

    /// Whether this list may take the place of the one in force.
    ///
    /// It must be of the same state, neither older by number or date of issue
    /// (TS 119 612 §5.3.2, §5.3.14), nor have lost more than `max_shrink_percent` of the
    /// services of use, by their certificates; those that have simply expired since are not
    /// counted as lost. The same list again may follow itself.
    pub fn may_follow(&self, previous: &TrustedList, max_shrink_percent: u8) -> Result<(), Fault> {
        if self.territory != previous.territory {
            return Err(Fault::OtherTerritory {
                territory: self.territory.clone(),
                previous: previous.territory.clone(),
            });
        }
        if self.sequence_number < previous.sequence_number {
            return Err(Fault::OlderNumber {
                number: self.sequence_number,
                previous: previous.sequence_number,
            });
        }
        if self.issued < previous.issued {
            return Err(Fault::OlderIssue {
                issued: self.issued,
                previous: previous.issued,
            });
        }
        let kept: HashSet<&[u8]> = self
            .services
            .iter()
            .map(|service| &service.certificate[..])
            .collect();
        let still_valid = |service: &&Service| service.not_after >= self.read_at;
        let before = previous.services.iter().filter(still_valid).count();
        let lost = previous
            .services
            .iter()
            .filter(still_valid)
            .filter(|service| !kept.contains(&service.certificate[..]))
            .count();
        if lost * 100 > before * usize::from(max_shrink_percent) {
            return Err(Fault::Shrunk {
                services: before - lost,
                previous: before,
                max_percent: max_shrink_percent,
            });
        }
        Ok(())
    }

    /// Whether the list is current: issued, and its next update not yet due. A list past it is
    /// stale; what it says may no longer be so.
    pub fn is_current_at(&self, now: i64) -> bool {
        (self.issued..=self.next_update).contains(&now)
    }

    /// The state whose list it is, `IT`.
    pub fn territory(&self) -> &str {
        &self.territory
    }

    /// Its number; each list's is higher than the one before (TS 119 612 §5.3.2).
    pub fn sequence_number(&self) -> u64 {
        self.sequence_number
    }

    /// When it was issued, Unix time.
    pub fn issued(&self) -> i64 {
        self.issued
    }

    /// Until when the next one is published, Unix time; six months at most after issue.
    pub fn next_update(&self) -> i64 {
        self.next_update
    }

    /// The certificate that signed it.
    pub fn signer(&self) -> Fingerprint {
        self.signer
    }

    /// Last second of the signer's certificate, Unix time.
    pub fn signer_not_after(&self) -> i64 {
        self.signer_not_after
    }

    /// The recognised authorities, one for each certificate.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Recognised services that were not taken, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }
}

fn root(root: Option<Element<'_>>) -> Result<Element<'_>, Fault> {
    match root {
        Some(root) if root.is(TSL, "TrustServiceStatusList") => Ok(root),
        other => Err(Fault::NotTrustedList {
            root: other.map_or_else(String::new, |root| line(root.local_name())),
        }),
    }
}
