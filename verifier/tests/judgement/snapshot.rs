//! One snapshot after another: what did not change is not verified again.

use std::sync::Arc;

use pki::{Authority, Card, Holder, Key, List};
use verifier::{Anchor, Reason, RevocationList, Trust, UntrustedCause};

use crate::portal::{DAY, NOW, Portal, authority};
use crate::revocation::{card, current};

fn anchor(authority: &Authority) -> Arc<Anchor> {
    Arc::new(Anchor::from_der(authority.certificate()).unwrap())
}

fn list(authority: &Authority, list: &List) -> Arc<RevocationList> {
    Arc::new(RevocationList::from_der(authority.revocation_list(list)).unwrap())
}

#[test]
fn an_unchanged_list_is_not_verified_again() {
    let (first, second) = (authority(), Authority::new("Altra", Key::p256()));
    let anchors = vec![anchor(&first), anchor(&second)];
    let lists = vec![
        list(&first, &current(vec![])),
        list(&second, &current(vec![])),
    ];
    let trust = Trust::new(anchors.clone(), lists.clone());
    assert_eq!(trust.verifications(), 2);

    let same = Trust::following(&trust, anchors.clone(), lists.clone());
    assert_eq!(same.verifications(), 0);
    assert_eq!(same.unsigned_lists().count(), 0);

    let renewed = vec![lists[0].clone(), list(&second, &List::default())];
    let next = Trust::following(&same, anchors, renewed);
    assert_eq!(next.verifications(), 1);
    assert_eq!(next.unsigned_lists().count(), 0);
}

#[test]
fn a_list_read_again_is_known_by_its_bytes() {
    let authority = authority();
    let der = authority.revoke(&[vec![1]]);
    let read = || vec![Arc::new(RevocationList::from_der(der.clone()).unwrap())];
    let trust = Trust::new(vec![anchor(&authority)], read());
    let again = Trust::following(&trust, vec![anchor(&authority)], read());
    assert_eq!(again.verifications(), 0);
    assert_eq!(again.lists_of(&again.anchors()[0]).count(), 1);
}

#[test]
fn a_list_that_changed_by_one_byte_is_verified_and_not_believed() {
    let authority = authority();
    let card = card(&authority);
    let good = authority.revocation_list(&current(vec![]));
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    let of = |der: Vec<u8>| vec![Arc::new(RevocationList::from_der(der).unwrap())];
    let trust = Trust::new(vec![anchor(&authority)], of(good));
    let next = Trust::following(&trust, vec![anchor(&authority)], of(forged));
    assert_eq!(next.verifications(), 1);
    assert_eq!(next.unsigned_lists().count(), 1);
    let portal = crate::portal::Portal {
        trust: next,
        ..crate::portal::Portal::trusting(&[])
    };
    let portal = portal.asking(verifier::RevocationPolicy::Required);
    assert!(portal.judge_card(&card).is_err());
}

#[test]
fn an_anchor_that_comes_later_is_asked_about_the_lists_at_hand() {
    let (first, second) = (authority(), Authority::new("Altra", Key::p256()));
    let lists = vec![
        list(&first, &current(vec![])),
        list(&second, &current(vec![])),
    ];
    let alone = Trust::new(vec![anchor(&first)], lists.clone());
    assert_eq!(alone.unsigned_lists().count(), 1);
    let both = Trust::following(&alone, vec![anchor(&first), anchor(&second)], lists);
    assert_eq!(both.unsigned_lists().count(), 0);
    assert_eq!(both.verifications(), 1);
}

#[test]
fn an_anchor_of_the_same_name_but_another_key_inherits_nothing() {
    let authority = authority();
    let impostor = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let lists = vec![list(&authority, &current(vec![]))];
    let trust = Trust::new(vec![anchor(&authority)], lists.clone());
    let next = Trust::following(&trust, vec![anchor(&impostor)], lists);
    assert_eq!(next.unsigned_lists().count(), 1);
}

