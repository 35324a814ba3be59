//! Vendors' quirks, and what the person and the page see of them: nothing, or the truth.
#![allow(clippy::unwrap_used)] // tests

mod stage;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use protocol::Algorithm;
use protocol::window::{FailedReason, PinProblem, Stage as Shown, Tries};
use stage::quirky_module::stage_with_quirk;
use stage::token::PIN;
use stage::verification::assert_signed;
use stage::window::WindowDouble;
use stage::{Host, Stage, asked, authenticate};

/// The second and a half the host gives a module, and more of it on a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// The ten seconds after which the person knows, and more of them on a busy machine.
const TOLD: Duration = Duration::from_secs(15);

/// A stage whose middleware has this quirk.
fn with_quirk(quirk: &str) -> (Stage, WindowDouble) {
    let stage = stage_with_quirk(quirk);
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
        "has a clock that does not go",
        "fails at the first mechanism",
        "signs something else at first",
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
            "wants another PIN first",
            FailedReason::PinExpired,
            "ERR_TESSERA_PIN_LOCKED",
        ),
        (
            "cannot log in",
            FailedReason::ModuleFailed,
            "ERR_TESSERA_MODULE_FAILED",
        ),
        (
            "cannot sign",
            FailedReason::ModuleFailed,
            "ERR_TESSERA_MODULE_FAILED",
        ),
        (
            "signs something else",
            FailedReason::ModuleFailed,
            "ERR_TESSERA_MODULE_FAILED",
        ),
        (
            "signs more than there is room for",
            FailedReason::ModuleFailed,
            "ERR_TESSERA_MODULE_FAILED",
        ),
        (
            "signs too little",
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
fn opensc_s_login_that_fails_without_a_reason_is_taken_for_a_wrong_pin() {
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
    // SoftHSM behind the quirks, and SoftHSM itself.
    beside_softhsm(&stage);
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
    // Modules of this machine's own may know that its service does not run in these tests.
    assert!(matches!(
        window.view().stage,
        Shown::WaitingForReader | Shown::WaitingForService
    ));
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
        Shown::WaitingForReader | Shown::WaitingForService | Shown::Failed { .. }
    ));
    window.say("cancel");
    host.frame();
    host.end();
    let log = host.log();
    assert!(log.contains("could not be loaded"), "{log}");
}

/// Where a module can misbehave before a card is seen.
const BEFORE_THE_CARD: [&str; 2] = ["start", "slot list"];
/// Where it can while it reads one.
const BEFORE_THE_PIN: [&str; 3] = ["token info", "session", "search"];
/// And where after it.
const AFTER_THE_PIN: [&str; 3] = ["login", "signature", "logout"];

/// The host's word that it waits for a module no longer, and the person's that it was read.
fn given_up(host: Host, window: &mut WindowDouble) {
    let asked = Instant::now();
    loop {
        match window.view().stage {
            Shown::ReadingCard
            | Shown::WaitingForReader
            | Shown::WaitingForService
            | Shown::WaitingForCard => {}
            shown => {
                let reason = FailedReason::ModuleFailed;
                assert_eq!(shown, Shown::Failed { reason });
                break;
            }
        }
    }
    assert!(asked.elapsed() < TOLD, "{:?}", asked.elapsed());
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_MODULE_FAILED");
    left_out(host);
}

/// Without a card, modules of this machine's own may still look for one.
fn not_waited_for(host: Host, window: &mut WindowDouble) {
    let asked = Instant::now();
    while window.view().stage == Shown::ReadingCard {}
    assert!(asked.elapsed() < TOLD, "{:?}", asked.elapsed());
    // Time enough for the one that hangs to be given up.
    while asked.elapsed() < Duration::from_secs(11) {
        std::thread::sleep(Duration::from_millis(100));
    }
    window.say("cancel");
    host.error();
    left_out(host);
}

fn left_out(mut host: Host) {
    host.end();
    let log = host.log();
    assert!(log.contains("is left out"), "{log}");
    assert!(!log.contains(PIN), "{log}");
}

#[test]
fn a_module_that_hangs_is_given_up_within_ten_seconds() {
    // Side by side, since each takes its seven seconds.
    std::thread::scope(|scope| {
        for place in BEFORE_THE_CARD {
            scope.spawn(move || {
                let (stage, mut window) = with_quirk(&format!("hangs at the {place}"));
                not_waited_for(asked(&stage, &authenticate()), &mut window);
            });
        }
        for place in BEFORE_THE_PIN {
            scope.spawn(move || {
                let (stage, mut window) = with_quirk(&format!("hangs at the {place}"));
                let host = asked(&stage, &authenticate());
                given_up(host, &mut window);
            });
        }
        for act in ["hangs", "hangs restlessly"] {
            for place in AFTER_THE_PIN {
                scope.spawn(move || {
                    let (stage, mut window) = with_quirk(&format!("{act} at the {place}"));
                    let host = asked_pin(&stage, &mut window);
                    given_up(host, &mut window);
                });
            }
        }
    });
}

