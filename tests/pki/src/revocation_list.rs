//! Revocation lists.

use der::Encode;
use der::asn1::{OctetString, Uint};
use der::oid::AssociatedOid;
use x509_cert::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{CrlNumber, CrlReason};
use x509_cert::serial_number::SerialNumber;

use crate::authority::time;
use crate::{Authority, extension};

/// What a list says; the default names nobody and is current 2024 to 2044.
#[derive(Clone, Debug)]
pub struct List {
    /// The entries.
    pub revoked: Vec<Revoked>,
    /// When it was issued, Unix time.
    pub this_update: i64,
    /// Until when it is current, Unix time.
    pub next_update: i64,
    /// Extensions beside the list's number and the authority's key identifier.
    pub extensions: Vec<Extension>,
}

/// An entry of a list.
#[derive(Clone, Debug)]
pub struct Revoked {
    /// The serial number, as [`crate::Card::serial`] gives it.
    pub serial: Vec<u8>,
    /// Since when, Unix time.
    pub since: i64,
    /// The reason, left out when none.
    pub reason: Option<CrlReason>,
    /// Extensions beside the reason.
    pub extensions: Vec<Extension>,
}

impl Default for List {
    fn default() -> List {
        List {
            revoked: Vec::new(),
            this_update: crate::CARD_FROM,
            next_update: crate::CARD_UNTIL,
            extensions: Vec::new(),
        }
    }
}

impl Revoked {
    /// A certificate revoked for good in 2025.
    pub fn new(serial: Vec<u8>) -> Revoked {
        Revoked {
            serial,
            since: 1_735_689_600,
            reason: None,
            extensions: Vec::new(),
        }
    }

    /// The same with a reason: suspended with `CrlReason::CertificateHold`.
    pub fn because(mut self, reason: CrlReason) -> Revoked {
        self.reason = Some(reason);
        self
    }

    fn entry(&self) -> RevokedCert {
        let mut extensions = self.extensions.clone();
        if let Some(reason) = self.reason {
            extensions.push(Extension {
                extn_id: CrlReason::OID,
                critical: false,
                extn_value: OctetString::new(reason.to_der().unwrap()).unwrap(),
            });
        }
        RevokedCert {
            serial_number: SerialNumber::new(&self.serial).unwrap(),
            revocation_date: time(self.since),
            crl_entry_extensions: (!extensions.is_empty()).then_some(extensions),
        }
    }
}

impl Authority {
    /// A revocation list, DER.
    pub fn revocation_list(&self, list: &List) -> Vec<u8> {
        self.sign_bytes(&self.list_body(list).to_der().unwrap())
    }

    /// A list that names these serial numbers and is current 2024 to 2044, DER.
    pub fn revoke(&self, serials: &[Vec<u8>]) -> Vec<u8> {
        self.revocation_list(&List {
            revoked: serials.iter().cloned().map(Revoked::new).collect(),
            ..List::default()
        })
    }

    /// The body of a list, for a test to change before it is signed.
    pub fn list_body(&self, list: &List) -> TbsCertList {
        let mut extensions = vec![
            extension::authority_key_id(&self.key_id()),
            extension::raw(
                CrlNumber::OID,
                false,
                &Uint::new(&[1]).unwrap().to_der().unwrap(),
            ),
        ];
        extensions.extend(list.extensions.iter().cloned());
        TbsCertList {
            version: Version::V2,
            signature: self.algorithm(),
            issuer: self.name().clone(),
            this_update: time(list.this_update),
            next_update: Some(time(list.next_update)),
            revoked_certificates: (!list.revoked.is_empty())
                .then(|| list.revoked.iter().map(Revoked::entry).collect()),
            crl_extensions: Some(extensions),
        }
    }
}
