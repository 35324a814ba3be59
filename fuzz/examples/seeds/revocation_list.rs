//! Revocation lists, one of each kind that is read differently.

use der::asn1::ObjectIdentifier;
use der::oid::db::rfc5280;
use pki::{Authority, CrlReason, Key, List, Revoked, extension};

use crate::Seed;

pub fn lists() -> Vec<Seed> {
    let authority = Authority::new("Regione Prova - CA Cittadini 2020", Key::p256());
    let rsa = Authority::new("Regione Prova - CA Cittadini 2020", Key::fresh_rsa());
    let of = |revoked: Vec<Revoked>| {
        authority.revocation_list(&List {
            revoked,
            ..List::default()
        })
    };
    let with = |oid: ObjectIdentifier, content: &[u8]| {
        authority.revocation_list(&List {
            extensions: vec![extension::raw(oid, true, content)],
            ..List::default()
        })
    };
    let entry = |serial: &[u8]| Revoked::new(serial.to_vec());
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    let limited = Revoked {
        extensions: vec![extension::raw(unknown, true, &[5, 0])],
        ..entry(&[1])
    };
    vec![
        ("empty", of(vec![])),
        ("revoked", of(vec![entry(&[1]), entry(&[0x7f; 16])])),
        ("by-rsa", rsa.revoke(&[vec![5]])),
        (
            "every-reason",
            of(vec![
                entry(&[1]).because(CrlReason::KeyCompromise),
                entry(&[2]).because(CrlReason::CertificateHold),
                entry(&[3]).because(CrlReason::RemoveFromCRL),
            ]),
        ),
        (
            "twice",
            of(vec![
                entry(&[1]).because(CrlReason::RemoveFromCRL),
                entry(&[1]),
            ]),
        ),
        ("hundred", authority.large_revocation_list(100)),
        (
            "part",
            with(
                rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT,
                b"\x30\x14\xa0\x12\xa0\x10\x86\x0ehttp://a.b/c.d",
            ),
        ),
        (
            "for-persons",
            with(
                rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT,
                &[0x30, 3, 0x81, 1, 0xff],
            ),
        ),
        (
            "indirect",
            with(
                rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT,
                &[0x30, 3, 0x84, 1, 0xff],
            ),
        ),
        (
            "delta",
            with(rfc5280::ID_CE_DELTA_CRL_INDICATOR, &[2, 1, 1]),
        ),
        ("unknown-critical", with(unknown, &[5, 0])),
        ("unknown-critical-entry", of(vec![limited])),
    ]
}
