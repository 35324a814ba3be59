//! What large scales leave in sight of a small screen.

use std::time::Instant;

use protocol::Language;
use protocol::window::{FailedReason, Stage};
use serde_json::Value;

use crate::support::session::Session;
use crate::support::views::{
    every_stage, no_certificate, pin_after, pin_beside_refused, pin_of_wrong_length, view,
};
use crate::support::{PATIENCE, Window};

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

#[test]
fn whoever_begins_to_scroll_too_soon_and_goes_on_is_heard() {
    let mut window = Window::start_scaled(NOTEBOOK, 200, &[]);
    window.begin(&view(Stage::Signing));
    let before = window.display.pixels();
    let reason = FailedReason::NoCertificate;
    window.show(&view(Stage::Failed { reason }));
    window.display.wait_until_other(&before);
    // Never 300 ms apart, and from within the stage's first moment to well after it.
    window.press(&["Down"; 60]);
    // At the beginning this would move nothing.
    window.type_visibly(&["Prior"]);
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

/// What is told: all of it, wherever that is scrolled to.
fn names(nodes: &[Value]) -> Vec<&Value> {
    nodes.iter().map(|node| &node["name"]).collect()
}

/// The nodes, once they stay the same and are as they should be; else as they were at last.
fn nodes_once(
    session: &Session,
    are_right: impl Fn(&[Value]) -> bool,
) -> Result<Vec<Value>, Vec<Value>> {
    let since = Instant::now();
    let mut last = session.nodes();
    loop {
        let now = session.nodes();
        if now == last && are_right(&now) {
            return Ok(now);
        }
        if since.elapsed() > PATIENCE {
            return Err(now);
        }
        last = now;
    }
}

/// Presses a key and waits for what it moves; the nodes as before where nothing moves: the key
/// came in the first moment of a stage, or there is no more that way.
fn moved(window: &Window, session: &Session, key: &str, before: Vec<Value>) -> Vec<Value> {
    window.press(&[key]);
    let mut last = before.clone();
    for _ in 0..5 {
        let mut now = session.nodes();
        while now != before && now != last {
            last = now;
            now = session.nodes();
        }
        if now != before {
            return now;
        }
    }
    before
}

/// What should be in sight at once, and is not: the PIN field, and what stands above it.
fn cut_above_pin(nodes: &[Value]) -> Option<&Value> {
    let field = body(nodes).position(|node| node["role"] == "password text")?;
    let mut upper = body(nodes).take(field + 1);
    upper.find(|node| !is_whole(nodes, node))
}

fn is_at_beginning(nodes: &[Value]) -> bool {
    is_whole(nodes, body(nodes).next().unwrap())
}

fn is_at_end(nodes: &[Value]) -> bool {
    is_whole(nodes, body(nodes).last().unwrap())
}

/// What the keyboard alone brings nowhere in full sight, from here to the beginning and from
/// there to the end.
fn never_whole(window: &Window, session: &Session, nodes: &[Value]) -> Vec<Value> {
    let mut nodes = nodes.to_vec();
    let mut unseen: Vec<Value> = body(&nodes).map(|node| node["name"].clone()).collect();
    let mut look = |nodes: &[Value]| {
        for node in body(nodes).filter(|node| is_whole(nodes, node)) {
            unseen.retain(|name| *name != node["name"]);
        }
        unseen.is_empty()
    };
    let ways = [
        ("Prior", is_at_beginning as fn(&[Value]) -> bool),
        ("Down", is_at_end),
    ];
    for (key, is_there) in ways {
        let since = Instant::now();
        while !look(&nodes) && !is_there(&nodes) && since.elapsed() < PATIENCE {
            nodes = moved(window, session, key, nodes);
        }
    }
    unseen
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
        let told = || format!("{lang:?}, {percent} %, {:?}", view.stage);
        let are_right =
            |nodes: &[Value]| names(nodes) != names(&before) && cut_above_pin(nodes).is_none();
        let nodes = nodes_once(&session, are_right)
            .unwrap_or_else(|nodes| panic!("{}: {:#?}", told(), cut_above_pin(&nodes)));
        let unseen = never_whole(window, &session, &nodes);
        assert!(unseen.is_empty(), "{}: {unseen:#?}", told());
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
