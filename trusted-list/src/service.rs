//! The services a list names, and which of them are of use (TS 119 612 §5.5).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cns::{Certificate, Malformed, rfc3339};

use crate::element::{Element, TSL};
use crate::{Fault, extension, scheme, shown};

/// Identity verification: what AgID lists the authorities of CNS and CIE under
/// (TS 119 612 §5.5.1.3). There is no mark that tells the two apart.
const IDENTITY_VERIFICATION: &str = "http://uri.etsi.org/TrstSvc/Svctype/IdV";

/// The states in which a service may be relied on (TS 119 612 §5.5.4): the first for services
/// that only national law knows, such as these.
const GRANTED: [&str; 2] = [
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel",
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
];

/// An authority that the state recognises, by one of its certificates.
#[derive(Clone, PartialEq, Eq)]
pub struct Service {
    /// The trust service provider's name, for people.
    pub provider: String,
    /// The service's name, for people; AgID writes the authority's distinguished name here.
    pub name: String,
    /// The authority's certificate, DER, in validity when the list was read.
    pub certificate: Vec<u8>,
    /// Last second of the certificate's validity, Unix time.
    pub not_after: i64,
}

/// A recognised service of the wanted type that is nevertheless not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The trust service provider's name, for people.
    pub provider: String,
    /// The service's name, for people.
    pub name: String,
    /// Why.
    pub cause: Unusable,
}

/// Why a recognised service is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The entry lacks an element, or it cannot be read.
    #[error("{0}")]
    Entry(Fault),
    /// Its present state begins only later (TS 119 612 §5.5.5).
    #[error("recognised only from {}", rfc3339(*.from))]
    NotYetRecognised {
        /// First second, Unix time.
        from: i64,
    },
    /// It has an extension that must be understood, and is not (TS 119 612 annex B).
    #[error("it has the critical extension {0}, which is not understood")]
    CriticalExtension(String),
    /// It names no certificate.
    #[error("names no certificate")]
    CertificateAbsent,
    /// What stands in the certificate's place is no base64.
    #[error("its certificate is not in base64")]
    CertificateEncoding,
    /// What stands in the certificate's place is no certificate.
    #[error("its certificate cannot be read: {0}")]
    CertificateMalformed(Malformed),
    /// Its certificate is over, or has not begun.
    #[error(
        "its certificate is valid from {} to {} only",
        rfc3339(*.not_before), rfc3339(*.not_after)
    )]
    CertificateNotValid {
        /// First second of validity, Unix time.
        not_before: i64,
        /// Last second of validity, Unix time.
        not_after: i64,
    },
}

/// The names only: a certificate's bytes are noise in a log.
impl std::fmt::Debug for Service {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Service({}, {})", self.provider, self.name)
    }
}

/// What a list's services come to.
#[derive(Default)]
pub(crate) struct Services {
    pub(crate) taken: Vec<Service>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// Reads TrustServiceProviderList.
///
/// What a service was in the past (ServiceHistory) is not looked at.
pub(crate) fn read(providers: Element<'_>, now: i64) -> Services {
    let mut services = Services::default();
    for provider in providers.all(TSL, "TrustServiceProvider") {
        let provider_name = shown::name(
            provider
                .one("TSPInformation")
                .and_then(|information| information.one("TSPName"))
                .ok(),
        );
        for list in provider.all(TSL, "TSPServices") {
            for service in list.all(TSL, "TSPService") {
                services.add(&provider_name, service, now);
            }
        }
    }
    services
}

impl Services {
    fn add(&mut self, provider: &str, service: Element<'_>, now: i64) {
        let Ok(information) = service.one("ServiceInformation") else {
            let cause = Unusable::Entry(Fault::Missing {
                element: "ServiceInformation",
            });
            return self.leave_out(provider, "", cause);
        };
        let name = shown::name(information.one("ServiceName").ok());
        let certificates = match wanted(information, now) {
            Ok(None) => return,
            Ok(Some(certificates)) => certificates,
            Err(cause) => return self.leave_out(provider, &name, cause),
        };
        // Several certificates of one service are those of one key (TS 119 612 §5.5.3); one
        // that cannot be read does not take the others with it.
        for certificate in certificates {
            match usable(&certificate, now) {
                Ok(certificate) => self.taken.push(Service {
                    provider: provider.to_owned(),
                    name: name.clone(),
                    not_after: certificate.not_after(),
                    certificate: certificate.der().to_vec(),
                }),
                Err(cause) => self.leave_out(provider, &name, cause),
            }
        }
    }

    fn leave_out(&mut self, provider: &str, name: &str, cause: Unusable) {
        self.left_out.push(LeftOut {
            provider: provider.to_owned(),
            name: name.to_owned(),
            cause,
        });
    }
}

/// The certificates, still in base64, of a service that is of the wanted type and recognised.
fn wanted(information: Element<'_>, now: i64) -> Result<Option<Vec<String>>, Unusable> {
    let value = |element| {
        let found = information.one(element).map_err(Unusable::Entry)?;
        Ok(found.text())
    };
    if value("ServiceTypeIdentifier")? != IDENTITY_VERIFICATION
        || !GRANTED.contains(&value("ServiceStatus")?.as_str())
    {
        return Ok(None);
    }
    let from = scheme::moment(information, "StatusStartingTime").map_err(Unusable::Entry)?;
    if from > now {
        return Err(Unusable::NotYetRecognised { from });
    }
    let extension = extension::unknown_critical(information, "ServiceInformationExtensions");
    if let Some(extension) = extension {
        return Err(Unusable::CriticalExtension(extension));
    }
    let identity = information
        .one("ServiceDigitalIdentity")
        .map_err(Unusable::Entry)?;
    let certificates: Vec<String> = identity
        .all(TSL, "DigitalId")
        .flat_map(|id| id.all(TSL, "X509Certificate"))
        .map(|certificate| certificate.text())
        .collect();
    match certificates.is_empty() {
        true => Err(Unusable::CertificateAbsent),
        false => Ok(Some(certificates)),
    }
}

fn usable(text: &str, now: i64) -> Result<Certificate, Unusable> {
    let der = decode(text).ok_or(Unusable::CertificateEncoding)?;
    let certificate = Certificate::read(&der).map_err(Unusable::CertificateMalformed)?;
    let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
    match (not_before..=not_after).contains(&now) {
        true => Ok(certificate),
        false => Err(Unusable::CertificateNotValid {
            not_before,
            not_after,
        }),
    }
}

/// Decodes `xs:base64Binary`: white space may stand anywhere.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let packed: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(packed).ok()
}
