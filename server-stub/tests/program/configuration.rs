//! What the program says of a configuration that will not do

use crate::installation::{Installation, Told};

/// One line, and exit code 2.
#[track_caller]
fn refused(told: &Told, parts: &[&str]) {
    assert_eq!(told.code, Some(2), "{told:?}");
    assert_eq!(told.err.lines().count(), 1, "{told:?}");
    for part in parts {
        assert!(told.err.contains(part), "{part} in {}", told.err);
    }
}

#[test]
fn an_unknown_key_is_named() {
    let installation = Installation::new();
    installation.configure("[limits]\nchallenge_second = 5\n");
    refused(
        &installation.run(&["serve"]),
        &["limits.challenge_second", "5"],
    );
}

#[test]
fn an_origin_that_is_no_secure_context_is_named() {
    let installation = Installation::new();
    let told = installation
        .command(&["serve"])
        .env("TESSERA_ORIGIN", "http://portal.example")
        .output()
        .unwrap();
    refused(
        &Told::from(told),
        &["origin", "http://portal.example", "https"],
    );
}

#[test]
fn an_unreadable_anchor_is_named() {
    let installation = Installation::new();
    installation.write("ca/broken.pem", b"nothing of the kind");
    for command in [&["serve"][..], &["trust", "check"]] {
        refused(
            &installation.run(command),
            &["trust.anchors", "broken.pem", "put a good file there"],
        );
    }
    installation.write("ca/broken.pem", &[0x30, 0x82, 0x01, 0x00]);
    refused(
        &installation.run(&["serve"]),
        &["trust.anchors", "broken.pem"],
    );
}

#[test]
fn a_pattern_that_is_none_and_a_line_that_is_no_toml_are_named_with_the_mend() {
    let installation = Installation::new();
    let told = installation
        .command(&["serve"])
        .env("TESSERA_TRUST__ANCHORS", "ca/[.pem")
        .output()
        .unwrap();
    refused(
        &Told::from(told),
        &["trust.anchors", "ca/[.pem", "mend the pattern"],
    );
    installation.configure("[[[\n");
    refused(
        &installation.run(&["serve"]),
        &["--config", "line 6", "mend that line"],
    );
}

#[test]
fn a_pattern_that_matches_nothing_is_named() {
    let installation = Installation::new();
    let told = installation
        .command(&["serve"])
        .env("TESSERA_TRUST__CRLS", "crl/*.der")
        .output()
        .unwrap();
    refused(
        &Told::from(told),
        &["trust.crls", "crl/*.der", "matches no file"],
    );
}

#[test]
fn a_certificate_that_is_not_there_or_not_the_keys_is_named() {
    let installation = Installation::new();
    installation.configure("[tls]\ncertificate = \"no.pem\"\nkey = \"no.key\"\n");
    refused(
        &installation.run(&["serve"]),
        &["tls.certificate", "no.pem"],
    );
    let make = || rcgen::generate_simple_self_signed(vec!["portal.example".to_owned()]).unwrap();
    installation.write("no.pem", make().cert.pem().as_bytes());
    installation.write_secret("no.key", make().signing_key.serialize_pem().as_bytes());
    refused(&installation.run(&["serve"]), &["tls.key", "no.key"]);
}

#[test]
fn a_folder_of_packages_that_is_not_there_is_named() {
    let installation = Installation::new();
    installation.configure("[workstation]\npackages = \"postazione\"\n");
    for command in [&["serve"][..], &["config", "check"]] {
        let parts = &["workstation.packages", "postazione", "name a folder"];
        refused(&installation.run(command), parts);
    }
}

#[test]
fn the_example_is_printed_and_says_every_key() {
    let installation = Installation::new();
    let told = installation.run(&["config", "example"]);
    assert_eq!(told.code, Some(0));
    for key in [
        "listen",
        "origin",
        "database",
        "trusted_proxies",
        "anchors",
        "crls",
        "trust_list",
        "trust_list_signers",
        "trust_list_may_shrink",
        "trust_list_hours",
        "state",
        "revocation",
        "fetch",
        "login_milliseconds",
        "crl_hours",
        "crl_seconds",
        "crl_megabytes",
        "challenge_seconds",
        "challenges_per_minute",
        "passwords_per_quarter_hour",
        "idle_minutes",
        "absolute_hours",
        "certificate",
        "key",
    ] {
        assert!(told.out.contains(&format!("{key} = ")), "{key}");
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_told() {
    let installation = Installation::new();
    installation.write(
        "portal.db",
        b"this is no database, and never was one to begin with",
    );
    let told = installation.run(&["serve"]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("database"), "{told:?}");
}

#[test]
fn a_check_says_what_it_comes_to_and_where_from() {
    let installation = Installation::new();
    installation.configure("[limits]\nchallenge_seconds = 60\n");
    let mut command = installation.command(&["config", "check"]);
    installation.write("named", b"127.0.0.1:8181\n");
    command
        .env("TESSERA_SESSION__IDLE_MINUTES", "5")
        .env("TESSERA_LISTEN_FILE", "named");
    let told = Told::from(command.output().unwrap());
    assert_eq!(told.code, Some(0), "{told:?}");
    for line in [
        "listen = \"127.0.0.1:8181\"   # file named by the environment",
        "database = \"sqlite:portal.db\"   # file",
        "limits.challenge_seconds = 60   # file",
        "session.idle_minutes = 5   # environment",
        "session.absolute_hours = 8   # default",
        "trust.revocation = \"required\"   # default",
        "trust.anchors = [\"ca/*.pem\"]   # file",
    ] {
        assert!(
            told.out.lines().any(|found| found == line),
            "{line} in {}",
            told.out
        );
    }
}

#[test]
fn a_check_finds_what_serving_would_and_writes_nothing() {
    let installation = Installation::new();
    let files = || {
        let mut names: Vec<_> = std::fs::read_dir(installation.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    let before = files();
    assert_eq!(installation.run(&["config", "check"]).code, Some(0));
    assert_eq!(files(), before, "no database, no state");
    installation.configure("[tls]\ncertificate = \"no.pem\"\nkey = \"no.key\"\n");
    refused(
        &installation.run(&["config", "check"]),
        &["tls.certificate", "no.pem"],
    );
    installation.configure("[limits]\nconnections = 1\n");
    refused(
        &installation.run(&["config", "check"]),
        &["limits.connections", "from 16"],
    );
    installation.configure("");
    installation.write("ca/broken.pem", b"nothing of the kind");
    refused(
        &installation.run(&["config", "check"]),
        &["trust.anchors", "broken.pem"],
    );
}

#[test]
fn a_secret_is_told_to_nobody() {
    let installation = Installation::new();
    for name in ["TESSERA_DATABASE", "TESSERA_DATABSE"] {
        for command in [&["serve"][..], &["config", "check"]] {
            let mut command = installation.command(command);
            command.env(name, "postgres://u:hunter2@127.0.0.1:1/db");
            let told = Told::from(command.output().unwrap());
            assert!(
                !told.err.contains("hunter2") && !told.out.contains("hunter2"),
                "{told:?}"
            );
        }
    }
}
