use super::*;

/// A reader with keys, on which the person is to type the PIN.
fn at_pin_pad() -> Dialogue {
    let mut dialogue = begin();
    let step = dialogue.card_changed(Event::Certificates(vec![on_pin_pad()]));
    assert!(matches!(step, Step::Sign { pin: None, .. }));
    dialogue
}

#[test]
fn a_reader_with_keys_is_asked_without_a_pin() {
    let mut dialogue = at_pin_pad();
    assert_eq!(dialogue.view().stage, on_pad(Tries::Unknown));
    assert_eq!(dialogue.progress(), Some(ProgressState::WaitingForPin));
    assert!(matches!(type_pin(&mut dialogue), Step::Wait));
    let step = dialogue.card_changed(Event::NotSigned(SignFault::Cancelled));
    assert_ends_with(step, FailureCode::UserCancelled);
}

fn on_pad(tries: Tries) -> Stage {
    Stage::WaitingForPinPad { tries }
}

fn before_pad(problem: Option<PinProblem>, tries: Tries) -> Stage {
    Stage::BeforePinPad { problem, tries }
}

/// What a reader with keys can find wrong with a PIN without the login being over.
const REFUSALS: [(fn() -> SignFault, PinProblem); 2] = [
    (
        || SignFault::PinIncorrect { tries_left: None },
        PinProblem::Incorrect,
    ),
    (|| SignFault::PinLength, PinProblem::Length),
];

#[test]
fn after_a_pin_refused_on_the_reader_the_person_begins_the_next_try() {
    for (fault, problem) in REFUSALS {
        let mut dialogue = at_pin_pad();
        let step = dialogue.card_changed(Event::NotSigned(fault()));
        assert!(matches!(step, Step::Wait));
        let stage = before_pad(Some(problem), Tries::Unknown);
        assert_eq!(dialogue.view().stage, stage);
        assert_eq!(dialogue.progress(), Some(ProgressState::WaitingForPin));
        assert_eq!(dialogue.patience(), PATIENCE_WITH_PERSON);
        assert!(matches!(type_pin(&mut dialogue), Step::Wait));

        let step = dialogue.person_acted(WindowMessage::Again);
        assert!(matches!(step, Step::Sign { pin: None, .. }));
        assert_eq!(dialogue.view().stage, on_pad(Tries::Unknown));
        let step = dialogue.card_changed(Event::Signed {
            algorithm: Algorithm::Es256,
            signature: vec![7; 64],
        });
        assert!(matches!(step, Step::End(Ok(_))));
    }
}

#[test]
fn giving_up_after_a_pin_refused_on_the_reader_is_told_as_that() {
    for (fault, _) in REFUSALS {
        let mut dialogue = at_pin_pad();
        dialogue.card_changed(Event::NotSigned(fault()));
        let step = dialogue.person_acted(WindowMessage::Cancel);
        assert_ends_with(step, FailureCode::PinIncorrect);

        let mut dialogue = at_pin_pad();
        dialogue.card_changed(Event::NotSigned(fault()));
        dialogue.time_over();
        assert_ends_with(dialogue.time_over(), FailureCode::PinIncorrect);
    }
}

#[test]
fn the_reader_asks_once_for_each_again() {
    let mut dialogue = at_pin_pad();
    // Neither before nor while it asks does the word mean anything.
    assert!(matches!(
        dialogue.person_acted(WindowMessage::Again),
        Step::Wait
    ));
    dialogue.card_changed(Event::NotSigned(SignFault::PinLength));
    let step = dialogue.person_acted(WindowMessage::Again);
    assert!(matches!(step, Step::Sign { .. }));
    assert!(matches!(
        dialogue.person_acted(WindowMessage::Again),
        Step::Wait
    ));
    for mut elsewhere in [begin(), with_card(vec![usable()])] {
        let step = elsewhere.person_acted(WindowMessage::Again);
        assert!(matches!(step, Step::Wait));
    }
}

#[test]
fn what_the_reader_saw_meanwhile_begins_no_other_try_and_hides_no_refusal() {
    for (fault, problem) in REFUSALS {
        let mut dialogue = at_pin_pad();
        dialogue.card_changed(Event::Reading);
        dialogue.card_changed(Event::Certificates(vec![on_pin_pad()]));
        let step = dialogue.card_changed(Event::NotSigned(fault()));
        assert!(matches!(step, Step::Wait));
        let stage = before_pad(Some(problem), Tries::Unknown);
        assert_eq!(dialogue.view().stage, stage);
    }
}

#[test]
fn a_card_put_back_after_a_refused_pin_waits_for_the_person() {
    let mut dialogue = at_pin_pad();
    dialogue.card_changed(Event::NotSigned(SignFault::PinLength));
    dialogue.card_changed(Event::NoCard);
    let step = dialogue.card_changed(Event::Certificates(vec![on_pin_pad()]));
    assert!(matches!(step, Step::Wait));
    assert_eq!(dialogue.view().stage, before_pad(None, Tries::Unknown));
}

#[test]
fn a_pin_refused_when_the_time_is_over_ends_it() {
    for (fault, _) in REFUSALS {
        let mut dialogue = at_pin_pad();
        dialogue.time_over();
        let step = dialogue.card_changed(Event::NotSigned(fault()));
        assert_ends_with(step, FailureCode::PinIncorrect);
    }
}

/// Wrong PINs of logins before.
fn remembered(card: &CardCertificate, count: u8) -> Tally {
    let mut tally = Tally::default();
    for _ in 0..count {
        tally.record(&CardKey::of(&card.serial, &card.der), PinVerdict::Wrong);
    }
    tally
}

