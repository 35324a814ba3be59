//! A whole login with a real PKCS#11 module: the token, and every way not to get one.
#![allow(clippy::unwrap_used)] // tests

mod stage;

use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::time::{Duration, Instant};

use cns::Certificate;
use pki::{CARD_UNTIL, Curve, Holder, Key};
use protocol::window::{
    CertificateRefusal, FailedReason, PinProblem, Stage as Shown, Tries, WindowView,
};
use protocol::{Algorithm, Token as AuthenticationToken};
use serde_json::json;
use stage::token::{PIN, Token, cns};
use stage::verification::assert_signed;
use stage::window::WindowDouble;
use stage::{Host, NONCE, Stage, asked, authenticate, wait_until, with_progress};

/// A stage with one good card in it.
fn prepared() -> (Stage, WindowDouble) {
    let mut stage = Stage::new();
    let token = Token::insert(&mut stage);
    token.write(&cns(&Holder::default(), Key::p256()), "01", "01");
    let window = WindowDouble::place(&stage);
    (stage, window)
}

fn asking_pin(view: &WindowView) -> Option<PinProblem> {
    match view.stage {
        Shown::WaitingForPin { problem, .. } => problem,
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn every_kind_of_key_signs_a_token() {
    for (key, algorithm) in [
        (Key::rsa(0), Algorithm::Rs256),
        (Key::on(Curve::P256), Algorithm::Es256),
        (Key::on(Curve::P384), Algorithm::Es384),
        (Key::on(Curve::P521), Algorithm::Es512),
    ] {
        let mut stage = Stage::new();
        Token::insert(&mut stage).write(&cns(&Holder::default(), key), "01", "01");
        let mut window = WindowDouble::place(&stage);
        let mut host = asked(&stage, &authenticate());
        let view = window.settled_view();
        assert_eq!(asking_pin(&view), None);
        assert_eq!(view.origin, "https://sistemats.it");
        assert_eq!(view.certificates[0].name, "ROSSI MARIO");
        window.say(&format!("pin {PIN}"));
        assert_signed(&host.frame(), "https://sistemats.it", algorithm);
        host.end();
        window.wait_until_closed();
        assert!(!host.log().contains(PIN));
    }
}

#[test]
fn a_private_key_under_another_id_is_found_by_its_modulus() {
    let mut stage = Stage::new();
    let token = Token::insert(&mut stage);
    // Another key with an id of its own stands in the way.
    token.write(&cns(&Holder::default(), Key::rsa(1)), "07", "09");
    let old = Holder {
        not_after: CARD_UNTIL - 20 * 365 * 86_400,
        ..Holder::default()
    };
    token.write(&cns(&old, Key::rsa(2)), "08", "02");
    let mut window = WindowDouble::place(&stage);
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    window.say(&format!("pin {PIN}"));
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Rs256);
    host.end();
}

#[test]
fn an_origin_of_the_policy_is_signed_as_the_browser_says_it() {
    let (stage, mut window) = prepared();
    let origin = "http://localhost:8080";
    stage.policy(&format!(
        "modules = [{:?}]\nallowed_origins = [{origin:?}]",
        stage::token::module()
    ));
    let mut message = authenticate();
    message["arguments"]["origin"] = json!(origin);
    let mut host = asked(&stage, &message);
    assert_eq!(window.settled_view().origin, origin);
    window.say(&format!("pin {PIN}"));
    assert_signed(&host.frame(), origin, Algorithm::Es256);
    host.end();
}

#[test]
fn a_wrong_pin_is_asked_again_and_the_right_one_signs_the_same_challenge() {
    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    window.say("pin 99999");
    assert_eq!(window.view().stage, Shown::Signing);
    assert_eq!(asking_pin(&window.view()), Some(PinProblem::Incorrect));
    window.say("pin 1");
    assert_eq!(window.view().stage, Shown::Signing);
    assert_eq!(asking_pin(&window.view()), Some(PinProblem::Length));
    window.say(&format!("pin {PIN}"));
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Es256);
    host.end();
}

/// A stage whose person has a folder for running programs.
fn prepared_with_runtime() -> (Stage, WindowDouble) {
    let (mut stage, window) = prepared();
    let runtime = stage.path("runtime");
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&runtime)
        .unwrap();
    stage.set("XDG_RUNTIME_DIR", runtime);
    (stage, window)
}

