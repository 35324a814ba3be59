//! Policy, common name and codice fiscale.

use cns::CnsFault;
use der::Tag;
use der::asn1::{Any, ObjectIdentifier};
use der::oid::db::{rfc4519, rfc5280};
use pki::extension::{self, CIE_POLICY, CNS_POLICY};
use pki::{Holder, Key, name};
use protocol::ProblemCode;
use protocol::codice_fiscale::CodiceFiscaleFault;
use verifier::{Identity, Reason};

use crate::portal::{Portal, authority, judge_changed};

const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");
const AUTHORITYS_OWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.159.6.1.1");

fn fault_of(change: impl FnOnce(&mut pki::TbsCertificate)) -> CnsFault {
    let reason = judge_changed(change).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateNotCns);
    match reason {
        Reason::NotCns(fault) => fault,
        other => panic!("{other:?}"),
    }
}

/// What becomes of a card with this common name, of this string type.
fn judge_name(tag: Tag, common_name: &[u8]) -> Result<Identity, Reason> {
    let value = Any::new(tag, common_name).unwrap();
    judge_changed(|body| body.subject = name::of(&[&[(rfc4519::COMMON_NAME, value)]]))
}

fn fault_of_name(common_name: &str) -> CnsFault {
    match judge_name(Tag::Utf8String, common_name.as_bytes()) {
        Err(Reason::NotCns(fault)) => fault,
        other => panic!("{common_name}: {other:?}"),
    }
}

#[test]
fn the_policy_of_the_cns_is_demanded() {
    for policies in [
        &[AUTHORITYS_OWN][..],
        &[ANY_POLICY],
        &[CIE_POLICY],
        &[CIE_POLICY, ANY_POLICY],
    ] {
        let fault = fault_of(|body| extension::set(body, extension::policies(false, policies)));
        assert_eq!(fault, CnsFault::PolicyAbsent);
    }
    let fault = fault_of(|body| extension::remove(body, rfc5280::ID_CE_CERTIFICATE_POLICIES));
    assert_eq!(fault, CnsFault::PolicyAbsent);
}

#[test]
fn the_policy_may_be_critical_and_stand_beside_others() {
    for critical in [false, true] {
        let policies = extension::policies(critical, &[AUTHORITYS_OWN, CNS_POLICY]);
        assert!(judge_changed(|body| extension::set(body, policies)).is_ok());
    }
}

#[test]
fn policies_with_notice_and_practice_statement_are_read() {
    // As on real cards: a userNotice with the text of the CNS project, a CPS address.
    use crate::portal::tlv;
    let notice = tlv(
        0x30,
        &tlv(
            0x0c,
            b"Identifies X.509 authentication certificates issued for CNS",
        ),
    );
    let qualifiers = tlv(
        0x30,
        &tlv(
            0x30,
            &[tlv(6, &[0x2b, 6, 1, 5, 5, 7, 2, 2]), notice].concat(),
        ),
    );
    let cns = tlv(
        0x30,
        &[tlv(6, &[0x2b, 0x4c, 0x10, 2, 1]), qualifiers].concat(),
    );
    let address = tlv(
        0x30,
        &tlv(
            0x30,
            &[
                tlv(6, &[0x2b, 6, 1, 5, 5, 7, 2, 1]),
                tlv(0x16, b"https://ca.example/cps"),
            ]
            .concat(),
        ),
    );
    let own = tlv(0x30, &[tlv(6, &[0x2b, 0x81, 0x1f, 6, 1]), address].concat());
    let content = tlv(0x30, &[cns, own].concat());
    let policies = extension::raw(rfc5280::ID_CE_CERTIFICATE_POLICIES, false, &content);
    assert!(judge_changed(|body| extension::set(body, policies)).is_ok());
}

#[test]
fn the_hash_may_hold_every_character_of_base64() {
    for hash in [
        "/+/=",
        "a/b.c/d",
        "+",
        "=",
        "x",
        "q83v/EiZ+7vM3e4AES/zRFVmd4g=",
    ] {
        let common_name = format!("RSSMRA80A01H501U/7430035000000017.{hash}");
        for tag in [Tag::Utf8String, Tag::PrintableString] {
            let identity = judge_name(tag, common_name.as_bytes()).unwrap();
            assert_eq!(identity.codice_fiscale.as_str(), "RSSMRA80A01H501U");
            assert_eq!(identity.id_carta, "7430035000000017");
        }
    }
}

#[test]
fn the_card_number_ends_at_the_first_point() {
    let identity = judge_name(Tag::Utf8String, b"RSSMRA80A01H501U/A/B.c.d").unwrap();
    assert_eq!(identity.id_carta, "A/B");
}

