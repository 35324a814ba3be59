//! Revocation lists that are fetched

use pki::{Authority, Holder, Key};

use crate::{
    scene::{DAY, HOUR, Scene, at, authority, list},
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
async fn a_list_dated_ahead_by_mistake_gives_way_to_the_next_one() {
    let server = Server::start(Answer::Silence);
    let scene = scene_with(&server, &[]).await;
    let revoked = scene.card();
    let (ahead, right) = (
        list(&scene.portal.authority, -DAY, 2 * DAY, &[]),
        list(&scene.portal.authority, HOUR, DAY, &[&revoked]),
    );
    for (bytes, entries) in [(ahead, 0), (right, 1)] {
        server.answers(Answer::Bytes(bytes));
        scene
            .until("it is taken", || {
                scene.trust().hurry();
                scene.lists() == 1 && scene.entries() == entries
            })
            .await;
    }
    scene.is_refused(&revoked, "certificate-revoked").await;
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
