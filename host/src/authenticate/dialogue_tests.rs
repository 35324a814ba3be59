use std::sync::OnceLock;

use pki::{Authority, CARD_FROM, CARD_UNTIL, Holder, Key};
use protocol::window::CertificateRefusal;
use protocol::{ChallengeNonce, Language, Origin};

use super::*;

/// PINs, right and wrong, on either keys.
#[path = "dialogue_pin_tests.rs"]
mod pin;

/// A card's certificate: usable, or with a validity that is over.
fn certificate(holder: &Holder) -> CardCertificate {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    let authority =
        AUTHORITY.get_or_init(|| Authority::new("Regione Prova - CA Cittadini", Key::p256()));
    CardCertificate {
        der: authority.issue(holder, Key::p256()).certificate().to_vec(),
        pin_pad: false,
        serial: "6090123456789012".to_owned(),
        tries_left: None,
    }
}

fn usable() -> CardCertificate {
    certificate(&Holder::default())
}

fn expired() -> CardCertificate {
    certificate(&Holder {
        not_after: CARD_UNTIL - 20 * 365 * 86_400,
        ..Holder::default()
    })
}

fn on_pin_pad() -> CardCertificate {
    CardCertificate {
        pin_pad: true,
        ..usable()
    }
}

fn begin() -> Dialogue {
    begin_at(CARD_FROM + 5 * 365 * 86_400)
}

fn begin_at(now: i64) -> Dialogue {
    let request = Authenticate {
        challenge_nonce: ChallengeNonce::from_random([1; 32]),
        origin: Origin::parse("https://sistemats.it").unwrap(),
        language: Language::De,
        progress: true,
    };
    Dialogue::new(request, now)
}

fn with_card(certificates: Vec<CardCertificate>) -> Dialogue {
    let mut dialogue = begin();
    assert!(matches!(dialogue.card_changed(Event::Reading), Step::Wait));
    dialogue.card_changed(Event::Certificates(certificates));
    dialogue
}

fn type_pin(dialogue: &mut Dialogue) -> Step {
    dialogue.person_acted(WindowMessage::Pin(Pin::new(b"12345").unwrap()))
}

/// The card's answer to a PIN typed.
fn refuse(dialogue: &mut Dialogue, fault: SignFault) -> Step {
    assert!(matches!(type_pin(dialogue), Step::Sign { .. }));
    dialogue.card_changed(Event::NotSigned(fault))
}

fn asking(problem: Option<PinProblem>, tries: Tries) -> Stage {
    Stage::WaitingForPin { problem, tries }
}

fn failed(reason: FailedReason) -> Stage {
    Stage::Failed { reason }
}

#[track_caller]
fn assert_ends_with(step: Step, code: FailureCode) {
    match step {
        Step::End(Err(error)) => assert_eq!(error.code, code, "{}", error.message),
        Step::End(Ok(_)) => panic!("a token"),
        Step::Wait | Step::Sign { .. } => panic!("no end"),
    }
}

#[test]
fn one_usable_certificate_asks_for_its_pin_at_once() {
    let dialogue = with_card(vec![expired(), usable()]);
    let view = dialogue.view();
    assert_eq!(view.stage, asking(None, Tries::Unknown));
    assert_eq!(view.chosen, Some(1));
    assert_eq!(view.lang, Language::De);
    assert_eq!(view.origin, "https://sistemats.it");
    assert_eq!(
        view.certificates[0].refusal,
        Some(CertificateRefusal::Expired)
    );
    assert_eq!(view.certificates[1].name, "ROSSI MARIO");
    assert_eq!(view.certificates[1].codice_fiscale, "RSSMRA80A01H501U");
    assert_eq!(view.certificates[1].expires, "2044-01-01");
}

#[test]
fn a_certificate_is_judged_at_the_time_of_the_request() {
    for (now, refusal) in [
        (CARD_FROM - 1, Some(CertificateRefusal::NotYetValid)),
        (CARD_FROM, None),
        (CARD_UNTIL, None),
        (CARD_UNTIL + 1, Some(CertificateRefusal::Expired)),
    ] {
        let mut dialogue = begin_at(now);
        dialogue.card_changed(Event::Certificates(vec![usable()]));
        assert_eq!(dialogue.view().certificates[0].refusal, refusal, "{now}");
    }
}

#[test]
fn the_refused_certificates_are_told_the_window_beside_the_pin_of_the_usable_one() {
    let dialogue = with_card(vec![expired(), usable()]);
    let view = dialogue.view();
    assert_eq!(view.stage, asking(None, Tries::Unknown));
    assert_eq!(view.chosen, Some(1));
    let refusals: Vec<_> = view.certificates.iter().map(|one| one.refusal).collect();
    assert_eq!(refusals, [Some(CertificateRefusal::Expired), None]);
}

