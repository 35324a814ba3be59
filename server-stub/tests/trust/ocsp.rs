//! A card whose authority answers by OCSP

use std::time::Duration;

use pki::{Answer as Said, Authority, Card, CrlReason, Holder, Key};
use protocol::ChallengeNonce;

use crate::{
    responder::{Entry, Responder},
    scene::{DAY, HOUR, Scene, at, authority, list, now},
    server::{Answer, Gate, Server},
    support::ANNA,
};

/// A responder's answer made a minute ago, without a nonce.
fn said(authority: &Authority, card: &Card, answer: Said) -> Vec<u8> {
    let answer = Said {
        this_update: now() - 60,
        produced_at: now() - 60,
        next_update: Some(now() + 3600),
        ..answer
    };
    authority.ocsp_answer(&card.serial(), &answer)
}

async fn scene_with(responder: &Server, more: &[(&str, &str)]) -> Scene {
    let authority = authority();
    let named = at(&authority, &responder.address());
    let mut environment = vec![("TESSERA_REVOCATION__OCSP_ADDRESSES", &*named)];
    environment.extend(more);
    Scene::start(authority, &environment).await
}

#[tokio::test]
async fn a_card_that_openssl_calls_good_is_taken_and_asked_about_once() {
    let authority = authority();
    let card = authority.issue(&Holder::default(), Key::p256());
    // It answers one question and ends: a second one would find nobody.
    let index = [(&card, Entry::Good)];
    let responder = Responder::start(&authority, &index, &["-nrequest", "1"]);
    let named = at(&authority, &responder.address());
    let environment = [("TESSERA_REVOCATION__OCSP_ADDRESSES", &*named)];
    let scene = Scene::start(authority, &environment).await;
    let mut browser = scene.portal.browser();
    browser.register(&card).await.expect(201);
    responder.ended();
    browser.log_in(&card).await.expect(201);
    scene.is_taken(&card).await;
}

#[tokio::test]
async fn a_card_that_openssl_calls_revoked_neither_registers_nor_logs_in() {
    let authority = authority();
    let card = authority.issue(&Holder::default(), Key::p256());
    let good = Responder::start(&authority, &[(&card, Entry::Good)], &[]);
    let named = at(&authority, &good.address());
    let environment = [("TESSERA_REVOCATION__OCSP_ADDRESSES", &*named)];
    let scene = Scene::start(authority, &environment).await;
    scene.is_taken(&card).await;
    drop(good);
    // Another start knows nothing of what was said to the first.
    let (folder, authority) = scene.close();
    let revoked = Responder::start(&authority, &[(&card, Entry::Revoked)], &[]);
    for policy in ["required", "when-available"] {
        let named = at(&authority, &revoked.address());
        let environment = [
            ("TESSERA_REVOCATION__OCSP_ADDRESSES", &*named),
            ("TESSERA_TRUST__REVOCATION", policy),
        ];
        let scene = Scene::start(authority.clone(), &environment).await;
        scene.is_refused(&card, "certificate-revoked").await;
        let logged_in = scene.portal.browser().log_in(&card).await;
        logged_in.expect_refusal("certificate-revoked");
    }
    let scene = Scene::open(folder, authority, &[("TESSERA_TRUST__REVOCATION", "off")]).await;
    let logged_in = scene.portal.browser().log_in(&card).await;
    logged_in.expect(201);
}

