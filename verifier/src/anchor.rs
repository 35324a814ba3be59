//! Trust anchors: the certification authorities whose certificates are believed.

use aws_lc_rs::digest;
use cns::{Certificate, KeyKind, Malformed, SignatureAlgorithm};

use crate::signature::{Invalid, IssuerKey};

/// A certification authority that is trusted as configured, root or intermediate.
///
/// Its name, key and validity are what counts (RFC 5280 §6.1.1 d); who issued *it* is not
/// asked, and its own signature (often SHA-1 on old roots) is not checked.
#[derive(Clone)]
pub struct Anchor {
    certificate: Certificate,
    key: IssuerKey,
    key_digest: [u8; 32],
    fingerprint: [u8; 32],
}

/// Why a certificate cannot be an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorFault {
    /// Not one certificate in DER.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// No basic constraints with cA (so no certificate of version 1 either: it could as
    /// well be a person's), or key usage without keyCertSign.
    #[error("not a certification authority's certificate")]
    NotAuthority,
    /// RSA outside 2048 to 8192 bits, neither RSA nor on P-256, P-384, P-521, or no key.
    #[error("its key is too weak or of an unknown kind")]
    Key,
    /// A critical extension that limits it in a way that is not understood.
    #[error("it has the critical extension {0}, which is not understood")]
    CriticalExtension(String),
}

impl Anchor {
    /// Reads an anchor from its certificate's DER.
    pub fn from_der(der: &[u8]) -> Result<Anchor, AnchorFault> {
        let certificate = Certificate::read(der)?;
        if !certificate.is_authority() || !certificate.may_sign_certificates() {
            return Err(AnchorFault::NotAuthority);
        }
        if let Some(oid) = certificate.unknown_critical_extension() {
            return Err(AnchorFault::CriticalExtension(oid));
        }
        if let KeyKind::Rsa { bits } = certificate.key()
            && !(2048..=8192).contains(&bits)
        {
            return Err(AnchorFault::Key);
        }
        let key = IssuerKey::new(certificate.key(), certificate.public_key_info())
            .ok_or(AnchorFault::Key)?;
        Ok(Anchor {
            key_digest: sha_256(certificate.public_key_info()),
            fingerprint: sha_256(certificate.der()),
            certificate,
            key,
        })
    }

    /// Its name on one line (RFC 4514), for people.
    pub fn subject(&self) -> String {
        self.certificate.subject_line()
    }

    /// First second of its validity, Unix time.
    pub fn not_before(&self) -> i64 {
        self.certificate.not_before()
    }

    /// Last second of its validity, Unix time.
    pub fn not_after(&self) -> i64 {
        self.certificate.not_after()
    }

    /// SHA-256 of its certificate's DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// Whether both are certificates of one authority: of one name and one key.
    pub fn is_of_one_authority_with(&self, other: &Anchor) -> bool {
        self.subject_der() == other.subject_der() && self.key_digest == other.key_digest
    }

    /// Whether both are one certificate.
    pub(crate) fn is(&self, other: &Anchor) -> bool {
        self.certificate.der() == other.certificate.der()
    }

    pub(crate) fn subject_der(&self) -> &[u8] {
        self.certificate.subject_der()
    }

    pub(crate) fn subject_key_id(&self) -> Option<&[u8]> {
        self.certificate.subject_key_id()
    }

    pub(crate) fn public_key_info(&self) -> &[u8] {
        self.certificate.public_key_info()
    }

    pub(crate) fn key(&self) -> &IssuerKey {
        &self.key
    }

    /// SHA-256 of its public key (SubjectPublicKeyInfo): one for all certificates of a key.
    pub(crate) fn key_digest(&self) -> &[u8; 32] {
        &self.key_digest
    }

    pub(crate) fn is_valid_at(&self, now: i64) -> bool {
        (self.not_before()..=self.not_after()).contains(&now)
    }

    pub(crate) fn may_sign_revocation_lists(&self) -> bool {
        self.certificate.may_sign_revocation_lists()
    }

    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Invalid> {
        self.key.verify(algorithm, message, signature)
    }
}

/// The subject only: a certificate's bytes are noise in a log.
impl std::fmt::Debug for Anchor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Anchor({})", self.subject())
    }
}

/// SHA-256 of some bytes.
pub(crate) fn sha_256(bytes: &[u8]) -> [u8; 32] {
    let mut sum = [0; 32];
    sum.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    sum
}
