//! Where a PIN is not to be found.
use crate::support::views::{pin, view};
use crate::support::{Window, memory};
use protocol::window::Stage;

/// Eight characters that lie nowhere by chance.
const PIN: [&str; 8] = ["7", "3", "9", "1", "8", "4", "6", "2"];

/// The PIN as characters, and as X11's key codes (`1` is 10, …, `0` is 19).
fn forms() -> [Vec<u8>; 2] {
    let characters: Vec<u8> = PIN.concat().into_bytes();
    let key_codes = characters.iter().map(|digit| digit - b'1' + 10).collect();
    [characters, key_codes]
}

#[test]
fn a_pin_being_typed_lies_in_one_locked_page_and_afterwards_nowhere() {
    let mut window = Window::showing(&pin());
    window.type_visibly(&PIN);
    let [characters, key_codes] = forms();
    if !memory::is_root() {
        // Nobody else may look at all.
        for form in [characters, key_codes] {
            assert!(memory::search(window.id(), &form).is_err());
        }
        return;
    }
    let finds = memory::search(window.id(), &characters).unwrap();
    let [(_, flags, 1)] = &finds[..] else {
        panic!("found elsewhere: {finds:?}");
    };
    for flag in ["lo", "dd", "wf"] {
        assert!(flags.contains(flag), "{flag} is not among {flags}");
    }
    assert_eq!(memory::search(window.id(), &key_codes).unwrap(), []);

    window.press(&["Return"]);
    assert_eq!(window.answer(), format!("pin {}", PIN.concat()));
    window.go_on(&view(Stage::Signing));
    for form in forms() {
        assert_eq!(memory::search(window.id(), &form).unwrap(), []);
    }
}

#[test]
fn a_pin_of_a_stage_that_went_away_lies_nowhere() {
    let mut window = Window::showing(&pin());
    window.type_visibly(&PIN);
    window.go_on(&view(Stage::WaitingForCard));
    if memory::is_root() {
        for form in forms() {
            assert_eq!(memory::search(window.id(), &form).unwrap(), []);
        }
    }
    window.assert_silent();
}

#[test]
fn a_pin_cannot_be_copied() {
    let window = Window::showing(&pin());
    window.type_visibly(&PIN);
    window.press(&["ctrl+a", "ctrl+c", "ctrl+Insert", "ctrl+x", "shift+Delete"]);
    window
        .display
        .xdotool(&["mousemove", "60", "330", "click", "--repeat", "3", "1"]);
    assert!(!window.display.has_copied());
}

#[test]
fn nothing_can_be_pasted_into_the_field() {
    let window = Window::showing(&pin());
    window.press(&["1", "2", "3", "4", "ctrl+v", "shift+Insert"]);
    window
        .display
        .xdotool(&["mousemove", "60", "330", "click", "2"]);
    window.press(&["Return"]);
    window.assert_silent();
}
