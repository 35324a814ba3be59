//! What a page hears of the workstation: kinds and states, and only where it may ask.
#![allow(clippy::unwrap_used)] // tests

mod stage;

use std::time::{Duration, Instant};

use protocol::workstation_check::Step;
use protocol::{CheckState, WorkstationCheck};
use serde_json::{Value, json};
use stage::quirky_module::stage_with_quirk;
use stage::{Host, Stage, wait_until};

const ORIGIN: &str = "https://sistemats.it";

/// A host that was asked for checks by a page of this origin.
fn asked(stage: &Stage, origin: &str) -> Host {
    let arguments = json!({"checks": true, "origin": origin});
    stage::asked(stage, &json!({"command": "status", "arguments": arguments}))
}

/// Its answer; it ends well, and nothing of it is left.
#[track_caller]
fn answer(stage: &Stage, origin: &str) -> Value {
    let mut host = asked(stage, origin);
    let answer = host.frame();
    host.end();
    assert_eq!(stage.running(), 0);
    answer
}

/// What the doctor says on this stage, each kind once.
fn doctors(stage: &Stage, origin: &str) -> Vec<WorkstationCheck> {
    let mut doctor = stage.command(&["doctor", "--json", "--origin", origin]);
    let output = doctor.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap().iter().map(|check| {
        let state = check["state"].as_str().and_then(CheckState::from_name);
        (check["id"].as_str().unwrap(), state.unwrap())
    });
    WorkstationCheck::worst_of_each(checks)
}

#[test]
fn a_page_hears_what_the_doctor_finds() {
    let stage = stage_with_quirk("");
    let answer = answer(&stage, ORIGIN);
    assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
    let checks: Vec<WorkstationCheck> = serde_json::from_value(answer["checks"].clone()).unwrap();
    assert_eq!(checks, doctors(&stage, ORIGIN));
    let state = |id| checks.iter().find(|check| check.id == id).unwrap().state;
    // A card that nobody reads may be in another slot.
    assert_ne!(state("certificate"), CheckState::Wrong);
    // Nobody serves the readers here.
    assert_eq!(state("pcsc-service"), CheckState::Wrong);
}

#[test]
fn every_kind_belongs_to_a_step_of_the_page() {
    for stage in [Stage::new(), stage_with_quirk("")] {
        for check in doctors(&stage, ORIGIN) {
            let is_known = |step: &&Step| step.checks().contains(&check.id.as_str());
            assert!(Step::ALL.iter().any(|step| is_known(&step)), "{}", check.id);
        }
    }
}

#[test]
fn nothing_of_the_workstation_but_kinds_and_states_is_told() {
    let stage = stage_with_quirk("");
    let answer = answer(&stage, ORIGIN);
    let members =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(members(&answer), ["checks", "version"]);
    for check in answer["checks"].as_array().unwrap() {
        assert_eq!(members(check), ["id", "state"]);
        let words = [&check["id"], &check["state"]].map(|word| word.as_str().unwrap());
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(words.iter().all(|word| word.bytes().all(plain)), "{check}");
    }
}

#[test]
fn an_origin_that_may_not_ask_hears_nothing() {
    let stage = stage_with_quirk("");
    let answer = answer(&stage, "https://evil.example");
    assert_eq!(answer["error"]["code"], "ERR_TESSERA_ORIGIN_NOT_ALLOWED");
    assert_eq!(answer.as_object().unwrap().len(), 1);
}

#[test]
fn while_the_policy_cannot_be_used_that_alone_is_told() {
    let stage = Stage::new();
    stage.policy("allowed_origin = []");
    for origin in [ORIGIN, "https://evil.example"] {
        let answer = answer(&stage, origin);
        assert_eq!(
            answer["checks"],
            json!([{"id": "policy", "state": "wrong"}])
        );
    }
}

#[test]
fn arguments_that_are_wrong_are_refused() {
    let stage = Stage::new();
    for arguments in [
        json!({"checks": "yes"}),
        json!({"checks": true}),
        json!({"checks": true, "origin": "http://sistemats.it"}),
    ] {
        let mut host = stage.start();
        host.frame();
        host.send(&json!({"command": "status", "arguments": arguments}));
        assert_eq!(host.error(), "ERR_TESSERA_NATIVE_INVALID_ARGUMENT");
        host.end();
    }
}

#[test]
fn a_module_that_hangs_keeps_nobody_waiting_for_ever() {
    let stage = stage_with_quirk("hangs at the slot list");
    let begin = Instant::now();
    let answer = answer(&stage, ORIGIN);
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert!(answer["checks"].is_array(), "{answer}");
}

#[test]
fn a_browser_that_goes_meanwhile_leaves_nothing_behind() {
    let stage = stage_with_quirk("hangs at the slot list");
    let mut host = asked(&stage, ORIGIN);
    wait_until(|| stage.running() == 2);
    let left = Instant::now();
    host.leave();
    host.end();
    assert!(
        left.elapsed() < Duration::from_secs(2),
        "{:?}",
        left.elapsed()
    );
    wait_until(|| stage.running() == 0);
}
