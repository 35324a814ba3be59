//! Light or dark, as the desktop says.

use std::process::Stdio;

use protocol::window::Stage;

use crate::support::session::Session;
use crate::support::views::view;
use crate::support::{Window, lines, wait_for};

/// A place on the window's ground that nothing is drawn on.
const GROUND: (usize, usize) = (20, 520);

#[test]
fn the_window_is_light_where_the_desktop_says_nothing() {
    let window = Window::showing(&view(Stage::WaitingForCard));
    let (x, y) = GROUND;
    assert_eq!(window.display.colour_at(x, y), [0xff, 0xff, 0xff]);
}

#[test]
fn the_window_is_dark_where_the_desktop_is() {
    let session = Session::start("dark");
    let mut desktop = session
        .python("dark_desktop.py")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for(&lines(desktop.stdout.take().unwrap()), "ready");
    let window = session.window(&view(Stage::WaitingForCard));
    let (x, y) = GROUND;
    assert_eq!(window.display.colour_at(x, y), [0x16, 0x19, 0x1d]);
    desktop.kill().unwrap();
    desktop.wait().unwrap();
}
