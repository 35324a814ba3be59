//! Certificates as cards hold them, one of each kind that is judged differently.

use der::asn1::Any;
use der::flagset::FlagSet;
use der::oid::db::{rfc4519, rfc5280};
use der::{Tag, oid::ObjectIdentifier};
use pki::{Authority, Curve, Holder, Key, TbsCertificate, extension, name};
use x509_cert::ext::pkix::KeyUsages;

use crate::Seed;

pub fn certificates() -> Vec<Seed> {
    let authority = Authority::new("Regione Prova - CA Cittadini 2020", Key::p256());
    let plain = Holder::default();
    let changed = |change: fn(&mut TbsCertificate)| {
        let mut body = authority.body(&plain, &Key::p256());
        change(&mut body);
        authority.sign(&body)
    };
    let of = |holder: &Holder, key| authority.issue(holder, key).certificate().to_vec();
    vec![
        ("cns", of(&plain, Key::p256())),
        ("cns-rsa", of(&plain, Key::fresh_rsa())),
        ("cns-p521", of(&plain, Key::on(Curve::P521))),
        ("expired", of(&expired(), Key::p256())),
        ("until-2060", of(&until_2060(), Key::p256())),
        ("names-its-list", of(&with_list(), Key::p256())),
        ("omocodia", of(&omocodia(), Key::p256())),
        ("authority", authority.certificate().to_vec()),
        (
            "cie",
            changed(|body| set(body, extension::policies(false, &[extension::CIE_POLICY]))),
        ),
        (
            "for-documents",
            changed(|body| {
                let usage: FlagSet<KeyUsages> = KeyUsages::NonRepudiation.into();
                set(body, extension::key_usage(usage));
            }),
        ),
        (
            "without-purposes",
            changed(|body| {
                extension::remove(body, rfc5280::ID_CE_EXT_KEY_USAGE);
            }),
        ),
        (
            "unknown-critical",
            changed(|body| {
                let oid = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
                set(body, extension::raw(oid, true, &[5, 0]));
            }),
        ),
        (
            "names-of-every-kind",
            changed(|body| {
                body.subject = name::of(&[
                    &[(rfc4519::COUNTRY_NAME, name::printable("IT"))],
                    &[(
                        rfc4519::COMMON_NAME,
                        any(Tag::BmpString, b"\0R\0o\0s\0s\0i\x20\x2e"),
                    )],
                    &[(rfc4519::SURNAME, any(Tag::TeletexString, b"NICOL\xd2"))],
                    &[(rfc4519::GIVEN_NAME, name::utf8("Łucja\u{202e}\n"))],
                    &[
                        (rfc4519::ORGANIZATION_NAME, name::utf8("A+B, \"C\"")),
                        (
                            rfc4519::SERIAL_NUMBER,
                            any(Tag::Ia5String, b"7430035000000017"),
                        ),
                    ],
                ])
            }),
        ),
        (
            "two-common-names",
            changed(|body| {
                let text = Holder::default().common_name();
                let pair = (rfc4519::COMMON_NAME, name::utf8(&text));
                body.subject = name::of(&[std::slice::from_ref(&pair); 2]);
            }),
        ),
    ]
}

/// A certificate as any other.
pub fn cns() -> Vec<u8> {
    let authority = Authority::new("Regione Prova - CA Cittadini 2020", Key::p256());
    let card = authority.issue(&Holder::default(), Key::p256());
    card.certificate().to_vec()
}

fn set(body: &mut TbsCertificate, extension: x509_cert::ext::Extension) {
    extension::set(body, extension);
}

fn any(tag: Tag, bytes: &[u8]) -> Any {
    Any::new(tag, bytes).expect("a short value")
}

fn expired() -> Holder {
    Holder {
        not_after: pki::CARD_FROM + 1,
        ..Holder::default()
    }
}

/// From 2050 on times are written another way (RFC 5280 §4.1.2.5).
fn until_2060() -> Holder {
    Holder {
        not_after: 2_840_140_800,
        ..Holder::default()
    }
}

fn with_list() -> Holder {
    Holder {
        distribution_points: vec!["http://crl.example/prova.crl".to_owned()],
        ..Holder::default()
    }
}

/// Two persons of one codice fiscale: a digit becomes a letter (DM 23/12/1976).
fn omocodia() -> Holder {
    Holder {
        codice_fiscale: "RSSMRA80A01H50MM".to_owned(),
        cognome: None,
        ..Holder::default()
    }
}
