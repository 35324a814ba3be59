//! The index of a list says what the list says, however long it is.

use std::collections::BTreeMap;

use der::Decode;
use der::asn1::OctetString;
use pki::{CrlReason, Revoked, serial_at};
use proptest::prelude::*;
use verifier::{Revocation, RevocationList};
use x509_cert::crl::CertificateList;

use crate::portal::authority;
use crate::revocation::current;

#[test]
fn every_entry_of_a_large_list_is_found_and_nothing_else() {
    const ENTRIES: u32 = 20_000;
    let der = authority().large_revocation_list(ENTRIES);
    let list = RevocationList::from_der(der).unwrap();
    assert_eq!(list.entries(), ENTRIES as usize);
    for place in 0..ENTRIES {
        assert!(list.find(&serial_at(place)).is_some(), "{place}");
        assert!(list.find(&serial_at(ENTRIES + place)).is_none(), "{place}");
    }
}

#[test]
fn a_large_list_is_read_by_another_reader_too() {
    let der = authority().large_revocation_list(1_000);
    let parsed = CertificateList::from_der(&der).unwrap();
    let entries = parsed.tbs_cert_list.revoked_certificates.unwrap();
    assert_eq!(entries.len(), 1_000);
}

#[test]
fn a_cut_list_is_refused_wherever_it_is_cut() {
    let der = authority().large_revocation_list(100);
    for length in (0..der.len()).step_by(7) {
        assert!(RevocationList::from_der(der[..length].to_vec()).is_err());
    }
}

fn entry() -> impl Strategy<Value = Revoked> {
    let reasons = [
        None,
        Some(CrlReason::KeyCompromise),
        Some(CrlReason::CertificateHold),
        Some(CrlReason::RemoveFromCRL),
    ];
    // Few numbers, so that some stand there twice; lengths and leading bits of every kind.
    let serial = prop_oneof![
        (1u8..9).prop_map(|number| vec![number]),
        (0x7e_u8..0x83).prop_map(|number| vec![number]),
        prop::collection::vec(1u8.., 1..20),
    ];
    (serial, 0i64..4, prop::sample::select(reasons.to_vec())).prop_map(|(serial, day, reason)| {
        Revoked {
            serial,
            since: 1_735_689_600 + day * 86_400,
            reason,
            extensions: Vec::new(),
        }
    })
}

/// What a reader with an object an entry makes of a list.
fn plainly(der: &[u8]) -> BTreeMap<Vec<u8>, Revocation> {
    let parsed = CertificateList::from_der(der).unwrap();
    let mut said: BTreeMap<Vec<u8>, Revocation> = BTreeMap::new();
    for entry in parsed
        .tbs_cert_list
        .revoked_certificates
        .unwrap_or_default()
    {
        let reason = entry.crl_entry_extensions.unwrap_or_default().pop();
        let content = reason.map(|reason| OctetString::into_bytes(reason.extn_value));
        let says = |reason: u8| content.as_deref() == Some(&[0x0a, 1, reason][..]);
        if says(8) {
            continue;
        }
        let revocation = Revocation {
            on_hold: says(6),
            since: entry.revocation_date.to_unix_duration().as_secs() as i64,
        };
        said.entry(entry.serial_number.as_bytes().to_vec())
            .and_modify(|gravest| *gravest = revocation.min(*gravest))
            .or_insert(revocation);
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_index_agrees_with_a_plain_reading(
        entries in prop::collection::vec(entry(), 0..60),
        others in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..4), 20),
    ) {
        let der = authority().revocation_list(&current(entries));
        let list = RevocationList::from_der(der.clone()).unwrap();
        let plain = plainly(&der);
        for (serial, revocation) in &plain {
            prop_assert_eq!(list.find(serial), Some(*revocation));
        }
        for serial in &others {
            prop_assert_eq!(list.find(serial), plain.get(serial).copied());
        }
    }
}
