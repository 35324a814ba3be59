//! `tessera-server.service`: how little it may, and that this is enough

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Output},
};

use crate::{
    installation::{Installation, Server},
    nodes::{MARIO, import_people},
    shipped,
    visitor::Visitor,
};

const UNIT: &str = "systemd/tessera-server.service";

/// The most exposure `systemd-analyze security` may find, in tenths.
const EXPOSURE: u32 = 15;

fn systemd_analyze(arguments: &[&str]) -> Output {
    Command::new(shipped::program("systemd-analyze", "systemd"))
        .args(arguments)
        .env("SYSTEMD_COLORS", "0")
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|said| String::from_utf8_lossy(said).into_owned())
        .concat()
}

#[test]
fn its_exposure_is_low() {
    let unit = shipped::path(UNIT);
    let threshold = format!("--threshold={EXPOSURE}");
    let unit = unit.to_str().unwrap();
    let output = systemd_analyze(&["security", "--offline=yes", &threshold, unit]);
    assert!(output.status.success(), "{}", told(&output));
    let said = told(&output);
    assert!(said.contains("Overall exposure level"), "{said}");
}

#[test]
fn systemd_finds_nothing_wrong_in_it() {
    let folder = tempfile::tempdir().unwrap();
    // Its program is not installed here.
    let text = shipped::with(
        UNIT,
        &[("/usr/bin/server-stub", env!("CARGO_BIN_EXE_server-stub"))],
    );
    let unit = folder.path().join("tessera-server.service");
    std::fs::write(&unit, text).unwrap();
    let output = systemd_analyze(&["verify", "--man=no", unit.to_str().unwrap()]);
    let said = told(&output);
    let about_it: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("tessera-server"))
        .collect();
    assert!(output.status.success() && about_it.is_empty(), "{said}");
}

#[test]
fn it_stops_later_than_the_server_does() {
    let text = shipped::text(UNIT);
    let seconds = |key: &str| -> u32 {
        let line = text.lines().find_map(|line| line.strip_prefix(key));
        line.unwrap().parse().unwrap()
    };
    // The longest limits.drain_seconds, and the last requests.
    assert!(seconds("TimeoutStopSec=") > 60 + 10);
    // limits.connections, and what the server keeps for itself.
    assert!(seconds("LimitNOFILE=") > 8192 + 96);
}

/// The system calls that the unit lets through.
fn allowed_calls() -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    for line in shipped::text(UNIT).lines() {
        let Some(filter) = line.strip_prefix("SystemCallFilter=") else {
            continue;
        };
        let (names, is_taken_away) = match filter.strip_prefix('~') {
            Some(names) => (names, true),
            None => (filter, false),
        };
        for name in names.split_whitespace() {
            for call in calls_of(name) {
                match is_taken_away {
                    true => allowed.remove(&call),
                    false => allowed.insert(call),
                };
            }
        }
    }
    // What systemd lets every filtered service do (systemd.exec(5)).
    allowed.extend(calls_of("@default"));
    allowed
}

fn calls_of(set: &str) -> Vec<String> {
    let output = systemd_analyze(&["syscall-filter", set]);
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .flat_map(|name| match name.starts_with('@') {
            true => calls_of(name),
            false => vec![name.to_owned()],
        })
        .collect()
}

#[test]
fn it_allows_what_the_server_does() {
    let installation = Installation::new();
    import_people(&installation);
    let trace = installation.folder().join("trace");
    let plain = installation.command(&["serve"]);
    let mut traced = Command::new(shipped::program("strace", "strace"));
    traced
        // Beside the server, which stays our own child.
        .args(["--daemonize", "--follow-forks", "--output"])
        .args([trace.to_str().unwrap(), "--"])
        .arg(plain.get_program())
        .args(plain.get_args());
    let mut server = Server::start(traced);
    let mut visitor = Visitor::plain(server.portal);
    let card = installation.card(MARIO);
    visitor.registers_and_logs_in(&card);
    server.signal("HUP");
    server.wait_for_line("trust read");
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    let calls = calls_in(&trace);
    assert!(calls.iter().any(|(call, _)| call == "accept4"), "{calls:?}");
    let allowed = allowed_calls();
    let forbidden: BTreeSet<&str> = calls
        .iter()
        .map(|(call, _)| call.as_str())
        .filter(|call| !allowed.contains(*call))
        // As root, and only then, SQLite gives its side files to the database's owner.
        .filter(|call| *call != "fchown" || !rustix::process::geteuid().is_root())
        .collect();
    assert!(
        forbidden.is_empty(),
        "SystemCallFilter= forbids {forbidden:?}"
    );
    for (call, line) in &calls {
        // MemoryDenyWriteExecute=
        let writes_code = line.contains("PROT_WRITE") && line.contains("PROT_EXEC");
        let turns_code = call == "mprotect" && line.contains("PROT_EXEC");
        assert!(!writes_code && !turns_code, "{line}");
        // RestrictAddressFamilies=
        let is_known = ["AF_INET,", "AF_INET6,", "AF_UNIX,"];
        let is_good = call != "socket" || is_known.iter().any(|family| line.contains(family));
        assert!(is_good, "{line}");
    }
}

/// Each call's name with its line: `1234  openat(AT_FDCWD, …`.
fn calls_in(trace: &Path) -> Vec<(String, String)> {
    std::fs::read_to_string(trace)
        .unwrap()
        .lines()
        .filter_map(|line| {
            let (_, call) = line.split_once(char::is_whitespace)?;
            let (name, _) = call.trim_start().split_once('(')?;
            let is_name = name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            (is_name && !name.is_empty()).then(|| (name.to_owned(), line.to_owned()))
        })
        .collect()
}
