//! `serve` fetches its trusted list and revocation lists

use std::process::Command;

use pki::{Authority, Card, Holder, Key, List};
use trusted_lists::{Provider, Service, Signer};

use crate::{
    installation::{Installation, Server as Portal, Told},
    server::{Answer, Gate, Server},
    serving::{post_token, with_mario},
};

const DAY: i64 = 24 * 3600;

/// An installation that is told of nobody's certificate, only of where the list is.
pub struct Scene {
    pub installation: Installation,
    signer: Signer,
    authority: Authority,
}

impl Scene {
    pub fn new() -> Scene {
        Scene {
            installation: with_mario(),
            signer: Signer::new(),
            authority: Authority::new("Regione in lista - CA Cittadini", Key::p256()),
        }
    }

    pub fn trusted_list(&self) -> Vec<u8> {
        let list = trusted_lists::List {
            issued: server_stub::clock::now() / 1000 - DAY,
            next_update: server_stub::clock::now() / 1000 + 100 * DAY,
            ..trusted_lists::List::of(vec![Provider {
                name: "Prova S.p.A.".to_owned(),
                services: vec![Service::recognised(&self.authority, "CN=Regione in lista")],
            }])
        };
        self.signer.sign(&list.xml()).into_bytes()
    }

    pub fn revocation_list(&self, revoked: &[&Card]) -> Vec<u8> {
        self.authority.revocation_list(&List {
            revoked: revoked
                .iter()
                .map(|card| pki::Revoked::new(card.serial()))
                .collect(),
            this_update: server_stub::clock::now() / 1000 - DAY / 24,
            next_update: server_stub::clock::now() / 1000 + DAY,
            ..List::default()
        })
    }

    pub fn command(&self, arguments: &[&str], trusted_list: &str, crl: &Server) -> Command {
        let authority = trusted_list::Fingerprint::of(self.authority.certificate());
        let mut command = self.installation.command(arguments);
        command
            .env("TESSERA_TRUST__ANCHORS", "")
            .env("TESSERA_TRUST__CRLS", "")
            .env("TESSERA_TRUST__TRUST_LIST", trusted_list)
            .env("TESSERA_TRUST__TRUST_LIST_SIGNERS", self.signer.pin())
            .env(
                "TESSERA_REVOCATION__CRL_ADDRESSES",
                format!("{authority}={}", crl.address()),
            );
        command
    }

    pub fn card(&self) -> Card {
        self.authority.issue(&Holder::default(), Key::p256())
    }
}

#[test]
fn what_is_fetched_is_in_force_and_fetched_again_at_sighup() {
    let scene = Scene::new();
    let (card, revoked) = (scene.card(), scene.card());
    let lists = Server::start(Answer::Bytes(scene.trusted_list()));
    let crl = Server::start(Answer::Bytes(scene.revocation_list(&[&revoked])));
    let command = |arguments: &[&str]| scene.command(arguments, &lists.address(), &crl);
    let mut portal = Portal::start(command(&["serve"]));
    // The list may be asked for before its authority is known: then, once more.
    portal.wait_until_said("the trusted list is in force");
    portal.signal("HUP");
    portal.wait_until_said("a revocation list was fetched");
    assert_eq!(post_token(&portal, &card, "/api/registrations").0, 201);
    assert_eq!(post_token(&portal, &revoked, "/api/registrations").0, 401);
    // Of every signal a fetch comes; the line may still be the one before's.
    let before = lists.requests();
    while lists.requests() == before {
        portal.signal("HUP");
        portal.wait_for_line("the trusted list is in force");
    }
    let told = Told::from(command(&["trust", "check"]).output().unwrap());
    assert_eq!(told.code, Some(0), "{told:?}");
    for part in [
        &lists.address(),
        &*scene.signer.pin(),
        "the trusted list",
        "entries: 1",
    ] {
        assert!(told.out.contains(part), "{part} in {told:?}");
    }
    let (code, log) = portal.stop();
    assert_eq!(code, Some(0), "{log}");
    // Each decision is a line with its evidence, and without the card's number.
    let line = |what: &str| {
        log.lines()
            .find(|line| line.contains(what))
            .unwrap()
            .to_owned()
    };
    let taken = line("a card was taken");
    for part in [
        "\"source\":\"crl\"",
        "\"this_update\":\"2",
        "\"until\":\"2",
        "\"issuer\":",
        "\"card\":",
    ] {
        assert!(taken.contains(part), "{part} in {taken}");
    }
    let refused = line("a card was refused");
    assert!(refused.contains("certificate-revoked"), "{refused}");
    assert!(refused.contains("\"source\":\"crl\""), "{refused}");
    for card in [&card, &revoked] {
        let serial: String = card.serial().iter().map(|it| format!("{it:02x}")).collect();
        assert!(!log.to_lowercase().contains(&serial), "{log}");
    }
    assert!(!log.contains("RSSMRA80A01H501U"), "{log}");
}

#[test]
fn a_list_that_does_not_come_holds_up_neither_logins_nor_the_end() {
    let scene = Scene::new();
    let lists = Server::start(Answer::Bytes(scene.trusted_list()));
    let crl = Server::start(Answer::Held(Gate::default(), Vec::new()));
    let mut command = scene.command(&["serve"], &lists.address(), &crl);
    command
        .env("TESSERA_TRUST__REVOCATION", "when-available")
        .env("TESSERA_REVOCATION__LOGIN_MILLISECONDS", "100")
        .env("TESSERA_REVOCATION__CRL_SECONDS", "3600");
    let mut portal = Portal::start(command);
    portal.wait_until_said("the trusted list is in force");
    let (status, ..) = post_token(&portal, &scene.card(), "/api/registrations");
    assert_eq!(status, 201);
    while crl.requests() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let (code, log) = portal.stop();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn over_https_it_is_fetched_from_whom_the_machine_trusts() {
    let scene = Scene::new();
    let (lists, certificate) = Server::start_tls(Answer::Bytes(scene.trusted_list()));
    let crl = Server::start(Answer::Silence);
    let address = format!("https://localhost:{}/list", lists.port());
    let roots = scene.installation.folder().join("roots.pem");
    let serve = || {
        let mut command = scene.command(&["serve"], &address, &crl);
        command
            .env("SSL_CERT_FILE", &roots)
            .env_remove("SSL_CERT_DIR");
        Portal::start(command)
    };
    // First somebody else is trusted, then nobody, then the server.
    let (_, other) = Server::start_tls(Answer::Silence);
    std::fs::write(&roots, other).unwrap();
    let mut portal = serve();
    portal.wait_until_said("the trusted list was not fetched");
    portal.stop();
    std::fs::write(&roots, "").unwrap();
    let mut portal = serve();
    portal.wait_until_said("TLS store holds no authority");
    portal.stop();
    assert_eq!(lists.requests(), 0);
    std::fs::write(&roots, certificate).unwrap();
    let mut portal = serve();
    portal.wait_until_said("the trusted list is in force");
    portal.stop();
    // From https nobody is sent back to what anybody on the way can change.
    let plain = Server::start(Answer::Bytes(scene.trusted_list()));
    lists.answers(Answer::Redirect(plain.address()));
    let mut portal = serve();
    portal.wait_until_said("redirected to what is not followed");
    portal.stop();
    assert_eq!(plain.connections(), 0);
}
