//! Lists and answers together: the newest decides, and what revokes is heard.

use pki::{Answer, Authority, Card, CrlReason, Holder, Key, List, Revoked};
use verifier::RevocationPolicy::{Off, Required, WhenAvailable};
use verifier::{OcspAnswer, Reason, RevocationEvidence};

use crate::ocsp::{HOUR, NONCE, fresh, question};
use crate::portal::{DAY, NOW, Portal, authority};
use crate::revocation::{GOOD, card, current, stale, unknown};

struct Scene {
    authority: Authority,
    card: Card,
}

const SINCE: i64 = NOW - 5 * DAY;

fn revoked(on_hold: bool) -> Result<RevocationEvidence, Reason> {
    Err(Reason::Revoked {
        since: SINCE,
        on_hold,
    })
}

/// As of some seconds ago.
fn aged(answer: Answer, age: i64) -> Answer {
    Answer {
        this_update: NOW - age,
        produced_at: NOW - age,
        status: answer.status,
        ..fresh()
    }
}

impl Scene {
    fn new() -> Scene {
        let authority = authority();
        Scene {
            card: card(&authority),
            authority,
        }
    }

    fn answer(&self, answer: &Answer) -> OcspAnswer {
        let der = self.authority.ocsp_answer(&self.card.serial(), answer);
        question(&self.authority, &self.card)
            .read_answer(&der, Some(&NONCE), NOW, HOUR)
            .unwrap()
    }

    fn portal(&self, lists: &[List], online: Option<OcspAnswer>) -> Portal {
        let lists: Vec<Vec<u8>> = lists
            .iter()
            .map(|list| self.authority.revocation_list(list))
            .collect();
        Portal {
            online,
            ..Portal::with_lists(&[&self.authority], &lists)
        }
    }

    fn judged(&self, lists: &[List], answer: &Answer) -> Result<RevocationEvidence, Reason> {
        let portal = self.portal(lists, Some(self.answer(answer)));
        let identity = portal.asking(Required).judge_card(&self.card)?;
        Ok(identity.revocation)
    }

    fn entry(&self) -> Revoked {
        Revoked {
            since: SINCE,
            ..Revoked::new(self.card.serial())
        }
    }
}

const ONLINE: Result<RevocationEvidence, Reason> = Ok(RevocationEvidence::Online {
    this_update: NOW - 60,
    keep_until: NOW + DAY,
});

#[test]
fn a_good_answer_is_evidence_without_a_list() {
    let scene = Scene::new();
    assert_eq!(scene.judged(&[], &fresh()), ONLINE);
    assert_eq!(scene.judged(&[stale(vec![])], &fresh()), ONLINE);
}

#[test]
fn of_two_good_words_the_newer_is_named() {
    let scene = Scene::new();
    assert_eq!(scene.judged(&[current(vec![])], &fresh()), ONLINE);
    let older = aged(Answer::default(), 2 * DAY);
    assert_eq!(scene.judged(&[current(vec![])], &older), GOOD);
}

#[test]
fn a_revoked_answer_refuses() {
    let scene = Scene::new();
    for (reason, on_hold) in [(None, false), (Some(CrlReason::CertificateHold), true)] {
        let answer = aged(Answer::revoked(SINCE, reason), 60);
        assert_eq!(scene.judged(&[], &answer), revoked(on_hold));
        // A list of yesterday that does not name the card is older.
        assert_eq!(scene.judged(&[current(vec![])], &answer), revoked(on_hold));
    }
}

#[test]
fn a_revoked_answer_refuses_where_evidence_is_not_required_too() {
    let scene = Scene::new();
    let answer = scene.answer(&aged(Answer::revoked(SINCE, None), 60));
    let portal = scene.portal(&[], Some(answer)).asking(WhenAvailable);
    assert!(matches!(
        portal.judge_card(&scene.card),
        Err(Reason::Revoked { .. })
    ));
}

