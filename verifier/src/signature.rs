//! Verifying signatures: the issuer's on certificates and lists, the card's on tokens.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA384_ASN1,
    ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA256_ASN1,
    ECDSA_P521_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_FIXED, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use cns::{KeyKind, SignatureAlgorithm};
use protocol::Algorithm;
use protocol::token::Hash;

/// A signature that does not verify, or an algorithm that does not fit the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Invalid;

/// An issuer's key, parsed once for every algorithm that fits it: an authority signs
/// hundreds of thousands of cards, and parsing costs a third of a verification.
#[derive(Clone)]
pub(crate) struct IssuerKey(Vec<(SignatureAlgorithm, ParsedPublicKey)>);

impl IssuerKey {
    /// Reads a SubjectPublicKeyInfo; none if the key cannot verify anything.
    pub(crate) fn new(kind: KeyKind, public_key_info: &[u8]) -> Option<IssuerKey> {
        let parsed = fitting(kind).map(|(name, algorithm)| {
            Some((name, ParsedPublicKey::new(algorithm, public_key_info).ok()?))
        });
        let keys: Vec<_> = parsed.collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(IssuerKey(keys))
    }

    /// Verifies what the issuer signed.
    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Invalid> {
        let (_, key) = self
            .0
            .iter()
            .find(|(name, _)| *name == algorithm)
            .ok_or(Invalid)?;
        key.verify_sig(message, signature).map_err(|_| Invalid)
    }
}

/// The algorithms an issuer with such a key can have signed with; ECDSA in DER.
fn fitting(
    kind: KeyKind,
) -> impl Iterator<Item = (SignatureAlgorithm, &'static dyn VerificationAlgorithm)> {
    let [sha_256, sha_384, sha_512] = [Hash::Sha256, Hash::Sha384, Hash::Sha512];
    let elliptic = |algorithms: [&'static dyn VerificationAlgorithm; 3]| {
        let names = [sha_256, sha_384, sha_512].map(SignatureAlgorithm::Ecdsa);
        names.into_iter().zip(algorithms).collect::<Vec<_>>()
    };
    let algorithms = match kind {
        KeyKind::Rsa { .. } => [sha_256, sha_384, sha_512]
            .into_iter()
            .flat_map(|hash| {
                [
                    (SignatureAlgorithm::RsaPkcs1(hash), rsa_pkcs1(hash)),
                    (SignatureAlgorithm::RsaPss(hash), rsa_pss(hash)),
                ]
            })
            .collect(),
        KeyKind::P256 => elliptic([
            &ECDSA_P256_SHA256_ASN1,
            &ECDSA_P256_SHA384_ASN1,
            &ECDSA_P256_SHA512_ASN1,
        ]),
        KeyKind::P384 => elliptic([
            &ECDSA_P384_SHA256_ASN1,
            &ECDSA_P384_SHA384_ASN1,
            &ECDSA_P384_SHA512_ASN1,
        ]),
        KeyKind::P521 => elliptic([
            &ECDSA_P521_SHA256_ASN1,
            &ECDSA_P521_SHA384_ASN1,
            &ECDSA_P521_SHA512_ASN1,
        ]),
        KeyKind::Other => Vec::new(),
    };
    algorithms.into_iter()
}

/// Verifies what a card signed: the token's algorithm must be the key's own, ECDSA
/// signatures are raw `r ‖ s` (contract §1).
pub(crate) fn verify_token(
    kind: KeyKind,
    public_key_info: &[u8],
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Invalid> {
    use Algorithm::{Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let hash = algorithm.hash();
    let algorithm: &'static dyn VerificationAlgorithm = match (kind, algorithm) {
        (KeyKind::Rsa { .. }, Rs256 | Rs384 | Rs512) => rsa_pkcs1(hash),
        (KeyKind::Rsa { .. }, Ps256 | Ps384 | Ps512) => rsa_pss(hash),
        (KeyKind::P256, Es256) => &ECDSA_P256_SHA256_FIXED,
        (KeyKind::P384, Es384) => &ECDSA_P384_SHA384_FIXED,
        (KeyKind::P521, Es512) => &ECDSA_P521_SHA512_FIXED,
        _ => return Err(Invalid),
    };
    UnparsedPublicKey::new(algorithm, public_key_info)
        .verify(message, signature)
        .map_err(|_| Invalid)
}

fn rsa_pkcs1(hash: Hash) -> &'static dyn VerificationAlgorithm {
    match hash {
        Hash::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        Hash::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
    }
}

/// These demand a salt exactly as long as the hash (`RSA_PSS_SALTLEN_DIGEST`).
fn rsa_pss(hash: Hash) -> &'static dyn VerificationAlgorithm {
    match hash {
        Hash::Sha256 => &RSA_PSS_2048_8192_SHA256,
        Hash::Sha384 => &RSA_PSS_2048_8192_SHA384,
        Hash::Sha512 => &RSA_PSS_2048_8192_SHA512,
    }
}
