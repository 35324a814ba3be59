//! Revocation lists that are fetched

use pki::{Authority, Holder, Key};

use crate::{
    scene::{DAY, HOUR, Scene, at, authority, list, now},
    server::{Answer, Gate, Server},
};

async fn scene_with(server: &Server, more: &[(&str, &str)]) -> Scene {
    let authority = authority();
    let address = at(&authority, &server.address());
    let mut environment = vec![("TESSERA_REVOCATION__CRL_ADDRESSES", &*address)];
    environment.extend(more);
    Scene::start(authority, &environment).await
}

#[tokio::test]
async fn a_list_is_fetched_and_kept_and_every_login_is_judged_by_it() {
    let authority = authority();
    let [good, revoked] = [(), ()].map(|()| authority.issue(&Holder::default(), Key::p256()));
    let bytes = list(&authority, HOUR, DAY, &[&revoked]);
    let server = Server::start(Answer::Bytes(bytes.clone()));
    let address = at(&authority, &server.address());
    let environment = [("TESSERA_REVOCATION__CRL_ADDRESSES", &*address)];
    let scene = Scene::start(authority, &environment).await;
    scene.until("it is kept", || scene.kept().len() == 1).await;
    scene.is_taken(&good).await;
    scene.is_refused(&revoked, "certificate-revoked").await;
    assert_eq!(server.requests(), 1);
    assert_eq!(std::fs::read(&scene.kept()[0]).unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_login_waits_for_the_list_that_is_on_its_way() {
    let gate = Gate::default();
    let authority = authority();
    let bytes = list(&authority, HOUR, DAY, &[]);
    let server = Server::start(Answer::Held(gate.clone(), bytes));
    let address = at(&authority, &server.address());
    let environment = [
        ("TESSERA_REVOCATION__CRL_ADDRESSES", &*address),
        ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "30000"),
    ];
    let scene = Scene::start(authority, &environment).await;
    scene.until("it is asked", || server.requests() > 0).await;
    let (mut browser, card) = (scene.portal.browser(), scene.card());
    let login = tokio::spawn(async move { browser.register(&card).await.status });
    gate.open();
    assert_eq!(login.await.unwrap().as_u16(), 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_list_of_its_authority_is_not_taken_and_the_last_good_one_stays() {
    let server = Server::start(Answer::Silence);
    let limits = [
        ("TESSERA_REVOCATION__CRL_MEGABYTES", "1"),
        ("TESSERA_REVOCATION__CRL_SECONDS", "1"),
        ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "100"),
    ];
    let scene = scene_with(&server, &limits).await;
    let authority = &scene.portal.authority;
    let revoked = scene.card();
    let good = list(authority, HOUR, DAY, &[&revoked]);
    let mut badly_signed = list(authority, 0, DAY, &[]);
    let last = badly_signed.len() - 1;
    badly_signed[last] ^= 1;
    let other = Authority::new("Un'altra autorità", Key::p256());
    scene
        .portal
        .write("ca/altra.pem", other.certificate_pem().as_bytes());
    scene.trust().refresh(true);
    let namesake = Authority::new("Regione di prova - CA Cittadini", Key::p256());
    let huge = [&good[..], &vec![0; 1_100_000]].concat();
    let two = [&good, &good].map(|it| pki::pem("X509 CRL", it)).concat();
    let answers = [
        ("silence", Answer::Silence),
        ("an error", Answer::Status(404)),
        ("badly signed", Answer::Bytes(badly_signed)),
        (
            "of another anchor",
            Answer::Bytes(list(&other, 0, DAY, &[])),
        ),
        (
            "of another authority of its name",
            Answer::Bytes(list(&namesake, 0, DAY, &[])),
        ),
        ("a page", Answer::Bytes(b"<html>a page</html>".to_vec())),
        ("cut off", Answer::CutOff(good.clone())),
        ("huge", Answer::Bytes(huge)),
        ("endless", Answer::Endless),
        ("drip", Answer::Drip),
        ("two lists", Answer::Bytes(two.into_bytes())),
        ("redirects to itself", Answer::Redirect(server.address())),
        (
            "redirects to a file",
            Answer::Redirect("file:///etc/hostname".to_owned()),
        ),
        (
            "redirects with a password",
            Answer::Redirect(format!("http://u:p@127.0.0.1:{}/list", server.port())),
        ),
    ];
    // First without a list at hand, then with one.
    for at_hand in [0, 1] {
        for (what, answer) in &answers {
            server.answers(answer.clone());
            let before = server.requests();
            // Twice: when the second begins, the first is over.
            scene
                .until(what, || {
                    scene.trust().hurry();
                    server.requests() >= before + 6 || {
                        let single =
                            !matches!(answer, Answer::Redirect(it) if it.starts_with("http://127"));
                        single && server.requests() >= before + 2
                    }
                })
                .await;
            assert_eq!(scene.lists(), at_hand, "{what}");
        }
        let code = ["certificate-revocation-unknown", "certificate-revoked"][at_hand];
        scene.is_refused(&revoked, code).await;
        server.answers(Answer::Bytes(good.clone()));
        scene
            .until("the good one is taken", || {
                scene.trust().hurry();
                scene.lists() == 1
            })
            .await;
    }
    scene.is_taken(&scene.card()).await;
}

#[tokio::test]
async fn a_stale_list_still_revokes_and_proves_nothing_good() {
    let server = Server::start(Answer::Silence);
    let within = ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "100");
    let scene = scene_with(&server, &[within]).await;
    let (good, revoked) = (scene.card(), scene.card());
    let stale = list(&scene.portal.authority, DAY, -HOUR, &[&revoked]);
    server.answers(Answer::Bytes(stale));
    scene
        .until("it is taken", || {
            scene.trust().hurry();
            scene.lists() == 1
        })
        .await;
    scene.is_refused(&revoked, "certificate-revoked").await;
    scene
        .is_refused(&good, "certificate-revocation-unknown")
        .await;
}

#[tokio::test]
async fn an_older_list_does_not_take_the_place_of_a_newer_one() {
    let server = Server::start(Answer::Silence);
    let scene = scene_with(&server, &[]).await;
    let revoked = scene.card();
    server.answers(Answer::Bytes(list(
        &scene.portal.authority,
        HOUR,
        DAY,
        &[&revoked],
    )));
    scene
        .until("it is taken", || {
            scene.trust().hurry();
            scene.entries() == 1
        })
        .await;
    server.answers(Answer::Bytes(list(
        &scene.portal.authority,
        2 * HOUR,
        DAY,
        &[],
    )));
    let before = server.requests();
    scene.until_fetched_twice(&server, before).await;
    assert_eq!(scene.entries(), 1);
    scene.is_refused(&revoked, "certificate-revoked").await;
}

#[tokio::test]
async fn a_list_dated_ahead_by_mistake_is_not_taken() {
    let server = Server::start(Answer::Silence);
    let scene = scene_with(&server, &[]).await;
    let (good, revoked) = (scene.card(), scene.card());
    let ahead = |age: i64| list(&scene.portal.authority, -age, 2 * DAY, &[]);
    let right = list(&scene.portal.authority, HOUR, DAY, &[&revoked]);
    server.answers(Answer::Bytes(ahead(DAY)));
    let before = server.requests();
    scene.until_fetched_twice(&server, before).await;
    assert_eq!(scene.lists(), 0);
    server.answers(Answer::Bytes(right));
    scene
        .until("the right one is taken", || {
            scene.trust().hurry();
            scene.entries() == 1
        })
        .await;
    // Not even for the moment until it is current: the one at hand is.
    for age in [DAY, 50] {
        server.answers(Answer::Bytes(ahead(age)));
        let before = server.requests();
        scene.until_fetched_twice(&server, before).await;
        assert_eq!(scene.entries(), 1);
        scene.is_taken(&good).await;
        scene.is_refused(&revoked, "certificate-revoked").await;
    }
    let next = list(&scene.portal.authority, 0, DAY, &[&revoked, &scene.card()]);
    server.answers(Answer::Bytes(next));
    scene
        .until("the next one is taken", || {
            scene.trust().hurry();
            scene.entries() == 2
        })
        .await;
}

#[tokio::test]
async fn the_list_of_an_authority_that_is_withdrawn_goes_with_it() {
    let server = Server::start(Answer::Silence);
    let withdrawn = Authority::new("Un'altra autorità", Key::p256());
    let address = at(&withdrawn, &server.address());
    let environment = [("TESSERA_REVOCATION__CRL_ADDRESSES", &*address)];
    let scene = Scene::start(authority(), &environment).await;
    server.answers(Answer::Bytes(list(&withdrawn, HOUR, DAY, &[])));
    let file = scene.portal.folder().join("ca/altra.pem");
    for _ in 0..2 {
        std::fs::write(&file, withdrawn.certificate_pem()).unwrap();
        scene.trust().refresh(true);
        scene
            .until("its list is kept", || {
                scene.trust().hurry();
                scene.kept().len() == 1
            })
            .await;
        std::fs::remove_file(&file).unwrap();
        scene.trust().refresh(false);
        assert_eq!(scene.lists(), 0);
        assert_eq!(scene.kept().len(), 0);
        // Neither here nor in `trust check`, which reads everything anew.
        let config = &scene.portal.app.config.trust;
        let anew = server_stub::trust::TrustSources::load(config).unwrap();
        for report in [scene.report(), anew.report(now())] {
            for alarming in ["believed", "signed"] {
                let found = report.findings.iter().map(|finding| &finding.found);
                let found: Vec<_> = found.filter(|it| it.contains(alarming)).collect();
                assert!(found.is_empty(), "{found:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_that_could_not_be_kept_is_kept_as_soon_as_it_can_be() {
    let server = Server::start(Answer::Silence);
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let state = folder.path().join("trust-state");
    std::fs::write(&state, b"a file where the folder should be").unwrap();
    let address = at(&authority, &server.address());
    let environment = [
        ("TESSERA_REVOCATION__CRL_ADDRESSES", &*address),
        ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "100"),
    ];
    server.answers(Answer::Bytes(list(&authority, DAY, -HOUR, &[])));
    let scene = Scene::open(folder, authority, &environment).await;
    scene.until("it is taken", || scene.lists() == 1).await;
    // It is written as it is taken: whoever sees the second fetch sees the first one's end.
    let before = server.requests();
    scene.until_fetched_twice(&server, before).await;
    let card = scene.card();
    scene
        .is_refused(&card, "security-systems-unavailable")
        .await;
    std::fs::remove_file(&state).unwrap();
    // The server does so every quarter of a minute; no other list has come.
    scene.trust().refresh(false);
    assert_eq!(scene.kept().len(), 1);
    scene
        .is_refused(&card, "certificate-revocation-unknown")
        .await;
}

#[tokio::test]
async fn lack_of_evidence_by_a_fault_of_our_own_is_not_the_cards() {
    let server = Server::start(Answer::Silence);
    // A file where the folder should be: nothing can be kept.
    let state = ("TESSERA_TRUST__STATE", "tessera.toml");
    let within = ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "100");
    let scene = scene_with(&server, &[state, within]).await;
    let card = scene.card();
    let authority = &scene.portal.authority;
    server.answers(Answer::Bytes(list(authority, DAY, -HOUR, &[])));
    scene
        .until("a list is taken", || {
            scene.trust().hurry();
            scene.lists() == 1
        })
        .await;
    // It is written after it is taken: when the next fetch begins, that is over.
    let before = server.requests();
    scene
        .until("it is fetched again", || {
            scene.trust().hurry();
            server.requests() > before
        })
        .await;
    scene
        .is_refused(&card, "security-systems-unavailable")
        .await;
    // With evidence at hand, nobody need know.
    server.answers(Answer::Bytes(list(authority, HOUR, DAY, &[])));
    scene
        .until("a current list is taken", || {
            scene.trust().hurry();
            scene.report().revocation_lists[0].state == "current"
        })
        .await;
    scene.is_taken(&card).await;
}
