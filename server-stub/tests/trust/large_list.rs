//! A large list takes its place while people log in

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use pki::{Holder, Key, serial_at};

use crate::{
    scene::{Scene, at, authority},
    server::{Answer, Server},
    support::ANNA,
};

const ENTRIES: u32 = 200_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_go_on_while_a_large_list_takes_its_place() {
    let authority = authority();
    let small = authority.revoke(&[]);
    let large = authority.large_revocation_list(ENTRIES);
    let server = Server::start(Answer::Bytes(small));
    let address = at(&authority, &server.address());
    let environment = [
        ("TESSERA_REVOCATION__CRL_ADDRESSES", &*address),
        // One person logs in as often as the machine can.
        ("TESSERA_LIMITS__CHALLENGES_PER_MINUTE", "1000000"),
    ];
    let scene = Scene::start(authority, &environment).await;
    scene
        .until("the small one is there", || scene.lists() == 1)
        .await;
    let named = Holder {
        codice_fiscale: ANNA.to_owned(),
        serial: Some(serial_at(77)),
        ..Holder::default()
    };
    let named = scene.portal.authority.issue(&named, Key::p256());
    scene.is_taken(&named).await;

    let card = scene.card();
    let mut browser = scene.portal.browser();
    browser.register(&card).await.expect(201);
    let (stop, logins) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let logging_in = tokio::spawn({
        let (stop, logins) = (Arc::clone(&stop), Arc::clone(&logins));
        async move {
            while !stop.load(Ordering::SeqCst) {
                browser.log_in(&card).await.expect(201);
                logins.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    server.answers(Answer::Bytes(large));
    let before = server.requests();
    scene.trust().hurry();
    scene
        .until("the large one is on its way", || server.requests() > before)
        .await;
    let at_first = logins.load(Ordering::SeqCst);
    scene
        .until("it is in its place", || scene.entries() == ENTRIES as usize)
        .await;
    assert!(
        logins.load(Ordering::SeqCst) > at_first,
        "somebody logged in meanwhile"
    );
    scene.is_refused(&named, "certificate-revoked").await;
    stop.store(true, Ordering::SeqCst);
    logging_in.await.unwrap();
}
