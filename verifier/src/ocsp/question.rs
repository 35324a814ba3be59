//! What is to be asked about one certificate, and of whom.

use std::sync::Arc;
use std::time::Duration;

use cns::Certificate;
use der::Encode;
use der::asn1::OctetString;
use der::oid::db::rfc6960;
use x509_cert::ext::Extension;
use x509_ocsp::{OcspRequest, Request, TbsRequest};

use super::certificate_id::CertificateId;
use super::reading;
use crate::anchor::sha_256;
use crate::{Anchor, OcspAnswer, OcspFault, OcspStatus, RevocationList, Trust};

/// RFC 9654 §2.1: a nonce of a question has 32 octets.
const NONCE_LENGTH: usize = 32;

/// What can be asked about a certificate whose issuer is trusted ([`Trust::question`]).
///
/// It holds what it needs of the snapshot it came from, and can outlive it.
#[derive(Debug, Clone)]
pub struct Question {
    issuer: Arc<Anchor>,
    lists: Vec<Arc<RevocationList>>,
    serial: Vec<u8>,
    /// The DER of an OCSPRequest, to its end but for the nonce.
    request: Vec<u8>,
    has_current_list: bool,
    crl_addresses: Vec<String>,
    ocsp_addresses: Vec<String>,
}

impl Trust {
    /// What can be asked about a certificate (DER) at a time (Unix seconds); nothing where
    /// no answer could matter, since it cannot be read or no anchor valid then signed it.
    /// So nobody can have addresses of their own choice visited.
    ///
    /// Finding that out can cost the verification of a signature: ask where [`crate::judge`]
    /// lacks evidence ([`crate::Reason::RevocationUnknown`],
    /// [`crate::RevocationEvidence::Absent`]), not before every judgement.
    pub fn question(&self, certificate: &[u8], now: i64) -> Option<Question> {
        let certificate = Certificate::read(certificate).ok()?;
        let fingerprint = sha_256(certificate.der());
        let issuer = self.issuer(&certificate, &fingerprint, now).ok()?;
        let id = CertificateId {
            issuer: issuer.anchor,
            serial: certificate.serial(),
        };
        Some(Question {
            request: request(id).ok()?,
            has_current_list: issuer
                .lists
                .iter()
                .any(|list| list.is_current_at(now) && list.covers(&certificate)),
            crl_addresses: certificate.crl_addresses(),
            ocsp_addresses: certificate.ocsp_addresses().to_vec(),
            serial: certificate.serial().to_vec(),
            lists: issuer.lists.into_iter().cloned().collect(),
            issuer: Arc::clone(issuer.anchor),
        })
    }
}

impl Question {
    /// Whether a list at hand already answers, so that nobody need be asked.
    pub fn has_current_list(&self) -> bool {
        self.has_current_list
    }

    /// Where the certificate says its issuer's list is: `http` and `https` addresses of its
    /// distribution points (RFC 5280 §4.2.1.13).
    pub fn crl_addresses(&self) -> &[String] {
        &self.crl_addresses
    }

    /// Where the certificate says its issuer's OCSP responder is: `http` and `https`
    /// addresses (RFC 5280 §4.2.2.1).
    pub fn ocsp_addresses(&self) -> &[String] {
        &self.ocsp_addresses
    }

    /// SHA-256 of the issuer's certificate, by which an administrator names it.
    pub fn issuer_fingerprint(&self) -> [u8; 32] {
        self.issuer.fingerprint()
    }

    /// What an answer is kept under: the same for every question about this certificate,
    /// whichever snapshot it comes from, and for no other.
    pub fn key(&self) -> [u8; 32] {
        self.id().key()
    }

    /// The DER of a request with this nonce (RFC 6960 §4.1.1, RFC 9654 §2.1): the body of a
    /// POST with the media type `application/ocsp-request`.
    pub fn ocsp_request(&self, nonce: &[u8; NONCE_LENGTH]) -> Vec<u8> {
        [&self.request[..], nonce].concat()
    }

    /// Reads what a responder answered (RFC 6960 §3.2), and believes it only if
    ///
    /// - it speaks of this certificate,
    /// - the issuer signed it, or a responder whose certificate the issuer signed itself, for
    ///   that purpose (id-kp-OCSPSigning), valid now and on no list at hand,
    /// - with SHA-256 or longer and a key that is strong enough,
    /// - its nonce is the one that was asked with, where it carries one and one was asked,
    /// - it is current: not before thisUpdate, not past nextUpdate; and where no nonce shows
    ///   that it was made for this question, or it has no nextUpdate, not older than `max_age`.
    ///
    /// How long an answer may be is the carrier's to bound; some kilobytes are usual.
    pub fn read_answer(
        &self,
        der: &[u8],
        nonce: Option<&[u8; NONCE_LENGTH]>,
        now: i64,
        max_age: Duration,
    ) -> Result<OcspAnswer, OcspFault> {
        let response = reading::Response::read(der)?;
        let single = response.about(self.id())?;
        response.verify(&self.issuer, &self.lists, now)?;
        let is_fresh = response.answers(nonce)?;
        let max_age = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
        let keep_until = single.current_until(is_fresh, max_age, response.produced_at(), now)?;
        Ok(OcspAnswer {
            question: self.key(),
            status: single.status,
            this_update: single.this_update,
            keep_until: match single.status {
                // A card just issued becomes known any minute.
                OcspStatus::Unknown => keep_until.min(now),
                OcspStatus::Good | OcspStatus::Revoked(_) => keep_until,
            },
        })
    }

    fn id(&self) -> CertificateId<'_> {
        CertificateId {
            issuer: &self.issuer,
            serial: &self.serial,
        }
    }
}

/// A request up to its nonce, which stands at its very end.
fn request(id: CertificateId<'_>) -> Result<Vec<u8>, der::Error> {
    let nonce = OctetString::new([0; NONCE_LENGTH])?;
    let request = OcspRequest {
        tbs_request: TbsRequest {
            request_list: vec![Request {
                req_cert: id.to_ask()?,
                single_request_extensions: None,
            }],
            request_extensions: Some(vec![Extension {
                extn_id: rfc6960::ID_PKIX_OCSP_NONCE,
                critical: false,
                extn_value: OctetString::new(nonce.to_der()?)?,
            }]),
            ..TbsRequest::default()
        },
        optional_signature: None,
    };
    let mut der = request.to_der()?;
    der.truncate(der.len().saturating_sub(NONCE_LENGTH));
    Ok(der)
}
