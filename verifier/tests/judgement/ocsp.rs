//! What is asked of a responder, and which answers are believed.

use std::time::Duration;

use der::asn1::ObjectIdentifier;
use der::oid::db::{rfc5912, rfc6960};
use der::{Decode, Encode};
use pki::ocsp::answer_extension;
use pki::{Answer, Authority, Card, CrlReason, Holder, Key};
use verifier::{OcspAnswer, OcspFailure, OcspFault, OcspStatus, Question, Revocation};
use x509_ocsp::{OcspRequest, OcspResponse, ResponseData};

use crate::portal::{DAY, NOW, Portal, authority};
use crate::revocation::card;

pub(crate) const NONCE: [u8; 32] = [9; 32];
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
/// How far clocks may be apart.
const SKEW: i64 = 60;

pub(crate) fn question(authority: &Authority, card: &Card) -> Question {
    let portal = Portal::trusting(&[authority]);
    portal.trust.question(card.certificate(), NOW).unwrap()
}

/// An answer made a minute ago, current for a day.
pub(crate) fn fresh() -> Answer {
    Answer {
        this_update: NOW - 60,
        produced_at: NOW - 60,
        next_update: Some(NOW + DAY),
        nonce: Some(NONCE.to_vec()),
        ..Answer::default()
    }
}

struct Scene {
    authority: Authority,
    card: Card,
}

impl Scene {
    fn new() -> Scene {
        let authority = authority();
        let card = card(&authority);
        Scene { authority, card }
    }

    fn read(&self, der: &[u8]) -> Result<OcspAnswer, OcspFault> {
        question(&self.authority, &self.card).read_answer(der, Some(&NONCE), NOW, HOUR)
    }

    fn answered(&self, answer: &Answer) -> Result<OcspAnswer, OcspFault> {
        self.read(&self.authority.ocsp_answer(&self.card.serial(), answer))
    }

    fn changed(&self, change: impl FnOnce(&mut ResponseData)) -> Result<OcspAnswer, OcspFault> {
        let authority = &self.authority;
        let mut data = authority.answer_data(authority, &self.card.serial(), &fresh());
        change(&mut data);
        self.read(&authority.sign_answer(&data, &[]))
    }
}

#[test]
fn a_good_answer_is_believed_until_its_next_update() {
    let scene = Scene::new();
    let answer = scene.answered(&fresh()).unwrap();
    assert_eq!(answer.status(), OcspStatus::Good);
    assert_eq!(answer.this_update(), NOW - 60);
    assert_eq!(answer.keep_until(), NOW + DAY);
    assert_eq!(answer.key(), question(&scene.authority, &scene.card).key());
}

#[test]
fn revoked_on_hold_and_unknown_are_told_apart() {
    let scene = Scene::new();
    let since = NOW - DAY;
    for (reason, on_hold) in [
        (None, false),
        (Some(CrlReason::KeyCompromise), false),
        (Some(CrlReason::CertificateHold), true),
    ] {
        let answer = Answer {
            status: Answer::revoked(since, reason).status,
            ..fresh()
        };
        let status = scene.answered(&answer).unwrap().status();
        assert_eq!(status, OcspStatus::Revoked(Revocation { on_hold, since }));
    }
    let unknown = Answer {
        status: Answer::unknown().status,
        ..fresh()
    };
    let answer = scene.answered(&unknown).unwrap();
    assert_eq!(answer.status(), OcspStatus::Unknown);
    // The card may become known any minute: such a word is not worth keeping.
    assert_eq!(answer.keep_until(), NOW);
}

#[test]
fn a_request_asks_about_this_certificate_with_this_nonce() {
    let scene = Scene::new();
    let der = question(&scene.authority, &scene.card).ocsp_request(&NONCE);
    let request = OcspRequest::from_der(&der).unwrap();
    assert_eq!(request.to_der().unwrap(), der);
    assert_eq!(request.nonce().unwrap().0.as_bytes(), NONCE);
    let asked = &request.tbs_request.request_list;
    let id = scene
        .authority
        .certificate_id(rfc5912::ID_SHA_1, &scene.card.serial());
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].req_cert, id);
}

#[test]
fn serial_numbers_with_their_highest_bit_set_are_asked_as_they_are() {
    let authority = authority();
    for serial in [vec![0x80], vec![0xff; 19], vec![0x7f]] {
        let holder = Holder {
            serial: Some(serial),
            ..Holder::default()
        };
        let card = authority.issue(&holder, Key::p256());
        let scene = Scene {
            authority: authority.clone(),
            card,
        };
        assert!(scene.answered(&fresh()).is_ok());
    }
}

