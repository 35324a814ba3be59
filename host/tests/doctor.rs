//! The doctor and middleware that misbehaves: a line in the report, and nothing left behind.
#![allow(clippy::unwrap_used)] // tests

mod stage;

use std::time::{Duration, Instant};

use serde_json::Value;
use stage::quirky_module::stage_with_quirk;

/// Eight seconds of silence, and more of them on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The checks of the doctor on a stage whose middleware has this quirk.
fn checks(quirk: &str) -> Vec<Value> {
    let stage = stage_with_quirk(quirk);
    let begin = Instant::now();
    let output = stage.command(&["doctor", "--json"]).output().unwrap();
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
    assert_eq!(stage.running(), 0, "{quirk}");
    let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let Value::Array(checks) = report["checks"].take() else {
        panic!("{report}");
    };
    // The pcscd of this machine is nobody's here, and so the verdict is known.
    assert_eq!(report["verdict"], "wrong");
    assert_eq!(output.status.code(), Some(1));
    checks
}

/// State and finding of the stage's module.
fn module(checks: &[Value]) -> (String, String) {
    let module = checks
        .iter()
        .find(|check| {
            check["id"] == "module" && check["subject"].as_str().unwrap().ends_with("/module.so")
        })
        .unwrap();
    let text = |member: &str| module[member].as_str().unwrap().to_owned();
    (text("state"), text("found"))
}

#[test]
fn a_module_that_answers_is_told_with_its_certificates() {
    let checks = checks("");
    let (state, found) = module(&checks);
    assert_eq!(state, "ok", "{found}");
    assert!(found.contains("sees a card with 1 certificate"), "{found}");
    let certificate = checks.iter().find(|check| check["id"] == "certificate");
    let certificate = certificate.unwrap();
    assert_eq!(certificate["state"], "ok");
    let found = certificate["found"].as_str().unwrap();
    assert!(found.contains("RSS************U"), "{found}");
}

#[test]
fn a_module_that_misbehaves_is_told_in_time() {
    for (quirk, said) in [
        ("crashes at the start", "it ended its process"),
        ("aborts at the token info", "it ended its process"),
        ("hangs at the slot list", "it did not answer for"),
        ("fails at the start", "it could not be loaded"),
    ] {
        let (state, found) = module(&checks(quirk));
        assert_ne!(state, "ok", "{quirk}: {found}");
        assert!(found.starts_with(said), "{quirk}: {found}");
    }
}

#[test]
fn a_module_that_does_not_end_has_said_what_it_sees() {
    let (state, found) = module(&checks("hangs at the end"));
    assert_eq!(state, "ok", "{found}");
}
