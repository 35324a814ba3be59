//! What the host says to a browser, good and bad (contract §3).
#![allow(clippy::unwrap_used)] // tests

mod stage;

use serde_json::{Value, json};
use stage::window::WindowDouble;
use stage::{Host, Stage, authenticate, wait_until};

const INVALID_ARGUMENT: &str = "ERR_TESSERA_NATIVE_INVALID_ARGUMENT";
const ORIGIN_NOT_ALLOWED: &str = "ERR_TESSERA_ORIGIN_NOT_ALLOWED";

fn greeted(stage: &Stage) -> Host {
    let host = stage.start();
    assert_eq!(host.frame(), json!({"version": env!("CARGO_PKG_VERSION")}));
    host
}

/// What a host answers to one frame, and that it ends well afterwards.
#[track_caller]
fn answer_to(body: &[u8]) -> Value {
    let stage = Stage::new();
    let mut host = greeted(&stage);
    host.send_body(body);
    let answer = host.frame();
    host.end();
    answer
}

#[test]
fn hello_comes_before_anything_is_asked() {
    let stage = Stage::new();
    let mut host = greeted(&stage);
    host.leave();
    host.end();
    assert_eq!(host.log(), "");
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn no_library_of_the_middleware_is_loaded_before_a_card_is_asked_for() {
    let mut stage = Stage::new();
    stage.set("LD_DEBUG", "files".into());
    stage.set("LD_DEBUG_OUTPUT", stage.path("loaded"));
    let mut host = greeted(&stage);
    host.send(&json!({"command": "status", "arguments": {}}));
    host.frame();
    host.end();
    // The loader's own log, a file a process.
    let log: String = std::fs::read_dir(stage.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("/loaded."))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    assert!(log.contains("libc.so"), "{log}");
    for library in ["pcsc", "pkcs11", "opensc"] {
        assert!(!log.contains(library), "{log}");
    }
}

#[test]
fn status_is_answered_with_the_version_again() {
    let answer = answer_to(br#"{"command":"status","arguments":{}}"#);
    assert_eq!(answer, json!({"version": env!("CARGO_PKG_VERSION")}));
}

#[test]
fn quit_ends_it_without_an_answer() {
    let stage = Stage::new();
    let mut host = greeted(&stage);
    host.send(&json!({"command": "quit", "arguments": {}}));
    host.end();
}

#[test]
fn an_end_in_the_middle_of_a_frame_is_an_end() {
    for bytes in [&[1, 0][..], &[9, 0, 0, 0], &[9, 0, 0, 0, b'{', b'"']] {
        let stage = Stage::new();
        let mut host = greeted(&stage);
        host.send_raw(bytes);
        host.leave();
        host.end();
    }
}

#[test]
fn what_is_no_command_is_answered_with_an_error() {
    for body in [
        &b""[..],
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b"{\"command\":\"status\"}",
        b"{\"command\":\"sign\",\"arguments\":{}}",
        b"{\"command\":\"STATUS\",\"arguments\":{}}",
        b"{\"command\":1,\"arguments\":{}}",
        b"{\"command\":\"quit\",\"arguments\":null}",
        b"{\"command\":\"authenticate\",\"arguments\":{}}",
    ] {
        let answer = answer_to(body);
        assert_eq!(answer["error"]["code"], INVALID_ARGUMENT, "{answer}");
    }
}

#[test]
fn arguments_are_judged_one_by_one() {
    for (member, value) in [
        ("challengeNonce", json!("short")),
        ("challengeNonce", json!("A".repeat(129))),
        ("origin", json!("http://sistemats.it")),
        ("origin", json!("https://sistemats.it/")),
        ("origin", json!(["https://sistemats.it"])),
        ("lang", json!("x")),
        ("progress", json!(1)),
    ] {
        let mut message = authenticate();
        message["arguments"][member] = value;
        let answer = answer_to(message.to_string().as_bytes());
        assert_eq!(answer["error"]["code"], INVALID_ARGUMENT, "{answer}");
        let said = answer["error"]["message"].as_str().unwrap();
        assert!(said.contains(member), "{said}");
    }
}

#[test]
fn a_frame_over_8_kib_is_answered_with_an_error() {
    let stage = Stage::new();
    for length in [8_193, 1 << 20, u32::MAX] {
        let mut host = greeted(&stage);
        host.send_raw(&length.to_ne_bytes());
        assert_eq!(host.error(), INVALID_ARGUMENT);
        host.end();
    }
    let mut longest = br#"{"command":"status","arguments":{}}"#.to_vec();
    longest.resize(8_192, b' ');
    assert!(answer_to(&longest)["version"].is_string());
}

#[test]
fn bytes_pass_as_they_are() {
    let mut message = json!({"command": "status", "arguments": {}});
    // A body of 13, 10 and 26 bytes more, and those bytes in it: what a text mode would spoil.
    message["filler"] = json!("\r\n\u{1a}\u{0}è");
    for length in [0x0a, 0x0d, 0x1a, 0x0d0a] {
        let mut body = message.to_string().into_bytes();
        let wanted = (body.len() / 256 + 1) * 256 + length;
        body.resize(wanted, b' ');
        assert!(answer_to(&body)["version"].is_string());
    }
}

#[test]
fn an_origin_the_workstation_does_not_allow_opens_no_window() {
    for origin in [
        "https://evil.example",
        "https://sistemats.it.evil.example",
        "http://localhost:8080",
    ] {
        let stage = Stage::new();
        let window = WindowDouble::place(&stage);
        let mut host = greeted(&stage);
        let mut message = authenticate();
        message["arguments"]["origin"] = json!(origin);
        host.send(&message);
        assert_eq!(host.error(), ORIGIN_NOT_ALLOWED);
        host.end();
        assert!(!window.was_opened());
    }
}

#[test]
fn no_argument_and_no_variable_of_ours_lets_an_origin_in() {
    let mut stage = Stage::new();
    for name in [
        "TESSERA_ALLOWED_ORIGINS",
        "ALLOWED_ORIGINS",
        "TESSERA_POLICY",
    ] {
        stage.set(name, "https://evil.example".into());
    }
    let window = WindowDouble::place(&stage);
    let mut host = greeted(&stage);
    let mut message = authenticate();
    message["arguments"]["origin"] = json!("https://evil.example");
    message["arguments"]["allowed_origins"] = json!(["https://evil.example"]);
    host.send(&message);
    assert_eq!(host.error(), ORIGIN_NOT_ALLOWED);
    host.end();
    assert!(!window.was_opened());
}

#[test]
fn a_policy_others_could_have_written_stops_everything() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new();
    let window = WindowDouble::place(&stage);
    let policy = stage.policy("allowed_origins = [\"https://evil.example\"]");
    std::fs::set_permissions(policy, PermissionsExt::from_mode(0o666)).unwrap();
    let mut host = greeted(&stage);
    host.send(&authenticate());
    let answer = host.frame();
    assert_eq!(answer["error"]["code"], "ERR_TESSERA_UNKNOWN_ERROR");
    let home = stage.path("home").display().to_string();
    assert!(!answer.to_string().contains(&home), "{answer}");
    host.end();
    assert!(!window.was_opened());
    let log = host.log();
    assert!(log.contains("can be written by others"), "{log}");
}

#[test]
fn another_extension_is_sent_away() {
    let stage = Stage::new();
    for arguments in [
        &["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"][..],
        &["/tmp/it.tessera.cns.json", "somebody@example.org"],
    ] {
        let mut host = stage.start_with(arguments);
        assert_eq!(host.error(), ORIGIN_NOT_ALLOWED);
        assert!(!host.end_status().success());
    }
}

#[test]
fn without_its_window_the_host_says_so() {
    let stage = Stage::new();
    let mut host = greeted(&stage);
    host.send(&authenticate());
    assert_eq!(host.error(), "ERR_TESSERA_WINDOW_UNAVAILABLE");
    host.end();
}

#[test]
fn a_window_in_the_search_path_is_nobodys() {
    let mut stage = Stage::new();
    let window = WindowDouble::place(&stage);
    std::fs::create_dir(stage.path("elsewhere")).unwrap();
    let program = stage.path("elsewhere/tessera-window");
    std::fs::rename(stage.path("programs/tessera-window"), program).unwrap();
    stage.set("PATH", stage.path("elsewhere"));
    let mut host = greeted(&stage);
    host.send(&authenticate());
    assert_eq!(host.error(), "ERR_TESSERA_WINDOW_UNAVAILABLE");
    host.end();
    assert!(!window.was_opened());
}

#[test]
fn nobody_can_look_into_the_hosts_memory() {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let stage = Stage::new();
    let mut command = stage.command(&[]);
    // To root nothing is closed: so somebody else's host is looked at.
    if rustix::process::getuid().is_root() {
        stage.open_to_everybody();
        command.uid(65_534);
    }
    let mut host = Host::start(command);
    host.frame();
    // What belongs to a process that can be looked into belongs to its user, else to root.
    let memory = format!("/proc/{}/mem", host.id());
    wait_until(|| std::fs::metadata(&memory).unwrap().uid() == 0);
    host.leave();
    host.end();
}
