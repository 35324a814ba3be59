//! The time of judgement against the certificate's validity.

use pki::{CARD_FROM, CARD_UNTIL, Holder, Key};
use protocol::ProblemCode;
use verifier::Reason;

use crate::portal::{Portal, authority};

fn judged_at(now: i64) -> Result<(), Reason> {
    let authority = authority();
    let card = authority.issue(&Holder::default(), Key::p256());
    Portal::trusting(&[&authority])
        .at(now)
        .judge_card(&card)
        .map(|_| ())
}

#[test]
fn the_first_and_the_last_second_belong_to_it() {
    assert_eq!(judged_at(CARD_FROM), Ok(()));
    assert_eq!(judged_at(CARD_UNTIL), Ok(()));
}

#[test]
fn a_second_before_is_not_yet() {
    let reason = judged_at(CARD_FROM - 1).unwrap_err();
    assert_eq!(
        reason,
        Reason::NotYetValid {
            not_before: CARD_FROM
        }
    );
    assert_eq!(reason.code(), ProblemCode::CertificateNotYetValid);
}

#[test]
fn a_second_after_is_expired() {
    let reason = judged_at(CARD_UNTIL + 1).unwrap_err();
    assert_eq!(
        reason,
        Reason::Expired {
            not_after: CARD_UNTIL
        }
    );
    assert_eq!(reason.code(), ProblemCode::CertificateExpired);
}

#[test]
fn no_time_makes_it_fail_over() {
    for now in [i64::MIN, -1, 0, i64::MAX] {
        assert!(judged_at(now).is_err());
    }
}

#[test]
fn a_certificate_that_ends_before_it_begins_is_never_valid() {
    let authority = authority();
    let holder = Holder {
        not_before: CARD_UNTIL,
        not_after: CARD_FROM,
        ..Holder::default()
    };
    let card = authority.issue(&holder, Key::p256());
    for now in [CARD_FROM, crate::portal::NOW, CARD_UNTIL] {
        assert!(
            Portal::trusting(&[&authority])
                .at(now)
                .judge_card(&card)
                .is_err()
        );
    }
}

#[test]
fn years_after_2049_are_read() {
    let authority = authority();
    let holder = Holder {
        not_after: 253_402_300_799, // 9999-12-31T23:59:59Z, "no end" in RFC 5280 §4.1.2.5
        ..Holder::default()
    };
    let card = authority.issue(&holder, Key::p256());
    let identity = Portal::trusting(&[&authority]).judge_card(&card).unwrap();
    assert_eq!(identity.not_after, 253_402_300_799);
}
