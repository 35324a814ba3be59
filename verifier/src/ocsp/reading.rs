//! Reading an OCSP response (RFC 6960 §4.2.1).

use std::sync::Arc;

use cns::SignatureAlgorithm;
use der::asn1::{BitStringRef, OctetStringRef};
use der::oid::db::rfc6960;
use der::{Decode, Encode, Reader, SliceReader, Tag};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::CrlReason;
use x509_ocsp::{
    CertStatus, OcspGeneralizedTime, OcspResponse, OcspResponseStatus, ResponseData, SingleResponse,
};

use super::certificate_id::CertificateId;
use super::{CLOCK_SKEW, OcspFailure, OcspFault, OcspStatus, signer};
use crate::walk::Walk;
use crate::{Anchor, Revocation, RevocationList};

/// A response whose form is right; nothing in it is believed yet.
pub(super) struct Response {
    data: ResponseData,
    to_be_signed: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    /// The certificates that came with it, each DER.
    certificates: Vec<Vec<u8>>,
}

/// What it says of one certificate.
pub(super) struct Single {
    pub(super) status: OcspStatus,
    pub(super) this_update: i64,
    next_update: Option<i64>,
}

impl Response {
    /// Reads the DER of exactly one successful response of the basic type.
    pub(super) fn read(der: &[u8]) -> Result<Response, OcspFault> {
        cns::check_set_order(der)?;
        let response = OcspResponse::from_der(der)?;
        // What is around the signed bytes has one encoding too.
        if response.to_der()? != der {
            return Err(OcspFault::Malformed);
        }
        if let Some(failure) = failure(response.response_status) {
            return Err(OcspFault::Unsuccessful(failure));
        }
        let bytes = response.response_bytes.ok_or(OcspFault::Malformed)?;
        if bytes.response_type != rfc6960::ID_PKIX_OCSP_BASIC {
            return Err(OcspFault::ResponseType(bytes.response_type.to_string()));
        }
        Response::read_basic(bytes.response.as_bytes())
    }

    /// BasicOCSPResponse, element by element: what is signed are the bytes as they came.
    fn read_basic(der: &[u8]) -> Result<Response, OcspFault> {
        cns::check_set_order(der)?;
        let mut basic = Walk::enter(der, 0)?;
        let (_, to_be_signed) = basic.element()?;
        let (_, algorithm) = basic.element()?;
        let (_, signature) = basic.element()?;
        let certificates = match basic.peek() {
            Some(_) => certificates(basic.element()?.1)?,
            None => Vec::new(),
        };
        basic.finish()?;
        let data = ResponseData::from_der(to_be_signed)?;
        check_extensions(&data.response_extensions)?;
        Ok(Response {
            data,
            to_be_signed: to_be_signed.to_vec(),
            algorithm: algorithm.to_vec(),
            signature: BitStringRef::from_der(signature)?
                .as_bytes()
                .ok_or(OcspFault::Malformed)?
                .to_vec(),
            certificates,
        })
    }

    /// What it says of a certificate; of several words a revocation, else the newest.
    pub(super) fn about(&self, id: CertificateId<'_>) -> Result<Single, OcspFault> {
        let mut singles = Vec::new();
        for response in &self.data.responses {
            if id.is(&response.cert_id) {
                singles.push(Single::of(response)?);
            }
        }
        singles
            .into_iter()
            .max_by_key(|single| {
                let is_revoked = matches!(single.status, OcspStatus::Revoked(_));
                (is_revoked, single.this_update)
            })
            .ok_or(OcspFault::OtherCertificate)
    }

    /// Whether the issuer signed it, or somebody who may in its stead.
    pub(super) fn verify(
        &self,
        issuer: &Anchor,
        lists: &[Arc<RevocationList>],
        now: i64,
    ) -> Result<(), OcspFault> {
        let algorithm =
            SignatureAlgorithm::from_der(&self.algorithm).ok_or(OcspFault::SignatureAlgorithm)?;
        let responder = signer::Responder::of(&self.data.responder_id)?;
        let signer = signer::find(&responder, issuer, &self.certificates, lists, now)?;
        signer
            .verify(algorithm, &self.to_be_signed, &self.signature)
            .map_err(|_| OcspFault::SignatureInvalid)
    }

