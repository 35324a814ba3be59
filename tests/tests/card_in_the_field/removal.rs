//! A card taken out when it is needed.

use end_to_end::{
    people::{ANNA_VERDI, LUCA_BIANCHI},
    situation::{Deed::*, End, Modules, Seen, Situation},
};
use protocol::FailureCode;

use crate::{ANNA, AS_IT_SHOULD, LUCA, RIGHT, TAKEN_OUT_AT_THE_PIN, TAKEN_OUT_AT_THE_SIGNATURE};

pub const ROWS: &[Situation] = &[
    Situation {
        name: "a_card_taken_out_while_the_pin_is_typed_and_put_back_goes_on",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, AS_IT_SHOULD),
            Ask,
            Type("629"),
            Remove(LUCA),
            Reads("Inserisca la carta"),
            Insert(LUCA, AS_IT_SHOULD),
            Enter(RIGHT),
        ],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: Some("a_card_taken_out_and_put_back_goes_on"),
    },
    Situation {
        name: "a_card_taken_out_before_the_pin_arrives_and_put_back_goes_on",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, TAKEN_OUT_AT_THE_PIN),
            Ask,
            Enter(RIGHT),
            Out(LUCA),
            Reads("nserisca la carta"),
            Insert(LUCA, AS_IT_SHOULD),
            Enter(RIGHT),
        ],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "a_card_taken_out_while_it_signs_is_told_so",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, TAKEN_OUT_AT_THE_SIGNATURE),
            Ask,
            Enter(RIGHT),
            Out(LUCA),
            Reads("La carta è stata tolta"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::CardRemoved),
        cards: &[(LUCA, Seen::of(1, 3, 0))],
        in_browser: Some("the_card_is_taken_out_while_it_signs"),
    },
    Situation {
        name: "a_card_taken_out_while_it_signs_and_put_back_goes_on",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, TAKEN_OUT_AT_THE_SIGNATURE),
            Ask,
            Enter(RIGHT),
            Out(LUCA),
            Reads("La carta è stata tolta"),
            Insert(LUCA, AS_IT_SHOULD),
            Enter(RIGHT),
        ],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::of(2, 3, 1))],
        in_browser: None,
    },
    Situation {
        name: "a_pin_typed_for_one_card_is_not_given_to_another",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, AS_IT_SHOULD),
            Ask,
            Reads("BIANCHI"),
            Type(RIGHT),
            Remove(LUCA),
            Insert(ANNA, AS_IT_SHOULD),
            Reads("VERDI"),
            // The PIN that was typed is gone: this submits nothing.
            Press("Return"),
            Reads("Digiti il PIN"),
            Verified(ANNA, 0),
            Enter(RIGHT),
        ],
        end: End::Token(ANNA_VERDI),
        cards: &[(LUCA, Seen::NOTHING), (ANNA, Seen::LOGIN)],
        in_browser: None,
    },
];