fn tries(view: &WindowView) -> Tries {
    match view.stage {
        Shown::WaitingForPin { tries, .. } => tries,
        ref other => panic!("{other:?}"),
    }
}

/// One login in which a wrong PIN is typed, and given up; what was said of the tries before.
fn mistype(stage: &Stage, window: &mut WindowDouble) -> Tries {
    let mut host = asked(stage, &authenticate());
    let before = tries(&window.settled_view());
    window.say("pin 99999");
    window.view();
    assert_eq!(asking_pin(&window.view()), Some(PinProblem::Incorrect));
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_PIN_INCORRECT");
    host.end();
    *window = WindowDouble::place(stage);
    before
}

#[test]
fn the_third_login_warns_at_once_and_a_right_pin_ends_the_warning() {
    let (stage, mut window) = prepared_with_runtime();
    assert_eq!(mistype(&stage, &mut window), Tries::Unknown);
    assert_eq!(mistype(&stage, &mut window), Tries::Unknown);
    let kept = std::fs::read_to_string(stage.path("runtime/tessera/wrong-pins")).unwrap();
    assert_eq!(kept.len(), "0".repeat(64).len() + " 2\n".len(), "{kept}");
    assert!(!kept.contains("99999"));
    assert_eq!(mistype(&stage, &mut window), Tries::PerhapsLast);

    for before in [Tries::PerhapsLast, Tries::Unknown] {
        let mut host = asked(&stage, &authenticate());
        assert_eq!(tries(&window.settled_view()), before);
        window.say(&format!("pin {PIN}"));
        assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Es256);
        host.end();
        window = WindowDouble::place(&stage);
    }
}

#[test]
fn a_spoilt_count_is_nothing_known_and_stops_no_login() {
    let (stage, mut window) = prepared_with_runtime();
    mistype(&stage, &mut window);
    mistype(&stage, &mut window);
    std::fs::write(stage.path("runtime/tessera/wrong-pins"), [0xff; 100_000]).unwrap();
    let mut host = asked(&stage, &authenticate());
    assert_eq!(tries(&window.settled_view()), Tries::Unknown);
    window.say(&format!("pin {PIN}"));
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Es256);
    host.end();
}

#[test]
fn a_runtime_folder_others_can_write_is_left_alone_and_stops_no_login() {
    let (stage, mut window) = prepared_with_runtime();
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(stage.path("runtime"), open).unwrap();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    // In memory it is counted all the same.
    for expected in [Tries::Unknown, Tries::PerhapsLast] {
        window.say("pin 99999");
        window.view();
        assert_eq!(tries(&window.view()), expected);
    }
    window.say(&format!("pin {PIN}"));
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Es256);
    host.end();
    assert!(!stage.path("runtime/tessera").exists());
}

#[test]
fn the_page_has_its_token_before_the_window_says_done_for_a_moment() {
    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    window.say("pin 12345");
    assert_eq!(window.view().stage, Shown::Signing);
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Es256);
    assert_eq!(window.view().stage, Shown::Done);
    let done = Instant::now();
    window.wait_until_closed();
    assert!(done.elapsed() > Duration::from_millis(700));
    host.end();
}

#[test]
fn the_browser_s_or_the_person_s_going_ends_done_at_once() {
    let ways: [fn(&mut Host, &mut WindowDouble); 2] =
        [|host, _| host.leave(), |_, window| window.say("cancel")];
    for go in ways {
        let (stage, mut window) = prepared();
        let mut host = asked(&stage, &authenticate());
        window.settled_view();
        window.say(&format!("pin {PIN}"));
        host.frame();
        window.view();
        assert_eq!(window.view().stage, Shown::Done);
        let done = Instant::now();
        go(&mut host, &mut window);
        window.wait_until_closed();
        assert!(
            done.elapsed() < Duration::from_millis(700),
            "{:?}",
            done.elapsed()
        );
        host.end();
    }
}