#[test]
fn the_pin_typed_is_for_the_certificate_shown_and_the_token_carries_it() {
    let certificate = usable();
    let mut dialogue = with_card(vec![certificate.clone()]);
    let Step::Sign {
        certificate: asked,
        pin,
    } = type_pin(&mut dialogue)
    else {
        panic!("nothing to sign");
    };
    assert_eq!(asked, certificate.der);
    assert_eq!(pin.unwrap().expose(), b"12345");
    assert_eq!(dialogue.view().stage, Stage::Signing);

    let step = dialogue.card_changed(Event::Signed {
        algorithm: Algorithm::Es256,
        signature: vec![7; 64],
    });
    let Step::End(Ok(token)) = step else {
        panic!("no token");
    };
    assert_eq!(token.unverified_certificate, certificate.der);
    assert_eq!(token.signature, [7; 64]);
    assert_eq!(dialogue.view().stage, Stage::Done);
}

#[test]
fn of_several_the_person_chooses_and_never_an_unusable_one() {
    let mut dialogue = with_card(vec![usable(), expired(), usable()]);
    assert_eq!(dialogue.view().stage, Stage::ChoosingCertificate);
    assert_eq!(dialogue.view().chosen, None);
    assert!(matches!(type_pin(&mut dialogue), Step::Wait));
    for number in [1, 3, usize::MAX] {
        dialogue.person_acted(WindowMessage::Choose(number));
        assert_eq!(dialogue.view().stage, Stage::ChoosingCertificate);
    }
    dialogue.person_acted(WindowMessage::Choose(2));
    assert_eq!(dialogue.view().chosen, Some(2));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
}

#[test]
fn a_wrong_pin_is_asked_again_in_the_same_window() {
    let mut dialogue = with_card(vec![usable()]);
    let fault = SignFault::PinIncorrect {
        tries_left: Some(1),
    };
    assert!(matches!(refuse(&mut dialogue, fault), Step::Wait));
    assert_eq!(
        dialogue.view().stage,
        asking(Some(PinProblem::Incorrect), Tries::Told(1))
    );
    refuse(&mut dialogue, SignFault::PinLength);
    assert_eq!(
        dialogue.view().stage,
        asking(Some(PinProblem::Length), Tries::Told(1))
    );
    // What was told before a try is not true after it.
    refuse(&mut dialogue, SignFault::PinIncorrect { tries_left: None });
    assert_eq!(
        dialogue.view().stage,
        asking(Some(PinProblem::Incorrect), Tries::PerhapsLast)
    );
}

#[test]
fn cancelling_is_told_by_what_came_before() {
    let mut dialogue = with_card(vec![usable()]);
    let step = dialogue.person_acted(WindowMessage::Cancel);
    assert_ends_with(step, FailureCode::UserCancelled);

    let mut dialogue = with_card(vec![usable()]);
    refuse(&mut dialogue, SignFault::PinIncorrect { tries_left: None });
    let step = dialogue.person_acted(WindowMessage::Cancel);
    assert_ends_with(step, FailureCode::PinIncorrect);
}

#[test]
fn a_failure_stands_until_the_window_is_closed_or_its_time_is_over() {
    for (fault, reason, code) in [
        (
            SignFault::PinLocked,
            FailedReason::PinLocked,
            FailureCode::PinLocked,
        ),
        (
            SignFault::PinNotInitialised,
            FailedReason::PinNotInitialised,
            FailureCode::PinLocked,
        ),
        (
            SignFault::PinExpired,
            FailedReason::PinExpired,
            FailureCode::PinLocked,
        ),
        (
            SignFault::Removed,
            FailedReason::CardRemoved,
            FailureCode::CardRemoved,
        ),
        (
            SignFault::Failed("x".to_owned()),
            FailedReason::ModuleFailed,
            FailureCode::ModuleFailed,
        ),
    ] {
        let again = match &fault {
            SignFault::PinLocked => SignFault::PinLocked,
            SignFault::PinNotInitialised => SignFault::PinNotInitialised,
            SignFault::PinExpired => SignFault::PinExpired,
            SignFault::Removed => SignFault::Removed,
            _ => SignFault::Failed("x".to_owned()),
        };
        let mut dialogue = with_card(vec![usable()]);
        assert!(matches!(refuse(&mut dialogue, fault), Step::Wait));
        assert_eq!(dialogue.view().stage, failed(reason));
        assert_eq!(dialogue.patience(), PATIENCE_WITH_FAILURE);
        assert_ends_with(dialogue.person_acted(WindowMessage::Cancel), code);

        let mut dialogue = with_card(vec![usable()]);
        refuse(&mut dialogue, again);
        assert_ends_with(dialogue.time_over(), code);
    }
}

