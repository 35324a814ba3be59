//! The audit log where there is more than one node or one life: what `docs/server.md` says to do

use std::{fs, path::Path, process::Command};

use pki::{Holder, Key};

use crate::{
    installation::{Installation, Server, Told},
    serving::{post_token, with_mario},
};

const MARIO: &str = "RSSMRA80A01H501U";

/// The program as a node of that name.
fn command(installation: &Installation, node: &str, arguments: &[&str]) -> Command {
    let mut command = installation.command(arguments);
    command.env("TESSERA_AUDIT__NODE", node);
    command
}

/// The same, with a folder of its own for what it alone has.
fn command_elsewhere(installation: &Installation, node: &str, arguments: &[&str]) -> Command {
    let folder = installation.folder().join(node);
    fs::create_dir_all(&folder).unwrap();
    let mut command = command(installation, node, arguments);
    command
        .env("TESSERA_AUDIT__KEY", folder.join("audit.key"))
        .env("TESSERA_AUDIT__HEADS", folder.join("audit-heads.jsonl"));
    command
}

fn run(mut command: Command) -> Told {
    Told::from(command.output().unwrap())
}

fn register(installation: &Installation, server: &Server) {
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    assert_eq!(post_token(server, &card, "/api/registrations").0, 201);
}

fn stop(server: Server) -> String {
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    log
}

#[test]
fn the_chains_of_all_nodes_are_verified_together_by_each_ones_heads_and_key() {
    let installation = Installation::new();
    let import = "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n\
         RSSMRA80A01H501U,ROSSI,MARIO,medico,,,,,,true\n";
    installation.write("o.csv", import.as_bytes());
    let file = installation.folder().join("o.csv");
    let file = file.to_str().unwrap();
    let as_one = |arguments: &[&str]| run(command_elsewhere(&installation, "one", arguments));
    let told = as_one(&["operators", "import", file]);
    assert_eq!(told.code, Some(0), "{told:?}");
    for node in ["one", "two"] {
        let server = Server::start(command_elsewhere(&installation, node, &["serve"]));
        register(&installation, &server);
        stop(server);
    }
    let of_two = |name: &str| installation.folder().join("two").join(name);
    let (heads, key) = (of_two("audit-heads.jsonl"), of_two("audit.pub"));
    let (heads, key) = (heads.to_str().unwrap(), key.to_str().unwrap());

    let told = as_one(&["audit", "verify"]);
    assert_eq!(told.code, Some(2), "{told:?}");
    assert!(
        told.out.contains("two: no signed head was given"),
        "{told:?}"
    );
    let told = as_one(&["audit", "verify", "--heads", heads]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.out.contains("a key is missing (--key)"), "{told:?}");
    let told = as_one(&["audit", "verify", "--heads", heads, "--key", key]);
    assert_eq!(told.code, Some(0), "{told:?}");
    for chain in ["command@one: ", "one: ", "two: "] {
        assert!(told.out.lines().any(|it| it.starts_with(chain)), "{told:?}");
    }

    // One node exports all, and signs what it found by the heads it was given: without the
    // other's, that of the other's chain it cannot be told.
    let all: &[&str] = &["audit", "export"];
    let with_heads: &[&str] = &["audit", "export", "--heads", heads, "--key", key];
    let its_own: &[&str] = &["audit", "export", "--node", "one"];
    let of_one = installation.folder().join("one/audit.pub");
    let exports = [(all, 2, true), (with_heads, 0, true), (its_own, 0, false)];
    for (arguments, found, has_others) in exports {
        let told = as_one(arguments);
        assert_eq!(told.code, Some(found), "{told:?}");
        let is_there = told.out.contains("\"node\":\"two\"");
        assert_eq!(is_there, has_others, "{told:?}");
        installation.write("export.jsonl", told.out.as_bytes());
        let export = installation.folder().join("export.jsonl");
        for (key, code) in [(of_one.to_str().unwrap(), found), (key, 1)] {
            let arguments = ["audit", "verify", "--key", key, "--export"];
            let mut anywhere = Command::new(env!("CARGO_BIN_EXE_server-stub"));
            anywhere.args(arguments).arg(&export);
            anywhere.current_dir(std::env::temp_dir());
            let told = run(anywhere);
            assert_eq!(told.code, Some(code), "{told:?}");
        }
    }
}

/// An installation that was put back to a backup of its first registration, its node stopped;
/// and copies of its heads, of just before the backup and of the end.
fn put_back() -> Installation {
    let installation = with_mario();
    let at = |name: &str| installation.folder().join(name);
    let heads = at("audit-heads.jsonl");
    let server = Server::start(command(&installation, "portal-1", &["serve"]));
    register(&installation, &server);
    fs::copy(&heads, at("of-the-backup.jsonl")).unwrap();
    let copy = at("backup.db");
    let backup = command(
        &installation,
        "portal-1",
        &["store", "backup", copy.to_str().unwrap()],
    );
    let told = run(backup);
    assert_eq!(told.code, Some(0), "{told:?}");
    register(&installation, &server);
    register(&installation, &server);
    stop(server);
    fs::copy(&heads, at("of-the-end.jsonl")).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(at(&format!("portal.db{suffix}")));
    }
    fs::rename(&copy, at("portal.db")).unwrap();
    installation
}

