//! What is kept for the next start, and believed no more than what is fetched

use pki::{Authority, Key};

use crate::{
    scene::{DAY, HOUR, Scene, at, authority, list},
    server::{Answer, Server},
};

/// A scene that has fetched and kept a list naming one card.
async fn kept(server: &Server, authority: Authority) -> (Scene, pki::Card) {
    let address = at(&authority, &server.address());
    let environment = [("TESSERA_REVOCATION__CRL_ADDRESSES", &*address)];
    let scene = Scene::start(authority, &environment).await;
    let revoked = scene.card();
    let bytes = list(&scene.portal.authority, HOUR, DAY, &[&revoked]);
    server.answers(Answer::Bytes(bytes));
    scene
        .until("it is kept", || {
            scene.trust().hurry();
            scene.kept().len() == 1
        })
        .await;
    (scene, revoked)
}

#[tokio::test]
async fn after_a_restart_the_kept_list_is_used_though_its_server_is_gone() {
    let server = Server::start(Answer::Silence);
    let (scene, revoked) = kept(&server, authority()).await;
    server.answers(Answer::Silence);
    let scene = scene.restart(&[]).await;
    assert_eq!(scene.lists(), 1);
    scene.is_refused(&revoked, "certificate-revoked").await;
    scene.is_taken(&scene.card()).await;
}

#[tokio::test]
async fn a_kept_list_that_was_tampered_with_is_refused_and_fetched_again() {
    let server = Server::start(Answer::Silence);
    let (scene, revoked) = kept(&server, authority()).await;
    let file = scene.kept().remove(0);
    let authority = scene.portal.authority.clone();
    let stranger = Authority::new("Un'altra autorità", Key::p256());
    let mut changed = std::fs::read(&file).unwrap();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let mut folder = scene.close().0;
    for bytes in [
        changed,
        b"no list".to_vec(),
        list(&stranger, 0, DAY, &[]),
        vec![0x30; 2_000_000],
    ] {
        std::fs::write(&file, bytes).unwrap();
        let address = at(&authority, &server.address());
        let before = server.requests();
        let environment = [
            ("TESSERA_REVOCATION__CRL_ADDRESSES", &*address),
            ("TESSERA_REVOCATION__CRL_MEGABYTES", "1"),
        ];
        let scene = Scene::open(folder, authority.clone(), &environment).await;
        scene
            .until("it is fetched again and kept", || {
                server.requests() > before && scene.entries() == 1 && {
                    let kept = std::fs::read(&file).unwrap_or_default();
                    kept.first() == Some(&0x30) && kept.len() < 10_000
                }
            })
            .await;
        scene.is_refused(&revoked, "certificate-revoked").await;
        folder = scene.close().0;
    }
}

#[tokio::test]
async fn a_kept_list_that_is_not_current_is_fetched_again_at_once() {
    let server = Server::start(Answer::Silence);
    let (scene, revoked) = kept(&server, authority()).await;
    let file = scene.kept().remove(0);
    let (mut folder, authority) = scene.close();
    let address = at(&authority, &server.address());
    // The first login waits for it, as it would with none at hand.
    let environment = [
        ("TESSERA_REVOCATION__CRL_ADDRESSES", &*address),
        ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "20000"),
    ];
    let right = list(&authority, HOUR, DAY, &[&revoked]);
    server.answers(Answer::Bytes(right));
    for (age, left) in [(DAY, -HOUR), (-DAY, 2 * DAY)] {
        std::fs::write(&file, list(&authority, age, left, &[])).unwrap();
        let scene = Scene::open(folder, authority.clone(), &environment).await;
        scene.is_taken(&scene.card()).await;
        scene.is_refused(&revoked, "certificate-revoked").await;
        folder = scene.close().0;
    }
}

#[tokio::test]
async fn what_is_kept_and_cannot_be_read_is_left_where_it_is() {
    let server = Server::start(Answer::Silence);
    let (scene, _) = kept(&server, authority()).await;
    let large = scene.kept().remove(0);
    let (folder, authority) = scene.close();
    // Larger than a list may be now,
    let bytes = authority.large_revocation_list(60_000);
    assert!(bytes.len() > 1024 * 1024);
    std::fs::write(&large, &bytes).unwrap();
    // what the system does not open,
    let unreadable = large.with_file_name(format!("{}.crl", "a".repeat(64)));
    std::os::unix::fs::symlink(&unreadable, &unreadable).unwrap();
    // and what has no end.
    let endless = large.with_file_name(format!("{}.crl", "b".repeat(64)));
    let made = std::process::Command::new("mkfifo").arg(&endless).status();
    assert!(made.unwrap().success());
    server.answers(Answer::Silence);
    let address = at(&authority, &server.address());
    let environment = [
        ("TESSERA_REVOCATION__CRL_ADDRESSES", &*address),
        ("TESSERA_REVOCATION__CRL_MEGABYTES", "1"),
    ];
    let before = server.requests();
    let scene = Scene::open(folder, authority, &environment).await;
    scene
        .until("the state is in order, and it is fetched", || {
            server.requests() > before
        })
        .await;
    let report = scene.report();
    for (file, remedy) in [
        (&large, "revocation.crl_megabytes"),
        (&unreadable, "the server's user"),
        (&endless, "the server's user"),
    ] {
        assert!(std::fs::symlink_metadata(file).is_ok(), "{file:?} is gone");
        let of_file = |subject: &str| subject == file.display().to_string();
        let mut findings = report.findings.iter();
        let finding = findings.find(|it| of_file(&it.subject)).unwrap();
        assert!(finding.found.contains("cannot be read"), "{finding:?}");
        assert!(finding.remedy.contains(remedy), "{finding:?}");
    }
    // What is fetched takes its place.
    let good = list(&scene.portal.authority, HOUR, DAY, &[]);
    server.answers(Answer::Bytes(good.clone()));
    scene
        .until("it is fetched and kept", || {
            scene.trust().hurry();
            std::fs::read(&large).is_ok_and(|bytes| bytes == good)
        })
        .await;
    let about_it = |subject: &str| subject == large.display().to_string();
    scene
        .until("nothing is said of it any more", || {
            let report = scene.report();
            !report.findings.iter().any(|it| about_it(&it.subject))
        })
        .await;
}
