//! Why a certificate is refused, each cause with its facts.

use protocol::codice_fiscale::CodiceFiscaleFault;

use crate::rfc3339;

/// Why a certificate is not one for this login (contract §4, "The causes").
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its validity is over.
    #[error("the certificate expired at {}", rfc3339(*.not_after))]
    Expired {
        /// Last second of validity, Unix time.
        not_after: i64,
    },
    /// Its validity has not begun.
    #[error("the certificate is valid only from {}", rfc3339(*.not_before))]
    NotYetValid {
        /// First second of validity, Unix time.
        not_before: i64,
    },
    /// It is a certificate for something else.
    #[error("the certificate is not for authentication: {0}")]
    Purpose(PurposeFault),
    /// It is not a CNS certificate.
    #[error("not a CNS certificate: {0}")]
    NotCns(CnsFault),
    /// Its key or its issuer's signature is too weak to prove anything.
    #[error("the certificate is too weak: {0}")]
    WeakKey(WeakKeyFault),
}

/// Why a certificate is not for authentication.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurposeFault {
    /// A certification authority's certificate.
    #[error("it is a certification authority's")]
    Authority,
    /// No key usage.
    #[error("it has no key usage")]
    KeyUsageAbsent,
    /// Key usage without digitalSignature.
    #[error("its key usage lacks digitalSignature")]
    DigitalSignatureAbsent,
    /// Key usage with nonRepudiation: the card's other certificate, for signing documents.
    #[error("its key usage has nonRepudiation")]
    NonRepudiation,
    /// No extended key usage, or one without clientAuth.
    #[error("its extended key usage lacks clientAuth")]
    ClientAuthAbsent,
    /// A critical extension that is not understood: it limits the use of the certificate
    /// in a way that cannot be judged, so this use is refused (RFC 5280 §4.2).
    #[error("it has the critical extension {0}, which is not understood")]
    CriticalExtension(String),
}

/// Why a certificate is not a CNS certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CnsFault {
    /// The CNS policy 1.3.76.16.2.1 is not among its policies.
    #[error("the policy 1.3.76.16.2.1 is absent")]
    PolicyAbsent,
    /// No common name in the subject.
    #[error("the subject has no common name")]
    CommonNameAbsent,
    /// More than one common name in the subject.
    #[error("the subject has several common names")]
    SeveralCommonNames,
    /// The common name is not `CODICEFISCALE/IDCARTA.HASH`, or of another string type.
    #[error("the common name is not CODICEFISCALE/IDCARTA.HASH")]
    CommonNameForm,
    /// What stands for the codice fiscale is none.
    #[error("{0}")]
    CodiceFiscale(CodiceFiscaleFault),
}

/// Why a certificate is too weak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeakKeyFault {
    /// RSA with a modulus of fewer than 2048 bits or more than 8192.
    #[error("its RSA key has {bits} bits")]
    RsaLength {
        /// Length of the modulus in bits.
        bits: u32,
    },
    /// Neither RSA nor one of the curves P-256, P-384, P-521, or a key not well formed.
    #[error("its key is neither RSA nor on P-256, P-384 or P-521")]
    KeyUnsupported,
    /// Signed by the issuer with SHA-1, MD5 or anything else outside SHA-256, -384, -512.
    #[error("it was signed with the algorithm {0}")]
    SignatureAlgorithm(String),
}
