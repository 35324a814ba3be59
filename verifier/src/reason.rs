//! Why a token was refused.

use cns::{CnsFault, Malformed, PurposeFault, Refusal, WeakKeyFault, rfc3339};
use protocol::ProblemCode;

/// The one reason a token was refused, with its facts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// What the token carries is not one certificate.
    #[error("{0}")]
    Malformed(Malformed),
    /// The certificate's validity is over.
    #[error("the certificate expired at {}", rfc3339(*.not_after))]
    Expired {
        /// Last second of validity, Unix time.
        not_after: i64,
    },
    /// The certificate's validity has not begun.
    #[error("the certificate is valid only from {}", rfc3339(*.not_before))]
    NotYetValid {
        /// First second of validity, Unix time.
        not_before: i64,
    },
    /// The certificate is for something else.
    #[error("the certificate is not for authentication: {0}")]
    Purpose(PurposeFault),
    /// The certificate is not a CNS one.
    #[error("not a CNS certificate: {0}")]
    NotCns(CnsFault),
    /// Another card ([`crate::judge_other`]): a policy that is not taken.
    #[error("the certificate has the policy {policy}, which is not taken here")]
    PolicyDisallowed {
        /// The policy's object identifier.
        policy: String,
    },
    /// Another card: none of the policies that are taken.
    #[error("the certificate has none of the policies that are taken here")]
    PolicyAbsent,
    /// The certificate's key or its issuer's signature is too weak.
    #[error("the certificate is too weak: {0}")]
    WeakKey(WeakKeyFault),
    /// No anchor signed the certificate.
    #[error("issued by {issuer}: {cause}")]
    Untrusted {
        /// The issuer as the certificate names it.
        issuer: String,
        /// What is missing.
        cause: UntrustedCause,
    },
    /// Its issuer revoked the certificate, or put it on hold.
    #[error("the certificate was revoked at {}", rfc3339(*.since))]
    Revoked {
        /// When, Unix time.
        since: i64,
        /// On hold: the issuer may still take it back.
        on_hold: bool,
    },
    /// No valid, current evidence from the issuer, and it is required.
    #[error("no current revocation list or OCSP answer of {issuer}")]
    RevocationUnknown {
        /// The issuer as the certificate names it.
        issuer: String,
        /// Until when the newest evidence at hand was current, Unix time.
        stale_since: Option<i64>,
    },
    /// The token's signature is of the wrong length or form, by another key, of another
    /// algorithm than the key's, or over another origin or nonce.
    #[error("the token's signature does not fit certificate, origin and nonce")]
    SignatureInvalid,
}

/// What is missing between a certificate and the anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UntrustedCause {
    /// No anchor has the issuer's name.
    #[error("no anchor has that name")]
    IssuerUnknown,
    /// Anchors have the name, but none of their keys made the signature.
    #[error("the signature is not by an anchor of that name")]
    SignatureInvalid,
    /// The anchor that signed it is outside its own validity.
    #[error("the anchor that signed it is not valid now")]
    AnchorNotValid,
}

impl Reason {
    /// The code the server answers with.
    pub fn code(&self) -> ProblemCode {
        match self {
            Reason::Malformed(_) => ProblemCode::CertificateMalformed,
            Reason::Expired { .. } => ProblemCode::CertificateExpired,
            Reason::NotYetValid { .. } => ProblemCode::CertificateNotYetValid,
            Reason::Purpose(_) => ProblemCode::CertificatePurpose,
            Reason::NotCns(_) | Reason::PolicyDisallowed { .. } | Reason::PolicyAbsent => {
                ProblemCode::CertificateNotCns
            }
            Reason::WeakKey(_) => ProblemCode::CertificateWeakKey,
            Reason::Untrusted { .. } => ProblemCode::CertificateUntrusted,
            Reason::Revoked { .. } => ProblemCode::CertificateRevoked,
            Reason::RevocationUnknown { .. } => ProblemCode::CertificateRevocationUnknown,
            Reason::SignatureInvalid => ProblemCode::SignatureInvalid,
        }
    }
}

impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Reason {
        match refusal {
            Refusal::Expired { not_after } => Reason::Expired { not_after },
            Refusal::NotYetValid { not_before } => Reason::NotYetValid { not_before },
            Refusal::Purpose(fault) => Reason::Purpose(fault),
            Refusal::NotCns(fault) => Reason::NotCns(fault),
            Refusal::WeakKey(fault) => Reason::WeakKey(fault),
        }
    }
}
