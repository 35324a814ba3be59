//! The key that a certificate certifies.

use der::asn1::{AnyRef, UintRef};
use der::oid::db::rfc5912;
use der::{Decode, Sequence};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

/// A public key's kind, as far as signatures by a CNS go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA, with the modulus' length in bits.
    Rsa {
        /// Length of the modulus in bits, leading zeros not counted.
        bits: u32,
    },
    /// ECDSA on NIST P-256.
    P256,
    /// ECDSA on NIST P-384.
    P384,
    /// ECDSA on NIST P-521.
    P521,
    /// Anything else, malformed keys included.
    Other,
}

/// RFC 8017 §A.1.1.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

/// What is read from a SubjectPublicKeyInfo.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) kind: KeyKind,
    /// RSA: the modulus, big-endian without leading zeros.
    pub(crate) modulus: Option<Vec<u8>>,
    /// RSA: the public exponent, big-endian without leading zeros.
    pub(crate) exponent: Option<Vec<u8>>,
}

const OTHER: Key = Key {
    kind: KeyKind::Other,
    modulus: None,
    exponent: None,
};

pub(crate) fn read(info: &SubjectPublicKeyInfoOwned) -> Key {
    let Some(bytes) = info.subject_public_key.as_bytes() else {
        return OTHER;
    };
    let parameters = info.algorithm.parameters.as_ref().map(AnyRef::from);
    if info.algorithm.oid == rfc5912::RSA_ENCRYPTION {
        // RFC 3279 §2.3.1: the parameters are NULL, not absent.
        match parameters {
            Some(AnyRef::NULL) => rsa(bytes),
            _ => OTHER,
        }
    } else if info.algorithm.oid == rfc5912::ID_EC_PUBLIC_KEY {
        parameters.map_or(OTHER, |curve| elliptic(curve, bytes))
    } else {
        OTHER
    }
}

fn rsa(bytes: &[u8]) -> Key {
    let Ok(key) = RsaPublicKey::from_der(bytes) else {
        return OTHER;
    };
    let (modulus, exponent) = (key.modulus.as_bytes(), key.exponent.as_bytes());
    if !is_odd(modulus) || !is_public_exponent(exponent) {
        return OTHER;
    }
    let Some(first) = modulus.first() else {
        return OTHER;
    };
    // A certificate is a few kilobytes; more bits than a u32 counts cannot be there.
    let bits = u32::try_from(modulus.len() * 8).unwrap_or(u32::MAX) - first.leading_zeros();
    Key {
        kind: KeyKind::Rsa { bits },
        modulus: Some(modulus.to_vec()),
        exponent: Some(exponent.to_vec()),
    }
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte & 1 == 1)
}

/// Odd, at least 3 (1 makes every text its own signature) and at most four bytes long,
/// so that no certificate can make its own verification costly.
fn is_public_exponent(exponent: &[u8]) -> bool {
    is_odd(exponent) && exponent.len() <= 4 && exponent != [1]
}

/// Named curves and uncompressed points only (RFC 5480 §2.1.1, §2.2).
fn elliptic(curve: AnyRef<'_>, point: &[u8]) -> Key {
    let Ok(curve) = curve.decode_as::<der::asn1::ObjectIdentifier>() else {
        return OTHER;
    };
    let (kind, coordinate) = match curve {
        rfc5912::SECP_256_R_1 => (KeyKind::P256, 32),
        rfc5912::SECP_384_R_1 => (KeyKind::P384, 48),
        rfc5912::SECP_521_R_1 => (KeyKind::P521, 66),
        _ => return OTHER,
    };
    if point.first() != Some(&4) || point.len() != 1 + 2 * coordinate {
        return OTHER;
    }
    Key {
        kind,
        modulus: None,
        exponent: None,
    }
}
