//! What screen readers are told.

use std::process::Stdio;

use protocol::window::{PinProblem, Stage};
use serde_json::Value;

use crate::support::session::Session;
use crate::support::views::{every_stage, pin, pin_after, view};
use crate::support::{lines, wait_for};

const ANNOUNCEMENTS: &str = "announcements.py";

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
        .python(ANNOUNCEMENTS)
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

#[test]
fn every_stage_says_what_happens_and_offers_its_ways_out() {
    let session = Session::start("every-stage");
    let mut stages = every_stage().into_iter();
    let mut window = session.window(&stages.next().unwrap());
    for view in stages {
        window.go_on(&view);
        let nodes = session.nodes();
        let texts = names(&with_role(&nodes, "label"));
        // Who asks, what happens, what to do or what is wrong.
        assert!(texts.len() >= 2, "{:?}: {texts:?}", view.stage);
        assert!(texts[0].starts_with("https://sistemats.it "), "{texts:?}");
        let buttons = names(&with_role(&nodes, "push button"));
        let expected: &[&str] = match view.stage {
            Stage::WaitingForPin { .. } => &["Annulla", "Conferma"],
            Stage::BeforePinPad { .. } => &["Annulla", "Riprova"],
            Stage::Failed { .. } => &["Chiudi"],
            _ => &["Annulla"],
        };
        assert_eq!(buttons, expected, "{:?}", view.stage);
        for role in ["push button", "password text", "list box", "list item"] {
            for node in with_role(&nodes, role) {
                assert_ne!(node["name"], "", "{:?}: {node}", view.stage);
            }
        }
    }
}
