//! The algorithm that signed a certificate or a revocation list.

use der::asn1::AnyRef;
use der::oid::db::rfc5912;
use der::{Decode, Sequence};
use protocol::token::Hash;
use x509_cert::spki::{AlgorithmIdentifierRef, ObjectIdentifier};

/// A signature algorithm we accept from an issuer: SHA-256, SHA-384 or SHA-512.
///
/// SHA-1 and MD5 are forgeable, so they do not appear at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 4055 §5).
    RsaPkcs1(Hash),
    /// RSASSA-PSS with MGF1 over the same hash and a salt as long as it (RFC 4055 §3).
    RsaPss(Hash),
    /// ECDSA, the signature as a DER sequence (RFC 5758 §3.2).
    Ecdsa(Hash),
}

/// RFC 4055 §3.1; the defaults (all about SHA-1) are not ours, so nothing may be absent
/// but the trailer.
#[derive(Sequence)]
struct PssParameters<'a> {
    #[asn1(context_specific = "0", optional = "true")]
    hash: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "1", optional = "true")]
    mask: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "2", optional = "true")]
    salt_length: Option<u16>,
    #[asn1(context_specific = "3", optional = "true")]
    trailer: Option<u8>,
}

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier's DER; none if it is not one we accept.
    pub fn from_der(der: &[u8]) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::of(AlgorithmIdentifierRef::from_der(der).ok()?)
    }

    pub(crate) fn of(identifier: AlgorithmIdentifierRef<'_>) -> Option<SignatureAlgorithm> {
        use SignatureAlgorithm::{Ecdsa, RsaPkcs1};
        let (algorithm, parameters_fit) = match identifier.oid {
            rfc5912::SHA_256_WITH_RSA_ENCRYPTION => (RsaPkcs1(Hash::Sha256), is_null(&identifier)),
            rfc5912::SHA_384_WITH_RSA_ENCRYPTION => (RsaPkcs1(Hash::Sha384), is_null(&identifier)),
            rfc5912::SHA_512_WITH_RSA_ENCRYPTION => (RsaPkcs1(Hash::Sha512), is_null(&identifier)),
            rfc5912::ECDSA_WITH_SHA_256 => (Ecdsa(Hash::Sha256), identifier.parameters.is_none()),
            rfc5912::ECDSA_WITH_SHA_384 => (Ecdsa(Hash::Sha384), identifier.parameters.is_none()),
            rfc5912::ECDSA_WITH_SHA_512 => (Ecdsa(Hash::Sha512), identifier.parameters.is_none()),
            rfc5912::ID_RSASSA_PSS => return pss(identifier.parameters?),
            _ => return None,
        };
        parameters_fit.then_some(algorithm)
    }
}

/// NULL as it must be written, or absent as it must be tolerated (RFC 4055 §5, §2.1).
fn is_null(identifier: &AlgorithmIdentifierRef<'_>) -> bool {
    matches!(identifier.parameters, None | Some(AnyRef::NULL))
}

fn pss(parameters: AnyRef<'_>) -> Option<SignatureAlgorithm> {
    let parameters: PssParameters<'_> = parameters.decode_as().ok()?;
    let hash = hash_of(&parameters.hash?)?;
    let mask = parameters.mask?;
    let mask_hash: AlgorithmIdentifierRef<'_> = mask.parameters?.decode_as().ok()?;
    let fits = mask.oid == rfc5912::ID_MGF_1
        && hash_of(&mask_hash) == Some(hash)
        && parameters.salt_length.map(usize::from) == Some(hash.len())
        && matches!(parameters.trailer, None | Some(1));
    fits.then_some(SignatureAlgorithm::RsaPss(hash))
}

fn hash_of(identifier: &AlgorithmIdentifierRef<'_>) -> Option<Hash> {
    const HASHES: [(ObjectIdentifier, Hash); 3] = [
        (rfc5912::ID_SHA_256, Hash::Sha256),
        (rfc5912::ID_SHA_384, Hash::Sha384),
        (rfc5912::ID_SHA_512, Hash::Sha512),
    ];
    let (_, hash) = HASHES.into_iter().find(|(oid, _)| *oid == identifier.oid)?;
    is_null(identifier).then_some(hash)
}
