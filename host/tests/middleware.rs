//! Vendors' quirks, and what the person and the page see of them: nothing, or the truth.
#![allow(clippy::unwrap_used)] // tests

mod stage;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use pki::{Holder, Key};
use protocol::Algorithm;
use protocol::window::{FailedReason, PinProblem, Stage as Shown, Tries};
use stage::token::{PIN, Token, cns};
use stage::verification::assert_signed;
use stage::window::WindowDouble;
use stage::{Host, Stage, asked, authenticate};

/// The second and a half the host gives a module, and more of it on a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// A stage whose middleware has this quirk.
fn with_quirk(quirk: &str) -> (Stage, WindowDouble) {
    let mut stage = Stage::new();
    let token = Token::insert(&mut stage);
    token.write(&cns(&Holder::default(), Key::rsa(0)), "01", "01");
    let built = Path::new(env!("CARGO_BIN_EXE_tessera-host"))
        .with_file_name("examples")
        .join("libquirky_module.so");
    let module = stage.path("module.so");
    fs::copy(built, &module).expect("built by `cargo test --package tessera-host`");
    fs::set_permissions(&module, PermissionsExt::from_mode(0o755)).unwrap();
    stage.policy(&format!("modules = [{module:?}]"));
    stage.set("QUIRK", quirk.into());
    let window = WindowDouble::place(&stage);
    (stage, window)
}

fn asked_pin(stage: &Stage, window: &mut WindowDouble) -> Host {
    let host = asked(stage, &authenticate());
    let stage = window.settled_view().stage;
    assert!(matches!(stage, Shown::WaitingForPin { .. }), "{stage:?}");
    window.say(&format!("pin {PIN}"));
    assert_eq!(window.view().stage, Shown::Signing);
    host
}

#[test]
fn quirks_that_can_be_worked_around_are_not_seen() {
    for quirk in [
        "",
        "cannot hash",
        "cannot pad",
        "cannot tell lengths",
        "fails at the first mechanism",
        "prints",
    ] {
        let (stage, mut window) = with_quirk(quirk);
        let mut host = asked_pin(&stage, &mut window);
        assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Rs256);
        host.end();
        assert_eq!(host.log().contains("hello"), quirk == "prints");
    }
}

#[test]
fn what_the_card_says_of_its_pin_is_said_to_person_and_page() {
    for (quirk, reason, code) in [
        (
            "is locked",
            FailedReason::PinLocked,
            "ERR_TESSERA_PIN_LOCKED",
        ),
        (
            "was never activated",
            FailedReason::PinNotInitialised,
            "ERR_TESSERA_PIN_LOCKED",
        ),
        (
            "cannot sign",
            FailedReason::ModuleFailed,
            "ERR_TESSERA_MODULE_FAILED",
        ),
    ] {
        let (stage, mut window) = with_quirk(quirk);
        let mut host = asked_pin(&stage, &mut window);
        assert_eq!(window.view().stage, Shown::Failed { reason });
        window.say("cancel");
        assert_eq!(host.error(), code);
        host.end();
    }
}

#[test]
fn a_failure_names_each_mechanism_that_was_tried() {
    let (stage, mut window) = with_quirk("cannot sign");
    let mut host = asked_pin(&stage, &mut window);
    window.view();
    window.say("cancel");
    let answer = host.frame();
    let message = answer["error"]["message"].as_str().unwrap();
    assert_eq!(message.matches("MechanismInvalid").count(), 3, "{message}");
    assert!(!message.contains(PIN));
    host.end();
}

#[test]
fn a_login_that_fails_without_a_reason_is_taken_for_a_wrong_pin() {
    let (stage, mut window) = with_quirk("says only that verification failed");
    let mut host = asked_pin(&stage, &mut window);
    let problem = Some(PinProblem::Incorrect);
    assert_eq!(
        window.view().stage,
        Shown::WaitingForPin {
            problem,
            tries: Tries::Unknown
        }
    );
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_PIN_INCORRECT");
    host.end();
}

#[test]
fn a_card_that_two_modules_reach_is_shown_once() {
    let (stage, mut window) = with_quirk("");
    let own = stage.path("module.so");
    let another = stage.path("another.so");
    fs::copy(stage::token::module(), &another).unwrap();
    fs::set_permissions(&another, PermissionsExt::from_mode(0o755)).unwrap();
    // SoftHSM behind the quirks, and SoftHSM itself, loaded a second time.
    stage.policy(&format!("modules = [{own:?}, {another:?}]"));
    let mut host = asked(&stage, &authenticate());
    let view = window.settled_view();
    assert_eq!(view.certificates.len(), 1, "{:?}", view.certificates);
    window.say(&format!("pin {PIN}"));
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Rs256);
    host.end();
    assert_eq!(host.log(), "");
}

#[test]
fn after_a_card_was_lost_it_is_read_anew() {
    let (stage, mut window) = with_quirk("loses the card at login");
    let mut host = asked_pin(&stage, &mut window);
    let reason = FailedReason::CardRemoved;
    assert_eq!(window.view().stage, Shown::Failed { reason });
    assert!(matches!(
        window.settled_view().stage,
        Shown::WaitingForPin { .. }
    ));
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_USER_CANCELLED");
    host.end();
}

#[test]
fn without_a_reader_the_person_is_asked_for_one() {
    let (stage, mut window) = with_quirk("has no reader");
    let mut host = asked(&stage, &authenticate());
    assert_eq!(window.view().stage, Shown::WaitingForReader);
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_USER_CANCELLED");
    host.end();
}

#[test]
fn a_module_that_does_not_start_is_left_out() {
    let (stage, mut window) = with_quirk("fails at the start");
    let mut host = asked(&stage, &authenticate());
    assert!(matches!(
        window.view().stage,
        Shown::WaitingForReader | Shown::Failed { .. }
    ));
    window.say("cancel");
    host.frame();
    host.end();
    let log = host.log();
    assert!(log.contains("could not be loaded"), "{log}");
}

#[test]
fn a_module_that_hangs_does_not_keep_the_host() {
    for quirk in ["hangs at the start", "hangs at the signature"] {
        let (stage, mut window) = with_quirk(quirk);
        let mut host = match quirk {
            "hangs at the start" => {
                let host = asked(&stage, &authenticate());
                assert_eq!(window.view().stage, Shown::ReadingCard);
                host
            }
            _ => asked_pin(&stage, &mut window),
        };
        let left = Instant::now();
        host.leave();
        host.end();
        assert!(left.elapsed() < SOON, "{:?}", left.elapsed());
        window.wait_until_closed();
    }
}

#[test]
fn a_module_that_hangs_after_its_work_keeps_neither_the_answer_nor_the_host() {
    for quirk in ["hangs at the end", "hangs at the exit"] {
        let (stage, mut window) = with_quirk(quirk);
        let mut host = asked_pin(&stage, &mut window);
        assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Rs256);
        let answered = Instant::now();
        host.end();
        assert!(answered.elapsed() < SOON, "{:?}", answered.elapsed());
    }
}

#[test]
fn a_person_can_cancel_whatever_the_module_does() {
    let (stage, mut window) = with_quirk("hangs at the signature");
    let mut host = asked_pin(&stage, &mut window);
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_USER_CANCELLED");
    host.end();
}
