//! What a card holds: a certificate, read, judged, and named to a person.
#![no_main]

use cns::{Certificate, KeyKind, Refusal};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

mod der_mutator;

const SEQUENCE: u8 = 0x30;

fuzz_target!(|input: &[u8]| {
    if let Ok(certificate) = Certificate::read(input) {
        assert_eq!(certificate.der(), input);
        check_judgement(&certificate);
        check_names(&certificate);
        check_parts(&certificate);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    der_mutator::mutate(data, size, max_size, seed)
});

fn check_judgement(certificate: &Certificate) {
    let (from, until) = (certificate.not_before(), certificate.not_after());
    for now in [i64::MIN, from - 1, from, until, until + 1, i64::MAX] {
        match certificate.judge(now) {
            Ok(identity) => {
                assert!((from..=until).contains(&now));
                assert_eq!(
                    Some(&identity.codice_fiscale),
                    certificate.codice_fiscale().as_ref()
                );
                assert!(!certificate.is_authority());
                assert!(certificate.signature_algorithm().is_some());
                assert_ne!(certificate.key(), KeyKind::Other);
                assert_eq!(certificate.unknown_critical_extension(), None);
            }
            Err(Refusal::Expired { not_after }) => assert!(now > not_after),
            Err(Refusal::NotYetValid { not_before }) => assert!(now < not_before),
            Err(refusal) => assert!(!refusal.to_string().is_empty()),
        }
    }
}

/// Nothing a window or a log shows can break its line or turn its writing.
fn check_names(certificate: &Certificate) {
    let names = [
        Some(certificate.holder_name()),
        Some(certificate.issuer_name()),
        Some(certificate.subject_line()),
        certificate.cognome(),
        certificate.nome(),
    ];
    for name in names.into_iter().flatten() {
        assert!(name.chars().count() <= 257, "{name:?}");
        let harmful = |character: char| {
            character.is_control() || ('\u{202a}'..='\u{202e}').contains(&character)
        };
        assert!(!name.contains(harmful), "{name:?}");
    }
    assert_eq!(certificate.not_after_date().len(), "2028-12-31".len());
}

fn check_parts(certificate: &Certificate) {
    for part in [
        certificate.to_be_signed(),
        certificate.issuer_der(),
        certificate.subject_der(),
        certificate.public_key_info(),
    ] {
        assert_eq!(part.first(), Some(&SEQUENCE));
        assert!(part.len() < certificate.der().len());
    }
    assert!(certificate.serial_hex().len() <= 2 * certificate.serial().len());
    assert!(!certificate.serial().is_empty());
    if let KeyKind::Rsa { bits } = certificate.key() {
        let length = certificate.rsa_modulus().map(<[u8]>::len);
        assert_eq!(length, Some(bits.div_ceil(8) as usize));
    }
}
