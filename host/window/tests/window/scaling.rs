//! What large scales leave in sight of a small screen.

use protocol::Language;
use protocol::window::{FailedReason, Stage};
use serde_json::Value;

use crate::support::Window;
use crate::support::session::Session;
use crate::support::views::{
    every_stage, no_certificate, pin_after, pin_beside_refused, pin_of_wrong_length, view,
};

/// What most notebooks have.
const NOTEBOOK: &str = "1366x768x24";

fn place(node: &Value, edge: &str) -> i64 {
    node[edge].as_i64().unwrap_or_else(|| panic!("{node}"))
}

fn lowest(nodes: &[Value], role: &str) -> i64 {
    let mut edges: Vec<i64> = nodes
        .iter()
        .filter(|node| node["role"] == role)
        .map(|node| place(node, "top"))
        .collect();
    edges.sort_unstable();
    *edges.first().unwrap_or_else(|| panic!("no {role}"))
}

#[test]
fn a_screen_s_density_is_heeded() {
    for (percent, size) in [(100, (480, 540)), (125, (600, 675)), (150, (960, 692))] {
        let mut window = Window::start_scaled(NOTEBOOK, percent, &[]);
        window.begin(&view(Stage::WaitingForCard));
        window.wait_for_size(size);
    }
}

#[test]
fn at_every_scale_every_button_is_on_the_screen_and_no_word_beside_it() {
    for (percent, (width, height)) in [(150, (960, 692)), (200, (1230, 692))] {
        let session = Session::start(&format!("scale-{percent}"));
        let mut views = every_stage().into_iter();
        let mut window = session.scaled_window(NOTEBOOK, percent, &views.next().unwrap());
        window.wait_for_size((width, height));
        for mut view in views {
            // The longest words.
            view.lang = Language::De;
            window.go_on(&view);
            for node in session.nodes() {
                let told = || format!("{percent} %, {:?}: {node}", view.stage);
                if node["role"] == "push button" {
                    assert!(place(&node, "top") > 0, "{}", told());
                    assert!(place(&node, "bottom") <= i64::from(height), "{}", told());
                }
                if node["name"] != "" && node["role"] != "application" {
                    assert!(place(&node, "left") >= 0, "{}", told());
                    assert!(place(&node, "right") <= i64::from(width), "{}", told());
                }
            }
        }
    }
}

#[test]
fn at_twice_the_scale_the_warning_is_in_sight_where_the_pin_is_typed() {
    use protocol::window::{PinProblem, Tries};
    for (problem, tries) in [
        (Some(PinProblem::Incorrect), Tries::PerhapsLast),
        (Some(PinProblem::Length), Tries::Told(1)),
    ] {
        let session = Session::start("warning-in-sight");
        let mut asked = pin_after(problem);
        asked.lang = Language::De;
        asked.stage = Stage::WaitingForPin { problem, tries };
        let window = session.scaled_window(NOTEBOOK, 200, &asked);
        window.type_visibly(&["1", "2"]);
        let nodes = session.nodes();
        let named = |start: &str| {
            let mut all = nodes.iter();
            let is_it = |node: &&Value| node["name"].as_str().unwrap().starts_with(start);
            all.find(is_it).unwrap_or_else(|| panic!("no {start}"))
        };
        let field = nodes.iter().find(|node| node["role"] == "password text");
        let buttons = lowest(&nodes, "push button");
        assert!(place(field.unwrap(), "bottom") <= buttons, "{nodes:?}");
        let band = place(named("https://sistemats.it"), "bottom");
        assert!(place(named("Die PIN ist"), "top") >= band, "{nodes:?}");
    }
}

#[test]
fn what_is_below_the_edge_can_be_reached_with_the_keyboard_alone() {
    let mut window = Window::start_scaled(NOTEBOOK, 200, &[]);
    window.begin(&pin_after(None));
    for key in ["Next", "Prior", "Down", "Up"] {
        let before = window.display.pixels();
        window.press(&[key]);
        window.display.wait_for_change(&before);
    }
    window.press(&["1", "2", "3", "4", "5", "Return"]);
    assert_eq!(window.answer(), "pin 12345");

    let reason = FailedReason::NoCertificate;
    let mut window = Window::start_scaled(NOTEBOOK, 200, &[]);
    window.begin(&view(Stage::Failed { reason }));
    for key in ["Tab", "Down", "Up", "Up"] {
        let before = window.display.pixels();
        window.press(&[key]);
        window.display.wait_for_change(&before);
    }
    window.press(&["Return"]);
    window.assert_silent();
}

