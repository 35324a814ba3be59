//! The steps of a login, each held open until the blow has fallen.
//!
//! Cards with a script do so, and so the blow always falls where it should.

use end_to_end::{
    card::{Act, Deviation, Moment, Script},
    chain::PIN,
    people::LUCA_BIANCHI,
    situation::{Deed, Deed::*, Seen},
};
use protocol::FailureCode;

use crate::blows::{ANNA, LUCA};

const AS_IT_SHOULD: Script = &[];
const HELD_WHILE_READ: Script = &[Deviation::new(Moment::CertificateRead, Act::Hold)];
const HELD_AT_THE_PIN: Script = &[Deviation::new(Moment::PinPresented, Act::Hold)];
const HELD_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Hold)];

/// While the card was in use: the module takes it to be taken out, or says only that it failed,
/// or its next process finds no card, as the moment decides. All ask for it.
const ASKED_FOR: (&str, &[FailureCode]) = (
    "nserisca la carta",
    &[
        FailureCode::CardRemoved,
        FailureCode::ModuleFailed,
        FailureCode::UserCancelled,
    ],
);

/// A step of a login, and what the card will have seen after it and one more login.
pub struct Step {
    pub name: &'static str,
    pub reached_by: &'static [Deed],
    /// What undoes what the step needed.
    pub afterwards: &'static [Deed],
    pub seen: Seen,
    /// What the person reads once pcscd has gone and come back, with no card in its readers,
    /// and what the page is told when they give up there; none where the page has its answer
    /// already, and nobody is told anything more.
    pub without_pcscd: Option<(&'static str, &'static [FailureCode])>,
}

pub const STEPS: &[Step] = &[
    Step {
        name: "while_waiting_for_a_reader",
        reached_by: &[UnplugReaders, Ask, Reads("Colleghi il lettore")],
        afterwards: &[PlugReaders],
        seen: Seen::LOGIN,
        without_pcscd: Some(("Colleghi il lettore", &[FailureCode::UserCancelled])),
    },
    Step {
        name: "while_waiting_for_a_card",
        reached_by: &[Ask, Reads("Inserisca la carta")],
        afterwards: &[],
        seen: Seen::LOGIN,
        without_pcscd: Some(("Inserisca la carta", &[FailureCode::UserCancelled])),
    },
    Step {
        name: "while_reading_the_card",
        reached_by: &[Insert(LUCA, HELD_WHILE_READ), Ask, Held(LUCA)],
        afterwards: &[GoOn(LUCA), LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::LOGIN,
        without_pcscd: Some(("Inserisca la carta", &[FailureCode::UserCancelled])),
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
        without_pcscd: Some(("Inserisca la carta", &[FailureCode::UserCancelled])),
    },
    Step {
        name: "while_typing_the_pin",
        reached_by: &[Insert(LUCA, AS_IT_SHOULD), Ask, Type("629")],
        afterwards: &[LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::LOGIN,
        without_pcscd: Some(("Inserisca la carta", &[FailureCode::UserCancelled])),
    },
    Step {
        name: "before_the_card_sees_the_pin",
        reached_by: &[Insert(LUCA, HELD_AT_THE_PIN), Ask, Enter(PIN), Held(LUCA)],
        // The command was under way: the card sees the right PIN once it goes on.
        afterwards: &[GoOn(LUCA), Verified(LUCA, 1), LoggedOut(LUCA), Remove(LUCA)],
        seen: Seen::of(2, 3, 1),
        without_pcscd: Some(ASKED_FOR),
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
        without_pcscd: Some(ASKED_FOR),
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
        without_pcscd: None,
    },
];
