//! Answers of OCSP responders about one card, one of each kind that is read differently.

use der::Encode;
use pki::{Answer, Authority, CrlReason, Holder, Key};

use crate::Seed;

/// 2026-01-01T00:00:00Z, when the target reads them.
const NOW: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

/// The answers, and what they are about: the authority's and the card's certificate.
pub fn answers() -> (Vec<Seed>, [Seed; 2]) {
    let authority = Authority::new("Regione Prova - CA Cittadini 2020", Key::p256());
    let card = authority.issue(&Holder::default(), Key::p256());
    let (responder, certificate) = authority.responder(Key::p256());
    let of = |answer: &Answer| authority.ocsp_answer(&card.serial(), answer);
    let fresh = || Answer {
        this_update: NOW - 60,
        produced_at: NOW - 60,
        next_update: Some(NOW + DAY),
        nonce: Some(vec![9; 32]),
        ..Answer::default()
    };
    let says = |answer: Answer| {
        of(&Answer {
            status: answer.status,
            ..fresh()
        })
    };
    let by_responder = |by_key| {
        let answer = Answer { by_key, ..fresh() };
        let data = authority.answer_data(&responder, &card.serial(), &answer);
        responder.sign_answer(&data, std::slice::from_ref(&certificate))
    };
    let mut several = authority.answer_data(&authority, &card.serial(), &fresh());
    let mut other = several.responses[0].clone();
    other.cert_id = authority.certificate_id(der::oid::db::rfc5912::ID_SHA_256, &[7]);
    several.responses.insert(0, other);
    let try_later = x509_ocsp::OcspResponse::try_later();
    let seeds = vec![
        ("good", of(&fresh())),
        (
            "revoked",
            says(Answer::revoked(NOW - DAY, Some(CrlReason::KeyCompromise))),
        ),
        (
            "on-hold",
            says(Answer::revoked(NOW - DAY, Some(CrlReason::CertificateHold))),
        ),
        ("unknown", says(Answer::unknown())),
        ("by-responder", by_responder(false)),
        ("by-responders-key", by_responder(true)),
        ("several", authority.sign_answer(&several, &[])),
        (
            "without-nonce",
            of(&Answer {
                nonce: None,
                ..fresh()
            }),
        ),
        (
            "another-nonce",
            of(&Answer {
                nonce: Some(vec![8; 32]),
                ..fresh()
            }),
        ),
        (
            "without-next-update",
            of(&Answer {
                next_update: None,
                ..fresh()
            }),
        ),
        (
            "stale",
            of(&Answer {
                this_update: NOW - 2 * DAY,
                produced_at: NOW - 2 * DAY,
                next_update: Some(NOW - DAY),
                ..fresh()
            }),
        ),
        ("about-another", authority.ocsp_answer(&[1, 2, 3], &fresh())),
        ("try-later", try_later.to_der().expect("five bytes")),
    ];
    let about = [
        ("authority", authority.certificate().to_vec()),
        ("card", card.certificate().to_vec()),
    ];
    (seeds, about)
}
