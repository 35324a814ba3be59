//! What screen readers are told.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use protocol::window::{PinProblem, Stage, WindowView};
use serde_json::Value;

use crate::support::views::{pin, pin_after, view};
use crate::support::{Window, lines, wait_for};

/// Debian's own Python: the one its accessibility packages belong to.
const PYTHON: &str = "/usr/bin/python3";
const TREE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/window/accessibility_tree.py"
);
const ANNOUNCEMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window/announcements.py");

/// A session bus on which assistive technologies are switched on.
struct Session {
    bus: Child,
    address: String,
    home: PathBuf,
}

impl Session {
    fn start(name: &str) -> Session {
        let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&home).unwrap();
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .env("HOME", &home)
            .env("XDG_RUNTIME_DIR", &home)
            .env_remove("DISPLAY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus is installed");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let session = Session {
            bus,
            address: address.trim().to_owned(),
            home,
        };
        let switched_on = session
            .command("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.a11y.Bus"])
            .args([
                "/org/a11y/bus",
                "org.freedesktop.DBus.Properties.Set",
                "string:org.a11y.Status",
                "string:IsEnabled",
                "variant:boolean:true",
            ])
            .output()
            .unwrap();
        assert!(switched_on.status.success(), "at-spi2-core is installed");
        session
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", &self.home)
            .env_remove("DISPLAY");
        command
    }

    fn window(&self, view: &WindowView) -> Window {
        let home = self.home.to_str().unwrap();
        let mut window = Window::start_with(&[
            ("DBUS_SESSION_BUS_ADDRESS", &self.address),
            ("HOME", home),
            ("XDG_RUNTIME_DIR", home),
        ]);
        window.begin(view);
        window
    }

    /// Every node of the window, as soon as there are any.
    fn nodes(&self) -> Vec<Value> {
        for _ in 0..40 {
            let output = self
                .command(PYTHON)
                .args([TREE, "tessera-window"])
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{error}");
            let nodes: Vec<Value> = output
                .stdout
                .lines()
                .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
                .collect();
            if nodes.len() > 2 {
                return nodes;
            }
            std::thread::sleep(Duration::from_millis(250));
        }
        panic!("the window is not in the accessibility tree");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}

fn with_role<'a>(nodes: &'a [Value], role: &str) -> Vec<&'a Value> {
    nodes.iter().filter(|node| node["role"] == role).collect()
}

fn names(nodes: &[&Value]) -> Vec<String> {
    nodes
        .iter()
        .map(|node| node["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_screen_reader_hears_who_asks_and_finds_a_labelled_password_field() {
    let session = Session::start("password-field");
    let window = session.window(&pin());
    window.type_visibly(&["7", "3", "9", "1", "8"]);
    let nodes = session.nodes();

    let texts = names(&with_role(&nodes, "label")).join("\n");
    for expected in [
        "https://sistemats.it chiede di accedere con la Sua carta",
        "Digiti il PIN",
        "Tentativi rimasti: 2.",
        "Certificato scelto: Maria Rossi, Codice fiscale RSSMRA80A01H501U",
    ] {
        assert!(texts.contains(expected), "{expected} is not in\n{texts}");
    }
    let fields = with_role(&nodes, "password text");
    let [field] = &fields[..] else {
        panic!("not one password field: {fields:?}");
    };
    assert_eq!(field["name"], "PIN della carta");
    assert_eq!(field["focused"], true);
    assert_eq!(
        names(&with_role(&nodes, "push button")),
        ["Annulla", "Conferma"]
    );
}

#[test]
fn a_screen_reader_never_sees_the_pin_and_cannot_write_one() {
    let session = Session::start("pin-unseen");
    let window = session.window(&pin());
    window.type_visibly(&["7", "3", "9", "1", "8"]);
    for node in session.nodes() {
        let told = node.to_string();
        assert!(!told.contains("739"), "{told}");
        assert!(!told.contains("EditableText"), "{told}");
    }
}

#[test]
fn what_happens_is_announced_and_a_wrong_pin_at_once() {
    let session = Session::start("announcements");
    let mut window = session.window(&view(Stage::ReadingCard));
    session.nodes();
    let mut listener = session
        .command(PYTHON)
        .arg(ANNOUNCEMENTS)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let heard = lines(listener.stdout.take().unwrap());
    wait_for(&heard, "listening");
    window.go_on(&pin());
    // 1 is polite, 2 is assertive (`AtspiLive`).
    wait_for(&heard, "1 Digiti il PIN");
    window.go_on(&pin_after(Some(PinProblem::Incorrect)));
    wait_for(&heard, "2 Il PIN non è corretto. Tentativi rimasti: 2.");
    drop(window);
    listener.kill().unwrap();
    listener.wait().unwrap();
}

#[test]
fn certificates_are_a_list_that_tells_why_one_cannot_be_used() {
    let session = Session::start("certificates");
    let _window = session.window(&view(Stage::ChoosingCertificate));
    let nodes = session.nodes();
    assert_eq!(
        names(&with_role(&nodes, "list box")),
        ["Certificati della carta"]
    );
    let entries = with_role(&nodes, "list item");
    let refused = "Mario Rossi, Codice fiscale RSSMRA80A01H501U, \
                   Rilasciato da Regione Lazio - CA Cittadini, Valido fino al 14/03/2029, \
                   Scaduto: la carta va rinnovata";
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[0]["name"], refused);
    assert_eq!(entries[0]["selectable"], false);
    assert_eq!(entries[1]["selectable"], true);
    assert_eq!(entries[1]["focused"], true);
}