#[tokio::test]
async fn a_card_that_openssl_does_not_know_is_judged_by_the_policy() {
    let authority = authority();
    let card = authority.issue(&Holder::default(), Key::p256());
    let responder = Responder::start(&authority, &[], &[]);
    let named = at(&authority, &responder.address());
    for (policy, code) in [
        ("required", Some("certificate-revocation-unknown")),
        ("when-available", None),
    ] {
        let environment = [
            ("TESSERA_REVOCATION__OCSP_ADDRESSES", &*named),
            ("TESSERA_TRUST__REVOCATION", policy),
        ];
        let scene = Scene::start(authority.clone(), &environment).await;
        match code {
            Some(code) => scene.is_refused(&card, code).await,
            None => scene.is_taken(&card).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_answer_is_evidence_of_nothing() {
    let responder = Server::start(Answer::Silence);
    // Time for a login on a busy machine; what drips, or has no end, is ended there.
    let within = ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "3000");
    let required = scene_with(&responder, &[within]).await;
    let authority = required.portal.authority.clone();
    let named = at(&authority, &responder.address());
    let environment = [
        ("TESSERA_REVOCATION__OCSP_ADDRESSES", &*named),
        within,
        ("TESSERA_TRUST__REVOCATION", "when-available"),
    ];
    let when_available = Scene::start(authority.clone(), &environment).await;
    let card = required.card();
    let good = said(&authority, &card, Said::default());
    let mut badly_signed = good.clone();
    let last = badly_signed.len() - 1;
    badly_signed[last] ^= 1;
    let stranger = Authority::new("Regione di prova - CA Cittadini", Key::p256());
    let another_card = required.portal.card(ANNA);
    let answers = [
        ("silence", Answer::Silence),
        ("an error", Answer::Status(500)),
        ("nothing", Answer::Bytes(Vec::new())),
        ("badly signed", Answer::Bytes(badly_signed)),
        (
            "signed by another of its name",
            Answer::Bytes(said(&stranger, &card, Said::default())),
        ),
        (
            "about another card",
            Answer::Bytes(said(&authority, &another_card, Said::default())),
        ),
        (
            "stale",
            Answer::Bytes(authority.ocsp_answer(
                &card.serial(),
                &Said {
                    this_update: now() - 7200,
                    produced_at: now() - 7200,
                    next_update: Some(now() - 3600),
                    ..Said::default()
                },
            )),
        ),
        (
            "with another question's nonce",
            Answer::Bytes(said(
                &authority,
                &card,
                Said {
                    nonce: Some(vec![7; 32]),
                    ..Said::default()
                },
            )),
        ),
        ("cut off", Answer::CutOff(good.clone())),
        (
            "huge",
            Answer::Bytes([&good[..], &vec![0; 1_000_000]].concat()),
        ),
        ("endless", Answer::Endless),
        ("drip", Answer::Drip),
        ("redirected", Answer::Redirect(responder.address())),
    ];
    for (what, answer) in answers {
        responder.answers(answer);
        let before = responder.requests();
        required
            .is_refused(&card, "certificate-revocation-unknown")
            .await;
        when_available.is_taken(&card).await;
        assert_eq!(responder.requests(), before + 2, "{what}");
    }
    // Nothing of it was kept, and nothing stands in the way of a good answer.
    responder.answers(Answer::Bytes(good));
    required.is_taken_at_last(&card).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_is_answered_while_the_responder_still_thinks() {
    let gate = Gate::default();
    let responder = Server::start(Answer::Silence);
    let within = ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "2000");
    let scene = scene_with(&responder, &[within]).await;
    let card = scene.card();
    let good = said(&scene.portal.authority, &card, Said::default());
    responder.answers(Answer::Held(gate.clone(), good));
    scene
        .is_refused(&card, "certificate-revocation-unknown")
        .await;
    assert_eq!(responder.requests(), 1, "asked, and not answered yet");
    gate.open();
    scene.is_taken_at_last(&card).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_logins_with_one_card_ask_once() {
    let gate = Gate::default();
    let responder = Server::start(Answer::Silence);
    let within = ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "30000");
    let scene = scene_with(&responder, &[within]).await;
    let card = scene.card();
    let good = said(&scene.portal.authority, &card, Said::default());
    responder.answers(Answer::Held(gate.clone(), good));
    let mut logins = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (mut browser, card) = (scene.portal.browser(), card.clone());
        logins.spawn(async move { browser.register(&card).await.status.as_u16() });
    }
    scene
        .until("somebody asks", || responder.requests() > 0)
        .await;
    gate.open();
    assert_eq!(logins.join_all().await, [201; 8]);
    assert_eq!(responder.requests(), 1);
}

#[tokio::test]
async fn nobody_is_asked_for_somebody_elses_certificate() {
    let responder = Server::start(Answer::Silence);
    let scene = scene_with(&responder, &[]).await;
    let card = scene.card();
    let thief = Card::new(card.certificate().to_vec(), Key::p256());
    scene
        .is_refused(&thief, "certificate-revocation-unknown")
        .await;
    assert_eq!(responder.connections(), 0);
}

#[tokio::test]
async fn with_fetch_off_nobody_is_asked() {
    let responder = Server::start(Answer::Silence);
    let scene = scene_with(&responder, &[("TESSERA_REVOCATION__FETCH", "false")]).await;
    scene
        .is_refused(&scene.card(), "certificate-revocation-unknown")
        .await;
    assert_eq!(responder.connections(), 0);
}

#[tokio::test]
async fn a_responder_that_falls_silent_does_not_let_a_card_in_again() {
    let responder = Server::start(Answer::Silence);
    let policy = ("TESSERA_TRUST__REVOCATION", "when-available");
    let scene = scene_with(&responder, &[policy]).await;
    let (revoked, on_hold) = (scene.card(), scene.card());
    for (card, reason) in [
        (&revoked, None),
        (&on_hold, Some(CrlReason::CertificateHold)),
    ] {
        let answer = scene.portal.authority.ocsp_answer(
            &card.serial(),
            &Said {
                this_update: now() - 60,
                produced_at: now() - 60,
                next_update: Some(now() + 1),
                ..Said::revoked(now() - 100, reason)
            },
        );
        responder.answers(Answer::Bytes(answer));
        scene.is_refused(card, "certificate-revoked").await;
    }
    responder.answers(Answer::Silence);
    // Until both answers are past their end.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = responder.requests();
    scene.is_refused(&revoked, "certificate-revoked").await;
    assert_eq!(responder.requests(), before, "nothing new to be learned");
    scene.is_refused(&on_hold, "certificate-revoked").await;
    assert!(responder.requests() > before, "a hold may be over");
    let good = said(&scene.portal.authority, &on_hold, Said::default());
    responder.answers(Answer::Bytes(good));
    scene.is_taken(&on_hold).await;
}

#[tokio::test]
async fn an_older_good_answer_does_not_lift_a_newer_hold() {
    let responder = Server::start(Answer::Silence);
    let scene = scene_with(&responder, &[]).await;
    let card = scene.card();
    let says = |age: i64, left: i64, answer: Said| {
        let answer = Said {
            this_update: now() - age,
            produced_at: now() - age,
            next_update: Some(now() + left),
            ..answer
        };
        let answer = scene.portal.authority.ocsp_answer(&card.serial(), &answer);
        responder.answers(Answer::Bytes(answer));
    };
    // Past its end a moment ago, which clocks that differ forgive: it is asked about again.
    let hold = Said::revoked(now() - 100, Some(CrlReason::CertificateHold));
    says(60, -1, hold);
    scene.is_refused(&card, "certificate-revoked").await;
    says(2 * HOUR, HOUR, Said::default());
    for _ in 0..2 {
        let before = responder.requests();
        scene.is_refused(&card, "certificate-revoked").await;
        assert_eq!(responder.requests(), before + 1);
    }
    says(0, HOUR, Said::default());
    scene.is_taken(&card).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_responder_is_asked_though_the_first_one_hangs() {
    let hanging = Server::start(Answer::Held(Gate::default(), Vec::new()));
    let second = Server::start(Answer::Silence);
    let authority = authority();
    let named = [&hanging, &second].map(|it| at(&authority, &it.address()));
    let named = named.join(",");
    let environment = [
        ("TESSERA_REVOCATION__OCSP_ADDRESSES", &*named),
        ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "8000"),
    ];
    let scene = Scene::start(authority, &environment).await;
    let card = scene.card();
    let good = said(&scene.portal.authority, &card, Said::default());
    second.answers(Answer::Bytes(good));
    scene.is_taken(&card).await;
    assert_eq!((hanging.requests(), second.requests()), (1, 1));
}

/// A list in a file that names a card for this reason.
fn names(scene: &Scene, card: &Card, reason: CrlReason, age: i64, left: i64) {
    let list = pki::List {
        revoked: vec![pki::Revoked::new(card.serial()).because(reason)],
        this_update: now() - age,
        next_update: now() + left,
        ..pki::List::default()
    };
    let list = scene.portal.authority.revocation_list(&list);
    scene.portal.write("crl/prova.crl", &list);
    scene.trust().refresh(true);
}

#[tokio::test]
async fn whether_a_hold_on_a_stale_list_is_over_is_asked() {
    let responder = Server::start(Answer::Silence);
    let files = ("TESSERA_TRUST__CRLS", "crl/*.crl");
    let scene = scene_with(&responder, &[files]).await;
    let card = scene.card();
    let thief = Card::new(card.certificate().to_vec(), Key::p256());
    names(&scene, &card, CrlReason::CertificateHold, 12 * HOUR, -HOUR);

    // Nobody asks for a card that did not sign.
    scene.is_refused(&thief, "certificate-revoked").await;
    assert_eq!(responder.connections(), 0);
    // No answer, or one that is older than the list: the hold holds.
    scene.is_refused(&card, "certificate-revoked").await;
    assert_eq!(responder.requests(), 1);
    let older = Said {
        this_update: now() - 13 * HOUR,
        produced_at: now() - 13 * HOUR,
        next_update: Some(now() + HOUR),
        ..Said::default()
    };
    let answer = scene.portal.authority.ocsp_answer(&card.serial(), &older);
    responder.answers(Answer::Bytes(answer));
    scene.is_refused(&card, "certificate-revoked").await;
    assert_eq!(responder.requests(), 2);
    let good = said(&scene.portal.authority, &card, Said::default());
    responder.answers(Answer::Bytes(good));
    scene.is_taken(&card).await;
}

#[tokio::test]
async fn what_a_list_says_for_good_or_says_now_is_not_asked_again() {
    let responder = Server::start(Answer::Silence);
    let files = ("TESSERA_TRUST__CRLS", "crl/*.crl");
    let scene = scene_with(&responder, &[files]).await;
    let card = scene.card();
    for (reason, left) in [
        (CrlReason::CertificateHold, DAY),
        (CrlReason::KeyCompromise, DAY),
        (CrlReason::KeyCompromise, -HOUR),
    ] {
        names(&scene, &card, reason, DAY, left);
        scene.is_refused(&card, "certificate-revoked").await;
    }
    assert_eq!(responder.connections(), 0);
}
