//! What a certificate may make this server call on: the public network, and nobody nearer.

use std::process::Command;

use pki::Answer as Said;

use crate::{
    scene::{DAY, HOUR, Scene, at, authority, list, now},
    server::{Answer, Server},
};

#[tokio::test]
async fn addresses_in_a_certificate_lead_to_no_neighbour_of_the_server() {
    let neighbour = Server::start(Answer::Silence);
    let scene = Scene::start(authority(), &[]).await;
    let port = neighbour.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.0.1",
    ] {
        let address = format!("http://{host}:{port}/list");
        let card = scene.card_saying(&[&address], &[&address]);
        scene
            .is_refused(&card, "certificate-revocation-unknown")
            .await;
    }
    assert_eq!(neighbour.connections(), 0);
}

#[tokio::test]
async fn an_administrator_may_name_a_neighbour_but_its_redirects_are_its_own_word() {
    let neighbour = Server::start(Answer::Silence);
    let named = Server::start(Answer::Redirect(neighbour.address()));
    let authority = authority();
    let address = at(&authority, &named.address());
    let environment = [("TESSERA_REVOCATION__CRL_ADDRESSES", &*address)];
    let scene = Scene::start(authority, &environment).await;
    scene.until("it is asked", || named.requests() > 0).await;
    // Once more, so that the first fetch is over for certain.
    scene.trust().hurry();
    scene
        .until("it is asked again", || {
            scene.trust().hurry();
            named.requests() > 1
        })
        .await;
    assert_eq!(neighbour.connections(), 0);
    assert_eq!(scene.lists(), 0);
    // To the same host and port, it is still what the administrator named.
    let good = list(&scene.portal.authority, HOUR, DAY, &[]);
    named.answers(Answer::Bytes(good));
    scene
        .until("the list is taken", || {
            scene.trust().hurry();
            scene.lists() == 1
        })
        .await;
}

/// An address of the public network that nobody is asked at: the test's machine has it too,
/// in a network of its own.
const PUBLIC: &str = "198.41.0.4";

/// Set where the test runs in that network.
const INSIDE: &str = "IN_A_NETWORK_OF_ITS_OWN";

#[test]
fn addresses_in_a_certificate_are_asked_on_the_public_network() {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(on_a_public_network());
    }
    let apart = |command: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--net", "--map-root-user", "sh", "-c", command, "sh"]);
        unshare
    };
    if !apart("true").status().is_ok_and(|status| status.success()) {
        eprintln!("not shown here: this machine allows no network of one's own");
        return;
    }
    let inside = format!("ip link set lo up && ip address add {PUBLIC}/32 dev lo && exec \"$@\"");
    let output = apart(&inside)
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "guard::addresses_in_a_certificate_are_asked_on_the_public_network",
        ])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{told}");
}

async fn on_a_public_network() {
    let neighbour = Server::start(Answer::Silence);
    let public = || Server::start_at(PUBLIC, None, Answer::Silence);
    let (lists, responder, redirecting) = (public(), public(), public());
    let within = ("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "30000");
    let scene = Scene::start(authority(), &[within]).await;

    // A public machine sends us on to a neighbour: nobody goes there.
    redirecting.answers(Answer::Redirect(neighbour.address()));
    let card = scene.card_saying(&[&redirecting.address()], &[]);
    scene
        .is_refused(&card, "certificate-revocation-unknown")
        .await;
    assert_eq!(redirecting.requests(), 1);

    let card = scene.card_saying(&[], &[&responder.address()]);
    let said = Said {
        this_update: now() - 60,
        produced_at: now() - 60,
        next_update: Some(now() + HOUR),
        ..Said::default()
    };
    let answer = scene.portal.authority.ocsp_answer(&card.serial(), &said);
    responder.answers(Answer::Bytes(answer));
    scene.is_taken(&card).await;
    assert_eq!(responder.requests(), 1);

    let [card, revoked] = [(), ()].map(|()| scene.card_saying(&[&lists.address()], &[]));
    lists.answers(Answer::Bytes(list(
        &scene.portal.authority,
        HOUR,
        DAY,
        &[&revoked],
    )));
    scene.is_taken(&card).await;
    scene.is_refused(&revoked, "certificate-revoked").await;
    assert_eq!(lists.requests(), 1);
    assert_eq!(neighbour.connections(), 0);
}
