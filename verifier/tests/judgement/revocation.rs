//! What revocation lists prove, and what they do not.

use pki::{Authority, Card, CrlReason, Holder, Key, List, Revoked};
use protocol::ProblemCode;
use verifier::RevocationPolicy::{Off, Required, WhenAvailable};
use verifier::{Reason, RevocationEvidence, RevocationList};

use crate::portal::{DAY, NOW, Portal, authority};

/// Since when the test material's entries are revoked.
const SINCE: i64 = 1_735_689_600;

pub(crate) fn card(authority: &Authority) -> Card {
    authority.issue(&Holder::default(), Key::p256())
}

pub(crate) fn current(revoked: Vec<Revoked>) -> List {
    List {
        revoked,
        this_update: NOW - DAY,
        next_update: NOW + DAY,
        extensions: Vec::new(),
    }
}

pub(crate) fn stale(revoked: Vec<Revoked>) -> List {
    List {
        revoked,
        this_update: NOW - 3 * DAY,
        next_update: NOW - 2 * DAY,
        extensions: Vec::new(),
    }
}

pub(crate) fn revoked(on_hold: bool) -> Result<RevocationEvidence, Reason> {
    Err(Reason::Revoked {
        since: SINCE,
        on_hold,
    })
}

pub(crate) const GOOD: Result<RevocationEvidence, Reason> = Ok(RevocationEvidence::Good {
    this_update: NOW - DAY,
    next_update: NOW + DAY,
});

/// The evidence found for a card with these lists of its own authority.
pub(crate) fn judged(
    authority: &Authority,
    card: &Card,
    lists: &[List],
) -> Result<RevocationEvidence, Reason> {
    let lists: Vec<Vec<u8>> = lists
        .iter()
        .map(|list| authority.revocation_list(list))
        .collect();
    judged_by(&[authority], card, &lists)
}

fn judged_by(
    trusted: &[&Authority],
    card: &Card,
    lists: &[Vec<u8>],
) -> Result<RevocationEvidence, Reason> {
    let portal = Portal::with_lists(trusted, lists).asking(Required);
    portal.judge_card(card).map(|identity| identity.revocation)
}

pub(crate) fn unknown(stale_since: Option<i64>) -> Result<RevocationEvidence, Reason> {
    Err(Reason::RevocationUnknown {
        issuer: "Regione di Prova - CA Cittadini 2020".to_owned(),
        stale_since,
    })
}

#[test]
fn a_current_list_without_the_card_is_good_evidence() {
    let authority = authority();
    let others = vec![Revoked::new(vec![1]), Revoked::new(vec![2])];
    for entries in [vec![], others] {
        assert_eq!(
            judged(&authority, &card(&authority), &[current(entries)]),
            GOOD
        );
    }
}

#[test]
fn a_revoked_card_is_refused_for_every_reason() {
    let authority = authority();
    let card = card(&authority);
    for (reason, on_hold) in [
        (None, false),
        (Some(CrlReason::Unspecified), false),
        (Some(CrlReason::KeyCompromise), false),
        (Some(CrlReason::Superseded), false),
        (Some(CrlReason::CertificateHold), true),
    ] {
        let entry = Revoked {
            reason,
            ..Revoked::new(card.serial())
        };
        assert_eq!(
            judged(&authority, &card, &[current(vec![entry])]),
            revoked(on_hold)
        );
    }
}

#[test]
fn the_codes_are_those_of_the_contract() {
    let code = |verdict: Result<RevocationEvidence, Reason>| verdict.unwrap_err().code();
    assert_eq!(code(revoked(true)), ProblemCode::CertificateRevoked);
    assert_eq!(
        code(unknown(None)),
        ProblemCode::CertificateRevocationUnknown
    );
}

#[test]
fn an_entry_found_among_thousands_is_found_at_every_place() {
    let authority = authority();
    let serials: Vec<Vec<u8>> = (0..2_000u32)
        .map(|number| (number * 7 + 1).to_be_bytes().to_vec())
        .collect();
    let list = authority.revoke(&serials);
    for number in [0u32, 1, 999, 1_998, 1_999] {
        let serial = Some((number * 7 + 1).to_be_bytes().to_vec());
        let card = authority.issue(
            &Holder {
                serial,
                ..Holder::default()
            },
            Key::p256(),
        );
        assert_eq!(
            judged_by(&[&authority], &card, std::slice::from_ref(&list)),
            revoked(false)
        );
        let beside = Some((number * 7 + 2).to_be_bytes().to_vec());
        let card = authority.issue(
            &Holder {
                serial: beside,
                ..Holder::default()
            },
            Key::p256(),
        );
        assert!(judged_by(&[&authority], &card, std::slice::from_ref(&list)).is_ok());
    }
}

#[test]
fn serial_numbers_with_their_highest_bit_set_are_found() {
    let authority = authority();
    for serial in [vec![0x80], vec![0xff; 19], vec![0x7f], vec![0x01, 0x00]] {
        let holder = Holder {
            serial: Some(serial),
            ..Holder::default()
        };
        let card = authority.issue(&holder, Key::p256());
        let entry = Revoked::new(card.serial());
        assert_eq!(
            judged(&authority, &card, &[current(vec![entry])]),
            revoked(false)
        );
    }
}

#[test]
fn a_certificate_taken_off_the_list_is_not_revoked() {
    let authority = authority();
    let card = card(&authority);
    let entry = Revoked::new(card.serial()).because(CrlReason::RemoveFromCRL);
    assert_eq!(
        judged(&authority, &card, &[current(vec![entry.clone()])]),
        GOOD
    );
    let both = vec![entry, Revoked::new(card.serial())];
    assert_eq!(judged(&authority, &card, &[current(both)]), revoked(false));
}

