//! What an authority's server gives out as its revocation list.
#![no_main]

use der::Decode;
use der::oid::db::rfc5280;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use verifier::RevocationList;
use x509_cert::crl::{CertificateList, RevokedCert};

mod der_mutator;

/// The ENUMERATED of `removeFromCRL`.
const REMOVE_FROM_CRL: [u8; 3] = [0x0a, 1, 8];

fuzz_target!(|input: &[u8]| {
    match RevocationList::from_der(input.to_vec()) {
        Ok(list) => {
            assert_eq!(list.der(), input);
            check_names(&list);
            check_entries(&list, input);
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    der_mutator::mutate(data, size, max_size, seed)
});

/// Nothing a log shows can break its line.
fn check_names(list: &RevocationList) {
    let issuer = list.issuer();
    assert!(issuer.chars().count() <= 257, "{issuer:?}");
    assert!(!issuer.contains(char::is_control), "{issuer:?}");
}

/// Every entry that a reader with an object an entry finds is found by the index.
fn check_entries(list: &RevocationList, input: &[u8]) {
    assert!(list.entries() <= input.len());
    let Ok(parsed) = CertificateList::from_der(input) else {
        return;
    };
    for entry in parsed
        .tbs_cert_list
        .revoked_certificates
        .unwrap_or_default()
    {
        let found = list.find(entry.serial_number.as_bytes());
        assert!(found.is_some() || takes_back(&entry), "{entry:?}");
    }
}

fn takes_back(entry: &RevokedCert) -> bool {
    let extensions = entry.crl_entry_extensions.iter().flatten();
    let mut reasons = extensions
        .filter(|extension| extension.extn_id == rfc5280::ID_CE_CRL_REASONS)
        .map(|extension| extension.extn_value.as_bytes());
    reasons.next() == Some(&REMOVE_FROM_CRL[..])
}
