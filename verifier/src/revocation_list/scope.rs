//! For which certificates a revocation list speaks.

use cns::Certificate;
use der::oid::db::rfc5280;
use der::{Decode, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::DistributionPointName;

use super::RevocationListFault;

/// What not being on the list proves. Being on it always counts: an issuer uses a serial
/// number once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Every certificate of a person or device that the issuer issued.
    Everything,
    /// Those that name one of these distribution points (DER of GeneralName): large
    /// authorities split their lists.
    Points(Vec<Vec<u8>>),
    /// None fully: only some reasons, or only authorities.
    Nothing,
}

impl Scope {
    /// Reads a list's extensions (RFC 5280 §5.2).
    pub(crate) fn read(extensions: &[Extension]) -> Result<Scope, RevocationListFault> {
        let mut scope = Scope::Everything;
        for (place, extension) in extensions.iter().enumerate() {
            if extensions[..place]
                .iter()
                .any(|earlier| earlier.extn_id == extension.extn_id)
            {
                return Err(RevocationListFault::Malformed);
            }
            match extension.extn_id {
                rfc5280::ID_CE_DELTA_CRL_INDICATOR => return Err(RevocationListFault::Delta),
                rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT => {
                    cns::check_set_order(extension.extn_value.as_bytes())?;
                    scope = Scope::of(&IssuingDistributionPoint::from_der(
                        extension.extn_value.as_bytes(),
                    )?)?;
                }
                // They help to find lists and keys ([`authority_key_id`]); the signature decides.
                rfc5280::ID_CE_CRL_NUMBER | rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER => {}
                unknown if extension.critical => {
                    return Err(RevocationListFault::CriticalExtension(unknown.to_string()));
                }
                _ => {}
            }
        }
        Ok(scope)
    }

    fn of(point: &IssuingDistributionPoint) -> Result<Scope, RevocationListFault> {
        if point.indirect_crl {
            return Err(RevocationListFault::Indirect);
        }
        if point.only_contains_attribute_certs {
            return Err(RevocationListFault::AttributeCertificates);
        }
        if point.only_contains_ca_certs || point.only_some_reasons.is_some() {
            return Ok(Scope::Nothing);
        }
        match &point.distribution_point {
            None => Ok(Scope::Everything),
            Some(DistributionPointName::FullName(names)) => {
                let names: Result<_, _> = names.iter().map(Encode::to_der).collect();
                Ok(Scope::Points(names?))
            }
            // No certificate of the field names its list this way, so none can match.
            Some(DistributionPointName::NameRelativeToCRLIssuer(_)) => Ok(Scope::Nothing),
        }
    }

    pub(crate) fn covers(&self, certificate: &Certificate) -> bool {
        match self {
            Scope::Everything => true,
            Scope::Points(names) => certificate
                .distribution_points()
                .iter()
                .any(|point| names.contains(point)),
            Scope::Nothing => false,
        }
    }

    /// Whether what this one covers includes all that another one does.
    pub(crate) fn includes(&self, other: &Scope) -> bool {
        match (self, other) {
            (Scope::Everything, _) | (_, Scope::Nothing) => true,
            (Scope::Points(names), Scope::Points(others)) => {
                others.iter().all(|other| names.contains(other))
            }
            _ => false,
        }
    }
}

/// The identifier of the key that signed the list (RFC 5280 §5.2.1): whom to try first.
pub(super) fn authority_key_id(extensions: &[Extension]) -> Option<Vec<u8>> {
    let extension = extensions
        .iter()
        .find(|extension| extension.extn_id == rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER)?;
    let content = extension.extn_value.as_bytes();
    cns::check_set_order(content).ok()?;
    let identifier = AuthorityKeyIdentifier::from_der(content).ok()?;
    Some(identifier.key_identifier?.into_bytes())
}
