//! What a responder said, once it is believed.

use cns::Certificate;

use super::CLOCK_SKEW;
use super::certificate_id::CertificateId;
use crate::{Anchor, Revocation};

/// A responder's word on one certificate, authentic and current when it was read.
///
/// It can be kept and given to [`crate::judge`] again until [`OcspAnswer::keep_until`]; it
/// speaks of the certificate that was asked about and of no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OcspAnswer {
    pub(super) question: [u8; 32],
    pub(super) status: OcspStatus,
    pub(super) this_update: i64,
    pub(super) keep_until: i64,
}

/// What it says (RFC 6960 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcspStatus {
    /// Not revoked.
    Good,
    /// Revoked, or on hold.
    Revoked(Revocation),
    /// The responder does not know the certificate: evidence of nothing.
    Unknown,
}

impl OcspAnswer {
    /// What it says.
    pub fn status(&self) -> OcspStatus {
        self.status
    }

    /// As of when, Unix time.
    pub fn this_update(&self) -> i64 {
        self.this_update
    }

    /// Until when it is worth keeping, Unix time: its nextUpdate, sooner where it has none or
    /// nothing shows when it was made, and the time it was read at where it is unknown.
    ///
    /// That it is good is believed for a minute more, since clocks differ; that it is revoked,
    /// for ever.
    pub fn keep_until(&self) -> i64 {
        self.keep_until
    }

    /// Which question it answers ([`crate::Question::key`]).
    pub fn key(&self) -> [u8; 32] {
        self.question
    }

    /// Whether it speaks of a certificate that this anchor issued.
    pub(crate) fn is_about(&self, certificate: &Certificate, issuer: &Anchor) -> bool {
        let serial = certificate.serial();
        self.question == CertificateId { issuer, serial }.key()
    }

    /// Whether it is a current word at a time.
    pub(crate) fn is_current_at(&self, now: i64) -> bool {
        (self.this_update.saturating_sub(CLOCK_SKEW)..=self.keep_until.saturating_add(CLOCK_SKEW))
            .contains(&now)
    }
}
