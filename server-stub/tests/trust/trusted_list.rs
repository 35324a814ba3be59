//! The trusted list, from an address and from a file

use pki::{Authority, Card, Holder, Key};
use server_stub::trust::report::Level;
use trusted_lists::{Form, List, Provider, Service, Signer};

use crate::{
    scene::{DAY, HOUR, Scene, at, authority, list, now},
    server::{Answer, Server},
    support::MARIO,
};

/// A list of these authorities, issued an hour ago, current for a month.
fn of(authorities: &[&Authority]) -> List {
    List {
        issued: now() - HOUR,
        next_update: now() + 30 * DAY,
        ..List::of(vec![Provider {
            name: "Prova S.p.A.".to_owned(),
            services: authorities
                .iter()
                .enumerate()
                .map(|(place, it)| Service::recognised(it, &format!("CN=Autorità {place}")))
                .collect(),
        }])
    }
}

fn some_authorities() -> Vec<Authority> {
    let named = |place| Authority::new(&format!("Autorità {place}"), Key::p256());
    (0..5).map(named).collect()
}

/// A scene whose trust comes from the list alone.
async fn scene_with(place: &str, pin: &str) -> Scene {
    Scene::start(authority(), &environment(place, pin)).await
}

fn environment<'a>(place: &'a str, pin: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("TESSERA_TRUST__ANCHORS", ""),
        ("TESSERA_TRUST__REVOCATION", "off"),
        ("TESSERA_TRUST__TRUST_LIST", place),
        ("TESSERA_TRUST__TRUST_LIST_SIGNERS", pin),
    ]
}

fn card_of(authority: &Authority) -> Card {
    authority.issue(&Holder::default(), Key::p256())
}

fn number(scene: &Scene) -> Option<u64> {
    let list = scene.report().trusted_list?;
    list.in_force.map(|list| list.sequence_number)
}

/// Every list that must not take the place of number 100 of `some_authorities`, with what
/// is said of it.
fn faulty(authorities: &[Authority], signer: &Signer) -> Vec<(&'static str, Vec<u8>)> {
    let all: Vec<&Authority> = authorities.iter().collect();
    let next = List {
        sequence_number: 101,
        ..of(&all)
    };
    let signed = |list: &List| signer.sign(&list.xml());
    let evil = Authority::new("Forged - CA Cittadini", Key::p256());
    let tampered = signed(&next).replace(">101<", ">102<");
    assert!(tampered.contains(">102<"));
    vec![
        ("changed after signing", tampered.into_bytes()),
        ("not signed", next.xml().into_bytes()),
        (
            "none of trust_list_signers",
            Signer::new().sign(&of(&[&evil]).xml()).into_bytes(),
        ),
        (
            "older",
            signed(&List {
                sequence_number: 99,
                ..next.clone()
            })
            .into_bytes(),
        ),
        (
            "before the one in force",
            signed(&List {
                issued: now() - 2 * HOUR,
                ..next.clone()
            })
            .into_bytes(),
        ),
        (
            "4",
            signed(&List {
                sequence_number: 101,
                ..of(&all[..4])
            })
            .into_bytes(),
        ),
        (
            "DE",
            signed(&List {
                territory: "DE".to_owned(),
                ..next.clone()
            })
            .into_bytes(),
        ),
        (
            "DOCTYPE",
            signed(&next)
                .replacen("?>", "?><!DOCTYPE x>", 1)
                .into_bytes(),
        ),
        ("XML", signed(&next).into_bytes()[..1000].to_vec()),
        ("root", b"<html/>".to_vec()),
        ("bytes", vec![b' '; 17 * 1024 * 1024]),
    ]
}

