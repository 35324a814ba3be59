//! What can be read as a revocation list, and what is refused.

use der::asn1::{Any, ObjectIdentifier};
use der::oid::db::rfc5280;
use der::{Encode, Sequence};
use pki::extension::raw;
use pki::{Authority, List, Revoked};
use verifier::{RevocationList, RevocationListFault};
use x509_cert::Version;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::portal::{authority, tlv};
use crate::revocation::current;
use crate::revocation_scope::{NOT_PUBLIC, at, scope, whole};

fn fault_of(list: &List) -> RevocationListFault {
    RevocationList::from_der(authority().revocation_list(list)).unwrap_err()
}

#[test]
fn lists_that_speak_for_others_or_of_changes_only_are_refused() {
    let indirect = IssuingDistributionPoint {
        indirect_crl: true,
        ..whole()
    };
    let attributes = IssuingDistributionPoint {
        only_contains_attribute_certs: true,
        ..whole()
    };
    let with = |extensions| List {
        extensions,
        ..List::default()
    };
    let delta = raw(rfc5280::ID_CE_DELTA_CRL_INDICATOR, true, &[2, 1, 1]);
    assert_eq!(fault_of(&with(vec![delta])), RevocationListFault::Delta);
    assert_eq!(
        fault_of(&with(scope(&indirect))),
        RevocationListFault::Indirect
    );
    assert_eq!(
        fault_of(&with(scope(&attributes))),
        RevocationListFault::AttributeCertificates
    );
}

#[test]
fn what_is_critical_and_not_understood_is_refused() {
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    let fault = RevocationListFault::CriticalExtension(unknown.to_string());
    let extension = raw(unknown, true, b"x");
    let list = List {
        extensions: vec![extension.clone()],
        ..List::default()
    };
    assert_eq!(fault_of(&list), fault);
    let entry = Revoked {
        extensions: vec![extension],
        ..Revoked::new(vec![1])
    };
    assert_eq!(fault_of(&current(vec![entry])), fault);
}

#[test]
fn an_entry_for_another_issuer_is_refused() {
    let issuer = raw(rfc5280::ID_CE_CERTIFICATE_ISSUER, true, &[0x30, 0]);
    let entry = Revoked {
        extensions: vec![issuer],
        ..Revoked::new(vec![1])
    };
    assert_eq!(
        fault_of(&current(vec![entry])),
        RevocationListFault::Indirect
    );
}

#[test]
fn extensions_twice_and_unknown_reasons_are_refused() {
    let double = [scope(&at(NOT_PUBLIC)), scope(&whole())].concat();
    let list = List {
        extensions: double,
        ..List::default()
    };
    assert_eq!(fault_of(&list), RevocationListFault::Malformed);
    let reason = |code| raw(rfc5280::ID_CE_CRL_REASONS, false, &[0x0a, 1, code]);
    for extensions in [
        vec![reason(1), reason(8)],
        vec![reason(7)],
        vec![reason(11)],
    ] {
        let entry = Revoked {
            extensions,
            ..Revoked::new(vec![1])
        };
        assert_eq!(
            fault_of(&current(vec![entry])),
            RevocationListFault::Malformed
        );
    }
}

#[test]
fn a_list_without_its_end_is_refused() {
    let authority = authority();
    let mut endless = authority.list_body(&List::default());
    endless.next_update = None;
    let endless = authority.sign_bytes(&endless.to_der().unwrap());
    assert_eq!(
        RevocationList::from_der(endless).unwrap_err(),
        RevocationListFault::NextUpdateAbsent
    );
}

/// A list that leaves its version out, with one entry and these bytes at its end.
fn version_1(authority: &Authority, end: &[u8]) -> Vec<u8> {
    let body = authority.list_body(&current(vec![Revoked::new(vec![7])]));
    let parts = [
        body.signature.to_der(),
        body.issuer.to_der(),
        body.this_update.to_der(),
        body.next_update.to_der(),
        body.revoked_certificates.to_der(),
        Ok(end.to_vec()),
    ];
    let content: Vec<u8> = parts.into_iter().flat_map(Result::unwrap).collect();
    authority.sign_bytes(&tlv(0x30, &content))
}

#[test]
fn a_list_of_version_1_is_read_and_has_no_extensions() {
    let authority = authority();
    let list = RevocationList::from_der(version_1(&authority, &[])).unwrap();
    assert_eq!(list.entries(), 1);
    let number = raw(rfc5280::ID_CE_CRL_NUMBER, false, &[2, 1, 1]);
    let extensions = tlv(0xa0, &vec![number].to_der().unwrap());
    assert_eq!(
        RevocationList::from_der(version_1(&authority, &extensions)).unwrap_err(),
        RevocationListFault::Malformed
    );
}

#[test]
fn a_list_of_a_version_that_does_not_exist_is_refused() {
    let authority = authority();
    // Version 1 is the absent one: written out it is no DER.
    for version in [Version::V1, Version::V3] {
        let mut other = authority.list_body(&List::default());
        other.version = version;
        let other = authority.sign_bytes(&other.to_der().unwrap());
        assert_eq!(
            RevocationList::from_der(other).unwrap_err(),
            RevocationListFault::Malformed
        );
    }
}

#[test]
fn a_list_signed_over_sha_1_is_refused() {
    let authority = authority();
    let mut body = authority.list_body(&List::default());
    body.signature = AlgorithmIdentifierOwned {
        oid: der::oid::db::rfc5912::SHA_1_WITH_RSA_ENCRYPTION,
        parameters: Some(Any::null()),
    };
    let list = pki::assemble(&body.to_der().unwrap(), body.signature.clone(), &[1; 256]);
    assert_eq!(
        RevocationList::from_der(list).unwrap_err(),
        RevocationListFault::SignatureAlgorithm
    );
}

#[test]
fn bytes_that_are_no_list_are_refused() {
    let authority = authority();
    let good = authority.revoke(&[vec![1]]);
    for bytes in [
        vec![],
        b"-----BEGIN X509 CRL-----".to_vec(),
        authority.certificate().to_vec(),
        [good.clone(), vec![0]].concat(),
        good[..good.len() - 1].to_vec(),
    ] {
        assert_eq!(
            RevocationList::from_der(bytes).unwrap_err(),
            RevocationListFault::Malformed
        );
    }
}

/// An entry as it must not be: three fields and one more.
#[derive(Sequence)]
struct LongEntry {
    serial: u8,
    since: x509_cert::time::Time,
    extensions: Vec<Extension>,
    more: u8,
}

#[test]
fn an_entry_with_a_field_too_many_is_refused() {
    let authority = authority();
    let body = authority.list_body(&List::default());
    let entry = LongEntry {
        serial: 1,
        since: body.this_update,
        extensions: vec![],
        more: 1,
    };
    let parts = [
        body.version.to_der(),
        body.signature.to_der(),
        body.issuer.to_der(),
        body.this_update.to_der(),
        body.next_update.to_der(),
        Ok(tlv(0x30, &entry.to_der().unwrap())),
    ];
    let content: Vec<u8> = parts.into_iter().flat_map(Result::unwrap).collect();
    let list = authority.sign_bytes(&tlv(0x30, &content));
    assert_eq!(
        RevocationList::from_der(list).unwrap_err(),
        RevocationListFault::Malformed
    );
}
