//! The real program on a virtual display: keys in, answers out.
use std::time::{Duration, Instant};

use crate::support::Window;
use crate::support::views::{before_pin_pad, every_stage, no_certificate, pin, pin_after, view};
use protocol::window::{FailedReason, PinProblem, Stage, Tries};

const DIGITS: [&str; 5] = ["1", "2", "3", "4", "5"];

#[test]
fn a_pin_and_enter_arrive_as_the_answer() {
    let window = Window::showing(&pin());
    window.press(&DIGITS);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn the_keypad_works_as_well() {
    let window = Window::showing(&pin());
    window.press(&["Num_Lock"]);
    window.press(&["KP_1", "KP_2", "KP_3", "KP_4", "KP_5", "KP_Enter"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn escape_cancels_and_closes() {
    let mut window = Window::showing(&pin());
    window.press(&DIGITS);
    window.press(&["Escape"]);
    assert_eq!(window.answer(), "cancel");
    assert!(window.wait().success());
}

#[test]
fn escape_cancels_in_every_stage() {
    for view in every_stage() {
        let window = Window::showing(&view);
        window.press(&["Escape"]);
        assert_eq!(window.answer(), "cancel", "{:?}", view.stage);
    }
}

#[test]
fn tab_and_space_press_the_button_of_every_stage() {
    for view in every_stage() {
        let tabs = match view.stage {
            // From the list, or the PIN field, the next is the button that cancels.
            Stage::Failed {
                reason: FailedReason::NoCertificate,
            } => 2,
            // From its own button round to the one that cancels.
            Stage::BeforePinPad { .. } => continue,
            _ => 1,
        };
        let window = Window::showing(&view);
        window.press(&vec!["Tab"; tabs]);
        window.press(&["space"]);
        assert_eq!(window.answer(), "cancel", "{:?}", view.stage);
    }
}

#[test]
fn enter_lets_the_reader_ask_again_once() {
    let mut window = Window::showing(&before_pin_pad());
    window.press(&["1", "2", "3", "4", "5"]);
    window.press(&["Return", "Return", "space"]);
    assert_eq!(window.answer(), "again");
    window.assert_silent();
    window.go_on(&view(Stage::WaitingForPinPad {
        tries: Tries::Unknown,
    }));
    window.press(&["Return"]);
    window.assert_silent();
    window.go_on(&before_pin_pad());
    std::thread::sleep(Duration::from_millis(400));
    window.press(&["Return"]);
    assert_eq!(window.answer(), "again");
}

#[test]
fn enter_of_the_moment_in_which_the_reader_refused_asks_for_nothing() {
    let mut window = Window::showing(&view(Stage::WaitingForPinPad {
        tries: Tries::Unknown,
    }));
    window.show(&before_pin_pad());
    // Pressed all along, less than 300 ms apart.
    window.press(&["Return"; 40]);
    window.assert_silent();
    window.press(&["Return"]);
    assert_eq!(window.answer(), "again");
}

#[test]
fn a_word_typed_on_while_the_pin_is_asked_for_spends_no_try() {
    let mut window = Window::showing(&view(Stage::ReadingCard));
    window.show(&pin());
    let word: Vec<String> = "awordthatgoesonmuchlongerthanthefirstmoment"
        .chars()
        .map(String::from)
        .collect();
    let mut keys: Vec<&str> = word.iter().map(String::as_str).collect();
    keys.push("Return");
    window.press(&keys);
    window.assert_silent();
    window.press(&DIGITS);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn a_keyboard_that_comes_back_in_the_middle_of_a_word_spends_no_try() {
    let window = Window::showing(&pin());
    window.lose_keyboard();
    std::thread::sleep(Duration::from_millis(500));
    let arguments = "search --class ^tessera-window$ windowfocus --sync key --delay 15 9 8 7 6 5 \
                     9 8 7 6 5 9 8 7 6 5 9 8 7 6 5 9 8 7 6 5 Return";
    window
        .display
        .xdotool(&arguments.split_whitespace().collect::<Vec<_>>());
    window.assert_silent();
    window.press(&DIGITS);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn escape_cancels_after_the_stage_has_changed_too() {
    let mut window = Window::showing(&pin());
    window.press(&DIGITS);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345");
    window.go_on(&view(Stage::Signing));
    window.press(&["Escape"]);
    assert_eq!(window.answer(), "cancel");
}

#[test]
fn closing_the_window_cancels() {
    let mut window = Window::showing(&pin());
    window.press_close_button();
    assert_eq!(window.answer(), "cancel");
    assert!(window.wait().success());
}

#[test]
fn four_characters_and_enter_send_nothing_the_fifth_makes_it_a_pin() {
    let window = Window::showing(&pin());
    window.press(&["1", "2", "3", "4", "Return"]);
    window.assert_silent();
    window.press(&["5", "Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn a_key_pressed_twice_in_a_long_pin_spends_no_try() {
    let window = Window::showing(&pin());
    window.type_visibly(&["1", "2", "3", "4", "4", "5", "6", "7", "8"]);
    window.press(&["Return"]);
    window.assert_silent();
    // The button that confirms is passed over.
    window.press(&["Tab", "Tab", "Return", "space"]);
    window.assert_silent();
    window.type_visibly(&["BackSpace"; 9]);
    window.press(&["1", "2", "3", "4", "5", "6", "7", "8", "Return"]);
    assert_eq!(window.answer(), "pin 12345678");
}

#[test]
fn one_character_taken_back_from_nine_leaves_the_first_eight() {
    let window = Window::showing(&pin());
    window.press(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "BackSpace"]);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345678");
}

#[test]
fn keys_with_control_alt_or_meta_write_nothing() {
    let window = Window::showing(&pin());
    window.press(&[
        "1", "ctrl+2", "alt+3", "super+4", "2", "3", "4", "F5", "Up", "space",
    ]);
    window.press(&["Return"]);
    window.assert_silent();
    window.press(&["5", "Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn keys_of_the_first_300_ms_are_dropped() {
    // The keys must fall into the first moment to prove anything; a busy machine gets more tries.
    for _ in 0..20 {
        let mut window = Window::start();
        window.show(&pin());
        assert_eq!(window.answer(), "ready");
        let ready = Instant::now();
        let arguments =
            "search --class ^tessera-window$ windowfocus key --delay 0 9 8 7 6 5 Return";
        window
            .display
            .xdotool(&arguments.split(' ').collect::<Vec<_>>());
        if ready.elapsed() > Duration::from_millis(200) {
            continue;
        }
        std::thread::sleep(Duration::from_millis(500));
        window.press(&DIGITS);
        window.press(&["Return"]);
        assert_eq!(window.answer(), "pin 12345");
        return;
    }
    panic!("this machine is too busy to type within 200 ms");
}

#[test]
fn escape_and_enter_of_the_first_300_ms_are_dropped_too() {
    for _ in 0..20 {
        let mut window = Window::start();
        window.show(&view(Stage::ChoosingCertificate));
        assert_eq!(window.answer(), "ready");
        let ready = Instant::now();
        let arguments = "search --class ^tessera-window$ windowfocus key --delay 0 Return Escape";
        window
            .display
            .xdotool(&arguments.split(' ').collect::<Vec<_>>());
        if ready.elapsed() > Duration::from_millis(200) {
            continue;
        }
        window.assert_silent();
        window.press(&["Return"]);
        assert_eq!(window.answer(), "choose 1");
        return;
    }
    panic!("this machine is too busy to type within 200 ms");
}

#[test]
fn a_wrong_pin_leaves_an_empty_field_that_has_the_keyboard() {
    let mut window = Window::showing(&pin());
    window.press(&DIGITS);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345");
    window.press(&["9", "9"]);
    window.go_on(&pin_after(Some(PinProblem::Incorrect)));
    window.press(&["6", "7", "8", "9", "0", "Return"]);
    assert_eq!(window.answer(), "pin 67890");
}

#[test]
fn what_is_typed_before_the_pin_is_asked_for_is_not_its_beginning() {
    let mut window = Window::showing(&view(Stage::ReadingCard));
    window.press(&["9", "9", "Return"]);
    window.go_on(&pin());
    window.press(&DIGITS);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn a_second_enter_sends_no_second_pin() {
    let window = Window::showing(&pin());
    window.press(&["1", "2", "3", "4", "5", "Return", "Return"]);
    assert_eq!(window.answer(), "pin 12345");
    window.press(&["1", "2", "3", "4", "5", "Return"]);
    window.assert_silent();
}

#[test]
fn the_first_usable_certificate_is_chosen_by_enter() {
    let window = Window::showing(&view(Stage::ChoosingCertificate));
    window.press(&["Return"]);
    assert_eq!(window.answer(), "choose 1");
}

#[test]
fn arrows_move_and_space_chooses_but_never_a_refused_one() {
    let window = Window::showing(&view(Stage::ChoosingCertificate));
    window.press(&["Up", "Return", "space"]);
    window.assert_silent();
    window.press(&["Down", "Down", "Down", "space"]);
    assert_eq!(window.answer(), "choose 2");
}

#[test]
fn a_click_chooses_a_certificate_once_and_never_a_refused_one() {
    let window = Window::showing(&view(Stage::ChoosingCertificate));
    let click = |y: &str| {
        let arguments = ["mousemove", "200", y, "click", "--repeat", "2", "1"];
        window.display.xdotool(&arguments);
    };
    click("220");
    window.assert_silent();
    click("340");
    assert_eq!(window.answer(), "choose 1");
    window.assert_silent();
}

#[test]
fn tab_reaches_the_buttons_in_their_order() {
    let window = Window::showing(&pin());
    window.press(&DIGITS);
    window.press(&["Tab", "Tab", "Return"]);
    assert_eq!(window.answer(), "pin 12345");
    let window = Window::showing(&pin());
    window.press(&["Tab", "space"]);
    assert_eq!(window.answer(), "cancel");
    let window = Window::showing(&view(Stage::ChoosingCertificate));
    window.press(&["Tab", "space"]);
    assert_eq!(window.answer(), "cancel");
}

#[test]
fn after_choosing_the_pin_field_has_the_keyboard() {
    let mut window = Window::showing(&view(Stage::ChoosingCertificate));
    window.press(&["Return"]);
    assert_eq!(window.answer(), "choose 1");
    window.go_on(&pin());
    window.press(&DIGITS);
    window.press(&["Return"]);
    assert_eq!(window.answer(), "pin 12345");
}

#[test]
fn whatever_had_the_keyboard_before_a_failure_can_be_read_with_it() {
    let failure = view(Stage::Failed {
        reason: FailedReason::TimedOut,
    });
    for before in [pin(), before_pin_pad(), view(Stage::ChoosingCertificate)] {
        let mut window = Window::start_on("1366x768x24", &[]);
        window.begin(&failure);
        window.go_on(&before);
        window.go_on(&no_certificate());
        // As after another stage, see `Gate`.
        std::thread::sleep(Duration::from_millis(400));
        window.type_visibly(&["Next"]);
        window.type_visibly(&["Up"]);
    }
}
