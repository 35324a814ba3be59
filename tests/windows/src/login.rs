//! A login: a card, the question, and a PIN typed into the window.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use cns::Certificate;
use pki::{Authority, Holder, Key};
use protocol::token::signed_message;
use protocol::{Algorithm, ChallengeNonce, Origin, Token};
use serde_json::{Value, json};

use crate::{CardFile, Host, Stage, built, wait_for};

/// Who asks.
pub const ORIGIN: &str = "https://sistemats.it";
/// A nonce that is one: base64 of 32 bytes.
const NONCE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// The card's.
pub const PIN: &str = "48151";
/// The administrator's policy.
pub const POLICY: &str = r"HKLM\Software\Policies\Tessera";
/// The module that reads the card.
pub const MODULE: &str = r"C:\Program Files\Tessera\card_module.dll";
/// The window's title, in the language that is asked for.
pub const TITLE: &str = "Tessera";

/// Puts a card in: the module's file, named by the person's policy, and what it is to hold.
/// In an administrator's name the module would not be loaded, since it is the person's.
pub fn insert_card(stage: &Stage) -> CardFile {
    let card = Authority::new("Regione Prova - CA Cittadini 2020", Key::p256())
        .issue(&Holder::default(), Key::rsa(0));
    let card = CardFile {
        certificate: card.certificate().to_vec(),
        pkcs8: card.key().pkcs8().to_vec(),
        pin: PIN.to_owned(),
    };
    fs::write(stage.wine.drive_c("card"), card.text()).unwrap();
    let programs = stage.wine.drive_c("Program Files/Tessera");
    fs::copy(built("card_module.dll"), programs.join("card_module.dll")).unwrap();
    let policy = persons_policy(stage);
    fs::create_dir_all(policy.parent().unwrap()).unwrap();
    fs::write(policy, format!("modules = ['{MODULE}']\n")).unwrap();
    card
}

/// The person's policy.
pub fn persons_policy(stage: &Stage) -> PathBuf {
    stage.wine.person("AppData/Roaming/tessera/policy.toml")
}

/// A host that has been asked, with a card.
pub fn asked(stage: &Stage) -> Host {
    let mut command = stage.wine.host(&[]);
    command.env("CARD", r"C:\card");
    let mut host = Host::start(command);
    host.frame();
    host.send(&authenticate(ORIGIN));
    host.wait_for_progress("waiting-for-pin");
    host
}

/// Types a PIN and confirms it, once the window has had its first moment (contract §6).
pub fn type_pin(stage: &Stage, window: &str, pin: &str) {
    thread::sleep(Duration::from_secs(2));
    let keys: Vec<String> = pin.chars().map(String::from).collect();
    let before = stage.screen.picture(window);
    stage
        .screen
        .press(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    wait_for("the PIN's bullets", || {
        (stage.screen.picture(window) != before).then_some(())
    });
    thread::sleep(Duration::from_millis(500));
    stage.screen.press(&["Return"]);
}

/// The question for a signature.
pub fn authenticate(origin: &str) -> Value {
    json!({"command": "authenticate", "arguments": {
        "challengeNonce": NONCE, "origin": origin, "lang": "it", "progress": true}})
}

/// That an answer is a token, signed with this card for who asked.
#[track_caller]
pub fn check_token(answer: &Value, card: &CardFile) {
    let token = Token::from_json(answer).unwrap_or_else(|_| panic!("{answer}"));
    assert_eq!(token.algorithm, Algorithm::Rs256);
    assert_eq!(token.unverified_certificate, card.certificate);
    let message = signed_message(
        token.algorithm.hash(),
        &Origin::parse(ORIGIN).unwrap(),
        &ChallengeNonce::parse(NONCE).unwrap(),
    );
    let certificate = Certificate::read(&token.unverified_certificate).unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, certificate.public_key_info())
        .verify(&message, &token.signature)
        .unwrap();
}