    /// Whether its nonce shows that it was made for this question; without one nothing
    /// shows (RFC 6960 §4.4.1, RFC 5019 §4: responders that answer in advance have none).
    pub(super) fn answers(&self, asked: Option<&[u8; 32]>) -> Result<bool, OcspFault> {
        let extensions = self.data.response_extensions.iter().flatten();
        let mut nonces =
            extensions.filter(|extension| extension.extn_id == rfc6960::ID_PKIX_OCSP_NONCE);
        let (nonce, another) = (nonces.next(), nonces.next());
        if another.is_some() {
            return Err(OcspFault::Malformed);
        }
        match (nonce, asked) {
            (Some(nonce), Some(asked)) => {
                let nonce = OctetStringRef::from_der(nonce.extn_value.as_bytes())?;
                match nonce.as_bytes() == asked {
                    true => Ok(true),
                    false => Err(OcspFault::NonceDiffers),
                }
            }
            _ => Ok(false),
        }
    }

    /// When it was signed, Unix time.
    pub(super) fn produced_at(&self) -> i64 {
        seconds(self.data.produced_at)
    }
}

impl Single {
    fn of(response: &SingleResponse) -> Result<Single, OcspFault> {
        check_extensions(&response.single_extensions)?;
        Ok(Single {
            status: match response.cert_status {
                CertStatus::Good(_) => OcspStatus::Good,
                CertStatus::Unknown(_) => OcspStatus::Unknown,
                CertStatus::Revoked(info) => OcspStatus::Revoked(Revocation {
                    on_hold: info.revocation_reason == Some(CrlReason::CertificateHold),
                    since: seconds(info.revocation_time),
                }),
            },
            this_update: seconds(response.this_update),
            next_update: response.next_update.map(seconds),
        })
    }

    /// Until when it may be believed, if it may be now (RFC 6960 §4.2.2.1).
    pub(super) fn current_until(
        &self,
        is_fresh: bool,
        max_age: i64,
        produced_at: i64,
        now: i64,
    ) -> Result<i64, OcspFault> {
        let this_update = self.this_update;
        if self.next_update.is_some_and(|next| next < this_update)
            || produced_at.saturating_add(CLOCK_SKEW) < this_update
        {
            return Err(OcspFault::Times);
        }
        if this_update.max(produced_at) > now.saturating_add(CLOCK_SKEW) {
            return Err(OcspFault::NotYetValid { this_update });
        }
        let oldest = this_update.saturating_add(max_age);
        let until = match self.next_update {
            Some(next) if is_fresh => next,
            Some(next) => next.min(oldest),
            None => oldest,
        };
        match now > until.saturating_add(CLOCK_SKEW) {
            true => Err(OcspFault::Stale { until }),
            false => Ok(until),
        }
    }
}

/// `[0]`, in it a SEQUENCE, in it certificates.
fn certificates(der: &[u8]) -> Result<Vec<Vec<u8>>, OcspFault> {
    let mut reader = SliceReader::new(der)?;
    let header = der::Header::decode(&mut reader)?;
    let is_first = matches!(header.tag, Tag::ContextSpecific { constructed: true, number } if number.value() == 0);
    if !is_first {
        return Err(OcspFault::Malformed);
    }
    let mut list = Walk::enter(reader.read_slice(header.length)?, 0)?;
    let mut certificates = Vec::new();
    while !list.is_finished() {
        certificates.push(list.element()?.1.to_vec());
    }
    Ok(certificates)
}

/// The nonce is read elsewhere; of the others none is understood (RFC 6960 §4.4).
fn check_extensions(extensions: &Option<Vec<Extension>>) -> Result<(), OcspFault> {
    let unknown = extensions
        .iter()
        .flatten()
        .find(|extension| extension.critical && extension.extn_id != rfc6960::ID_PKIX_OCSP_NONCE);
    match unknown {
        None => Ok(()),
        Some(unknown) => Err(OcspFault::CriticalExtension(unknown.extn_id.to_string())),
    }
}

fn failure(status: OcspResponseStatus) -> Option<OcspFailure> {
    Some(match status {
        OcspResponseStatus::Successful => return None,
        OcspResponseStatus::MalformedRequest => OcspFailure::MalformedRequest,
        OcspResponseStatus::InternalError => OcspFailure::InternalError,
        OcspResponseStatus::TryLater => OcspFailure::TryLater,
        OcspResponseStatus::SigRequired => OcspFailure::SigRequired,
        OcspResponseStatus::Unauthorized => OcspFailure::Unauthorized,
    })
}

fn seconds(time: OcspGeneralizedTime) -> i64 {
    // Years end at 9999 in X.509: the seconds fit.
    i64::try_from(time.0.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}
