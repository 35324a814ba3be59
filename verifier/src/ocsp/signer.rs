//! Who may sign an answer: the issuer, or a responder of the issuer's (RFC 6960 §4.2.2.2).

use std::sync::Arc;

use cns::{Certificate, KeyKind};
use der::Encode;
use der::oid::db::rfc5280;
use x509_ocsp::ResponderId;

use super::certificate_id::key_hash;
use super::{OcspFault, OcspSignerFault};
use crate::signature::IssuerKey;
use crate::{Anchor, RevocationList};

/// Whom an answer names as its signer.
pub(super) enum Responder<'a> {
    /// By its name, DER.
    Name(Vec<u8>),
    /// By SHA-1 of its public key.
    Key(&'a [u8]),
}

impl Responder<'_> {
    pub(super) fn of(id: &ResponderId) -> Result<Responder<'_>, OcspFault> {
        Ok(match id {
            ResponderId::ByName(name) => Responder::Name(name.to_der()?),
            ResponderId::ByKey(hash) => Responder::Key(hash.as_bytes()),
        })
    }

    fn is(&self, name: &[u8], public_key_info: &[u8]) -> bool {
        match self {
            Responder::Name(named) => named == name,
            Responder::Key(hash) => key_hash(public_key_info).as_deref() == Some(hash),
        }
    }
}

/// The key of the responder that an answer names.
///
/// Where several certificates came with the answer, the first whose holder is named and may
/// speak for the issuer counts.
pub(super) fn find(
    responder: &Responder<'_>,
    issuer: &Anchor,
    certificates: &[Vec<u8>],
    lists: &[Arc<RevocationList>],
    now: i64,
) -> Result<IssuerKey, OcspFault> {
    if responder.is(issuer.subject_der(), issuer.public_key_info()) {
        return Ok(issuer.key().clone());
    }
    let mut fault = OcspFault::SignerAbsent;
    for der in certificates {
        let Ok(certificate) = Certificate::read(der) else {
            fault = OcspSignerFault::Malformed.into();
            continue;
        };
        if responder.is(certificate.subject_der(), certificate.public_key_info()) {
            match delegated(&certificate, issuer, lists, now) {
                Ok(key) => return Ok(key),
                Err(cause) => fault = cause.into(),
            }
        }
    }
    Err(fault)
}

/// The key of a responder whose certificate the issuer signed itself, for this purpose.
///
/// id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1) says that nobody need ask whether it was
/// revoked, and it is not asked over the network; but what the lists at hand say is heard.
fn delegated(
    certificate: &Certificate,
    issuer: &Anchor,
    lists: &[Arc<RevocationList>],
    now: i64,
) -> Result<IssuerKey, OcspSignerFault> {
    if certificate.issuer_der() != issuer.subject_der() {
        return Err(OcspSignerFault::NotIssued);
    }
    let algorithm = certificate
        .signature_algorithm()
        .ok_or(OcspSignerFault::Weak)?;
    issuer
        .verify(
            algorithm,
            certificate.to_be_signed(),
            certificate.signature(),
        )
        .map_err(|_| OcspSignerFault::NotIssued)?;
    if !certificate.has_purpose(rfc5280::ID_KP_OCSP_SIGNING) || !certificate.may_sign_data() {
        return Err(OcspSignerFault::NotDelegated);
    }
    if certificate.unknown_critical_extension().is_some() {
        return Err(OcspSignerFault::Malformed);
    }
    if let KeyKind::Rsa { bits } = certificate.key()
        && !(2048..=8192).contains(&bits)
    {
        return Err(OcspSignerFault::Weak);
    }
    if !(certificate.not_before()..=certificate.not_after()).contains(&now) {
        return Err(OcspSignerFault::NotValid);
    }
    if lists
        .iter()
        .any(|list| list.find(certificate.serial()).is_some())
    {
        return Err(OcspSignerFault::Revoked);
    }
    IssuerKey::new(certificate.key(), certificate.public_key_info()).ok_or(OcspSignerFault::Weak)
}
