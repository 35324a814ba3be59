//! The audit log of the real program: through crashes, restarts and commands

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use pki::{Holder, Key};

use crate::{
    installation::{Installation, Server, Told},
    serving::{post_token_to, with_mario},
};

fn as_node_1(mut command: Command) -> Command {
    command.env("TESSERA_AUDIT__NODE", "node-1");
    command
}

fn serve(installation: &Installation) -> Server {
    Server::start(as_node_1(installation.command(&["serve"])))
}

fn run(installation: &Installation, arguments: &[&str]) -> Told {
    let mut command = as_node_1(installation.command(arguments));
    Told::from(command.output().unwrap())
}

fn expect_whole(installation: &Installation) -> String {
    let told = run(installation, &["audit", "verify"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    told.out
}

#[test]
fn a_server_that_is_killed_under_load_leaves_a_log_that_verifies() {
    let installation = with_mario();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let registered = AtomicU32::new(0);
    for round in 0..5 {
        let server = serve(&installation);
        let portal = server.portal;
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    // Until the server is gone.
                    let one = || post_token_to(portal, &card, "/api/registrations").0;
                    while let Ok(201) = catch_unwind(AssertUnwindSafe(one)) {
                        registered.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            // Another moment of the second in which ends are signed, and not before it works.
            let enough = registered.load(Ordering::SeqCst) + 5;
            thread::sleep(Duration::from_millis(700 + round * 333));
            let end = Instant::now() + Duration::from_secs(60);
            while registered.load(Ordering::SeqCst) < enough && Instant::now() < end {
                thread::sleep(Duration::from_millis(10));
            }
            server.signal("KILL");
        });
        drop(server);
        expect_whole(&installation);
    }
    let server = serve(&installation);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("not whole"), "{log}");
    let told = expect_whole(&installation);
    assert!(!told.contains("not signed yet"), "{told}");
    let export = run(&installation, &["audit", "export", "--node", "node-1"]);
    let entries = export.out.matches(r#"{"act":"card-registered""#).count();
    let confirmed = registered.into_inner() as usize;
    assert!(confirmed >= 5 * 5, "{confirmed}");
    assert!(entries >= confirmed, "{entries} of {confirmed}");
    // Each was at most about to be answered by one of four.
    assert!(entries <= confirmed + 5 * 4, "{entries} of {confirmed}");
}

#[test]
fn a_commands_deeds_stand_in_a_chain_of_its_own() {
    let installation = Installation::new();
    installation.write(
        "o.csv",
        b"codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n\
          RSSMRA80A01H501U,ROSSI,MARIO,medico,,,,,,true\n",
    );
    let file = installation.folder().join("o.csv");
    let mario = "RSSMRA80A01H501U";
    for arguments in [
        &["operators", "import", file.to_str().unwrap()][..],
        &["operators", "disable", mario],
        &["registrations", "revoke", mario],
    ] {
        let told = run(&installation, arguments);
        assert_eq!(told.code, Some(0), "{told:?}");
    }
    let told = expect_whole(&installation);
    assert!(told.contains("command@node-1: 2 entries, 1 to 2"), "{told}");
    let export = run(&installation, &["audit", "export"]).out;
    let sum = Command::new("sha256sum").arg(&file).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    assert!(export.contains(&sum[..64]), "{export}");
    assert!(export.contains(r#""operators":1"#), "{export}");
}

#[test]
fn two_servers_of_one_name_do_not_run_on_one_machine() {
    let installation = Installation::new();
    let _server = serve(&installation);
    let told = run(&installation, &["serve"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.err.contains("another server runs here as node-1"),
        "{told:?}"
    );
}

#[test]
fn a_key_that_was_lost_is_told_and_no_other_is_made() {
    let installation = Installation::new();
    let (code, log) = serve(&installation).stop();
    assert_eq!(code, Some(0), "{log}");
    let key = installation.folder().join("audit.key");
    std::fs::remove_file(&key).unwrap();
    let told = run(&installation, &["serve"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("put the key back"), "{told:?}");
    assert!(!key.exists());
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking_at_it() {
    let installation = Installation::new();
    let (code, log) = serve(&installation).stop();
    assert_eq!(code, Some(0), "{log}");
    let nowhere = installation.folder().join("mistyped.db");
    for arguments in [&["audit", "verify"], &["audit", "export"]] {
        let mut command = as_node_1(installation.command(arguments));
        command.env("TESSERA_DATABASE", format!("sqlite:{}", nowhere.display()));
        let told = Told::from(command.output().unwrap());
        assert!(matches!(told.code, Some(1 | 2)), "{told:?}");
        assert!(told.err.contains("mistyped.db"), "{told:?}");
        assert!(!nowhere.exists());
    }
}

#[test]
fn a_large_file_of_old_heads_is_made_small_by_the_server() {
    let installation = Installation::new();
    let (code, log) = serve(&installation).stop();
    assert_eq!(code, Some(0), "{log}");
    let file = installation.folder().join("audit-heads.jsonl");
    let heads = std::fs::read_to_string(&file).unwrap();
    let head: serde_json::Value = serde_json::from_str(heads.lines().next().unwrap()).unwrap();
    let (hash, signature) = (&head["hash"], &head["signature"]);
    let mut large = heads.clone();
    for sequence in 1..100_000 {
        large.push_str(&format!(
            "{{\"node\":\"another\",\"sequence\":{sequence},\"hash\":{hash},\"at\":{sequence},\
             \"signature\":{signature}}}\n"
        ));
    }
    std::fs::write(&file, &large).unwrap();
    let size = || std::fs::metadata(&file).unwrap().len();
    assert!(size() > 20_000_000, "{}", size());
    let server = serve(&installation);
    let begin = Instant::now();
    while size() > 1_000_000 {
        assert!(begin.elapsed().as_secs() < 60);
        thread::sleep(Duration::from_millis(100));
    }
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    let told = run(&installation, &["audit", "verify", "--node", "node-1"]);
    assert_eq!(told.code, Some(0), "{told:?}");
}

#[test]
fn who_is_trusted_is_written_down_at_the_start_and_when_it_changes() {
    let installation = Installation::new();
    let mut server = serve(&installation);
    let wait_for_entries = |count| {
        let begin = Instant::now();
        loop {
            let export = run(&installation, &["audit", "export"]).out;
            if export.matches(r#"{"act":"anchors-changed""#).count() == count {
                return;
            }
            assert!(begin.elapsed().as_secs() < 60, "{export}");
            thread::sleep(Duration::from_millis(500));
        }
    };
    wait_for_entries(1);
    let other = pki::Authority::new("Un'altra CA", Key::p256());
    installation.write("ca/altra.pem", other.certificate_pem().as_bytes());
    installation.write("crl/altra.crl", &other.revoke(&[]));
    server.signal("HUP");
    server.wait_for_line("trust read");
    wait_for_entries(2);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    expect_whole(&installation);
}
