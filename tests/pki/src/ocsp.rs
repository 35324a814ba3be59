//! OCSP responders and what they answer (RFC 6960).

use aws_lc_rs::digest;
use der::asn1::{Any, BitString, GeneralizedTime, Null, ObjectIdentifier, OctetString};
use der::oid::db::{rfc5280, rfc5912, rfc6960};
use der::{DateTime, Decode, Encode};
use x509_cert::Certificate;
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{CrlReason, KeyUsages};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    AsResponseBytes, BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspResponse,
    ResponderId, ResponseData, RevokedInfo, SingleResponse, Version,
};

use crate::{Authority, Holder, Key, extension};

/// What a responder says; the default is good, as of 2024 to 2044, without a nonce.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Good, revoked or unknown.
    pub status: CertStatus,
    /// As of when, Unix time.
    pub this_update: i64,
    /// When newer news will be there, Unix time; left out when none.
    pub next_update: Option<i64>,
    /// When it was signed, Unix time.
    pub produced_at: i64,
    /// The question's nonce; left out when none.
    pub nonce: Option<Vec<u8>>,
    /// Names the responder by its key and not by its name.
    pub by_key: bool,
}

impl Default for Answer {
    fn default() -> Answer {
        Answer {
            status: CertStatus::good(),
            this_update: crate::CARD_FROM,
            next_update: Some(crate::CARD_UNTIL),
            produced_at: crate::CARD_FROM,
            nonce: None,
            by_key: false,
        }
    }
}

impl Answer {
    /// Revoked at a time, for a reason or none.
    pub fn revoked(since: i64, reason: Option<CrlReason>) -> Answer {
        Answer {
            status: CertStatus::Revoked(RevokedInfo {
                revocation_time: time(since),
                revocation_reason: reason,
            }),
            ..Answer::default()
        }
    }

    /// That the responder does not know the certificate.
    pub fn unknown() -> Answer {
        Answer {
            status: CertStatus::Unknown(Null),
            ..Answer::default()
        }
    }
}

impl Authority {
    /// An answer about a certificate's serial number, signed by the authority itself, DER.
    pub fn ocsp_answer(&self, serial: &[u8], answer: &Answer) -> Vec<u8> {
        self.sign_answer(&self.answer_data(self, serial, answer), &[])
    }

    /// What a responder of this authority will sign, for a test to change before.
    pub fn answer_data(
        &self,
        responder: &Authority,
        serial: &[u8],
        answer: &Answer,
    ) -> ResponseData {
        let nonce = answer.nonce.as_ref().map(|nonce| {
            let content = OctetString::new(nonce.clone()).unwrap().to_der().unwrap();
            vec![extension::raw(rfc6960::ID_PKIX_OCSP_NONCE, false, &content)]
        });
        ResponseData {
            version: Version::V1,
            responder_id: match answer.by_key {
                true => ResponderId::ByKey(
                    OctetString::new(digest_of(rfc5912::ID_SHA_1, &key_bits(responder))).unwrap(),
                ),
                false => ResponderId::ByName(responder.name().clone()),
            },
            produced_at: time(answer.produced_at),
            responses: vec![SingleResponse {
                cert_id: self.certificate_id(rfc5912::ID_SHA_1, serial),
                cert_status: answer.status,
                this_update: time(answer.this_update),
                next_update: answer.next_update.map(time),
                single_extensions: None,
            }],
            response_extensions: nonce,
        }
    }

    /// How an answer names one of this authority's certificates, over SHA-1, -256, -384 or
    /// -512.
    pub fn certificate_id(&self, hash: ObjectIdentifier, serial: &[u8]) -> CertId {
        let of = |bytes: &[u8]| OctetString::new(digest_of(hash, bytes)).unwrap();
        CertId {
            hash_algorithm: AlgorithmIdentifierOwned {
                oid: hash,
                parameters: Some(Any::null()),
            },
            issuer_name_hash: of(&self.name().to_der().unwrap()),
            issuer_key_hash: of(&key_bits(self)),
            serial_number: SerialNumber::new(serial).unwrap(),
        }
    }

    /// Signs an answer as a responder, with certificates (DER) beside it.
    pub fn sign_answer(&self, data: &ResponseData, certificates: &[Vec<u8>]) -> Vec<u8> {
        let (algorithm, signature) = self.signature_of(&data.to_der().unwrap());
        answer_of(data, algorithm, &signature, certificates)
    }

    /// The body of a certificate by which this authority lets a responder answer for it.
    pub fn responder_body(&self, responder: &Authority) -> TbsCertificate {
        let mut body = self.body(&Holder::default(), responder.key());
        body.subject = responder.name().clone();
        for of_a_responder in [
            extension::key_usage(KeyUsages::DigitalSignature),
            extension::extended_key_usage(&[rfc5280::ID_KP_OCSP_SIGNING]),
            extension::raw(rfc6960::ID_PKIX_OCSP_NOCHECK, false, &[5, 0]),
        ] {
            extension::set(&mut body, of_a_responder);
        }
        extension::remove(&mut body, rfc5280::ID_CE_CERTIFICATE_POLICIES);
        body
    }

    /// A responder of this authority and its certificate, DER.
    pub fn responder(&self, key: Key) -> (Authority, Vec<u8>) {
        let responder = Authority::new("Risponditore di prova", key);
        let certificate = self.sign(&self.responder_body(&responder));
        (responder, certificate)
    }
}

/// Puts an answer together, whether its parts fit or not.
pub fn answer_of(
    data: &ResponseData,
    algorithm: AlgorithmIdentifierOwned,
    signature: &[u8],
    certificates: &[Vec<u8>],
) -> Vec<u8> {
    let certificates: Vec<Certificate> = certificates
        .iter()
        .map(|der| Certificate::from_der(der).unwrap())
        .collect();
    let basic = BasicOcspResponse {
        tbs_response_data: data.clone(),
        signature_algorithm: algorithm,
        signature: BitString::from_bytes(signature).unwrap(),
        certs: (!certificates.is_empty()).then_some(certificates),
    };
    let bytes = basic.to_response_bytes().unwrap();
    OcspResponse {
        response_status: x509_ocsp::OcspResponseStatus::Successful,
        response_bytes: Some(bytes),
    }
    .to_der()
    .unwrap()
}

/// An extension for an answer.
pub fn answer_extension(oid: ObjectIdentifier, critical: bool) -> Extension {
    extension::raw(oid, critical, &[5, 0])
}

/// A time as answers have it.
pub fn time(seconds: i64) -> OcspGeneralizedTime {
    let since = std::time::Duration::from_secs(seconds.try_into().unwrap());
    let date = DateTime::from_unix_duration(since).unwrap();
    OcspGeneralizedTime(GeneralizedTime::from_date_time(date))
}

fn key_bits(authority: &Authority) -> Vec<u8> {
    let public = authority.key().public();
    public.subject_public_key.raw_bytes().to_vec()
}

fn digest_of(hash: ObjectIdentifier, bytes: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        rfc5912::ID_SHA_1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        rfc5912::ID_SHA_256 => &digest::SHA256,
        rfc5912::ID_SHA_384 => &digest::SHA384,
        _ => &digest::SHA512,
    };
    digest::digest(algorithm, bytes).as_ref().to_vec()
}