#[test]
fn the_pin_is_gone_when_done_is_shown() {
    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    let process = format!("/proc/{}", host.id());
    window.say(&format!("pin {PIN}"));
    host.frame();
    window.view();
    assert_eq!(window.view().stage, Shown::Done);
    if is_root() {
        // As the host keeps it: the rest of its page is empty. The bare digits are in the
        // card's number as well.
        let kept = [PIN.as_bytes(), &[0; 16]].concat();
        assert!(memory_holds(&process, NONCE.as_bytes()));
        assert!(!memory_holds(&process, &kept));
    }
    host.end();
}

#[test]
fn cancelling_after_a_wrong_pin_is_not_just_cancelling() {
    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_USER_CANCELLED");
    host.end();

    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    window.say("pin 99999");
    window.view();
    window.view();
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_PIN_INCORRECT");
    host.end();
}

#[test]
fn progress_is_told_only_where_it_was_asked_for() {
    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &with_progress());
    let mut states = Vec::new();
    window.settled_view();
    window.say(&format!("pin {PIN}"));
    let token = loop {
        let frame = host.frame();
        match frame["progress"]["state"].as_str() {
            Some(state) => states.push(state.to_owned()),
            None => break frame,
        }
    };
    assert_signed(&token, "https://sistemats.it", Algorithm::Es256);
    assert!(
        states.ends_with(&["waiting-for-pin".to_owned(), "signing".to_owned()]),
        "{states:?}"
    );
    host.end();
}

#[test]
fn of_two_usable_certificates_the_person_chooses_one() {
    let mut stage = Stage::new();
    let token = Token::insert(&mut stage);
    let luca = Holder::new("BNCLCU65T31L219Z", "6101000000000002", "BIANCHI", "LUCA");
    let old = Holder {
        not_after: CARD_UNTIL - 20 * 365 * 86_400,
        ..Holder::default()
    };
    token.write(&cns(&Holder::default(), Key::p256()), "01", "01");
    token.write(&cns(&luca, Key::p256()), "02", "02");
    token.write(&cns(&old, Key::p256()), "03", "03");
    let mut window = WindowDouble::place(&stage);
    let mut host = asked(&stage, &authenticate());
    let view = window.settled_view();
    assert_eq!(view.stage, Shown::ChoosingCertificate);
    assert_eq!(view.certificates.len(), 3);
    let number = |wanted: &str| {
        let mut certificates = view.certificates.iter();
        certificates
            .position(|certificate| certificate.name == wanted)
            .unwrap()
    };
    let refused = view
        .certificates
        .iter()
        .filter_map(|certificate| certificate.refusal);
    assert_eq!(refused.collect::<Vec<_>>(), [CertificateRefusal::Expired]);
    window.say(&format!("choose {}", number("BIANCHI LUCA")));
    asking_pin(&window.view());
    window.say(&format!("pin {PIN}"));
    let frame = host.frame();
    assert_signed(&frame, "https://sistemats.it", Algorithm::Es256);
    let token = AuthenticationToken::from_json(&frame).unwrap();
    let certificate = Certificate::read(&token.unverified_certificate).unwrap();
    assert_eq!(certificate.holder_name(), "BIANCHI LUCA");
    host.end();
}

#[test]
fn a_card_without_a_usable_certificate_is_said_so() {
    let mut stage = Stage::new();
    let token = Token::insert(&mut stage);
    let old = Holder {
        not_after: CARD_UNTIL - 20 * 365 * 86_400,
        ..Holder::default()
    };
    token.write(&cns(&old, Key::p256()), "01", "01");
    let mut window = WindowDouble::place(&stage);
    let mut host = asked(&stage, &authenticate());
    let reason = FailedReason::NoCertificate;
    assert_eq!(window.settled_view().stage, Shown::Failed { reason });
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_NO_CERTIFICATE");
    host.end();
}

#[test]
fn a_module_others_can_write_is_not_loaded() {
    use std::os::unix::fs::PermissionsExt;
    let (stage, mut window) = prepared();
    let copy = stage.path("module.so");
    std::fs::copy(stage::token::module(), &copy).unwrap();
    std::fs::set_permissions(&copy, PermissionsExt::from_mode(0o777)).unwrap();
    stage.policy(&format!("modules = [{copy:?}]"));
    let mut host = asked(&stage, &authenticate());
    assert!(matches!(
        window.view().stage,
        Shown::WaitingForReader | Shown::WaitingForService | Shown::Failed { .. }
    ));
    window.say("cancel");
    host.frame();
    host.end();
    let log = host.log();
    assert!(log.contains("is left out"), "{log}");
}

