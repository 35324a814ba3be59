//! Who asks, and who stops asking: the browser's end of the conversation.

use end_to_end::situation::{Deed::*, End, Modules, Seen, Situation};
use protocol::FailureCode;

use crate::{
    ANNA, AS_IT_SHOULD, HELD_AT_THE_PIN, HELD_AT_THE_SIGNATURE, HELD_WHILE_READ, LUCA, RIGHT,
    TAKEN_OUT_AT_THE_SIGNATURE,
};

pub const ROWS: &[Situation] = &[
    Situation {
        name: "an_origin_that_may_not_ask_opens_no_window",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, AS_IT_SHOULD),
            AskFrom("https://sistemats.it.example"),
            Answered(FailureCode::OriginNotAllowed),
            NoWindowCame,
        ],
        end: End::NoAnswer,
        cards: &[(LUCA, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_while_a_reader_is_waited_for_ends_it",
        modules: Modules::OpenSc,
        deeds: &[
            UnplugReaders,
            Ask,
            Reads("Colleghi il lettore"),
            ClosePort,
            Ended,
            PlugReaders,
        ],
        end: End::NoAnswer,
        cards: &[],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_while_a_card_is_waited_for_ends_it",
        modules: Modules::OpenSc,
        deeds: &[Ask, Reads("Inserisca la carta"), ClosePort],
        end: End::NoAnswer,
        cards: &[],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_while_the_card_is_read_ends_it",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, HELD_WHILE_READ),
            Ask,
            Held(LUCA),
            Reads("Lettura della carta"),
            ClosePort,
            Ended,
            GoOn(LUCA),
        ],
        end: End::NoAnswer,
        cards: &[(LUCA, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_at_the_choice_ends_it",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, AS_IT_SHOULD),
            InsertBeside(ANNA, AS_IT_SHOULD),
            Ask,
            Reads("Scelga il certificato"),
            ClosePort,
        ],
        end: End::NoAnswer,
        cards: &[(LUCA, Seen::NOTHING), (ANNA, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_at_the_pin_ends_it",
        modules: Modules::OpenSc,
        deeds: &[Insert(LUCA, AS_IT_SHOULD), Ask, Type(RIGHT), ClosePort],
        end: End::NoAnswer,
        cards: &[(LUCA, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_before_the_card_sees_the_pin_ends_it",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, HELD_AT_THE_PIN),
            Ask,
            Enter(RIGHT),
            Held(LUCA),
            ClosePort,
            Ended,
            GoOn(LUCA),
            // The command was under way already: the card has seen the right PIN.
            Verified(LUCA, 1),
        ],
        end: End::NoAnswer,
        cards: &[(LUCA, Seen::of(1, 3, 0))],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_before_the_card_signs_ends_it",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, HELD_AT_THE_SIGNATURE),
            Ask,
            Enter(RIGHT),
            Held(LUCA),
            ClosePort,
            Ended,
            GoOn(LUCA),
            Signed(LUCA, 1),
        ],
        end: End::NoAnswer,
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "a_port_closed_at_a_failure_ends_it",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, TAKEN_OUT_AT_THE_SIGNATURE),
            Ask,
            Enter(RIGHT),
            Reads("La carta è stata tolta"),
            ClosePort,
        ],
        end: End::NoAnswer,
        cards: &[(LUCA, Seen::of(1, 3, 0))],
        in_browser: None,
    },
];
