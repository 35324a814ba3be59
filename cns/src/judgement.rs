//! Whether a certificate has the profile of a CNS authentication certificate.

use der::oid::ObjectIdentifier;
use der::oid::db::rfc5280;
use protocol::CodiceFiscale;

use crate::refusal::{CnsFault, PurposeFault, Refusal, WeakKeyFault};
use crate::{Certificate, KeyKind, subject};

/// iso(1) identified-org(3) uninfo(76) agid(16) authentication(2) cns(1): the policy every
/// CNS authentication certificate carries. The CIE's (1.3.76.47.4) is another credential.
const CNS_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.76.16.2.1");

/// What a CNS certificate says about its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CnsIdentity {
    /// The holder's codice fiscale.
    pub codice_fiscale: CodiceFiscale,
    /// The card's number (EF.ID_Carta).
    pub id_carta: String,
    /// The holder's surname, where the certificate has it.
    pub cognome: Option<String>,
    /// The holder's given name, where the certificate has it.
    pub nome: Option<String>,
}

impl Certificate {
    /// Judges the profile at the time `now` (Unix seconds); who signed it is not asked.
    pub fn judge(&self, now: i64) -> Result<CnsIdentity, Refusal> {
        self.judge_purpose().map_err(Refusal::Purpose)?;
        let identity = self.judge_identity().map_err(Refusal::NotCns)?;
        self.judge_validity(now)?;
        self.judge_strength().map_err(Refusal::WeakKey)?;
        Ok(identity)
    }

    /// Judges all of the profile that is not the CNS's own: purpose, validity, strength;
    /// for the authentication certificates of other cards.
    pub fn judge_for_authentication(&self, now: i64) -> Result<(), Refusal> {
        self.judge_purpose().map_err(Refusal::Purpose)?;
        self.judge_validity(now)?;
        self.judge_strength().map_err(Refusal::WeakKey)
    }

    fn judge_purpose(&self) -> Result<(), PurposeFault> {
        if self.extensions.is_authority {
            return Err(PurposeFault::Authority);
        }
        let usage = self
            .extensions
            .key_usage
            .ok_or(PurposeFault::KeyUsageAbsent)?;
        if usage.non_repudiation() {
            return Err(PurposeFault::NonRepudiation);
        }
        if !usage.digital_signature() {
            return Err(PurposeFault::DigitalSignatureAbsent);
        }
        match &self.extensions.extended_key_usage {
            Some(uses) if uses.0.contains(&rfc5280::ID_KP_CLIENT_AUTH) => {}
            _ => return Err(PurposeFault::ClientAuthAbsent),
        }
        match self.unknown_critical_extension() {
            Some(oid) => Err(PurposeFault::CriticalExtension(oid)),
            None => Ok(()),
        }
    }

    fn judge_identity(&self) -> Result<CnsIdentity, CnsFault> {
        if !self.extensions.policies.contains(&CNS_POLICY) {
            return Err(CnsFault::PolicyAbsent);
        }
        let name = subject::common_name(&self.subject)?;
        Ok(CnsIdentity {
            codice_fiscale: name.codice_fiscale,
            id_carta: name.id_carta,
            cognome: self.cognome(),
            nome: self.nome(),
        })
    }

    fn judge_validity(&self, now: i64) -> Result<(), Refusal> {
        let (not_before, not_after) = (self.not_before(), self.not_after());
        if now > not_after {
            return Err(Refusal::Expired { not_after });
        }
        if now < not_before {
            return Err(Refusal::NotYetValid { not_before });
        }
        Ok(())
    }

    fn judge_strength(&self) -> Result<(), WeakKeyFault> {
        match self.key() {
            KeyKind::Rsa { bits: 2048..=8192 } | KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => {}
            KeyKind::Rsa { bits } => return Err(WeakKeyFault::RsaLength { bits }),
            KeyKind::Other => return Err(WeakKeyFault::KeyUnsupported),
        }
        match self.signature_algorithm() {
            Some(_) => Ok(()),
            None => Err(WeakKeyFault::SignatureAlgorithm(
                self.signature_algorithm_oid(),
            )),
        }
    }
}
