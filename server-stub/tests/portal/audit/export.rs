//! What leaves the database, to be verified elsewhere

use std::process::Command;

use server_stub::audit::{End, Hash};

use super::{A_LOGIN, as_its_owner, run, verify, with_a_log, without_triggers};
use crate::support::MARIO;

#[tokio::test]
async fn an_export_of_a_chain_that_was_written_anew_says_so() {
    let (portal, ..) = with_a_log().await;
    let node = portal.app.config.audit.node.as_str();
    let rows = portal.app.store.audit_entries(node, 0, 9).await.unwrap();
    let mut end = End {
        sequence: 9,
        hash: Hash(rows[8].hash.clone().try_into().unwrap()),
    };
    let mut statements = Vec::new();
    let hex = |bytes: &[u8]| -> String {
        let digits: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
        match crate::ENGINE {
            crate::support::Engine::Sqlite => format!("X'{digits}'"),
            crate::support::Engine::Postgres => format!("'\\x{digits}'"),
        }
    };
    for _ in 10..=11 {
        let row = end.append(&portal.app.config.audit.node, 5, A_LOGIN.to_json());
        statements.push(format!(
            "UPDATE audit_entries SET at = 5, entry = '{}', previous_hash = {}, hash = {}
             WHERE sequence = {}",
            row.entry,
            hex(&row.previous_hash),
            hex(&row.hash),
            row.sequence
        ));
    }
    let record = format!("UPDATE audit_chains SET hash = {}", hex(&end.hash.0));
    statements.push(record);
    without_triggers(&portal, "SELECT 1").await;
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    as_its_owner(&portal, &statements).await;

    let told = run(&portal, &["audit", "export"]);
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    portal.write("export.jsonl", &told.stdout);
    let file = portal.folder().join("export.jsonl");
    let (code, words) = verify(&portal, &["--export", file.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{words}");
    let part = "made of a log that was not whole";
    assert!(
        words.contains(part) && words.contains("written anew"),
        "{words}"
    );
}

#[tokio::test]
async fn an_export_of_a_chain_with_a_changed_entry_ends_before_it_without_a_last_line() {
    let (portal, ..) = with_a_log().await;
    let change = "UPDATE audit_entries SET at = at - 1 WHERE sequence = 5";
    without_triggers(&portal, change).await;
    let told = run(&portal, &["audit", "export"]);
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    let words = String::from_utf8(told.stderr).unwrap();
    assert!(
        words.contains("entry 5 is not as it was written"),
        "{words}"
    );
    assert_eq!(String::from_utf8(told.stdout).unwrap().lines().count(), 4);
}

#[tokio::test]
async fn an_export_that_cannot_be_made_says_nothing_of_the_log() {
    let (portal, ..) = with_a_log().await;
    std::fs::remove_file(portal.folder().join("audit.key")).unwrap();
    let told = run(&portal, &["audit", "export"]);
    assert_eq!(told.status.code(), Some(2), "{told:?}");
    assert_eq!(told.stdout, b"");
}

#[tokio::test]
async fn an_export_verifies_without_the_database() {
    let (portal, ..) = with_a_log().await;
    let run = |arguments: &[&str]| {
        let run = run(&portal, &[&["audit", "export"], arguments].concat());
        assert!(run.status.success(), "{run:?}");
        run.stdout
    };
    let whole = run(&[]);
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 12);
    assert!(String::from_utf8_lossy(&whole).contains(MARIO));
    let nothing = run(&["--to", "2000-01-01"]);
    assert_eq!(nothing.iter().filter(|byte| **byte == b'\n').count(), 1);

    let elsewhere = tempfile::tempdir().unwrap();
    let key = elsewhere.path().join("audit.pub");
    std::fs::copy(portal.folder().join("audit.pub"), &key).unwrap();
    let check = |export: &[u8]| {
        let file = elsewhere.path().join("export.jsonl");
        std::fs::write(&file, export).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_server-stub"))
            .current_dir(&elsewhere)
            .args(["audit", "verify", "--export"])
            .arg(file)
            .arg("--key")
            .arg(&key)
            .output()
            .unwrap();
        run.status.code()
    };
    assert_eq!(check(&whole), Some(0));
    assert_eq!(check(&nothing), Some(0));
    assert_eq!(check(&whole[..whole.len() / 2]), Some(1));
    let changed = String::from_utf8(whole)
        .unwrap()
        .replacen("127.", "128.", 1);
    assert_eq!(check(changed.as_bytes()), Some(1));
}