/// A node of another name goes on.
fn go_on(installation: &Installation) {
    let server = Server::start(command(installation, "portal-1b", &["serve"]));
    register(installation, &server);
    let log = stop(server);
    assert!(!log.contains("not whole"), "{log}");
}

fn verify(installation: &Installation, more: &[&str]) -> Told {
    let arguments = [&["audit", "verify"], more].concat();
    run(command(installation, "portal-1b", &arguments))
}

#[test]
fn after_a_backup_was_put_back_the_node_is_whole_under_another_name() {
    let installation = put_back();
    go_on(&installation);
    let told = verify(&installation, &[]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let fault = "FAULT: portal-1: the chain ends with entry";
    assert!(told.out.contains(fault), "{told:?}");
    let told = verify(&installation, &["--node", "portal-1b"]);
    assert_eq!(told.code, Some(0), "{told:?}");
}

#[test]
fn with_the_heads_of_the_backup_the_whole_log_verifies_and_those_of_the_end_tell_what_is_lost() {
    let installation = put_back();
    let at = |name: &str| installation.folder().join(name);
    let heads = at("audit-heads.jsonl");
    fs::rename(at("of-the-backup.jsonl"), heads).unwrap();
    go_on(&installation);
    let told = verify(&installation, &[]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let of_the_end = at("of-the-end.jsonl");
    let told = verify(&installation, &["--heads", of_the_end.to_str().unwrap()]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let fault = "FAULT: portal-1: the chain ends with entry";
    assert!(told.out.contains(fault), "{told:?}");
}

#[test]
fn while_heads_cannot_be_written_people_come_in_and_it_is_signed_afterwards() {
    let installation = with_mario();
    let heads = installation.folder().join("audit-heads.jsonl");
    let away = installation.folder().join("away.jsonl");
    let mut server = Server::start(command(&installation, "portal-1", &["serve"]));
    register(&installation, &server);
    // As little can be written to it as to a full disk.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !Path::exists(&heads) {
        assert!(std::time::Instant::now() < until);
    }
    fs::rename(&heads, &away).unwrap();
    fs::create_dir(&heads).unwrap();
    register(&installation, &server);
    server.wait_for_line("the audit log's end is not signed");
    register(&installation, &server);
    fs::remove_dir(&heads).unwrap();
    fs::rename(&away, &heads).unwrap();
    stop(server);
    let told = run(command(&installation, "portal-1", &["audit", "verify"]));
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(!told.out.contains("not signed yet"), "{told:?}");
}

#[test]
fn a_key_that_was_lost_for_good_gives_way_to_another_and_verifies_what_it_signed() {
    let installation = with_mario();
    let at = |name: &str| installation.folder().join(name);
    let live = |node| {
        let server = Server::start(command(&installation, node, &["serve"]));
        register(&installation, &server);
        stop(server)
    };
    live("portal-1");
    fs::remove_file(at("audit.key")).unwrap();
    let told = run(command(
        &installation,
        "portal-1",
        &["operators", "disable", MARIO],
    ));
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("put the key back"), "{told:?}");
    let old = at("old.pub");
    fs::rename(at("audit.pub"), &old).unwrap();
    // Under its own name it would find ends that nobody it knows has signed.
    let log = live("portal-1b");
    assert!(!log.contains("not whole"), "{log}");
    let verify = |more: &[&str]| {
        let arguments = [&["audit", "verify"], more].concat();
        run(command(&installation, "portal-1b", &arguments))
    };
    assert_eq!(verify(&[]).code, Some(1));
    let told = verify(&["--key", old.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{told:?}");
}

#[test]
fn two_machines_of_one_name_are_told_of_in_the_log_and_for_good() {
    let installation = with_mario();
    // The folder stands for the machine.
    let start = |machine: &str| {
        let mut command = command_elsewhere(&installation, machine, &["serve"]);
        command.env("TESSERA_AUDIT__NODE", "portal");
        Server::start(command)
    };
    let servers = ["one", "two"].map(start);
    for _ in 0..2 {
        servers.iter().for_each(|it| register(&installation, it));
    }
    let log: String = servers.into_iter().map(stop).collect();
    assert!(log.contains("the audit log is not whole"), "{log}");
    let mut verify = command_elsewhere(&installation, "one", &["audit", "verify"]);
    verify.env("TESSERA_AUDIT__NODE", "portal");
    let told = run(verify);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.out.contains("another node has the same name"),
        "{told:?}"
    );
}