/// What stands between the band and the buttons.
fn body(nodes: &[Value]) -> impl Iterator<Item = &Value> {
    let told = ["label", "list item", "password text"];
    let is_told = move |node: &&Value| told.iter().any(|role| node["role"] == *role);
    nodes.iter().filter(is_told).skip(1)
}

/// Whether all of it is in sight.
fn is_whole(nodes: &[Value], node: &Value) -> bool {
    let band = nodes.iter().find(|node| node["role"] == "label");
    let band = place(band.unwrap(), "bottom");
    let (top, bottom) = (place(node, "top"), place(node, "bottom"));
    // A word out of sight is told at the edge, and has no height there.
    bottom - top > 10 && top >= band && bottom <= lowest(nodes, "push button")
}

/// Every node, once they are others than before and stay the same.
fn calm_nodes(session: &Session, before: &[Value]) -> Vec<Value> {
    let mut last = session.nodes();
    for _ in 0..40 {
        let now = session.nodes();
        if now == last && now != before {
            return now;
        }
        last = now;
    }
    panic!("what is told does not change, or not cease to");
}

/// Every stage can be read in full: at once, or by scrolling with the keyboard; the PIN field,
/// what is above and what belongs to it are in sight at once.
fn nothing_is_cut(lang: Language, percent: u32) {
    let session = Session::start(&format!("whole-{}-{percent}", lang.code()));
    let mut views = every_stage();
    views.extend([
        pin_of_wrong_length(),
        pin_beside_refused(),
        no_certificate(),
    ]);
    let mut window: Option<Window> = None;
    let mut before = Vec::new();
    for mut view in views {
        view.lang = lang;
        match &mut window {
            Some(window) => window.show(&view),
            None => window = Some(session.scaled_window(NOTEBOOK, percent, &view)),
        }
        let Some(window) = &window else { return };
        let mut nodes = calm_nodes(&session, &before);
        let told = |node: &Value| format!("{lang:?}, {percent} %, {:?}: {node}", view.stage);
        let field = |node: &&Value| node["role"] == "password text";
        if let Some(place) = body(&nodes).position(|node| field(&node)) {
            for node in body(&nodes).take(place + 1) {
                assert!(is_whole(&nodes, node), "{}", told(node));
            }
        }
        let mut unseen: Vec<Value> = body(&nodes).map(|node| node["name"].clone()).collect();
        let mut look = |nodes: &[Value]| {
            for node in body(nodes).filter(|node| is_whole(nodes, node)) {
                unseen.retain(|name| *name != node["name"]);
            }
            unseen.is_empty()
        };
        if !look(&nodes) {
            window.press(&["Prior", "Prior", "Prior"]);
            nodes = calm_nodes(&session, &[]);
        }
        for _ in 0..12 {
            if look(&nodes) {
                break;
            }
            window.press(&["Down", "Down"]);
            nodes = calm_nodes(&session, &[]);
        }
        assert!(
            unseen.is_empty(),
            "{lang:?}, {percent} %, {:?}: {unseen:#?}",
            view.stage
        );
        before = nodes;
    }
}

#[test]
fn nothing_is_cut_in_italian() {
    nothing_is_cut(Language::It, 100);
    nothing_is_cut(Language::It, 200);
}

// The longest words.
#[test]
fn nothing_is_cut_in_german() {
    nothing_is_cut(Language::De, 100);
    nothing_is_cut(Language::De, 200);
}

#[test]
fn nothing_is_cut_in_german_between_the_two() {
    nothing_is_cut(Language::De, 125);
    nothing_is_cut(Language::De, 150);
}

#[test]
fn nothing_is_cut_in_english() {
    nothing_is_cut(Language::En, 100);
    nothing_is_cut(Language::En, 200);
}
