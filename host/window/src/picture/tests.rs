use super::*;
use protocol::Language;
use protocol::window::CertificateRefusal;

fn certificate(name: &str, refusal: Option<CertificateRefusal>) -> CertificateView {
    CertificateView {
        name: name.into(),
        codice_fiscale: "RSSMRA80A01H501U".into(),
        issuer: "Regione Lazio".into(),
        expires: "2028-12-31".into(),
        refusal,
    }
}

fn view(stage: Stage) -> WindowView {
    WindowView {
        lang: Language::It,
        origin: "https://sistemats.it".into(),
        stage,
        certificates: vec![
            certificate("Mario Rossi", Some(CertificateRefusal::Expired)),
            certificate("Maria Rossi", None),
        ],
        chosen: None,
    }
}

fn pin(problem: Option<PinProblem>, tries: Tries) -> Picture {
    Picture::of(&view(Stage::WaitingForPin { problem, tries }))
}

fn every_stage() -> Vec<Stage> {
    let tries = Tries::Unknown;
    let problem = None;
    let mut stages = vec![
        Stage::WaitingForReader,
        Stage::WaitingForService,
        Stage::WaitingForCard,
        Stage::ReadingCard,
        Stage::ChoosingCertificate,
        Stage::WaitingForPin { problem, tries },
        Stage::WaitingForPinPad { tries },
        Stage::BeforePinPad { problem, tries },
        Stage::Signing,
        Stage::Done,
    ];
    stages.extend(FailedReason::ALL.map(|reason| Stage::Failed { reason }));
    stages
}

#[test]
fn every_stage_in_every_language_names_who_asks_and_what_happens() {
    for lang in Language::ALL {
        for stage in every_stage() {
            let picture = Picture::of(&WindowView {
                lang,
                ..view(stage)
            });
            assert_eq!(picture.origin, "https://sistemats.it");
            assert!(!picture.asks.is_empty());
            assert!(!picture.heading.is_empty());
        }
    }
}

#[test]
fn every_stage_but_done_has_a_way_out() {
    for stage in every_stage() {
        let picture = Picture::of(&view(stage.clone()));
        assert_eq!(picture.cancel.is_empty(), stage == Stage::Done, "{stage:?}");
    }
}

#[test]
fn the_pin_field_is_there_in_its_own_stage_only() {
    for stage in every_stage() {
        let asked = matches!(stage, Stage::WaitingForPin { .. });
        assert_eq!(Picture::of(&view(stage)).asks_pin, asked);
    }
}

#[test]
fn choosing_shows_every_certificate_and_begins_at_the_first_usable() {
    let picture = Picture::of(&view(Stage::ChoosingCertificate));
    assert!(picture.is_choosing);
    assert_eq!(picture.certificates.len(), 2);
    assert_eq!(
        picture.certificates[0].refusal,
        "Scaduto: la carta va rinnovata"
    );
    assert!(!picture.certificates[0].is_usable());
    assert!(picture.certificates[1].is_usable());
    assert_eq!(picture.current, 1);
}

#[test]
fn a_certificate_is_spoken_whole() {
    let picture = Picture::of(&view(Stage::ChoosingCertificate));
    assert_eq!(
        picture.certificates[0].spoken,
        "Mario Rossi, Codice fiscale RSSMRA80A01H501U, Rilasciato da Regione Lazio, \
         Valido fino al 31/12/2028, Scaduto: la carta va rinnovata"
    );
}

#[test]
fn what_a_certificate_does_not_hold_is_not_labelled() {
    let mut one = view(Stage::ChoosingCertificate);
    one.certificates[0].codice_fiscale.clear();
    let picture = Picture::of(&one);
    assert_eq!(picture.certificates[0].details.len(), 2);
}

#[test]
fn the_pin_stage_shows_the_chosen_certificate_alone() {
    let mut one = view(Stage::WaitingForPin {
        problem: None,
        tries: Tries::Unknown,
    });
    one.chosen = Some(1);
    let picture = Picture::of(&one);
    assert_eq!(picture.chosen.unwrap().name, "Maria Rossi");
    assert!(picture.certificates.is_empty());
}

#[test]
fn where_one_certificate_can_be_used_the_others_are_shown_with_the_reason_beside_its_pin() {
    for stage in pin_stages(Tries::Unknown) {
        let picture = Picture::of(&WindowView {
            chosen: Some(1),
            ..view(stage)
        });
        let [refused] = &picture.refused[..] else {
            panic!("{:?}", picture.refused);
        };
        assert_eq!(refused.name, "Mario Rossi");
        assert_eq!(refused.refusal, "Scaduto: la carta va rinnovata");
        assert!(!picture.refused_label.is_empty());
    }
}

#[test]
fn refused_certificates_that_a_list_shows_or_showed_are_not_shown_again() {
    let mut several = view(Stage::WaitingForPin {
        problem: None,
        tries: Tries::Unknown,
    });
    several.certificates.push(certificate("Anna Rossi", None));
    several.chosen = Some(1);
    assert_eq!(Picture::of(&several).refused, []);
    for stage in every_stage() {
        let picture = Picture::of(&view(stage));
        assert!(picture.refused.is_empty() || picture.certificates.is_empty());
    }
}