#[test]
fn a_common_name_of_another_form_is_refused() {
    for common_name in [
        "MARIO ROSSI",
        "RSSMRA80A01H501U",
        "RSSMRA80A01H501U/7430035000000017",
        "RSSMRA80A01H501U.7430035000000017/x",
        "RSSMRA80A01H501U/.hash",
        "RSSMRA80A01H501U/7430035000000017.",
        "RSSMRA80A01H501U/.",
        "",
    ] {
        assert_eq!(
            fault_of_name(common_name),
            CnsFault::CommonNameForm,
            "{common_name}"
        );
    }
}

#[test]
fn a_codice_fiscale_is_never_repaired() {
    use CodiceFiscaleFault::{Character, CheckLetter, Date, Length};
    for (text, fault) in [
        ("rssmra80a01h501u", Character(1)),
        ("D0WCHR09P59M700", Length),
        ("D0WCHR09P59M700E", Character(2)),
        ("RSSMRA80A01H501A", CheckLetter),
        ("RSSMRA80B30H501X", Date),
        (" RSSMRA80A01H501U", Length),
        ("RSSMRA80A01H501U ", Length),
        ("12345678901", Length),
        ("PROVAX00X00X000Y", Character(9)),
        ("", Length),
    ] {
        let common_name = format!("{text}/7430035000000017.hash");
        assert_eq!(
            fault_of_name(&common_name),
            CnsFault::CodiceFiscale(fault),
            "{text}"
        );
    }
}

#[test]
fn omocodia_is_as_good_as_digits() {
    for text in ["RSSMRA80A01H50MM", "RSSMRA80A01H5LMX", "VRDNNATLPQVFNLRJ"] {
        let common_name = format!("{text}/7430035000000017.hash");
        let identity = judge_name(Tag::Utf8String, common_name.as_bytes()).unwrap();
        assert_eq!(identity.codice_fiscale.as_str(), text);
    }
}

#[test]
fn only_one_common_name_is_allowed_wherever_the_second_stands() {
    let good = name::utf8(&Holder::default().common_name());
    let other = name::utf8("VRDNNA70P49F205F/7430035000000018.hash");
    let pair = |value: &Any| (rfc4519::COMMON_NAME, value.clone());
    for subject in [
        name::of(&[&[pair(&good)], &[pair(&other)]]),
        name::of(&[&[pair(&other)], &[pair(&good)]]),
        name::of(&[&[pair(&good), pair(&other)]]),
        name::of(&[&[pair(&good)], &[pair(&good)]]),
        name::of(&[
            &[pair(&good)],
            &[(rfc4519::SURNAME, name::utf8("ROSSI")), pair(&other)],
        ]),
    ] {
        assert_eq!(
            fault_of(|body| body.subject = subject),
            CnsFault::SeveralCommonNames
        );
    }
}

#[test]
fn a_common_name_in_a_shared_rdn_counts_too() {
    let subject = name::of(&[&[
        (rfc4519::SURNAME, name::utf8("ROSSI")),
        (
            rfc4519::COMMON_NAME,
            name::utf8(&Holder::default().common_name()),
        ),
    ]]);
    assert!(judge_changed(|body| body.subject = subject).is_ok());
}

#[test]
fn a_subject_without_common_name_is_refused() {
    let subject = name::of(&[&[(
        rfc4519::SURNAME,
        name::utf8("RSSMRA80A01H501U/7430035000000017.hash"),
    )]]);
    assert_eq!(
        fault_of(|body| body.subject = subject),
        CnsFault::CommonNameAbsent
    );
}

#[test]
fn other_string_types_are_refused() {
    let common_name = Holder::default().common_name();
    let wide: Vec<u8> = common_name
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for (tag, bytes) in [
        (Tag::TeletexString, common_name.as_bytes()),
        (Tag::Ia5String, common_name.as_bytes()),
        (Tag::BmpString, &wide),
        (Tag::OctetString, common_name.as_bytes()),
        (Tag::Utf8String, b"RSSMRA80A01H501U/1.\xff\xfe"),
        (Tag::PrintableString, b"RSSMRA80A01H501U/1.@_*"),
    ] {
        assert_eq!(
            judge_name(tag, bytes),
            Err(Reason::NotCns(CnsFault::CommonNameForm)),
            "{tag}"
        );
    }
}

#[test]
fn look_alike_letters_are_refused() {
    for common_name in [
        "RSSMRA8\u{ff10}A01H501U/1.x",  // a full-width zero
        "\u{420}SSMRA80A01H501U/1.x",   // a Cyrillic Р... that looks like P
        "RSSMRA80A01H501U\u{200b}/1.x", // a zero-width space
        "RSSMRA80A01H501U\0/1.x",
    ] {
        assert!(
            matches!(fault_of_name(common_name), CnsFault::CodiceFiscale(_)),
            "{common_name:?}"
        );
    }
}

#[test]
fn surname_and_given_name_may_be_absent() {
    let authority = authority();
    let holder = Holder {
        cognome: None,
        nome: None,
        ..Holder::default()
    };
    let card = authority.issue(&holder, Key::p256());
    let identity = Portal::trusting(&[&authority]).judge_card(&card).unwrap();
    assert_eq!((identity.cognome, identity.nome), (None, None));
}