#[test]
fn a_list_that_revokes_is_not_undone_by_a_good_answer() {
    let scene = Scene::new();
    let list = current(vec![scene.entry()]);
    assert_eq!(
        scene.judged(std::slice::from_ref(&list), &fresh()),
        revoked(false)
    );
    let older = aged(Answer::default(), 2 * DAY);
    assert_eq!(
        scene.judged(std::slice::from_ref(&list), &older),
        revoked(false)
    );
    let as_old = aged(Answer::default(), DAY);
    assert_eq!(scene.judged(&[list], &as_old), revoked(false));
}

#[test]
fn a_revoked_answer_is_not_undone_by_an_older_list() {
    let scene = Scene::new();
    let answer = aged(Answer::revoked(SINCE, None), DAY);
    assert_eq!(scene.judged(&[current(vec![])], &answer), revoked(false));
}

#[test]
fn a_newer_word_ends_a_hold_of_the_other_source() {
    let scene = Scene::new();
    let hold = scene.entry().because(CrlReason::CertificateHold);
    assert_eq!(scene.judged(&[current(vec![hold])], &fresh()), ONLINE);
    let held = aged(
        Answer::revoked(SINCE, Some(CrlReason::CertificateHold)),
        2 * DAY,
    );
    assert_eq!(scene.judged(&[current(vec![])], &held), GOOD);
}

#[test]
fn unknown_is_evidence_of_nothing() {
    let scene = Scene::new();
    let answer = aged(Answer::unknown(), 60);
    assert_eq!(scene.judged(&[], &answer), unknown(None));
    assert_eq!(scene.judged(&[current(vec![])], &answer), GOOD);
    let online = Some(scene.answer(&answer));
    let portal = scene.portal(&[], online).asking(WhenAvailable);
    let identity = portal.judge_card(&scene.card).unwrap();
    assert_eq!(identity.revocation, RevocationEvidence::Absent);
}

#[test]
fn an_answer_kept_too_long_proves_nothing_good_but_still_revokes() {
    let scene = Scene::new();
    let good = scene.answer(&fresh());
    let later = NOW + DAY + 61;
    let portal = scene.portal(&[], Some(good)).asking(Required).at(later);
    assert_eq!(
        portal.judge_card(&scene.card),
        Err(Reason::RevocationUnknown {
            issuer: "Regione di Prova - CA Cittadini 2020".to_owned(),
            stale_since: Some(NOW + DAY),
        })
    );
    let bad = scene.answer(&aged(Answer::revoked(SINCE, None), 60));
    let portal = scene.portal(&[], Some(bad)).asking(Required).at(later);
    let reason = portal.judge_card(&scene.card).unwrap_err();
    assert!(matches!(reason, Reason::Revoked { .. }));
}

#[test]
fn an_answer_about_another_card_counts_as_none() {
    let scene = Scene::new();
    let other = Scene {
        authority: scene.authority.clone(),
        card: card(&scene.authority),
    };
    for answer in [fresh(), aged(Answer::revoked(SINCE, None), 60)] {
        let online = Some(other.answer(&answer));
        let portal = scene.portal(&[], online).asking(WhenAvailable);
        let identity = portal.judge_card(&scene.card).unwrap();
        assert_eq!(identity.revocation, RevocationEvidence::Absent);
    }
}

#[test]
fn an_answer_of_a_namesake_about_the_same_number_counts_as_none() {
    let holder = Holder {
        serial: Some(vec![7]),
        ..Holder::default()
    };
    let [scene, namesake] = [(); 2].map(|()| {
        let authority = authority();
        Scene {
            card: authority.issue(&holder, Key::p256()),
            authority,
        }
    });
    let online = Some(namesake.answer(&fresh()));
    let portal = scene.portal(&[], online).asking(Required);
    assert!(portal.judge_card(&scene.card).is_err());
}

#[test]
fn switched_off_no_answer_is_heard() {
    let scene = Scene::new();
    let answer = scene.answer(&aged(Answer::revoked(SINCE, None), 60));
    let portal = scene.portal(&[], Some(answer)).asking(Off);
    let identity = portal.judge_card(&scene.card).unwrap();
    assert_eq!(identity.revocation, RevocationEvidence::Unchecked);
}