#[test]
fn a_choice_outside_the_list_shows_none() {
    let mut one = view(Stage::WaitingForPin {
        problem: None,
        tries: Tries::Unknown,
    });
    one.chosen = Some(7);
    assert_eq!(Picture::of(&one).chosen, None);
}

#[test]
fn the_reasons_are_listed_when_no_certificate_can_be_used() {
    let picture = Picture::of(&view(Stage::Failed {
        reason: FailedReason::NoCertificate,
    }));
    assert_eq!(picture.certificates.len(), 2);
    assert!(!picture.is_choosing);
}

#[test]
fn tries_are_counted_calmly_until_something_goes_wrong() {
    let picture = pin(None, Tries::Told(3));
    assert_eq!(picture.explanation, "Tentativi rimasti: 3.");
    assert_eq!(picture.warning, "");
}

#[test]
fn a_wrong_pin_is_said_with_the_tries_left() {
    let picture = pin(Some(PinProblem::Incorrect), Tries::Told(2));
    assert_eq!(
        picture.warning,
        "Il PIN non è corretto. Tentativi rimasti: 2."
    );
    assert_eq!(picture.explanation, "");
}

#[test]
fn a_wrong_pin_is_said_where_the_card_does_not_tell_the_tries() {
    let picture = pin(Some(PinProblem::Incorrect), Tries::Unknown);
    assert_eq!(picture.warning, "Il PIN non è corretto.");
}

#[test]
fn the_last_try_is_warned_of_even_before_a_mistake() {
    for problem in [None, Some(PinProblem::Incorrect), Some(PinProblem::Length)] {
        let picture = pin(problem, Tries::Told(1));
        assert!(picture.warning.contains("ultimo tentativo"), "{problem:?}");
        let picture = pin(problem, Tries::PerhapsLast);
        assert!(picture.warning.contains("potrebbe essere"), "{problem:?}");
    }
}

/// Every stage in which a PIN is asked for, on either keys.
fn pin_stages(tries: Tries) -> [Stage; 3] {
    let problem = None;
    [
        Stage::WaitingForPin { problem, tries },
        Stage::WaitingForPinPad { tries },
        Stage::BeforePinPad { problem, tries },
    ]
}

#[test]
fn what_may_be_the_last_try_is_warned_of_wherever_the_pin_is_typed() {
    for lang in Language::ALL {
        for (tries, words) in [
            (Tries::Told(1), Texts::of(lang).last_try),
            (Tries::PerhapsLast, Texts::of(lang).perhaps_last_try),
        ] {
            for stage in pin_stages(tries) {
                let picture = Picture::of(&WindowView {
                    lang,
                    ..view(stage)
                });
                assert_eq!(picture.warning, words);
            }
        }
    }
    for stage in pin_stages(Tries::Told(2)) {
        let picture = Picture::of(&view(stage));
        assert_eq!(picture.warning, "");
        assert!(picture.explanation.ends_with("Tentativi rimasti: 2."));
    }
}

#[test]
fn whose_pin_is_asked_for_is_shown_wherever_it_is_typed() {
    for stage in pin_stages(Tries::Unknown) {
        let picture = Picture::of(&WindowView {
            chosen: Some(1),
            ..view(stage)
        });
        let chosen = picture.chosen.unwrap();
        assert_eq!(chosen.name, "Maria Rossi");
        assert_eq!(chosen.details.len(), 3);
    }
}

#[test]
fn the_reader_is_offered_again_only_after_something_was_wrong() {
    let button = |problem| {
        let tries = Tries::Unknown;
        let picture = Picture::of(&view(Stage::BeforePinPad { problem, tries }));
        assert!(picture.offers_reader);
        picture.submit
    };
    assert_eq!(button(None), "Continua");
    assert_eq!(button(Some(PinProblem::Incorrect)), "Riprova");
    assert_eq!(button(Some(PinProblem::Length)), "Riprova");
    for stage in every_stage() {
        let offered = matches!(stage, Stage::BeforePinPad { .. });
        assert_eq!(Picture::of(&view(stage)).offers_reader, offered);
    }
}

#[test]
fn a_pin_of_the_wrong_length_is_no_lost_try() {
    let picture = pin(Some(PinProblem::Length), Tries::Told(3));
    assert!(
        picture
            .warning
            .ends_with("Nessun tentativo è stato consumato.")
    );
    assert_eq!(picture.explanation, "");
}

#[test]
fn an_origin_is_never_cut_and_shows_nothing_but_ascii() {
    let mut one = view(Stage::Signing);
    one.origin = format!("https://{}.example", "sistemats.it.".repeat(18));
    assert_eq!(Picture::of(&one).origin, one.origin);
    one.origin = "https://sistemаts.it\u{202e}\n".into();
    assert_eq!(Picture::of(&one).origin, "https://sistem�ts.it��");
}

#[test]
fn a_certificate_can_neither_break_lines_nor_reorder_them_nor_fill_the_window() {
    let mut one = view(Stage::ChoosingCertificate);
    one.certificates[0].name = "Mario\nRossi\u{202e}\u{200b}".into();
    one.certificates[1].name = "x".repeat(9999);
    let picture = Picture::of(&one);
    assert_eq!(picture.certificates[0].name, "Mario Rossi");
    assert_eq!(picture.certificates[1].name.chars().count(), 121);
}