#[test]
fn addresses_are_those_of_the_certificate_over_the_web() {
    let authority = authority();
    let holder = Holder {
        distribution_points: vec![
            "ldap://ca.example/cn=crl".to_owned(),
            "http://ca.example/a.crl".to_owned(),
            "HTTPS://ca.example/b.crl".to_owned(),
            "http://ca.example/a\nb.crl".to_owned(),
            "http://".to_owned(),
            "file:///etc/passwd".to_owned(),
        ],
        ocsp_addresses: vec![
            "http://ocsp.example".to_owned(),
            "ldap://ocsp.example".to_owned(),
        ],
        ..Holder::default()
    };
    let question = question(&authority, &authority.issue(&holder, Key::p256()));
    assert_eq!(
        question.crl_addresses(),
        ["http://ca.example/a.crl", "HTTPS://ca.example/b.crl"]
    );
    assert_eq!(question.ocsp_addresses(), ["http://ocsp.example"]);
    let silent = crate::ocsp::question(&authority, &card(&authority));
    assert!(silent.crl_addresses().is_empty() && silent.ocsp_addresses().is_empty());
}

#[test]
fn a_question_knows_whether_a_list_answers_already() {
    let authority = authority();
    let card = card(&authority);
    let current = authority.revocation_list(&crate::revocation::current(vec![]));
    let stale = authority.revocation_list(&crate::revocation::stale(vec![]));
    for (lists, answers) in [(vec![], false), (vec![stale], false), (vec![current], true)] {
        let portal = Portal::with_lists(&[&authority], &lists);
        let question = portal.trust.question(card.certificate(), NOW).unwrap();
        assert_eq!(question.has_current_list(), answers);
    }
}

#[test]
fn nothing_is_asked_about_a_certificate_nobody_trusts() {
    let scene = Scene::new();
    let stranger = Authority::new("Altra", Key::p256());
    let trust = Portal::trusting(&[&stranger]).trust;
    assert!(trust.question(scene.card.certificate(), NOW).is_none());
    let trust = Portal::trusting(&[&scene.authority]).trust;
    assert!(trust.question(b"no certificate", NOW).is_none());
    assert!(
        trust
            .question(scene.card.certificate(), pki::AUTHORITY_UNTIL + 1)
            .is_none()
    );
}

#[test]
fn the_key_of_a_question_is_its_certificates_own() {
    let first = authority();
    let second = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let holder = Holder {
        serial: Some(vec![7]),
        ..Holder::default()
    };
    let cards = [&first, &second].map(|issuer| issuer.issue(&holder, Key::p256()));
    let key = question(&first, &cards[0]).key();
    assert_eq!(key, question(&first, &cards[0]).key());
    assert_ne!(key, question(&second, &cards[1]).key());
    assert_ne!(key, question(&first, &card(&first)).key());
    let fingerprint = Portal::trusting(&[&first]).trust.anchors()[0].fingerprint();
    assert_eq!(
        question(&first, &cards[0]).issuer_fingerprint(),
        fingerprint
    );
}

#[test]
fn an_answer_about_another_certificate_is_refused() {
    let scene = Scene::new();
    let other = scene.authority.ocsp_answer(&[1, 2, 3], &fresh());
    assert_eq!(scene.read(&other), Err(OcspFault::OtherCertificate));
    // The same serial number of an authority of the same name with another key.
    let name = "Regione di Prova - CA Cittadini 2020";
    let namesake = Authority::new(name, Key::p256());
    let verdict = scene.changed(|data| {
        data.responses[0].cert_id =
            namesake.certificate_id(rfc5912::ID_SHA_1, &scene.card.serial());
    });
    assert_eq!(verdict, Err(OcspFault::OtherCertificate));
    // And of one with the same key and another name.
    let same_key = Authority::new("Altra", scene.authority.key().clone());
    let verdict = scene.changed(|data| {
        data.responses[0].cert_id =
            same_key.certificate_id(rfc5912::ID_SHA_1, &scene.card.serial());
    });
    assert_eq!(verdict, Err(OcspFault::OtherCertificate));
    assert_eq!(
        scene.changed(|data| data.responses.clear()),
        Err(OcspFault::OtherCertificate)
    );
}

