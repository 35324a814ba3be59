//! Something is killed, at every step: no process is left, no card stays logged in, no try is
//! lost, the page offers to try again, and the next login works.
//!
//! Cards with a script hold a step open, so that the blow always falls where it should.

use std::{process::ExitCode, time::Duration};

use end_to_end::{
    Outcome,
    card::{Act, Deviation, Moment, Script},
    chain::{CARD_PAGE, Chain, PIN},
    people::{ANNA_VERDI, LUCA_BIANCHI},
    pin_window::PinWindow,
    reader::InsertedCard,
    situation::{CardOf, Deed, Deed::*, End, Kind, Modules, Seen, Situation, Victim},
    suite,
    waiting::{holds_within, wait_until},
};

const LUCA: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Cns);
const ANNA: CardOf = CardOf::new(ANNA_VERDI, Kind::Cns);

const AS_IT_SHOULD: Script = &[];
const HELD_WHILE_READ: Script = &[Deviation::new(Moment::CertificateRead, Act::Hold)];
const HELD_AT_THE_PIN: Script = &[Deviation::new(Moment::PinPresented, Act::Hold)];
const HELD_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Hold)];

const REGISTER: &str = "Registra CNS";
const REGISTERED: &str = "/area-riservata/registrazione";

/// How long pcscd may take to reset a card whose client has died.
const RESET_BY_PCSCD: Duration = Duration::from_secs(2);

/// A step of a login, and what the card will have seen after it and one more login.
struct Step {
    name: &'static str,
    reached_by: &'static [Deed],
    /// What undoes what the step needed.
    afterwards: &'static [Deed],
    seen: Seen,
}

