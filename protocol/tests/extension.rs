//! What the extension's scripts repeat is what this crate says.
#![allow(clippy::unwrap_used)] // a test ends where it cannot go on

use protocol::page_message::ProgressState;
use protocol::{Algorithm, CheckState, Token};
use serde_json::Value;

/// The conversation with the host.
const HOST: &str = include_str!("../../extension/host.js");
/// How the host's answers are read.
const ANSWERS: &str = include_str!("../../extension/answers.js");
const MANIFEST: &str = include_str!("../../extension/manifest.json");

/// The texts in the list a script gives this constant.
fn listed(script: &'static str, constant: &str) -> Vec<&'static str> {
    let (_, after) = script.split_once(&format!("const {constant} =")).unwrap();
    let (list, _) = after.split_once(';').unwrap();
    let (_, list) = list.split_once('[').unwrap();
    let (list, _) = list.split_once(']').unwrap();
    let mut texts: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    texts.sort_unstable();
    texts
}

/// Every state; one more does not compile until it stands here.
fn states() -> Vec<String> {
    use ProgressState::*;
    let next = |state| match state {
        WaitingForReader => Some(WaitingForCard),
        WaitingForCard => Some(ChoosingCertificate),
        ChoosingCertificate => Some(WaitingForPin),
        WaitingForPin => Some(Signing),
        Signing => None,
    };
    let name = |state| serde_json::from_value(serde_json::to_value(state).unwrap()).unwrap();
    let mut names: Vec<String> =
        std::iter::successors(Some(WaitingForReader), |state| next(*state))
            .map(name)
            .collect();
    names.sort_unstable();
    names
}

#[test]
fn the_extension_hands_on_every_state_and_no_other() {
    assert_eq!(listed(HOST, "STATES"), states());
}

#[test]
fn the_extension_knows_every_state_of_a_check_and_no_other() {
    let mut states = [CheckState::Ok, CheckState::Warning, CheckState::Wrong].map(CheckState::name);
    states.sort_unstable();
    assert_eq!(listed(ANSWERS, "STATES"), states);
}

#[test]
fn the_extension_hands_on_every_member_of_a_token_and_no_other() {
    let token = Token {
        unverified_certificate: vec![1],
        algorithm: Algorithm::Es256,
        signature: vec![2],
        app_version: "https://sistemats.it/tessera/releases/0.1.0".to_owned(),
    };
    let token = serde_json::to_value(token).unwrap();
    let mut members: Vec<&String> = token.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(listed(ANSWERS, "TOKEN_MEMBERS"), members);
}

/// Extension and host refuse to work together where these two differ.
#[test]
fn the_extension_is_of_the_same_major_and_minor_version() {
    let manifest: Value = serde_json::from_str(MANIFEST).unwrap();
    let version = manifest["version"].as_str().unwrap();
    let release =
        |version: &str| -> Vec<String> { version.split('.').take(2).map(str::to_owned).collect() };
    assert_eq!(release(version), release(env!("CARGO_PKG_VERSION")));
    assert_eq!(version.split('.').count(), 3, "{version}");
}