#[test]
fn a_certificate_may_be_named_over_any_hash_that_is_known() {
    let scene = Scene::new();
    let named = |hash: ObjectIdentifier| {
        scene.changed(|data| {
            let mut id = scene
                .authority
                .certificate_id(rfc5912::ID_SHA_256, &scene.card.serial());
            if hash != rfc5912::ID_SHA_256 {
                id = scene.authority.certificate_id(hash, &scene.card.serial());
            }
            data.responses[0].cert_id = id;
        })
    };
    for hash in [
        rfc5912::ID_SHA_256,
        rfc5912::ID_SHA_384,
        rfc5912::ID_SHA_512,
    ] {
        assert!(named(hash).is_ok(), "{hash}");
    }
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    assert_eq!(named(unknown), Err(OcspFault::OtherCertificate));
    let empty = scene.changed(|data| {
        let id = &mut data.responses[0].cert_id;
        id.hash_algorithm.oid = unknown;
        id.issuer_name_hash = der::asn1::OctetString::new([]).unwrap();
        id.issuer_key_hash = der::asn1::OctetString::new([]).unwrap();
    });
    assert_eq!(empty, Err(OcspFault::OtherCertificate));
}

#[test]
fn among_several_words_on_one_certificate_a_revocation_counts() {
    let scene = Scene::new();
    for place in [0, 1] {
        let answer = scene.changed(|data| {
            let mut revoked = data.responses[0].clone();
            revoked.cert_status = Answer::revoked(NOW - DAY, None).status;
            revoked.this_update = pki::ocsp::time(NOW - DAY);
            data.responses.insert(place, revoked);
        });
        assert!(matches!(answer.unwrap().status(), OcspStatus::Revoked(_)));
    }
}

#[test]
fn a_responder_that_does_not_answer_says_why() {
    let scene = Scene::new();
    for (response, failure) in [
        (
            OcspResponse::malformed_request(),
            OcspFailure::MalformedRequest,
        ),
        (OcspResponse::internal_error(), OcspFailure::InternalError),
        (OcspResponse::try_later(), OcspFailure::TryLater),
        (OcspResponse::sig_required(), OcspFailure::SigRequired),
        (OcspResponse::unauthorized(), OcspFailure::Unauthorized),
    ] {
        let verdict = scene.read(&response.to_der().unwrap());
        assert_eq!(verdict, Err(OcspFault::Unsuccessful(failure)));
    }
}

#[test]
fn bytes_that_are_no_answer_are_refused() {
    let scene = Scene::new();
    let good = scene.authority.ocsp_answer(&scene.card.serial(), &fresh());
    // Successful, but without an answer.
    let hollow = vec![0x30, 3, 0x0a, 1, 0];
    for bytes in [
        vec![],
        b"<html>".to_vec(),
        scene.authority.certificate().to_vec(),
        [good.clone(), vec![0]].concat(),
        good[..good.len() - 1].to_vec(),
        hollow,
    ] {
        assert_eq!(scene.read(&bytes), Err(OcspFault::Malformed));
    }
    for length in 0..good.len() {
        assert!(scene.read(&good[..length]).is_err());
    }
}

#[test]
fn an_answer_of_another_type_is_refused() {
    let scene = Scene::new();
    let good = scene.authority.ocsp_answer(&scene.card.serial(), &fresh());
    let mut response = OcspResponse::from_der(&good).unwrap();
    let other = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.99");
    response.response_bytes.as_mut().unwrap().response_type = other;
    assert_eq!(
        scene.read(&response.to_der().unwrap()),
        Err(OcspFault::ResponseType(other.to_string()))
    );
}

#[test]
fn a_nonce_of_another_question_is_refused() {
    let scene = Scene::new();
    for nonce in [vec![8; 32], vec![9; 31], vec![]] {
        let answer = Answer {
            nonce: Some(nonce),
            ..fresh()
        };
        assert_eq!(scene.answered(&answer), Err(OcspFault::NonceDiffers));
    }
    let twice = scene.changed(|data| {
        let extensions = data.response_extensions.as_mut().unwrap();
        extensions.push(extensions[0].clone());
    });
    assert_eq!(twice, Err(OcspFault::Malformed));
}