fn with_remembered(card: CardCertificate, count: u8) -> Dialogue {
    let mut dialogue = begin();
    dialogue.recall(remembered(&card, count));
    dialogue.card_changed(Event::Certificates(vec![card]));
    dialogue
}

#[test]
fn two_wrong_pins_of_logins_before_are_warned_of_in_the_first_view() {
    for (count, tries) in [
        (0, Tries::Unknown),
        (1, Tries::Unknown),
        (2, Tries::PerhapsLast),
        (3, Tries::PerhapsLast),
    ] {
        let dialogue = with_remembered(usable(), count);
        assert_eq!(dialogue.view().stage, asking(None, tries), "{count}");
    }
}

#[test]
fn wrong_pins_of_another_card_warn_nobody() {
    let mut dialogue = begin();
    dialogue.recall(remembered(&usable(), 2));
    let other = CardCertificate {
        serial: "6101000000000002".to_owned(),
        ..usable()
    };
    dialogue.card_changed(Event::Certificates(vec![other]));
    assert_eq!(dialogue.view().stage, asking(None, Tries::Unknown));
}

#[test]
fn wrong_pins_of_this_login_are_counted_where_the_card_tells_nothing() {
    let wrong = || SignFault::PinIncorrect { tries_left: None };
    let mut dialogue = with_card(vec![usable()]);
    for tries in [Tries::Unknown, Tries::PerhapsLast, Tries::PerhapsLast] {
        refuse(&mut dialogue, wrong());
        let stage = asking(Some(PinProblem::Incorrect), tries);
        assert_eq!(dialogue.view().stage, stage);
        let (card, verdict) = dialogue.take_verdict().unwrap();
        assert_eq!(card, CardKey::of("6090123456789012", b""));
        assert_eq!(verdict, PinVerdict::Wrong);
        assert_eq!(dialogue.take_verdict(), None);
    }
}

#[test]
fn what_the_card_tells_goes_before_the_count() {
    for told in [1, 2, 3] {
        let card = CardCertificate {
            tries_left: Some(told),
            ..usable()
        };
        let dialogue = with_remembered(card, 2);
        assert_eq!(dialogue.view().stage, asking(None, Tries::Told(told)));
    }
}

#[test]
fn a_pin_counts_as_wrong_from_when_it_is_given_until_the_card_has_spoken() {
    let mut dialogue = with_card(vec![usable()]);
    type_pin(&mut dialogue);
    let (_, verdict) = dialogue.take_verdict().unwrap();
    assert_eq!(verdict, PinVerdict::Wrong);
    let told = |fault: SignFault| {
        let mut dialogue = with_card(vec![usable()]);
        refuse(&mut dialogue, fault);
        dialogue.take_verdict().map(|(_, verdict)| verdict)
    };
    assert_eq!(told(SignFault::PinLocked), Some(PinVerdict::Locked));
    for fault in [
        SignFault::PinLength,
        SignFault::PinNotInitialised,
        SignFault::PinExpired,
        SignFault::Cancelled,
        SignFault::Removed,
        SignFault::Failed("x".to_owned()),
    ] {
        assert_eq!(told(fault), Some(PinVerdict::NotTried));
    }
    // What is not known counts on: one warning too many costs less than a card.
    assert_eq!(
        told(SignFault::LoginFailed("x".to_owned())),
        Some(PinVerdict::Wrong)
    );
    let mut dialogue = with_remembered(usable(), 2);
    type_pin(&mut dialogue);
    dialogue.card_changed(Event::Signed {
        algorithm: Algorithm::Es256,
        signature: vec![7; 64],
    });
    let (_, verdict) = dialogue.take_verdict().unwrap();
    assert_eq!(verdict, PinVerdict::Right);
}

#[test]
fn a_reader_with_keys_does_not_ask_by_itself_for_what_may_be_the_last_try() {
    let told = CardCertificate {
        tries_left: Some(1),
        ..on_pin_pad()
    };
    for (mut dialogue, tries) in [
        (with_remembered(on_pin_pad(), 2), Tries::PerhapsLast),
        (with_remembered(told, 0), Tries::Told(1)),
    ] {
        assert_eq!(dialogue.view().stage, before_pad(None, tries));
        let step = dialogue.person_acted(WindowMessage::Again);
        assert!(matches!(step, Step::Sign { pin: None, .. }));
        assert_eq!(dialogue.view().stage, on_pad(tries));
    }
    // Nothing was wrong in this login: leaving is just leaving.
    let mut dialogue = with_remembered(on_pin_pad(), 2);
    let step = dialogue.person_acted(WindowMessage::Cancel);
    assert_ends_with(step, FailureCode::UserCancelled);
}

#[test]
fn a_refusal_that_comes_too_late_is_answered_by_a_new_question() {
    let mut dialogue = with_card(vec![usable()]);
    type_pin(&mut dialogue);
    dialogue.time_over();
    assert_eq!(dialogue.view().stage, failed(FailedReason::ModuleFailed));
    let fault = SignFault::PinIncorrect { tries_left: None };
    dialogue.card_changed(Event::NotSigned(fault));
    let stage = asking(Some(PinProblem::Incorrect), Tries::Unknown);
    assert_eq!(dialogue.view().stage, stage);
    let step = dialogue.person_acted(WindowMessage::Cancel);
    assert_ends_with(step, FailureCode::PinIncorrect);
}