#[test]
fn no_list_at_all_is_no_evidence() {
    let authority = authority();
    assert_eq!(judged(&authority, &card(&authority), &[]), unknown(None));
}

#[test]
fn a_list_is_current_from_its_first_to_its_last_second() {
    let authority = authority();
    let card = card(&authority);
    let list = |this_update, next_update| List {
        this_update,
        next_update,
        ..List::default()
    };
    assert!(judged(&authority, &card, &[list(NOW, NOW)]).is_ok());
    let stale = list(NOW - DAY, NOW - 1);
    assert_eq!(judged(&authority, &card, &[stale]), unknown(Some(NOW - 1)));
    let future = list(NOW + 1, NOW + DAY);
    assert_eq!(judged(&authority, &card, &[future]), unknown(None));
}

#[test]
fn a_stale_list_still_revokes() {
    let authority = authority();
    let card = card(&authority);
    let entry = Revoked::new(card.serial());
    assert_eq!(
        judged(&authority, &card, &[stale(vec![entry.clone()])]),
        revoked(false)
    );
    let portal = Portal::with_lists(
        &[&authority],
        &[authority.revocation_list(&stale(vec![entry]))],
    );
    let reason = portal.asking(WhenAvailable).judge_card(&card).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateRevoked);
}

#[test]
fn a_newer_current_list_ends_a_hold_of_an_older_one() {
    let authority = authority();
    let card = card(&authority);
    let hold = Revoked::new(card.serial()).because(CrlReason::CertificateHold);
    let lists = [stale(vec![hold.clone()]), current(vec![])];
    assert_eq!(judged(&authority, &card, &lists), GOOD);
    let lists = [stale(vec![]), current(vec![hold])];
    assert_eq!(judged(&authority, &card, &lists), revoked(true));
}

#[test]
fn no_newer_word_undoes_a_revocation_that_is_no_hold() {
    let authority = authority();
    let card = card(&authority);
    let lists = [stale(vec![Revoked::new(card.serial())]), current(vec![])];
    assert_eq!(judged(&authority, &card, &lists), revoked(false));
}

#[test]
fn a_newer_list_revokes_even_if_the_older_one_is_current_alone() {
    let authority = authority();
    let card = card(&authority);
    let newer_but_stale = List {
        revoked: vec![Revoked::new(card.serial())],
        this_update: NOW - DAY / 2,
        next_update: NOW - DAY / 4,
        extensions: Vec::new(),
    };
    assert_eq!(
        judged(&authority, &card, &[current(vec![]), newer_but_stale]),
        revoked(false)
    );
}

#[test]
fn when_available_passes_without_evidence_and_says_so() {
    let authority = authority();
    let card = card(&authority);
    let stale = authority.revocation_list(&stale(vec![]));
    for lists in [vec![], vec![stale]] {
        let portal = Portal::with_lists(&[&authority], &lists).asking(WhenAvailable);
        assert_eq!(
            portal.judge_card(&card).unwrap().revocation,
            RevocationEvidence::Absent
        );
    }
}

#[test]
fn switched_off_the_lists_are_not_looked_at() {
    let authority = authority();
    let card = card(&authority);
    let list = authority.revoke(&[card.serial()]);
    let portal = Portal::with_lists(&[&authority], &[list]).asking(Off);
    assert_eq!(
        portal.judge_card(&card).unwrap().revocation,
        RevocationEvidence::Unchecked
    );
}

#[test]
fn a_list_by_another_key_counts_as_nothing() {
    let authority = authority();
    let card = card(&authority);
    let impostor = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let foreign = Authority::new("Altra", Key::p256());
    let forged_good = impostor.revocation_list(&current(vec![]));
    let forged_revoked = impostor.revoke(&[card.serial()]);
    let foreign_good = foreign.revocation_list(&current(vec![]));
    assert_eq!(
        judged_by(&[&authority], &card, &[forged_good]),
        unknown(None)
    );
    assert_eq!(
        judged_by(&[&authority, &foreign], &card, &[foreign_good]),
        unknown(None)
    );
    let good = authority.revocation_list(&current(vec![]));
    assert_eq!(
        judged_by(&[&authority], &card, &[forged_revoked, good]),
        GOOD
    );
}

#[test]
fn of_two_authorities_with_one_name_each_speaks_for_its_own_cards() {
    let first = authority();
    let second = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let card = card(&first);
    let seconds_list = second.revoke(&[card.serial()]);
    let both = [&first, &second];
    assert_eq!(
        judged_by(&both, &card, std::slice::from_ref(&seconds_list)),
        unknown(None)
    );
    let firsts_list = first.revocation_list(&current(vec![]));
    assert_eq!(judged_by(&both, &card, &[seconds_list, firsts_list]), GOOD);
}

#[test]
fn an_authority_that_may_not_sign_lists_proves_nothing() {
    use pki::extension::{key_usage, set};
    use verifier::{Anchor, Trust};
    let authority = authority();
    let mut body = authority.own_body(NOW - DAY, NOW + DAY);
    set(
        &mut body,
        key_usage(x509_cert::ext::pkix::KeyUsages::KeyCertSign),
    );
    let anchor = Anchor::from_der(&authority.sign(&body)).unwrap();
    let list = RevocationList::from_der(authority.revocation_list(&current(vec![]))).unwrap();
    let portal = Portal {
        trust: Trust::new(vec![anchor.into()], vec![list.into()]),
        ..Portal::trusting(&[]).asking(Required)
    };
    let reason = portal.judge_card(&card(&authority)).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateRevocationUnknown);
}