#[test]
fn a_renewed_certificate_of_the_same_key_signed_the_list_too() {
    let key = Key::p256();
    let name = "Regione di Prova - CA Cittadini 2020";
    let old = Authority::valid(name, key.clone(), NOW - 2 * DAY, NOW + DAY);
    let new = Authority::valid(name, key, NOW - DAY, NOW + 2 * DAY);
    let lists = vec![list(&old, &current(vec![]))];
    let trust = Trust::new(vec![anchor(&old), anchor(&new)], lists);
    assert_eq!(trust.verifications(), 1);
    for anchor in trust.anchors() {
        assert_eq!(trust.lists_of(anchor).count(), 1);
    }
}

#[test]
fn the_key_a_list_names_is_tried_first() {
    let name = "Regione di Prova - CA Cittadini 2020";
    let same_name: Vec<Authority> = (0..4).map(|_| Authority::new(name, Key::p256())).collect();
    let anchors: Vec<_> = same_name.iter().map(anchor).collect();
    let lists = same_name
        .iter()
        .map(|authority| list(authority, &current(vec![])))
        .collect();
    let trust = Trust::new(anchors, lists);
    assert_eq!(trust.unsigned_lists().count(), 0);
    assert_eq!(trust.verifications(), 4);
}

#[test]
fn the_issuers_signature_on_a_known_certificate_is_not_verified_again() {
    let authority = authority();
    let portal = Portal::trusting(&[&authority]);
    let (card, other) = (card(&authority), card(&authority));
    for _ in 0..3 {
        portal.judge_card(&card).unwrap();
        portal.judge_card(&other).unwrap();
    }
    assert_eq!(portal.trust.certificate_verifications(), 2);
}

#[test]
fn a_certificate_that_differs_from_a_known_one_in_one_bit_is_verified_and_not_believed() {
    let authority = authority();
    let portal = Portal::trusting(&[&authority]);
    let card = card(&authority);
    portal.judge_card(&card).unwrap();
    let mut forged = card.certificate().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    for round in 0..2 {
        let forged = Card::new(forged.clone(), card.key().clone());
        assert!(portal.judge_card(&forged).is_err());
        assert_eq!(portal.trust.certificate_verifications(), 2 + round);
    }
}

#[test]
fn a_new_snapshot_has_to_find_for_itself_who_signed() {
    let authority = authority();
    let portal = Portal::trusting(&[&authority]);
    let card = card(&authority);
    portal.judge_card(&card).unwrap();
    let anchors = portal.trust.anchors().to_vec();
    let next = Portal {
        trust: Trust::following(&portal.trust, anchors, vec![]),
        ..portal
    };
    next.judge_card(&card).unwrap();
    assert_eq!(next.trust.certificate_verifications(), 1);
}

#[test]
fn a_known_certificate_is_refused_once_its_anchor_has_expired() {
    let anchored = Authority::valid("Regione", Key::p256(), NOW - DAY, NOW + DAY);
    let portal = Portal::trusting(&[&anchored]);
    let card = anchored.issue(&Holder::default(), Key::p256());
    portal.judge_card(&card).unwrap();
    let later = portal.at(NOW + 2 * DAY);
    let refused = later.judge_card(&card);
    assert!(
        matches!(
            refused,
            Err(Reason::Untrusted {
                cause: UntrustedCause::AnchorNotValid,
                ..
            })
        ),
        "{refused:?}"
    );
}

#[test]
fn who_signed_with_one_key_of_a_name_is_not_known_by_the_other() {
    let name = "Regione di Prova - CA Cittadini 2020";
    let (first, second) = (
        Authority::new(name, Key::p256()),
        Authority::new(name, Key::p256()),
    );
    let portal = Portal::trusting(&[&first, &second]);
    let (of_first, of_second) = (card(&first), card(&second));
    for _ in 0..2 {
        portal.judge_card(&of_first).unwrap();
        portal.judge_card(&of_second).unwrap();
    }
    assert_eq!(portal.trust.certificate_verifications(), 2);
}
