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
