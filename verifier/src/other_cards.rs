//! Tokens of other cards: the same proof, another profile.

use cns::Certificate;
use der::oid::ObjectIdentifier;
use protocol::Token;

use crate::anchor::sha_256;
use crate::judgement::judge_proof;
use crate::{Expected, Reason, RevocationEvidence, Trust};

/// Which certificates a portal takes from cards that are no CNS, such as the ones the Web
/// eID application reads.
///
/// What counts are the policies a certificate was issued under (RFC 5280 §4.2.1.4); that
/// they were meant for authentication, key usage and extended key usage say as with a CNS.
#[derive(Debug, Clone, Default)]
pub struct OtherCards {
    allowed: Vec<ObjectIdentifier>,
    disallowed: Vec<ObjectIdentifier>,
}

/// A text that is no policy: not an object identifier in dotted form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no object identifier; write it as 1.3.6.1.4.1")]
pub struct PolicyFault(pub String);

/// The person behind a token of another card, as the certificate's subject names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherIdentity {
    /// The subject on one line (RFC 4514), for people: cleaned, and cut where it is long.
    pub subject: String,
    /// The subject's DER, for comparing.
    pub subject_der: Vec<u8>,
    /// The subject's serialNumber, exactly as it stands there: a person's own number on most
    /// cards, such as `PNOEE-38001085718` (ETSI EN 319 412-1 §5.1.3).
    pub serial_number: Option<String>,
    /// The holder's surname, where the certificate has it; for people.
    pub surname: Option<String>,
    /// The holder's given name, where the certificate has it; for people.
    pub given_name: Option<String>,
    /// SHA-256 of the certificate's DER.
    pub certificate_fingerprint: [u8; 32],
    /// The certificate's serial number, lower-case hexadecimal.
    pub serial: String,
    /// The issuer's common name, for logs.
    pub issuer: String,
    /// Last second of the certificate's validity, Unix time.
    pub not_after: i64,
    /// What is known of its revocation.
    pub revocation: RevocationEvidence,
}

impl OtherCards {
    /// Cards whose certificate has one of the allowed policies, or any where none is named;
    /// and none of the disallowed ones.
    pub fn new(allowed: &[&str], disallowed: &[&str]) -> Result<OtherCards, PolicyFault> {
        let read = |policies: &[&str]| {
            policies
                .iter()
                .map(|text| {
                    ObjectIdentifier::new(text).map_err(|_| PolicyFault((*text).to_owned()))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(OtherCards {
            allowed: read(allowed)?,
            disallowed: read(disallowed)?,
        })
    }

    fn judge(&self, certificate: &Certificate) -> Result<(), Reason> {
        let policies = certificate.policies();
        if let Some(policy) = policies
            .iter()
            .find(|policy| self.disallowed.contains(policy))
        {
            return Err(Reason::PolicyDisallowed {
                policy: policy.to_string(),
            });
        }
        let is_allowed = policies.iter().any(|policy| self.allowed.contains(policy));
        match self.allowed.is_empty() || is_allowed {
            true => Ok(()),
            false => Err(Reason::PolicyAbsent),
        }
    }
}

/// Judges a token of another card than a CNS: by its form, its certificate's purpose,
/// validity and strength, its policies, and the proof as [`crate::judge`] does.
pub fn judge_other(
    token: &Token,
    expected: &Expected<'_>,
    cards: &OtherCards,
    trust: &Trust,
) -> Result<OtherIdentity, Reason> {
    let certificate =
        Certificate::read(&token.unverified_certificate).map_err(Reason::Malformed)?;
    certificate.judge_for_authentication(expected.now)?;
    cards.judge(&certificate)?;
    let fingerprint = sha_256(certificate.der());
    let proof = judge_proof(&certificate, &fingerprint, token, expected, trust)?;
    Ok(OtherIdentity {
        subject: certificate.subject_line(),
        subject_der: certificate.subject_der().to_vec(),
        serial_number: certificate.subject_serial_number(),
        surname: certificate.cognome(),
        given_name: certificate.nome(),
        certificate_fingerprint: fingerprint,
        serial: certificate.serial_hex(),
        issuer: certificate.issuer_name(),
        not_after: certificate.not_after(),
        revocation: proof.revocation,
    })
}
