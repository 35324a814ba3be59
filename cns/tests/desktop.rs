//! What a desktop shows of a certificate and chooses by, with no authority at hand.
#![allow(clippy::unwrap_used)] // a fault in the material is a failed test

use cns::{Certificate, KeyKind, PurposeFault, Refusal};
use der::Tag;
use der::asn1::Any;
use der::oid::db::rfc4519;
use pki::{Authority, CARD_FROM, CARD_UNTIL, Curve, Holder, Key, TbsCertificate, extension, name};
use proptest::prelude::*;
use x509_cert::ext::pkix::KeyUsages;

const NOW: i64 = 1_795_000_000;

fn authority() -> Authority {
    Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256())
}

fn certificate(holder: &Holder, key: Key) -> Certificate {
    Certificate::read(authority().issue(holder, key).certificate()).unwrap()
}

fn changed(change: impl FnOnce(&mut TbsCertificate)) -> Certificate {
    let authority = authority();
    let mut body = authority.body(&Holder::default(), &Key::p256());
    change(&mut body);
    Certificate::read(&authority.sign(&body)).unwrap()
}

/// A certificate whose subject is one attribute of this string type.
fn named(tag: Tag, text: &[u8]) -> String {
    let value = Any::new(tag, text).unwrap();
    changed(|body| body.subject = name::of(&[&[(rfc4519::COMMON_NAME, value)]])).holder_name()
}

#[test]
fn the_holder_is_surname_and_given_name() {
    let certificate = certificate(&Holder::default(), Key::p256());
    assert_eq!(certificate.holder_name(), "ROSSI MARIO");
    assert_eq!(certificate.cognome().as_deref(), Some("ROSSI"));
    assert_eq!(certificate.nome().as_deref(), Some("MARIO"));
}

#[test]
fn without_both_names_the_common_name_stands_for_the_holder() {
    for (cognome, nome) in [(None, None), (Some("ROSSI"), None), (None, Some("MARIO"))] {
        let holder = Holder {
            cognome: cognome.map(str::to_owned),
            nome: nome.map(str::to_owned),
            ..Holder::default()
        };
        assert_eq!(
            certificate(&holder, Key::p256()).holder_name(),
            holder.common_name()
        );
    }
}

#[test]
fn without_a_common_name_the_whole_subject_is_shown() {
    let subject = name::of(&[&[(rfc4519::ORGANIZATION_NAME, name::utf8("ASL 1"))]]);
    assert_eq!(
        changed(|body| body.subject = subject).holder_name(),
        "O=ASL 1"
    );
}

#[test]
fn old_string_types_can_be_shown() {
    let wide: Vec<u8> = "Nicolò".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(named(Tag::Utf8String, "Nicolò".as_bytes()), "Nicolò");
    assert_eq!(named(Tag::TeletexString, b"Nicol\xf2"), "Nicolò");
    assert_eq!(named(Tag::BmpString, &wide), "Nicolò");
    assert_eq!(named(Tag::Ia5String, b"Nicola"), "Nicola");
    assert_eq!(named(Tag::PrintableString, b"Nicola"), "Nicola");
}

#[test]
fn a_name_cannot_rearrange_the_window_it_is_shown_in() {
    let hostile = "ROSSI\u{202e}OIRAM\n\nhttps://portal.example\u{0}\u{200b}\u{2066}\u{feff}";
    let shown = named(Tag::Utf8String, hostile.as_bytes());
    assert_eq!(
        shown,
        "ROSSI\u{fffd}OIRAM\u{fffd}\u{fffd}https://portal.example\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
    );
}

#[test]
fn a_name_without_end_is_cut() {
    let shown = named(Tag::Utf8String, "È".repeat(20_000).as_bytes());
    assert_eq!(shown, "È".repeat(256) + "…");
    let longest = "È".repeat(256);
    assert_eq!(named(Tag::Utf8String, longest.as_bytes()), longest);
}

#[test]
fn a_text_that_is_none_does_no_harm() {
    for (tag, bytes) in [
        (Tag::Utf8String, &b"\xff\xfe"[..]),
        (Tag::PrintableString, b"\xff"),
        (Tag::BmpString, b"\xd8\x00"),
        (Tag::BmpString, b"\x00"),
        (Tag::Null, b""),
    ] {
        assert!(!named(tag, bytes).contains('\n'));
    }
}

