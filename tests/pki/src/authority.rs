//! A certification authority that issues CNS certificates.

use std::time::Duration;

use aws_lc_rs::rand;
use der::asn1::{BitString, GeneralizedTime, UtcTime};
use der::{DateTime, Encode, Sequence, asn1::AnyRef};
use protocol::token::{Hash, Scheme};
use x509_cert::Version;
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::pkix::KeyUsages;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::{Time, Validity};

use crate::extension::{self, CNS_POLICY};
use crate::{AUTHORITY_FROM, AUTHORITY_UNTIL, Card, Curve, Holder, Key, algorithm, name};

/// A self-signed authority; as in the regions, it signs the cards itself.
#[derive(Clone)]
pub struct Authority {
    name: Name,
    key: Key,
    scheme: Scheme,
    hash: Hash,
    certificate: Vec<u8>,
}

/// RFC 5280 §4.1 and §5.1: a signed body, whatever it is.
#[derive(Sequence)]
struct Signed<'a> {
    body: AnyRef<'a>,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

impl Authority {
    /// An authority by its common name, valid 2020 to 2049, signing with SHA-256 (a P-384
    /// or P-521 key with its own hash).
    pub fn new(common_name: &str, key: Key) -> Authority {
        Authority::valid(common_name, key, AUTHORITY_FROM, AUTHORITY_UNTIL)
    }

    /// An authority with a validity of its own, Unix seconds.
    pub fn valid(common_name: &str, key: Key, not_before: i64, not_after: i64) -> Authority {
        let (scheme, hash) = match key.curve() {
            None => (Scheme::RsaPkcs1, Hash::Sha256),
            Some(Curve::P256) => (Scheme::Ecdsa, Hash::Sha256),
            Some(Curve::P384) => (Scheme::Ecdsa, Hash::Sha384),
            Some(Curve::P521) => (Scheme::Ecdsa, Hash::Sha512),
        };
        let mut authority = Authority {
            name: name::authority(common_name),
            key,
            scheme,
            hash,
            certificate: Vec::new(),
        };
        authority.certificate = authority.sign(&authority.own_body(not_before, not_after));
        authority
    }

    /// The same authority, signing with another algorithm from now on (RSA only).
    pub fn signing_with(mut self, scheme: Scheme, hash: Hash) -> Authority {
        (self.scheme, self.hash) = (scheme, hash);
        self
    }

    /// Its own certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Its own certificate, PEM.
    pub fn certificate_pem(&self) -> String {
        crate::pem("CERTIFICATE", &self.certificate)
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Its key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The identifier of its key, as its certificates and lists carry it.
    pub fn key_id(&self) -> Vec<u8> {
        key_id(&self.key)
    }

    /// Issues a CNS certificate for a card with this key.
    pub fn issue(&self, holder: &Holder, key: Key) -> Card {
        let body = self.body(holder, &key);
        Card::new(self.sign(&body), key)
    }

    /// The body of a CNS certificate, for a test to change before it is signed.
    pub fn body(&self, holder: &Holder, key: &Key) -> TbsCertificate {
        let mut body = TbsCertificate {
            version: Version::V3,
            serial_number: SerialNumber::new(&holder.serial.clone().unwrap_or_else(random_serial))
                .unwrap(),
            signature: self.algorithm(),
            issuer: self.name.clone(),
            validity: Validity {
                not_before: time(holder.not_before),
                not_after: time(holder.not_after),
            },
            subject: holder.subject(),
            subject_public_key_info: key.public(),
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(vec![
                extension::authority_key_id(&self.key_id()),
                extension::subject_key_id(&key_id(key)),
                extension::key_usage(KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment),
                extension::cns_purposes(),
                extension::policies(false, &[CNS_POLICY]),
            ]),
        };
        if !holder.distribution_points.is_empty() {
            let addresses: Vec<&str> = holder
                .distribution_points
                .iter()
                .map(String::as_str)
                .collect();
            extension::set(&mut body, extension::distribution_points(&addresses));
        }
        if !holder.ocsp_addresses.is_empty() {
            let addresses: Vec<&str> = holder.ocsp_addresses.iter().map(String::as_str).collect();
            extension::set(&mut body, extension::ocsp_addresses(&addresses));
        }
        body
    }

    /// The body of its own certificate, for a test to change before it is signed.
    pub fn own_body(&self, not_before: i64, not_after: i64) -> TbsCertificate {
        TbsCertificate {
            version: Version::V3,
            serial_number: SerialNumber::new(&random_serial()).unwrap(),
            signature: self.algorithm(),
            issuer: self.name.clone(),
            validity: Validity {
                not_before: time(not_before),
                not_after: time(not_after),
            },
            subject: self.name.clone(),
            subject_public_key_info: self.key.public(),
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(vec![
                extension::subject_key_id(&self.key_id()),
                extension::basic_constraints(true),
                extension::key_usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign),
            ]),
        }
    }

    /// Signs a certificate's body.
    pub fn sign(&self, body: &TbsCertificate) -> Vec<u8> {
        self.sign_bytes(&body.to_der().unwrap())
    }

    /// Signs any body, already encoded: a certificate is body, algorithm and signature.
    pub fn sign_bytes(&self, body: &[u8]) -> Vec<u8> {
        let signature = self.key.sign_der(self.scheme, self.hash, body);
        assemble(body, self.algorithm(), &signature)
    }

    /// A signature over some bytes, and its algorithm's identifier.
    pub fn signature_of(&self, bytes: &[u8]) -> (AlgorithmIdentifierOwned, Vec<u8>) {
        let signature = self.key.sign_der(self.scheme, self.hash, bytes);
        (self.algorithm(), signature)
    }

    pub(crate) fn algorithm(&self) -> AlgorithmIdentifierOwned {
        algorithm::identifier(self.scheme, self.hash)
    }
}

/// Puts body, algorithm and signature together, whether they fit or not.
pub fn assemble(body: &[u8], algorithm: AlgorithmIdentifierOwned, signature: &[u8]) -> Vec<u8> {
    let signed = Signed {
        body: AnyRef::try_from(body).unwrap(),
        algorithm,
        signature: BitString::from_bytes(signature).unwrap(),
    };
    signed.to_der().unwrap()
}

/// UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5).
pub(crate) fn time(seconds: i64) -> Time {
    let since = Duration::from_secs(seconds.try_into().unwrap());
    let date = DateTime::from_unix_duration(since).unwrap();
    match UtcTime::from_date_time(date) {
        Ok(time) => Time::UtcTime(time),
        Err(_) => Time::GeneralTime(GeneralizedTime::from_date_time(date)),
    }
}

fn random_serial() -> Vec<u8> {
    let mut serial = [0; 16];
    rand::fill(&mut serial).unwrap();
    serial[0] = serial[0] & 0x7f | 0x40;
    serial.to_vec()
}

/// The first method of RFC 5280 §4.2.1.2, over SHA-256 cut to 20 bytes (RFC 7093 §2).
fn key_id(key: &Key) -> Vec<u8> {
    let public = key.public();
    Hash::Sha256.digest(public.subject_public_key.raw_bytes())[..20].to_vec()
}
