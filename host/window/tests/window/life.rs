//! How the real program begins and ends.
use std::time::Duration;

use crate::support::Window;
use crate::support::views::{pin, view};
use protocol::window::Stage;

#[test]
fn nothing_is_shown_before_the_first_view() {
    let mut window = Window::start_scaled("1600x1300x24", 200, &[]);
    std::thread::sleep(Duration::from_millis(500));
    assert!(!window.is_visible());
    window.show(&view(Stage::WaitingForCard));
    assert_eq!(window.answer(), "ready");
    assert!(window.is_visible());
    // However late that view came.
    window.wait_for_size((960, 1080));
}

#[test]
fn it_is_above_the_others_when_it_comes_and_not_for_ever() {
    let mut window = Window::start();
    let wishes = window.display.hear_wishes();
    window.begin(&pin());
    wishes.wait_for_above(true);
    wishes.wait_for_above(false);
}

#[test]
fn the_end_of_input_ends_the_program() {
    let mut window = Window::showing(&pin());
    window.press(&["1", "2", "3", "4", "5"]);
    window.end_input();
    assert!(window.wait().success());
    window.assert_silent();
}

#[test]
fn the_end_of_input_ends_it_even_before_anything_was_shown() {
    let mut window = Window::start();
    window.end_input();
    assert!(window.wait().success());
}

#[test]
fn that_all_is_done_stands_as_long_as_the_host_lets_it() {
    let mut window = Window::showing(&view(Stage::Signing));
    window.go_on(&view(Stage::Done));
    window.assert_silent();
    assert!(window.is_visible());
    window.end_input();
    assert!(window.wait().success());
    window.assert_silent();
}

#[test]
fn a_line_that_is_no_view_ends_it_without_an_answer() {
    let mut window = Window::showing(&pin());
    window.write(b"{\"origin\":\"https://example.com\"}\n");
    assert!(!window.wait().success());
    window.assert_silent();
}

#[test]
fn an_endless_line_ends_it_without_an_answer() {
    let mut window = Window::start();
    window.write(&[b' '; 70_000]);
    assert!(!window.wait().success());
}

#[test]
fn without_a_display_it_ends_without_an_answer() {
    let mut window = Window::start_with(&[("DISPLAY", ":59999")]);
    assert!(!window.wait().success());
    window.assert_silent();
}

#[test]
fn what_is_missing_to_show_a_window_is_said_in_one_sentence() {
    let no_fonts = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window/no_fonts.conf");
    for (variable, value, sentence) in [
        (
            "XKB_CONFIG_ROOT",
            "/nonexistent",
            "tessera-window: no window: the keyboard's tables are missing (package xkb-data)",
        ),
        (
            "FONTCONFIG_FILE",
            no_fonts,
            "tessera-window: no window: no font is installed (any will do, such as package fonts-dejavu-core)",
        ),
        (
            "DISPLAY",
            ":59999",
            "tessera-window: no window: Failed to open connection to X server",
        ),
    ] {
        let (status, said) = Window::give_up(&[(variable, value)]);
        assert_eq!(status.code(), Some(1), "{said}");
        // Libraries may say something of their own before.
        assert_eq!(said.lines().last(), Some(sentence), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn the_toolkit_s_variables_change_nothing() {
    let mut window = Window::start_with(&[
        ("SLINT_BACKEND", "testing"),
        (
            "SLINT_DEBUG_PERFORMANCE",
            "refresh_full_speed,console,overlay",
        ),
        ("SLINT_FULLSCREEN", "1"),
    ]);
    window.begin(&pin());
    window.press(&["1", "2", "3", "4", "5", "Return"]);
    assert_eq!(window.answer(), "pin 12345");
    assert_eq!(window.size(), (480, 540));
}

#[test]
fn on_a_small_screen_the_window_is_lower_and_works_the_same() {
    let mut window = Window::start_on("640x480x24", &[]);
    window.begin(&pin());
    window.wait_for_size((576, 432));
    window.press(&["1", "2", "3", "4", "5", "Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn at_twice_the_scale_everything_is_twice_as_large() {
    let mut window = Window::start_on("1600x1300x24", &[("SLINT_SCALE_FACTOR", "2")]);
    window.begin(&pin());
    assert_eq!(window.size(), (960, 1080));
}

#[test]
fn a_long_origin_makes_the_window_higher_instead_of_being_cut() {
    let mut window = Window::start();
    let mut long = pin();
    long.origin = format!("https://{}example.com:8443", "sistemats.it.".repeat(18));
    window.begin(&long);
    let (width, height) = window.size();
    assert_eq!(width, 480);
    assert!(height > 540, "{height}");
}
