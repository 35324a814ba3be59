//! What is killed, and what the person then reads and the page is told.

use end_to_end::{
    chain::PIN,
    people::{ANNA_VERDI, LUCA_BIANCHI},
    situation::{CardOf, Deed, Deed::*, End, Kind, Modules, Seen, Situation, Victim},
};

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

pub const HOST: Blow = Blow {
    name: "the_host",
    falls: &[Kill(Victim::Host)],
    found: |_| vec![Unanswered],
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
