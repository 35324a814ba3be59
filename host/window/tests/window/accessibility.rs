//! What screen readers are told.

use std::process::{Child, Stdio};
use std::sync::mpsc::Receiver;

use protocol::window::{PinProblem, Stage};
use serde_json::Value;

use crate::support::session::Session;
use crate::support::views::{
    every_stage, no_certificate, pin, pin_after, pin_beside_refused, view,
};
use crate::support::{lines, wait_for};

const ANNOUNCEMENTS: &str = "announcements.py";

/// What a screen reader is told to say without being asked: 1 is polite, 2 is assertive
/// (`AtspiLive`).
struct Listener {
    process: Child,
    said: Receiver<String>,
}

impl Listener {
    fn start(session: &Session) -> Listener {
        session.nodes();
        let mut process = session
            .python(ANNOUNCEMENTS)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = lines(process.stdout.take().unwrap());
        wait_for(&said, "listening");
        Listener { process, said }
    }

    fn wait_for(&self, words: &str) {
        wait_for(&self.said, words);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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
    let heard = Listener::start(&session);
    window.go_on(&pin());
    heard.wait_for("1 Digiti il PIN");
    window.go_on(&pin_after(Some(PinProblem::Incorrect)));
    heard.wait_for("2 Il PIN non è corretto. Tentativi rimasti: 2.");
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

/// The reasons, as they end what is told of a certificate.
const REASONS: [&str; 5] = [
    "Scaduto: la carta va rinnovata",
    "Non ancora valido: controlli la data e l’ora del computer",
    "Non serve all’accesso, ma per esempio alla firma",
    "Non è un certificato CNS",
    "Chiave troppo debole: la carta va sostituita",
];

#[test]
fn every_refused_certificate_is_told_with_its_reason_in_sight_or_not() {
    for percent in [100, 200] {
        let session = Session::start(&format!("refused-{percent}"));
        let window = session.scaled_window("1366x768x24", percent, &no_certificate());
        for key in ["Prior", "Next", "Next"] {
            window.press(&[key]);
            let nodes = session.nodes();
            let entries = names(&with_role(&nodes, "list item"));
            assert_eq!(entries.len(), 5, "{percent} %: {nodes:?}");
            for (entry, reason) in entries.iter().zip(REASONS) {
                assert!(entry.ends_with(reason), "{entry}");
            }
            let texts = names(&with_role(&nodes, "label"));
            assert_eq!(texts[1], "Nessun certificato utilizzabile", "{percent} %");
            assert_eq!(texts.len(), 3, "{percent} %: {texts:?}");
        }
    }
}

#[test]
fn beside_the_pin_the_refused_certificates_are_told_and_do_not_disturb_it() {
    for percent in [100, 200] {
        let session = Session::start(&format!("beside-{percent}"));
        let window = session.scaled_window("1366x768x24", percent, &pin_beside_refused());
        let nodes = session.nodes();
        let texts = names(&with_role(&nodes, "label"));
        for reason in REASONS {
            let told = |text: &String| text.starts_with("Mario Rossi, ") && text.ends_with(reason);
            assert!(texts.iter().any(told), "{percent} %: {reason}: {texts:?}");
        }
        assert!(
            texts.contains(&"Altri certificati della carta, non utilizzabili:".to_owned()),
            "{texts:?}"
        );
        let chosen = "Certificato scelto: Maria Rossi, ";
        assert!(texts.iter().any(|text| text.starts_with(chosen)));
        assert_eq!(with_role(&nodes, "password text")[0]["focused"], true);
        window.press(&["1", "2", "3", "4", "5", "Return"]);
        assert_eq!(window.answer(), "pin 12345");
    }
}

#[test]
fn that_too_much_is_typed_is_announced_at_once_and_stays_with_the_field() {
    let session = Session::start("too-long");
    let window = session.window(&pin());
    let heard = Listener::start(&session);
    window.type_visibly(&["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    let sentence = "Troppi caratteri: un PIN ne ha al massimo 8. Forse un tasto è stato premuto \
                    due volte: cancelli tutto e digiti di nuovo il PIN.";
    heard.wait_for(&format!("2 {sentence}"));
    let described = || {
        let nodes = session.nodes();
        with_role(&nodes, "password text")[0]["description"].clone()
    };
    assert_eq!(described(), sentence);
    window.type_visibly(&["BackSpace"]);
    assert!(
        described()
            .as_str()
            .unwrap()
            .starts_with("Da 5 a 8 caratteri.")
    );
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
