//! What is killed, and what the person then reads and the page is told.

use end_to_end::{
    chain::PIN,
    people::{ANNA_VERDI, LUCA_BIANCHI},
    situation::{CardOf, Deed, Deed::*, End, Kind, Modules, Seen, Situation, Victim},
};
use protocol::FailureCode;

use crate::steps::Step;

/// Whose login it is, and who else has a card in a reader.
pub const LUCA: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Cns);
pub const ANNA: CardOf = CardOf::new(ANNA_VERDI, Kind::Cns);

/// A blow.
pub struct Blow {
    /// What it is dealt to.
    pub name: &'static str,
    pub falls: &'static [Deed],
    /// What is found at this step, until the request has ended, where the page still waits for
    /// its answer.
    pub found: fn(&Step) -> Vec<Deed>,
}

pub const MODULES: Blow = Blow {
    name: "the_modules",
    falls: &[Kill(Victim::Modules)],
    found: |_| {
        vec![
            Reads("La carta non si legge"),
            Press("Escape"),
            Answered(FailureCode::ModuleFailed),
        ]
    },
};

pub const HOST: Blow = Blow {
    name: "the_host",
    falls: &[Kill(Victim::Host)],
    found: |_| vec![Unanswered],
};

pub const WINDOW: Blow = Blow {
    name: "the_window",
    falls: &[Kill(Victim::Window)],
    found: |_| vec![Answered(FailureCode::WindowUnavailable)],
};

pub const PCSCD: Blow = Blow {
    name: "pcscd",
    // It is started again, as systemd does for the next who asks for it.
    falls: &[KillPcscd, StartPcscd],
    found: |step| match step.without_pcscd {
        Some((text, codes)) => vec![Reads(text), Press("Escape"), AnsweredOneOf(codes)],
        None => vec![Ended],
    },
};

const NEXT_LOGIN: &[Deed] = &[Insert(LUCA, &[]), Ask, Enter(PIN)];

/// The step, the blow, what the person finds, and the next login.
pub fn row(step: &Step, blow: &Blow) -> Situation {
    let mut deeds = [step.reached_by, blow.falls].concat();
    match step.without_pcscd {
        Some(_) => deeds.extend((blow.found)(step)),
        None => deeds.push(Ended),
    }
    // Nothing is left even while the card still keeps the command waiting.
    deeds.extend(step.afterwards);
    deeds.extend(NEXT_LOGIN);
    Situation {
        name: format!("{}_killed_{}", blow.name, step.name).leak(),
        modules: Modules::OpenSc,
        deeds: deeds.leak(),
        end: End::Token(LUCA_BIANCHI),
        cards: vec![(LUCA, step.seen), (ANNA, Seen::NOTHING)].leak(),
        in_browser: None,
    }
}
