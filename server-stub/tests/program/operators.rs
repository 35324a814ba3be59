//! `operators import`, `operators disable`, `registrations revoke`

use std::{io::Write, process::Stdio};

use crate::installation::{Installation, Told};

const HEADER: &str =
    "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n";
const MARIO: &str = "RSSMRA80A01H501U,ROSSI,MARIO,medico,,,,,,true\n";
const ANNA: &str = "VRDNNA70P49F205F,VERDI,ANNA,amministrazione,,,,,,true\n";

#[test]
fn a_good_file_is_taken_in_and_can_be_taken_in_again() {
    let installation = Installation::new();
    installation.write("o.csv", format!("{HEADER}{MARIO}{ANNA}").as_bytes());
    let file = installation.folder().join("o.csv");
    let file = file.to_str().unwrap();
    let told = installation.run(&["operators", "import", file, "--dry-run"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.out.contains("2 operators"), "{told:?}");
    assert!(!installation.folder().join("portal.db").exists());
    let mario = "RSSMRA80A01H501U";
    assert_eq!(
        installation.run(&["operators", "disable", mario]).code,
        Some(1)
    );
    for _ in 0..2 {
        let told = installation.run(&["operators", "import", file]);
        assert_eq!(told.code, Some(0), "{told:?}");
    }
    assert_eq!(
        installation.run(&["operators", "disable", mario]).code,
        Some(0)
    );
    assert_eq!(
        installation.run(&["registrations", "revoke", mario]).code,
        Some(0)
    );
    for unknown in ["BNCLCU65T31L219Z", "nobody"] {
        let told = installation.run(&["registrations", "revoke", unknown]);
        assert_eq!(told.code, Some(1));
        assert!(told.err.contains(unknown));
    }
}

#[test]
fn with_one_bad_row_nothing_is_imported() {
    let installation = Installation::new();
    let bad = ANNA.replace("amministrazione", "amministratore");
    installation.write("o.csv", format!("{HEADER}{MARIO}{bad}").as_bytes());
    let file = installation.folder().join("o.csv");
    let file = file.to_str().unwrap();
    for arguments in [
        &["operators", "import", file][..],
        &["operators", "import", file, "--dry-run"],
    ] {
        let told = installation.run(arguments);
        assert_eq!(told.code, Some(1));
        assert!(told.err.contains("line 3, column 4 (profile)"), "{told:?}");
        assert_eq!(told.out, "");
    }
    let told = installation.run(&["operators", "disable", "RSSMRA80A01H501U"]);
    assert_eq!(told.code, Some(1), "Mario was not imported");
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let told = Installation::new().run(&["operators", "import", "/nowhere/o.csv"]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("/nowhere/o.csv"));
}

/// What sudo writes down, and every user of the machine sees in the list of processes, is the
/// arguments.
#[test]
fn a_codice_fiscale_can_be_given_where_nobody_else_sees_it() {
    let installation = Installation::new();
    installation.write("o.csv", format!("{HEADER}{MARIO}").as_bytes());
    let file = installation.folder().join("o.csv");
    let told = installation.run(&["operators", "import", file.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{told:?}");
    for arguments in [
        &["operators", "disable", "-"][..],
        &["registrations", "revoke", "-"],
    ] {
        let run = |given: &[u8]| {
            let mut command = installation.command(arguments);
            command.stdin(Stdio::piped());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            child.stdin.take().unwrap().write_all(given).unwrap();
            Told::from(child.wait_with_output().unwrap())
        };
        let told = run(b"RSSMRA80A01H501U\n");
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(told.out.starts_with("RSSMRA80A01H501U: "), "{told:?}");
        for unknown in ["BNCLCU65T31L219Z\n", "nobody", "", "RSSMRA80A01H501U\nmore"] {
            let told = run(unknown.as_bytes());
            assert_eq!(told.code, Some(1), "{told:?}");
        }
    }
}