#[test]
fn a_second_command_is_refused_and_the_first_goes_on() {
    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    host.send(&authenticate());
    assert_eq!(host.error(), "ERR_TESSERA_ACTION_PENDING");
    host.send_body(b"{");
    assert_eq!(host.error(), "ERR_TESSERA_NATIVE_INVALID_ARGUMENT");
    window.say(&format!("pin {PIN}"));
    assert_signed(&host.frame(), "https://sistemats.it", Algorithm::Es256);
    host.end();
}

#[test]
fn a_flood_of_commands_ends_it() {
    let (stage, window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    for _ in 0..100 {
        host.send(&authenticate());
    }
    for _ in 0..8 {
        assert_eq!(host.error(), "ERR_TESSERA_ACTION_PENDING");
    }
    host.end();
    window.wait_until_closed();
}

#[test]
fn whichever_way_the_browser_goes_the_window_closes() {
    let ways: [fn(&mut Host); 3] = [
        Host::leave,
        |host| host.send(&json!({"command": "quit", "arguments": {}})),
        |host| {
            host.send_raw(&[7, 0]);
            host.leave();
        },
    ];
    for go in ways {
        let (stage, window) = prepared();
        let mut host = asked(&stage, &authenticate());
        window.settled_view();
        go(&mut host);
        host.end();
        window.wait_until_closed();
    }
}

#[test]
fn a_browser_that_goes_at_once_leaves_nothing_behind() {
    let (stage, window) = prepared();
    let mut host = asked(&stage, &authenticate());
    host.leave();
    host.end();
    window.wait_until_closed();
}

#[test]
fn a_window_that_ends_by_itself_is_told_as_that() {
    let (stage, window) = prepared();
    // A window that cannot open, on a workstation without a display, ends at once.
    WindowDouble::place_script(&stage, "#!/bin/sh\nexit 1\n");
    let mut host = asked(&stage, &authenticate());
    assert_eq!(host.error(), "ERR_TESSERA_WINDOW_UNAVAILABLE");
    host.end();
    drop(window);
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

#[test]
fn the_pin_stands_nowhere_but_in_the_pipe() {
    let (stage, mut window) = prepared();
    let mut host = asked(&stage, &authenticate());
    window.settled_view();
    let process = format!("/proc/{}", host.id());
    window.say("pin 7351984");
    // Answered: the PIN has been used, and is gone from the living process.
    assert_eq!(window.view().stage, Shown::Signing);
    assert_eq!(asking_pin(&window.view()), Some(PinProblem::Incorrect));
    // Only root can look; to anybody else the process is closed (see conversation.rs).
    if is_root() {
        assert!(memory_holds(&process, NONCE.as_bytes()));
        wait_until(|| !memory_holds(&process, b"7351984"));
    }
    for name in ["cmdline", "environ"] {
        let text = std::fs::read(format!("{process}/{name}")).unwrap_or_default();
        assert!(!text.windows(7).any(|window| window == b"7351984"));
    }
    window.say("cancel");
    assert_eq!(host.error(), "ERR_TESSERA_PIN_INCORRECT");
    host.end();
    assert!(!host.log().contains("7351984"));
}

/// Looks through all memory of a process that can be written.
fn memory_holds(process: &str, secret: &[u8]) -> bool {
    use std::os::unix::fs::FileExt;
    let memory = std::fs::File::open(format!("{process}/mem")).unwrap();
    let maps = std::fs::read_to_string(format!("{process}/maps")).unwrap();
    maps.lines()
        .filter(|line| line.contains(" rw"))
        .filter_map(|line| {
            let (start, end) = line.split(' ').next()?.split_once('-')?;
            let number = |text| u64::from_str_radix(text, 16).ok();
            Some((number(start)?, number(end)?))
        })
        .any(|(start, end)| {
            let mut bytes = vec![0; (end - start) as usize];
            memory.read_exact_at(&mut bytes, start).is_ok()
                && bytes.windows(secret.len()).any(|window| window == secret)
        })
}
