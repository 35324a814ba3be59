//! `openssl ocsp` as the responder: it understands our questions, and we its answers.
#![allow(clippy::unwrap_used)] // a fault in the material is a failed test

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pki::{Authority, Card, Curve, Holder, Key};
use verifier::{
    Anchor, OcspAnswer, OcspFault, OcspSignerFault, OcspStatus, Question, Revocation, Trust,
};

const NONCE: [u8; 32] = [9; 32];
const HOUR: Duration = Duration::from_secs(3600);
/// 2025-01-01T00:00:00Z, written `250101000000Z` below.
const SINCE: i64 = 1_735_689_600;

/// An authority, a card of its, and who answers for it.
struct Scene {
    authority: Authority,
    card: Card,
    signer: Key,
    signer_certificate: Vec<u8>,
}

impl Scene {
    /// Where the authority answers itself.
    fn by(authority: Authority) -> Scene {
        Scene {
            card: authority.issue(&Holder::default(), Key::p256()),
            signer: authority.key().clone(),
            signer_certificate: authority.certificate().to_vec(),
            authority,
        }
    }

    fn question(&self) -> Question {
        let anchor = Anchor::from_der(self.authority.certificate()).unwrap();
        let trust = Trust::new(vec![Arc::new(anchor)], Vec::new());
        trust.question(self.card.certificate(), now()).unwrap()
    }

    /// What OpenSSL answers when its index says this of the card, DER.
    fn answer(&self, says: &str, arguments: &[&str]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let certificate = |der: &[u8]| pki::pem("CERTIFICATE", der);
        fs::write(path("request"), self.question().ocsp_request(&NONCE)).unwrap();
        fs::write(path("authority"), self.authority.certificate_pem()).unwrap();
        fs::write(path("signer"), certificate(&self.signer_certificate)).unwrap();
        fs::write(path("key"), pki::pem("PRIVATE KEY", self.signer.pkcs8())).unwrap();
        let serial: String = self
            .card
            .serial()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let index = says.replace("SERIAL", &serial);
        fs::write(path("index"), index).unwrap();
        let output = Command::new("openssl")
            .current_dir(folder.path())
            .args(["ocsp", "-index", "index", "-CA", "authority"])
            .args(["-rsigner", "signer", "-rkey", "key"])
            .args(["-reqin", "request", "-respout", "answer"])
            .args(arguments)
            .output()
            .expect("openssl, which the setup installs");
        assert!(output.status.success(), "{output:?}");
        fs::read(path("answer")).unwrap()
    }

    fn read(&self, says: &str, arguments: &[&str]) -> Result<OcspAnswer, OcspFault> {
        let answer = self.answer(says, arguments);
        self.question()
            .read_answer(&answer, Some(&NONCE), now(), HOUR)
    }

    fn status(&self, says: &str) -> OcspStatus {
        self.read(says, &["-ndays", "1"]).unwrap().status()
    }
}

const GOOD: &str = "V\t440101000000Z\t\tSERIAL\tunknown\t/CN=card\n";
const REVOKED: &str = "R\t440101000000Z\t250101000000Z\tSERIAL\tunknown\t/CN=card\n";
const ON_HOLD: &str =
    "R\t440101000000Z\t250101000000Z,certificateHold\tSERIAL\tunknown\t/CN=card\n";
const ANOTHER: &str = "V\t440101000000Z\t\t4711\tunknown\t/CN=another\n";

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

fn name() -> &'static str {
    "Regione di Prova - CA Cittadini 2020"
}

#[test]
fn its_words_are_understood() {
    let scene = Scene::by(Authority::new(name(), Key::p256()));
    let revoked = |on_hold| {
        OcspStatus::Revoked(Revocation {
            on_hold,
            since: SINCE,
        })
    };
    assert_eq!(scene.status(GOOD), OcspStatus::Good);
    assert_eq!(scene.status(REVOKED), revoked(false));
    assert_eq!(scene.status(ON_HOLD), revoked(true));
    assert_eq!(scene.status(ANOTHER), OcspStatus::Unknown);
}

#[test]
fn its_signatures_are_verified_whatever_the_key() {
    for authority in [
        Authority::new(name(), Key::on(Curve::P384)),
        Authority::new(name(), Key::on(Curve::P521)),
        Authority::new(name(), Key::rsa(1)),
    ] {
        assert_eq!(Scene::by(authority).status(GOOD), OcspStatus::Good);
    }
    let scene = Scene::by(Authority::new(name(), Key::rsa(1)));
    let pss = ["-rmd", "sha384", "-rsigopt", "rsa_padding_mode:pss"];
    let salt = ["-rsigopt", "rsa_pss_saltlen:-1", "-ndays", "1"];
    assert!(scene.read(GOOD, &[pss, salt].concat()).is_ok());
}

#[test]
fn its_digest_over_sha_1_is_refused() {
    let scene = Scene::by(Authority::new(name(), Key::rsa(1)));
    let verdict = scene.read(GOOD, &["-ndays", "1", "-rmd", "sha1"]);
    assert_eq!(verdict, Err(OcspFault::SignatureAlgorithm));
}

#[test]
fn a_responder_of_the_authoritys_is_believed_and_a_card_is_not() {
    let authority = Authority::new(name(), Key::p256());
    let (responder, certificate) = authority.responder(Key::p256());
    let scene = Scene {
        signer: responder.key().clone(),
        signer_certificate: certificate,
        ..Scene::by(authority)
    };
    assert_eq!(scene.status(GOOD), OcspStatus::Good);
    // By its key's identifier, and without its certificate.
    let by_key = scene.read(GOOD, &["-ndays", "1", "-resp_key_id"]);
    assert_eq!(by_key.unwrap().status(), OcspStatus::Good);
    let alone = scene.read(GOOD, &["-ndays", "1", "-resp_no_certs"]);
    assert_eq!(alone, Err(OcspFault::SignerAbsent));

    let card = scene.authority.issue(&Holder::default(), Key::p256());
    let scene = Scene {
        signer: card.key().clone(),
        signer_certificate: card.certificate().to_vec(),
        ..scene
    };
    assert_eq!(
        scene.read(GOOD, &["-ndays", "1"]),
        Err(OcspFault::Signer(OcspSignerFault::NotDelegated))
    );
}

#[test]
fn it_returns_our_nonce() {
    let scene = Scene::by(Authority::new(name(), Key::p256()));
    let answer = scene.answer(GOOD, &["-ndays", "1"]);
    let question = scene.question();
    let later = now() + 2 * HOUR.as_secs() as i64;
    let read = |nonce| question.read_answer(&answer, nonce, later, HOUR);
    assert!(read(Some(&NONCE)).is_ok());
    assert_eq!(read(Some(&[8; 32])), Err(OcspFault::NonceDiffers));
    assert!(matches!(read(None), Err(OcspFault::Stale { .. })));
}

#[test]
fn without_next_update_its_answer_grows_old() {
    let scene = Scene::by(Authority::new(name(), Key::p256()));
    let before = now();
    let answer = scene.read(GOOD, &[]).unwrap();
    let hour = HOUR.as_secs() as i64;
    assert!((before + hour..=now() + hour).contains(&answer.keep_until()));
}
