//! The certificate that signed: one of those the administrator has pinned, or none.

use bergshamra_keys::{Key, loader};
use cns::{Certificate, KeyKind};

use crate::element::{DSIG, Element};
use crate::service::decode;
use crate::shown::line;
use crate::{Fault, Fingerprint, Signers};

/// A pinned certificate that a signature brings.
pub(crate) struct Signer {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    certificate: Vec<u8>,
}

impl Signer {
    /// The first pinned certificate among those that KeyInfo brings.
    ///
    /// The pin is all that makes it trusted: neither its issuer nor its purposes are looked
    /// at, as TS 119 612 §5.7.1 has the same certificates published out of band.
    pub(super) fn pinned(key_info: Element<'_>, signers: &Signers) -> Result<Signer, Fault> {
        let mut first = None;
        for element in certificates(key_info)? {
            let Some(certificate) = decode(&element.text()) else {
                continue;
            };
            let fingerprint = Fingerprint::of(&certificate);
            if signers.contains(&fingerprint) {
                return Signer::of(certificate, fingerprint);
            }
            first.get_or_insert(fingerprint);
        }
        Err(match first {
            Some(fingerprint) => Fault::SignerNotPinned { fingerprint },
            None => Fault::SignerAbsent,
        })
    }

    fn of(der: Vec<u8>, fingerprint: Fingerprint) -> Result<Signer, Fault> {
        let certificate = Certificate::read(&der)?;
        let strong = match certificate.key() {
            KeyKind::Rsa { bits } => (2048..=8192).contains(&bits),
            KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => true,
            KeyKind::Other => false,
        };
        if !strong {
            return Err(Fault::SignerKeyWeak);
        }
        Ok(Signer {
            fingerprint,
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            certificate: der,
        })
    }

    /// Its key, for the library that verifies.
    pub(super) fn key(&self) -> Result<Key, Fault> {
        loader::load_x509_cert_der(&self.certificate).map_err(|_| Fault::SignerKeyWeak)
    }

    /// Refuses a certificate that is not valid at a time, Unix time.
    pub(crate) fn check_validity(&self, at: i64) -> Result<(), Fault> {
        match (self.not_before..=self.not_after).contains(&at) {
            true => Ok(()),
            false => Err(Fault::SignerNotValid {
                not_before: self.not_before,
                not_after: self.not_after,
                at,
            }),
        }
    }
}

/// The certificates in KeyInfo, which may also repeat the key by itself.
fn certificates(key_info: Element<'_>) -> Result<Vec<Element<'_>>, Fault> {
    let mut certificates = Vec::new();
    for child in key_info.children() {
        if child.is(DSIG, "X509Data") {
            certificates.extend(child.all(DSIG, "X509Certificate"));
        } else if !child.is(DSIG, "KeyValue") {
            return Err(Fault::SignatureForm {
                what: format!("KeyInfo holds {}", line(child.local_name())),
            });
        }
    }
    Ok(certificates)
}