#[test]
fn the_issuer_is_its_common_name_or_its_organisation() {
    let organisation = name::of(&[&[(rfc4519::ORGANIZATION_NAME, name::utf8("Autorità"))]]);
    let nameless = changed(|body| body.issuer = organisation);
    assert_eq!(nameless.issuer_name(), "Autorità");
    let named = certificate(&Holder::default(), Key::p256());
    assert_eq!(named.issuer_name(), "Regione di Prova - CA Cittadini 2020");
}

#[test]
fn dates_are_told_in_seconds_and_days() {
    let certificate = certificate(&Holder::default(), Key::p256());
    assert_eq!(
        (certificate.not_before(), certificate.not_after()),
        (CARD_FROM, CARD_UNTIL)
    );
    assert_eq!(certificate.not_after_date(), "2044-01-01");
}

#[test]
fn the_key_on_the_card_can_be_recognised() {
    let rsa = certificate(&Holder::default(), Key::rsa(0));
    assert_eq!(rsa.key(), KeyKind::Rsa { bits: 2048 });
    let modulus = rsa.rsa_modulus().unwrap();
    assert_eq!((modulus.len(), modulus[0] & 0x80), (256, 0x80));
    for (curve, kind) in [
        (Curve::P256, KeyKind::P256),
        (Curve::P384, KeyKind::P384),
        (Curve::P521, KeyKind::P521),
    ] {
        let certificate = certificate(&Holder::default(), Key::on(curve));
        assert_eq!(certificate.key(), kind);
        assert_eq!(certificate.rsa_modulus(), None);
    }
}

#[test]
fn the_person_is_known_even_where_the_certificate_is_not_usable() {
    let signing = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    let certificate = changed(|body| extension::set(body, extension::key_usage(signing)));
    assert_eq!(
        certificate.codice_fiscale().unwrap().as_str(),
        "RSSMRA80A01H501U"
    );
    assert_eq!(
        certificate.judge(NOW),
        Err(Refusal::Purpose(PurposeFault::NonRepudiation))
    );
}

#[test]
fn nobody_is_known_from_another_kind_of_name() {
    let subject = name::of(&[&[(rfc4519::COMMON_NAME, name::utf8("MARIO ROSSI"))]]);
    let certificate = changed(|body| body.subject = subject);
    assert_eq!(certificate.codice_fiscale(), None);
}

#[test]
fn who_signed_it_is_not_asked() {
    let card = Authority::new("Chiunque", Key::p256()).issue(&Holder::default(), Key::p256());
    let identity = Certificate::read(card.certificate())
        .unwrap()
        .judge(NOW)
        .unwrap();
    assert_eq!(identity.id_carta, "7430035000000017");
}

#[test]
fn for_the_card_with_several_faults_the_kind_comes_before_the_date() {
    // A signing certificate that also expired is of no use to renew: say what it is.
    let signing = KeyUsages::NonRepudiation;
    let certificate = changed(|body| extension::set(body, extension::key_usage(signing)));
    assert!(matches!(
        certificate.judge(CARD_UNTIL + 1),
        Err(Refusal::Purpose(_))
    ));
}

#[test]
fn serial_numbers_are_told_as_other_programs_do() {
    for (serial, shown) in [
        (vec![0x80], "80"),
        (vec![1, 2], "0102"),
        (vec![0xff; 3], "ffffff"),
        (vec![0], "00"),
    ] {
        let holder = Holder {
            serial: Some(serial),
            ..Holder::default()
        };
        assert_eq!(certificate(&holder, Key::p256()).serial_hex(), shown);
    }
}

#[test]
fn a_debug_line_names_nobody() {
    let line = format!("{:?}", certificate(&Holder::default(), Key::p256()));
    assert!(
        !line.contains("RSSMRA") && !line.contains("ROSSI"),
        "{line}"
    );
}

proptest! {
    #[test]
    fn no_name_makes_the_reader_fail_over(tag in prop::sample::select(vec![
        Tag::Utf8String, Tag::PrintableString, Tag::TeletexString, Tag::BmpString, Tag::Ia5String,
        Tag::OctetString, Tag::Sequence, Tag::Integer,
    ]), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let authority = authority();
        let mut body = authority.body(&Holder::default(), &Key::p256());
        let value = Any::new(tag, bytes).unwrap();
        body.subject = name::of(&[&[(rfc4519::COMMON_NAME, value.clone()), (rfc4519::SURNAME, value)]]);
        if let Ok(certificate) = Certificate::read(&authority.sign(&body)) {
            let shown = certificate.holder_name() + &certificate.subject_line();
            prop_assert!(!shown.chars().any(char::is_control));
            let _ = certificate.judge(NOW);
        }
    }
}
