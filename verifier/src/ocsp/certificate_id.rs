//! How questions and answers name a certificate (CertID, RFC 6960 §4.1.1).

use aws_lc_rs::digest;
use der::Decode;
use der::asn1::{Any, AnyRef, ObjectIdentifier, OctetString};
use der::oid::db::rfc5912;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};
use x509_ocsp::CertId;

use crate::Anchor;
use crate::anchor::sha_256;

/// A certificate by its issuer and serial number.
#[derive(Clone, Copy)]
pub(super) struct CertificateId<'a> {
    pub(super) issuer: &'a Anchor,
    /// The serial number's content octets.
    pub(super) serial: &'a [u8],
}

impl CertificateId<'_> {
    /// As questions have it: over SHA-1, the one hash every responder knows (RFC 5019
    /// §2.1.1). It says who is meant; that it was meant, the answer's signature says.
    pub(super) fn to_ask(self) -> Result<CertId, der::Error> {
        let length = u8::try_from(self.serial.len())?;
        let hash = |bytes| OctetString::new(digest_of(rfc5912::ID_SHA_1, bytes));
        Ok(CertId {
            hash_algorithm: AlgorithmIdentifierOwned {
                oid: rfc5912::ID_SHA_1,
                parameters: Some(Any::null()),
            },
            issuer_name_hash: hash(self.issuer.subject_der())?,
            issuer_key_hash: hash(key_bits(self.issuer.public_key_info())?)?,
            serial_number: SerialNumber::from_der(&[&[2, length], self.serial].concat())?,
        })
    }

    /// Whether an answer means it; over whichever hash.
    pub(super) fn is(self, id: &CertId) -> bool {
        let algorithm = &id.hash_algorithm;
        let parameters = algorithm.parameters.as_ref().map(AnyRef::from);
        let same = |digest: &OctetString, bytes| {
            let expected = digest_of(algorithm.oid, bytes);
            !expected.is_empty() && digest.as_bytes() == expected
        };
        matches!(parameters, None | Some(AnyRef::NULL))
            && id.serial_number.as_bytes() == self.serial
            && same(&id.issuer_name_hash, self.issuer.subject_der())
            && key_bits(self.issuer.public_key_info())
                .is_ok_and(|bits| same(&id.issuer_key_hash, bits))
    }

    /// SHA-256 over the same: what an answer is kept under.
    pub(super) fn key(self) -> [u8; 32] {
        let parts = [
            &sha_256(self.issuer.subject_der())[..],
            &self.issuer.key_digest()[..],
            self.serial,
        ];
        sha_256(&parts.concat())
    }
}

/// SHA-1 of a public key, as responders are named by it (RFC 6960 §4.2.1).
pub(super) fn key_hash(public_key_info: &[u8]) -> Option<Vec<u8>> {
    Some(digest_of(
        rfc5912::ID_SHA_1,
        key_bits(public_key_info).ok()?,
    ))
}

/// The key's own octets: the BIT STRING without tag, length and count of unused bits.
fn key_bits(public_key_info: &[u8]) -> Result<&[u8], der::Error> {
    let info = SubjectPublicKeyInfoRef::from_der(public_key_info)?;
    Ok(info.subject_public_key.raw_bytes())
}

/// A digest; empty for a hash that is not known.
fn digest_of(hash: ObjectIdentifier, bytes: &[u8]) -> Vec<u8> {
    let of = |algorithm| digest::digest(algorithm, bytes).as_ref().to_vec();
    match hash {
        rfc5912::ID_SHA_1 => of(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        rfc5912::ID_SHA_256 => of(&digest::SHA256),
        rfc5912::ID_SHA_384 => of(&digest::SHA384),
        rfc5912::ID_SHA_512 => of(&digest::SHA512),
        _ => Vec::new(),
    }
}
