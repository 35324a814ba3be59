//! Verifying signatures: the issuer's on certificates and lists, the card's on tokens.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA384_ASN1,
    ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA256_ASN1,
    ECDSA_P521_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_FIXED,
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

/// Verifies what an issuer signed with the key of `public_key_info`.
pub(crate) fn verify_issuer(
    kind: KeyKind,
    public_key_info: &[u8],
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Invalid> {
    use Hash::{Sha256, Sha384, Sha512};
    let algorithm: &'static dyn VerificationAlgorithm = match (kind, algorithm) {
        (KeyKind::Rsa { .. }, SignatureAlgorithm::RsaPkcs1(hash)) => rsa_pkcs1(hash),
        (KeyKind::Rsa { .. }, SignatureAlgorithm::RsaPss(hash)) => rsa_pss(hash),
        (KeyKind::P256, SignatureAlgorithm::Ecdsa(Sha256)) => &ECDSA_P256_SHA256_ASN1,
        (KeyKind::P256, SignatureAlgorithm::Ecdsa(Sha384)) => &ECDSA_P256_SHA384_ASN1,
        (KeyKind::P256, SignatureAlgorithm::Ecdsa(Sha512)) => &ECDSA_P256_SHA512_ASN1,
        (KeyKind::P384, SignatureAlgorithm::Ecdsa(Sha256)) => &ECDSA_P384_SHA256_ASN1,
        (KeyKind::P384, SignatureAlgorithm::Ecdsa(Sha384)) => &ECDSA_P384_SHA384_ASN1,
        (KeyKind::P384, SignatureAlgorithm::Ecdsa(Sha512)) => &ECDSA_P384_SHA512_ASN1,
        (KeyKind::P521, SignatureAlgorithm::Ecdsa(Sha256)) => &ECDSA_P521_SHA256_ASN1,
        (KeyKind::P521, SignatureAlgorithm::Ecdsa(Sha384)) => &ECDSA_P521_SHA384_ASN1,
        (KeyKind::P521, SignatureAlgorithm::Ecdsa(Sha512)) => &ECDSA_P521_SHA512_ASN1,
        _ => return Err(Invalid),
    };
    verify(algorithm, public_key_info, message, signature)
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
    verify(algorithm, public_key_info, message, signature)
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

fn verify(
    algorithm: &'static dyn VerificationAlgorithm,
    public_key_info: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Invalid> {
    UnparsedPublicKey::new(algorithm, public_key_info)
        .verify(message, signature)
        .map_err(|_| Invalid)
}
