//! Why an OCSP answer says nothing.

use cns::rfc3339;

/// Why bytes are not an answer to the question that can be believed now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OcspFault {
    /// Not the DER of exactly one OCSP response.
    #[error("not the DER of exactly one OCSP response")]
    Malformed,
    /// The responder does not answer (RFC 6960 §2.3).
    #[error("the responder does not answer: {0}")]
    Unsuccessful(OcspFailure),
    /// An answer of another type than the basic one (RFC 6960 §4.2.1).
    #[error("an answer of the type {0}, which is not understood")]
    ResponseType(String),
    /// A critical extension that is not understood.
    #[error("the answer has the critical extension {0}, which is not understood")]
    CriticalExtension(String),
    /// It speaks of other certificates only.
    #[error("the answer is about another certificate")]
    OtherCertificate,
    /// Signed with SHA-1, MD5 or anything else outside SHA-256, -384, -512.
    #[error("the answer was signed with an algorithm that is not accepted")]
    SignatureAlgorithm,
    /// It names a responder that is not the issuer, and has no certificate of it.
    #[error("the answer has no certificate of the responder it names")]
    SignerAbsent,
    /// The responder it names may not speak for the issuer.
    #[error("the responder may not answer for the issuer: {0}")]
    Signer(#[from] OcspSignerFault),
    /// The responder's key did not make the signature.
    #[error("the signature is not the responder's")]
    SignatureInvalid,
    /// It answers somebody else's question.
    #[error("the answer's nonce is another than the question's")]
    NonceDiffers,
    /// Its times contradict each other.
    #[error("the answer's times contradict each other")]
    Times,
    /// It comes from the future.
    #[error("the answer is valid only from {}", rfc3339(*.this_update))]
    NotYetValid {
        /// What it gives as its time, Unix time.
        this_update: i64,
    },
    /// Newer news must be there, or it is older than an answer without nonce may be.
    #[error("the answer was current until {}", rfc3339(*.until))]
    Stale {
        /// Until when it could be believed, Unix time.
        until: i64,
    },
}

/// A responder's word for not answering (OCSPResponseStatus, RFC 6960 §4.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OcspFailure {
    /// It does not understand the question.
    #[error("malformedRequest")]
    MalformedRequest,
    /// It failed itself.
    #[error("internalError")]
    InternalError,
    /// It cannot answer now.
    #[error("tryLater")]
    TryLater,
    /// It answers signed questions only.
    #[error("sigRequired")]
    SigRequired,
    /// It does not answer us, or not about this issuer.
    #[error("unauthorized")]
    Unauthorized,
}

/// Why a responder may not speak for an issuer (RFC 6960 §4.2.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OcspSignerFault {
    /// Its certificate cannot be read, or has a critical extension that is not understood.
    #[error("its certificate cannot be read or is limited in a way not understood")]
    Malformed,
    /// The issuer did not sign its certificate itself.
    #[error("the issuer did not sign its certificate")]
    NotIssued,
    /// Its certificate is not for signing answers: id-kp-OCSPSigning is absent, or its key
    /// usage lets it sign nothing.
    #[error("its certificate is not for signing OCSP answers")]
    NotDelegated,
    /// RSA outside 2048 to 8192 bits, another kind of key, or a certificate signed over SHA-1.
    #[error("its key, or the signature on its certificate, is too weak")]
    Weak,
    /// Its certificate is not valid now.
    #[error("its certificate is not valid now")]
    NotValid,
    /// A list of the issuer names its certificate.
    #[error("its certificate was revoked")]
    Revoked,
}

/// Every failure to decode says the same to the caller.
impl From<der::Error> for OcspFault {
    fn from(_: der::Error) -> OcspFault {
        OcspFault::Malformed
    }
}