#[test]
fn a_module_that_crashes_takes_nobody_with_it() {
    for act in ["crashes", "aborts"] {
        for place in BEFORE_THE_PIN {
            let (stage, mut window) = with_quirk(&format!("{act} at the {place}"));
            given_up(asked(&stage, &authenticate()), &mut window);
        }
        for place in AFTER_THE_PIN {
            let (stage, mut window) = with_quirk(&format!("{act} at the {place}"));
            given_up(asked_pin(&stage, &mut window), &mut window);
        }
    }
}

#[test]
fn a_module_that_promises_more_than_there_is_is_given_up() {
    let (stage, mut window) = with_quirk("has more readers than there is memory");
    not_waited_for(asked(&stage, &authenticate()), &mut window);
}

#[test]
fn certificates_whose_lengths_are_none_are_not_there() {
    let (stage, mut window) = with_quirk("tells lengths that are none");
    let mut host = asked(&stage, &authenticate());
    let shown = window.settled_view().stage;
    assert!(matches!(shown, Shown::Failed { .. }), "{shown:?}");
    window.say("cancel");
    host.error();
    host.end();
}

#[test]
fn beside_a_module_that_misbehaves_another_works() {
    std::thread::scope(|scope| {
        for place in BEFORE_THE_CARD.into_iter().chain(BEFORE_THE_PIN) {
            for act in ["hangs", "crashes"] {
                scope.spawn(move || {
                    let (stage, mut window) = with_quirk(&format!("{act} at the {place}"));
                    beside_softhsm(&stage);
                    let mut host = asked(&stage, &authenticate());
                    let start = Instant::now();
                    assert!(matches!(
                        window.settled_view().stage,
                        Shown::WaitingForPin { .. }
                    ));
                    // It is not waited for until it is given up.
                    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
                    window.say(&format!("pin {PIN}"));
                    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Rs256);
                    host.end();
                });
            }
        }
    });
}

/// Puts SoftHSM itself into the policy, after the module with the quirk.
fn beside_softhsm(stage: &Stage) {
    let own = stage.path("module.so");
    let another = stage.path("another.so");
    fs::copy(stage::token::module(), &another).unwrap();
    fs::set_permissions(&another, PermissionsExt::from_mode(0o755)).unwrap();
    stage.policy(&format!("modules = [{own:?}, {another:?}]"));
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
fn a_pin_wrong_on_the_reader_s_keys_is_tried_again_when_the_person_says_so() {
    let (stage, mut window) = with_quirk("has keys on the reader");
    let mut host = asked(&stage, &authenticate());
    let tries = Tries::Unknown;
    let asking = Shown::WaitingForPinPad { tries };
    assert_eq!(window.settled_view().stage, asking);
    for problem in [PinProblem::Incorrect, PinProblem::Length] {
        let problem = Some(problem);
        assert_eq!(window.view().stage, Shown::BeforePinPad { problem, tries });
        // Nothing but the one word begins a try.
        window.say(&format!("pin {PIN}"));
        window.say("again");
        assert_eq!(window.view().stage, asking);
    }
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Rs256);
    host.end();
}

#[test]
fn a_pin_counts_even_if_nobody_waits_for_what_the_card_says_to_it() {
    let (mut stage, mut window) = with_quirk("hangs at the login");
    let runtime = stage.path("runtime");
    fs::create_dir(&runtime).unwrap();
    fs::set_permissions(&runtime, PermissionsExt::from_mode(0o700)).unwrap();
    stage.set("XDG_RUNTIME_DIR", runtime);
    for _ in 0..2 {
        let mut host = asked_pin(&stage, &mut window);
        host.leave();
        host.end();
        window = WindowDouble::place(&stage);
    }
    let mut host = asked(&stage, &authenticate());
    let shown = window.settled_view().stage;
    let tries = Tries::PerhapsLast;
    assert!(
        matches!(shown, Shown::WaitingForPin { tries: told, .. } if told == tries),
        "{shown:?}"
    );
    window.say("cancel");
    host.error();
    host.end();
}

#[test]
fn a_person_can_cancel_whatever_the_module_does() {
    let (stage, mut window) = with_quirk("hangs at the signature");
    let mut host = asked_pin(&stage, &mut window);
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_USER_CANCELLED");
    host.end();
}