#[test]
fn a_card_taken_out_while_waiting_is_waited_for() {
    let mut dialogue = with_card(vec![usable()]);
    dialogue.card_changed(Event::NoCard);
    assert_eq!(dialogue.view().stage, Stage::WaitingForCard);
    assert!(dialogue.view().certificates.is_empty());
    assert!(matches!(type_pin(&mut dialogue), Step::Wait));
    dialogue.card_changed(Event::Reading);
    dialogue.card_changed(Event::Certificates(vec![usable()]));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
}

#[test]
fn a_card_taken_out_while_signing_can_be_put_back() {
    let mut dialogue = with_card(vec![usable()]);
    refuse(&mut dialogue, SignFault::Removed);
    dialogue.card_changed(Event::NoCard);
    assert_eq!(dialogue.view().stage, failed(FailedReason::CardRemoved));
    dialogue.card_changed(Event::Reading);
    dialogue.card_changed(Event::Certificates(vec![usable()]));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
}

#[test]
fn a_service_that_ended_is_not_told_as_a_card_taken_out() {
    let mut dialogue = with_card(vec![usable()]);
    refuse(&mut dialogue, SignFault::Removed);
    assert_eq!(dialogue.view().stage, failed(FailedReason::CardRemoved));
    dialogue.card_changed(Event::NoService);
    assert_eq!(dialogue.view().stage, Stage::WaitingForService);
    assert!(dialogue.view().certificates.is_empty());
    dialogue.card_changed(Event::NoCard);
    dialogue.card_changed(Event::Certificates(vec![usable()]));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
}

#[test]
fn what_the_card_shows_while_it_signs_counts_afterwards() {
    let mut dialogue = with_card(vec![usable()]);
    type_pin(&mut dialogue);
    dialogue.card_changed(Event::Reading);
    dialogue.card_changed(Event::Certificates(vec![]));
    assert_eq!(dialogue.view().stage, Stage::Signing);
    dialogue.card_changed(Event::NotSigned(SignFault::Removed));
    assert_eq!(dialogue.view().stage, failed(FailedReason::NoCertificate));
}

#[test]
fn that_the_middleware_failed_is_read_before_the_next_module_asks() {
    let mut dialogue = with_card(vec![usable()]);
    refuse(&mut dialogue, SignFault::Failed("x".to_owned()));
    let alone = dialogue.patience();
    for event in [
        Event::Unusable("the card's middleware failed".to_owned()),
        Event::Reading,
        Event::Certificates(vec![usable()]),
    ] {
        dialogue.card_changed(event);
        assert_eq!(dialogue.view().stage, failed(FailedReason::ModuleFailed));
    }
    assert!(dialogue.patience() < alone);
    assert!(matches!(dialogue.time_over(), Step::Wait));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
    // A card taken out and put back in, as the sentences say, is asked for at once.
    refuse(&mut dialogue, SignFault::Failed("x".to_owned()));
    for event in [Event::Reading, Event::NoCard, Event::Reading] {
        dialogue.card_changed(event);
    }
    dialogue.card_changed(Event::Certificates(vec![usable()]));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
}

#[test]
fn a_next_module_that_fails_as_well_ends_it() {
    let mut dialogue = with_card(vec![usable()]);
    refuse(&mut dialogue, SignFault::Failed("x".to_owned()));
    dialogue.card_changed(Event::Reading);
    dialogue.card_changed(Event::Unusable("y".to_owned()));
    assert_eq!(dialogue.view().stage, failed(FailedReason::ModuleFailed));
    assert_ends_with(dialogue.time_over(), FailureCode::ModuleFailed);
}

#[test]
fn a_card_without_a_usable_certificate_can_be_changed_for_another() {
    let mut dialogue = with_card(vec![expired()]);
    assert_eq!(dialogue.view().stage, failed(FailedReason::NoCertificate));
    assert_eq!(dialogue.view().certificates.len(), 1);
    dialogue.card_changed(Event::NoCard);
    dialogue.card_changed(Event::Certificates(vec![usable()]));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
    let step = dialogue.person_acted(WindowMessage::Cancel);
    assert_ends_with(step, FailureCode::UserCancelled);
}

