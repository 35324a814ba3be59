//! What the installed host tells people.

use serde_json::Value;

use crate::Stage;

/// What a run of the host says, and that it ended well.
#[track_caller]
pub fn said(stage: &Stage, arguments: &[&str]) -> String {
    let output = stage.wine.run_host(arguments);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

/// The doctor's report.
#[track_caller]
pub fn doctor(stage: &Stage) -> Value {
    let mut command = stage.wine.host(&["doctor", "--json"]);
    let output = command.env("CARD", r"C:\card").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    let wrong = report["verdict"] == "wrong";
    assert_eq!(output.status.code(), Some(i32::from(wrong)), "{report:#}");
    report
}

/// The doctor's checks of a kind: subject, state and finding.
pub fn checks(report: &Value, id: &str) -> Vec<(String, String, String)> {
    let text = |check: &Value, member: &str| check[member].as_str().unwrap().to_owned();
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["id"] == id)
        .map(|check| {
            (
                text(check, "subject"),
                text(check, "state"),
                text(check, "found"),
            )
        })
        .collect()
}
