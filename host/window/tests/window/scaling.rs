//! What large scales leave in sight of a small screen.

use protocol::Language;
use protocol::window::{FailedReason, Stage};
use serde_json::Value;

use crate::support::Window;
use crate::support::session::Session;
use crate::support::views::{every_stage, pin_after, view};

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
    for percent in [150, 200] {
        let session = Session::start(&format!("scale-{percent}"));
        let mut views = every_stage().into_iter();
        let mut window = session.scaled_window(NOTEBOOK, percent, &views.next().unwrap());
        let (width, height) = window.size();
        assert!(width <= 1366 && height <= 768, "{width} {height}");
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