#[test]
fn without_a_nonce_an_answer_is_believed_while_it_is_young() {
    let scene = Scene::new();
    let hour = HOUR.as_secs() as i64;
    let aged = |age| Answer {
        nonce: None,
        this_update: NOW - age,
        produced_at: NOW - age,
        ..fresh()
    };
    let answer = scene.answered(&aged(hour)).unwrap();
    assert_eq!(answer.keep_until(), NOW);
    assert!(scene.answered(&aged(hour + SKEW)).is_ok());
    assert_eq!(
        scene.answered(&aged(hour + SKEW + 1)),
        Err(OcspFault::Stale {
            until: NOW - SKEW - 1
        })
    );
    // With the question's nonce it is believed to its nextUpdate, however long ago it began.
    let old = Answer {
        nonce: Some(NONCE.to_vec()),
        ..aged(hour * 10)
    };
    assert_eq!(scene.answered(&old).unwrap().keep_until(), NOW + DAY);
}

#[test]
fn a_nonce_nobody_asked_with_shows_nothing() {
    let scene = Scene::new();
    let answer = Answer {
        this_update: NOW - DAY,
        ..fresh()
    };
    let der = scene.authority.ocsp_answer(&scene.card.serial(), &answer);
    let question = question(&scene.authority, &scene.card);
    let verdict = question.read_answer(&der, None, NOW, HOUR);
    assert!(matches!(verdict, Err(OcspFault::Stale { .. })));
}

#[test]
fn an_answer_without_next_update_is_believed_while_it_is_young() {
    let scene = Scene::new();
    let endless = |age| Answer {
        next_update: None,
        this_update: NOW - age,
        ..fresh()
    };
    let hour = HOUR.as_secs() as i64;
    let answer = scene.answered(&endless(60)).unwrap();
    assert_eq!(answer.keep_until(), NOW - 60 + hour);
    let verdict = scene.answered(&endless(hour + SKEW + 1));
    assert!(matches!(verdict, Err(OcspFault::Stale { .. })));
}

#[test]
fn an_answer_past_its_next_update_is_refused() {
    let scene = Scene::new();
    let until = |next_update| Answer {
        next_update: Some(next_update),
        this_update: NOW - DAY,
        produced_at: NOW - DAY,
        ..fresh()
    };
    assert!(scene.answered(&until(NOW)).is_ok());
    assert!(scene.answered(&until(NOW - SKEW)).is_ok());
    assert_eq!(
        scene.answered(&until(NOW - SKEW - 1)),
        Err(OcspFault::Stale {
            until: NOW - SKEW - 1
        })
    );
}

#[test]
fn an_answer_from_the_future_is_refused() {
    let scene = Scene::new();
    let from = |this_update, produced_at| Answer {
        this_update,
        produced_at,
        ..fresh()
    };
    assert!(scene.answered(&from(NOW + SKEW, NOW + SKEW)).is_ok());
    for answer in [
        from(NOW + SKEW + 1, NOW + SKEW + 1),
        from(NOW, NOW + SKEW + 1),
    ] {
        let verdict = scene.answered(&answer);
        assert!(matches!(verdict, Err(OcspFault::NotYetValid { .. })));
    }
}

#[test]
fn times_that_contradict_each_other_are_refused() {
    let scene = Scene::new();
    let ends_before_it_begins = Answer {
        next_update: Some(NOW - 61),
        ..fresh()
    };
    let signed_before_it_was_known = Answer {
        produced_at: NOW - 60 - SKEW - 1,
        ..fresh()
    };
    for answer in [ends_before_it_begins, signed_before_it_was_known] {
        assert_eq!(scene.answered(&answer), Err(OcspFault::Times));
    }
}

#[test]
fn critical_extensions_that_are_not_understood_are_refused() {
    let scene = Scene::new();
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    let fault = || Err(OcspFault::CriticalExtension(unknown.to_string()));
    let of_all = scene.changed(|data| {
        let extensions = data.response_extensions.as_mut().unwrap();
        extensions.push(answer_extension(unknown, true));
    });
    assert_eq!(of_all, fault());
    let of_one = scene.changed(|data| {
        data.responses[0].single_extensions = Some(vec![answer_extension(unknown, true)]);
    });
    assert_eq!(of_one, fault());
    let harmless = scene.changed(|data| {
        data.responses[0].single_extensions = Some(vec![
            answer_extension(unknown, false),
            answer_extension(rfc6960::ID_PKIX_OCSP_ARCHIVE_CUTOFF, false),
        ]);
    });
    assert!(harmless.is_ok());
}