const STEPS: &[Step] = &[
    Step {
        name: "while_waiting_for_a_reader",
        reached_by: &[UnplugReaders, Ask, Reads("Colleghi il lettore")],
        afterwards: &[PlugReaders],
        seen: Seen::LOGIN,
    },
    Step {
        name: "while_waiting_for_a_card",
        reached_by: &[Ask, Reads("Inserisca la carta")],
        afterwards: &[],
        seen: Seen::LOGIN,
    },
    Step {
        name: "while_reading_the_card",
        reached_by: &[Insert(LUCA, HELD_WHILE_READ), Ask, Held(LUCA)],
        afterwards: &[GoOn(LUCA), LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::LOGIN,
    },
    Step {
        name: "while_choosing_the_certificate",
        reached_by: &[
            Insert(LUCA, AS_IT_SHOULD),
            InsertBeside(ANNA, AS_IT_SHOULD),
            Ask,
            Reads("Scelga il certificato"),
        ],
        afterwards: &[LoggedOut(LUCA), Remove(LUCA), Remove(ANNA)],
        seen: Seen::LOGIN,
    },
    Step {
        name: "while_typing_the_pin",
        reached_by: &[Insert(LUCA, AS_IT_SHOULD), Ask, Type("629")],
        afterwards: &[LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::LOGIN,
    },
    Step {
        name: "before_the_card_sees_the_pin",
        reached_by: &[Insert(LUCA, HELD_AT_THE_PIN), Ask, Enter(PIN), Held(LUCA)],
        // The command was under way: the card sees the right PIN once it goes on.
        afterwards: &[GoOn(LUCA), Verified(LUCA, 1), LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::of(2, 3, 1),
    },
    Step {
        name: "before_the_card_signs",
        reached_by: &[
            Insert(LUCA, HELD_AT_THE_SIGNATURE),
            Ask,
            Enter(PIN),
            Held(LUCA),
        ],
        afterwards: &[GoOn(LUCA), Signed(LUCA, 1), LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::of(2, 3, 2),
    },
    Step {
        name: "when_done",
        reached_by: &[
            Insert(LUCA, AS_IT_SHOULD),
            Ask,
            Enter(PIN),
            GrantedNow(LUCA_BIANCHI),
        ],
        afterwards: &[LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::of(2, 3, 2),
    },
];

/// What is killed without a browser.
const BLOWS: &[(&str, &[Deed])] = &[
    ("the_modules", &[Kill(Victim::Modules)]),
    ("the_host", &[Kill(Victim::Host)]),
    // The modules cannot notice it themselves.
    (
        "the_host_of_modules_that_stand_still",
        &[Stop(Victim::Modules), Kill(Victim::Host)],
    ),
    ("the_window", &[Kill(Victim::Window)]),
    ("pcscd", &[KillPcscd]),
];

const NEXT_LOGIN: &[Deed] = &[Insert(LUCA, AS_IT_SHOULD), Ask, Enter(PIN)];

/// How far a login has come in the browser when the blow falls; answers the cards.
type Reach = fn(&mut Chain) -> Outcome<Vec<InsertedCard>>;
/// A blow; true where the page still stands and says what happened.
type Blow = fn(&mut Chain) -> Outcome<bool>;
type Test = Box<dyn Fn(&mut Chain) -> Outcome<()> + Send>;

const BROWSER_STEPS: &[(&str, Reach)] = &[
    ("while_waiting_for_a_reader", |chain| {
        chain.workstation.middleware_mut().disconnect_readers()?;
        chain.browser.click(REGISTER)?;
        chain.wait_for_progress("waiting-for-reader")?;
        Ok(Vec::new())
    }),
    ("while_waiting_for_a_card", |chain| {
        chain.browser.click(REGISTER)?;
        chain.wait_for_progress("waiting-for-card")?;
        Ok(Vec::new())
    }),
    ("while_reading_the_card", |chain| {
        hold(chain, HELD_WHILE_READ, false)
    }),
    ("while_choosing_the_certificate", |chain| {
        let beside = chain.issuer.issue(&ANNA_VERDI, PIN)?;
        let reader = chain.workstation.middleware().second_reader();
        let beside = reader.insert_noticed(beside, AS_IT_SHOULD)?;
        let card = chain.insert_card_of(&LUCA_BIANCHI)?;
        chain.browser.click(REGISTER)?;
        chain.wait_for_progress("choosing-certificate")?;
        Ok(vec![card, beside])
    }),
    ("while_typing_the_pin", |chain| {
        let card = chain.insert_card_of(&LUCA_BIANCHI)?;
        chain.browser.click(REGISTER)?;
        chain.window()?.type_pin("629")?;
        Ok(vec![card])
    }),
    ("before_the_card_sees_the_pin", |chain| {
        hold(chain, HELD_AT_THE_PIN, true)
    }),
    ("before_the_card_signs", |chain| {
        hold(chain, HELD_AT_THE_SIGNATURE, true)
    }),
];

const BROWSER_BLOWS: &[(&str, Blow)] = &[
    ("the_service_worker", |chain| {
        chain.browser.stop_service_worker()?;
        Ok(true)
    }),
    ("the_tab", |chain| {
        chain.browser.close_tab()?;
        Ok(false)
    }),
];

/// At the PIN, the others through the browser as well.
const OTHER_BLOWS: &[(&str, Blow)] = &[
    ("the_modules", |_| kill(Victim::Modules)),
    ("the_host", |_| kill(Victim::Host)),
    ("the_window", |_| kill(Victim::Window)),
];

fn main() -> ExitCode {
    let mut tests: Vec<(&'static str, Test)> = Vec::new();
    for step in STEPS {
        for (victim, blow) in BLOWS {
            let row = row(step, victim, blow);
            let test = move |chain: &mut Chain| row.play(&mut chain.workstation, &chain.issuer);
            tests.push((row.name, Box::new(test)));
        }
    }
    let at_the_pin = BROWSER_STEPS
        .iter()
        .filter(|(name, _)| *name == "while_typing_the_pin");
    let in_browser = BROWSER_STEPS
        .iter()
        .flat_map(|step| pair(step, BROWSER_BLOWS));
    for (step, blow) in in_browser.chain(at_the_pin.flat_map(|step| pair(step, OTHER_BLOWS))) {
        let name = format!("in_the_browser_{}_killed_{}", blow.0, step.0);
        let test = move |chain: &mut Chain| in_the_browser(chain, step.1, blow.1);
        tests.push((name.leak(), Box::new(test)));
    }
    suite::run_all(tests)
}

fn pair<'a, S, B>(step: &'a S, blows: &'a [B]) -> impl Iterator<Item = (&'a S, &'a B)> {
    blows.iter().map(move |blow| (step, blow))
}

/// The step, the blow, what the person finds, and the next login.
fn row(step: &Step, victim: &str, blow: &[Deed]) -> Situation {
    let mut deeds = [step.reached_by, blow].concat();
    if victim == "pcscd" {
        deeds.push(StartPcscd);
    }
    // Nothing is left even while the card still keeps the command waiting.
    deeds.push(Dismiss);
    deeds.extend(step.afterwards);
    deeds.extend(NEXT_LOGIN);
    Situation {
        name: format!("{victim}_killed_{}", step.name).leak(),
        modules: Modules::OpenSc,
        deeds: deeds.leak(),
        end: End::Token(LUCA_BIANCHI),
        cards: vec![(LUCA, step.seen), (ANNA, Seen::NOTHING)].leak(),
        in_browser: None,
    }
}

fn kill(victim: Victim) -> Outcome<bool> {
    victim.kill();
    Ok(true)
}

/// Puts in a card that holds a command, and brings the login to it.
fn hold(chain: &mut Chain, script: Script, with_pin: bool) -> Outcome<Vec<InsertedCard>> {
    let card = chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let card = chain.insert_with(card, script)?;
    chain.browser.click(REGISTER)?;
    if with_pin {
        chain.window()?.enter_pin(PIN)?;
    }
    card.wait_until_held()?;
    Ok(vec![card])
}

fn in_the_browser(chain: &mut Chain, reach: Reach, blow: Blow) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.browser.open_tab()?;
    chain.browser.open(&portal.address(CARD_PAGE))?;
    chain.browser.wait_for_page(CARD_PAGE)?;
    let cards = reach(chain)?;
    let page_stands = blow(chain)?;
    cards.iter().for_each(InsertedCard::go_on);
    if page_stands {
        wait_until("page that offers to try again", || {
            // What the window still has to say stands for some seconds.
            if let Some(mut window) = PinWindow::standing(&mut chain.workstation) {
                let _ = window.press("Escape");
            }
            chain.browser.alert().is_ok_and(|alert| alert.is_some())
                && chain.browser.offers(REGISTER).unwrap_or(false)
        })?;
    }
    chain.expect_all_let_go(None)?;
    for card in &cards {
        if !holds_within(RESET_BY_PCSCD, || !card.is_logged_in()) {
            return Err("the card is still logged in".into());
        }
        assert_eq!(card.pin_tries_left(), 3, "a try was lost");
    }
    if cards.is_empty() {
        chain.workstation.middleware_mut().connect_readers()?;
    }
    drop(cards);

    // The next login works: on the same page, where it still stands.
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    if !page_stands {
        chain.browser.open(&portal.address(CARD_PAGE))?;
    }
    chain.browser.click(REGISTER)?;
    chain.window()?.enter_pin(PIN)?;
    chain.browser.wait_for_page(REGISTERED)?;
    assert_eq!(card.signatures(), 1);
    chain.expect_all_let_go(Some(&card))?;
    if page_stands {
        chain.browser.close_tab()?;
    }
    Ok(())
}