#[test]
fn a_card_nobody_can_read_is_told_as_that_and_by_its_kind() {
    for (is_cns, code) in [
        (true, FailureCode::ModuleFailed),
        (false, FailureCode::NoCertificate),
    ] {
        let mut dialogue = with_card(vec![expired()]);
        dialogue.card_changed(Event::UnknownCard { is_cns });
        assert_eq!(dialogue.view().stage, failed(FailedReason::CardUnknown));
        assert!(dialogue.view().certificates.is_empty());
        assert_ends_with(dialogue.person_acted(WindowMessage::Cancel), code);
        // Another card can be put in.
        dialogue.card_changed(Event::NoCard);
        dialogue.card_changed(Event::Certificates(vec![usable()]));
        assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
    }
}

#[test]
fn when_the_time_is_over_the_answer_says_what_was_waited_for() {
    let after = |events: Vec<Event>| {
        let mut dialogue = begin();
        for event in events {
            dialogue.card_changed(event);
        }
        dialogue
    };
    let card = || Event::Certificates(vec![usable()]);
    let mut wrong_pin = after(vec![card()]);
    refuse(&mut wrong_pin, SignFault::PinIncorrect { tries_left: None });
    for (mut dialogue, code) in [
        (after(vec![Event::NoReader]), FailureCode::ReaderAbsent),
        (after(vec![Event::NoService]), FailureCode::ModuleFailed),
        (after(vec![Event::NoCard]), FailureCode::CardAbsent),
        (after(vec![card(), Event::NoCard]), FailureCode::CardRemoved),
        (after(vec![card()]), FailureCode::UserTimeout),
        (wrong_pin, FailureCode::PinIncorrect),
    ] {
        assert!(matches!(dialogue.time_over(), Step::Wait));
        assert_eq!(dialogue.view().stage, failed(FailedReason::TimedOut));
        assert_ends_with(dialogue.time_over(), code);
    }
}

#[test]
fn the_host_s_answer_comes_before_the_extension_gives_up() {
    let script = include_str!("../../../extension/background.js");
    let (_, usual) = script.split_once("usual: ").unwrap();
    let milliseconds = usual.split(',').next().unwrap().replace('_', "");
    let extension = Duration::from_millis(milliseconds.parse().unwrap());
    let start = Duration::from_secs(5);
    assert!(start + PATIENCE_WITH_PERSON + PATIENCE_WITH_FAILURE < extension);
}

#[test]
fn a_card_that_never_finishes_is_the_middlewares_failure() {
    let mut signing = with_card(vec![usable()]);
    type_pin(&mut signing);
    for mut dialogue in [begin(), signing] {
        assert_eq!(dialogue.patience(), PATIENCE_WITH_CARD);
        dialogue.time_over();
        assert_eq!(dialogue.view().stage, failed(FailedReason::ModuleFailed));
        assert_ends_with(dialogue.time_over(), FailureCode::ModuleFailed);
    }
}

#[test]
fn a_window_that_ends_by_itself_is_no_cancelling() {
    let mut dialogue = with_card(vec![usable()]);
    assert_ends_with(dialogue.window_ended(), FailureCode::WindowUnavailable);
    let mut dialogue = with_card(vec![]);
    assert_ends_with(dialogue.window_ended(), FailureCode::NoCertificate);
}

#[test]
fn middleware_that_cannot_be_used_is_said_so() {
    let mut dialogue = begin();
    dialogue.card_changed(Event::Unusable("none could be loaded".to_owned()));
    assert!(matches!(dialogue.card_side_ended(), Step::Wait));
    assert_eq!(dialogue.view().stage, failed(FailedReason::ModuleFailed));
    let mut dialogue = begin();
    dialogue.card_changed(Event::NoModule);
    assert!(matches!(dialogue.card_side_ended(), Step::Wait));
    assert_eq!(dialogue.view().stage, failed(FailedReason::NoMiddleware));
    assert_ends_with(dialogue.time_over(), FailureCode::ModuleFailed);
    let mut dialogue = begin();
    dialogue.card_side_ended();
    assert_ends_with(dialogue.time_over(), FailureCode::ModuleFailed);
}

#[test]
fn the_page_is_told_the_steps_it_can_help_with() {
    let mut dialogue = begin();
    assert_eq!(dialogue.progress(), None);
    for (event, state) in [
        (Event::NoReader, ProgressState::WaitingForReader),
        (Event::NoService, ProgressState::WaitingForReader),
        (Event::NoCard, ProgressState::WaitingForCard),
        (
            Event::Certificates(vec![usable(), usable()]),
            ProgressState::ChoosingCertificate,
        ),
        (
            Event::Certificates(vec![usable()]),
            ProgressState::WaitingForPin,
        ),
    ] {
        dialogue.card_changed(event);
        assert_eq!(dialogue.progress(), Some(state));
    }
    type_pin(&mut dialogue);
    assert_eq!(dialogue.progress(), Some(ProgressState::Signing));
}