#[tokio::test]
async fn the_authorities_of_a_list_that_is_fetched_are_trusted() {
    let (listed, signer) = (authority(), Signer::new());
    let server = Server::start(Answer::Silence);
    let scene = scene_with(&server.address(), &signer.pin()).await;
    // Until it is there, that nobody is trusted is our own lack.
    let card = card_of(&listed);
    scene
        .is_refused(&card, "security-systems-unavailable")
        .await;
    let ready = || async {
        let answer = scene.portal.browser().get("/api/health/ready").await;
        answer.status.as_u16()
    };
    assert_eq!(ready().await, 503);
    server.answers(Answer::Bytes(signer.sign(&of(&[&listed]).xml()).into()));
    scene
        .until("it is in force", || {
            scene.trust().hurry();
            number(&scene) == Some(100)
        })
        .await;
    scene.is_taken(&card).await;
    assert_eq!(ready().await, 200);
    // The anchors of the folder were not configured.
    scene
        .is_refused(&scene.card(), "certificate-untrusted")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_faulty_list_from_an_address_is_refused_and_the_last_good_one_stays() {
    let (authorities, signer) = (some_authorities(), Signer::new());
    let all: Vec<&Authority> = authorities.iter().collect();
    let good = signer.sign(&of(&all).xml());
    let server = Server::start(Answer::Bytes(good.into()));
    let scene = scene_with(&server.address(), &signer.pin()).await;
    scene
        .until("it is in force", || number(&scene) == Some(100))
        .await;
    let answers = faulty(&authorities, &signer)
        .into_iter()
        .map(|(_, bytes)| Answer::Bytes(bytes))
        .chain([Answer::Silence, Answer::Status(500), Answer::Endless]);
    for (place, answer) in answers.enumerate() {
        server.answers(answer);
        let before = server.requests();
        scene.until_fetched_twice(&server, before).await;
        assert_eq!(number(&scene), Some(100), "the list at {place}");
    }
    scene.is_taken(&card_of(&authorities[4])).await;
    let next = List {
        sequence_number: 101,
        ..of(&all)
    };
    server.answers(Answer::Bytes(signer.sign(&next.xml()).into()));
    scene
        .until("the next one is in force", || {
            scene.trust().hurry();
            number(&scene) == Some(101)
        })
        .await;
}

#[tokio::test]
async fn each_faulty_list_in_a_file_is_refused_with_its_own_message() {
    let (authorities, signer) = (some_authorities(), Signer::new());
    let all: Vec<&Authority> = authorities.iter().collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.xml");
    std::fs::write(&file, signer.sign(&of(&all).xml())).unwrap();
    let place = file.to_str().unwrap();
    let scene = scene_with(place, &signer.pin()).await;
    assert_eq!(number(&scene), Some(100));
    let mut told = std::collections::BTreeSet::new();
    for (part, bytes) in faulty(&authorities, &signer) {
        std::fs::write(&file, bytes).unwrap();
        scene.trust().refresh(false);
        let report = scene.report();
        assert_eq!(report.verdict, Level::Wrong);
        let finding = report
            .findings
            .iter()
            .find(|finding| finding.found.contains("refused"))
            .unwrap();
        assert!(finding.found.contains(part), "{part} in {}", finding.found);
        told.insert(finding.found.clone());
        assert_eq!(number(&scene), Some(100), "{part}");
    }
    assert_eq!(told.len(), 11, "{told:#?}");
    scene.is_taken(&card_of(&authorities[4])).await;
    // The share that may be lost is configured: a fifth is no more than that.
    let (_, smaller) = faulty(&authorities, &signer).remove(5);
    std::fs::write(&file, smaller).unwrap();
    let mut more = environment(place, "").to_vec();
    let pin = signer.pin();
    more.retain(|(key, _)| !key.ends_with("SIGNERS"));
    more.extend([
        ("TESSERA_TRUST__TRUST_LIST_SIGNERS", &*pin),
        ("TESSERA_TRUST__TRUST_LIST_MAY_SHRINK", "20"),
    ]);
    let scene = scene.restart(&more).await;
    assert_eq!(number(&scene), Some(101));
    scene
        .is_refused(&card_of(&authorities[4]), "certificate-untrusted")
        .await;
}

#[tokio::test]
async fn after_a_restart_the_last_good_list_is_in_force_and_an_older_one_is_not() {
    let (authorities, signer) = (some_authorities(), Signer::new());
    let all: Vec<&Authority> = authorities.iter().collect();
    let server = Server::start(Answer::Bytes(signer.sign(&of(&all).xml()).into()));
    let (address, pin) = (server.address(), signer.pin());
    let scene = scene_with(&address, &pin).await;
    let kept = scene.portal.folder().join("trust-state/trusted-list.xml");
    scene.until("it is kept", || kept.exists()).await;
    // An earlier one, with one authority more, as it was signed then.
    let withdrawn = authority();
    let older = List {
        sequence_number: 99,
        issued: now() - DAY,
        ..of(&[&[&withdrawn][..], &all].concat())
    };
    server.answers(Answer::Bytes(signer.sign(&older.xml()).into()));
    let before = server.requests();
    let scene = scene.restart(&environment(&address, &pin)).await;
    scene.until_fetched_twice(&server, before).await;
    assert_eq!(number(&scene), Some(100));
    scene.is_taken(&card_of(&authorities[0])).await;
    scene
        .is_refused(&card_of(&withdrawn), "certificate-untrusted")
        .await;
}

#[tokio::test]
async fn a_kept_list_that_was_tampered_with_is_refused_and_fetched_again() {
    let (listed, signer) = (authority(), Signer::new());
    let good = signer.sign(&of(&[&listed]).xml());
    let server = Server::start(Answer::Bytes(good.clone().into()));
    let (address, pin) = (server.address(), signer.pin());
    let scene = scene_with(&address, &pin).await;
    let kept = scene.portal.folder().join("trust-state/trusted-list.xml");
    scene.until("it is kept", || kept.exists()).await;
    let evil = Authority::new("Forged - CA Cittadini", Key::p256());
    let (folder, authority) = scene.close();
    std::fs::write(&kept, Signer::new().sign(&of(&[&evil]).xml())).unwrap();
    server.answers(Answer::Silence);
    let scene = Scene::open(folder, authority, &environment(&address, &pin)).await;
    assert_eq!(number(&scene), None);
    scene
        .is_refused(&card_of(&evil), "security-systems-unavailable")
        .await;
    server.answers(Answer::Bytes(good.clone().into()));
    scene
        .until("the good one is kept again", || {
            scene.trust().hurry();
            std::fs::read(&kept).is_ok_and(|bytes| bytes == good.as_bytes())
        })
        .await;
    scene.is_taken(&card_of(&listed)).await;
}

#[tokio::test]
async fn a_list_that_is_past_its_next_update_is_told_by_the_check() {
    let (listed, signer) = (authority(), Signer::new());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.xml");
    let list = |left: i64| List {
        issued: now() - 100 * DAY,
        next_update: now() + left,
        ..of(&[&listed])
    };
    std::fs::write(&file, signer.sign(&list(DAY).xml())).unwrap();
    let scene = scene_with(file.to_str().unwrap(), &signer.pin()).await;
    assert_eq!(scene.report().verdict, Level::Soon);
    assert_eq!(scene.trust().report(now() + 2 * DAY).verdict, Level::Wrong);
    scene.is_taken(&card_of(&listed)).await;
}

#[tokio::test]
async fn kept_revocation_lists_wait_for_the_trusted_list() {
    let (listed, signer) = (authority(), Signer::new());
    let good = signer.sign(&of(&[&listed]).xml());
    let lists = Server::start(Answer::Bytes(good.clone().into()));
    let revoked = card_of(&listed);
    let crl = list(&listed, HOUR, DAY, &[&revoked]);
    let crls = Server::start(Answer::Bytes(crl));
    let (place, pin) = (lists.address(), signer.pin());
    let address = at(&listed, &crls.address());
    let environment = [
        ("TESSERA_TRUST__ANCHORS", ""),
        ("TESSERA_TRUST__TRUST_LIST", &*place),
        ("TESSERA_TRUST__TRUST_LIST_SIGNERS", &*pin),
        ("TESSERA_REVOCATION__CRL_ADDRESSES", &*address),
        ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "100"),
    ];
    let scene = Scene::start(authority(), &environment).await;
    scene
        .until("both are kept", || {
            scene.trust().hurry();
            let state = scene.portal.folder().join("trust-state");
            scene.kept().len() == 1 && state.join("trusted-list.xml").exists()
        })
        .await;
    let (folder, authority) = scene.close();
    // The next start finds the revocation list only, and nobody answers.
    std::fs::remove_file(folder.path().join("trust-state/trusted-list.xml")).unwrap();
    for server in [&lists, &crls] {
        server.answers(Answer::Silence);
    }
    let scene = Scene::open(folder, authority, &environment).await;
    let report = scene.report();
    for finding in &report.findings {
        assert!(!finding.found.contains("signed"), "{finding:?}");
    }
    lists.answers(Answer::Bytes(good.into()));
    scene
        .until("the trusted list is in force", || {
            scene.trust().hurry();
            number(&scene) == Some(100)
        })
        .await;
    scene.is_taken(&card_of(&listed)).await;
    scene.is_refused(&revoked, "certificate-revoked").await;
    assert_eq!(scene.kept().len(), 1);
}
