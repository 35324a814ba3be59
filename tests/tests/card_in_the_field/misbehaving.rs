//! Modules that hang, crash and lie: the person hears of it soon, and the next module serves.

use end_to_end::{
    people::LUCA_BIANCHI,
    situation::{CardOf, Deed, Deed::*, End, Modules, Seen, Situation},
};
use protocol::FailureCode;

use crate::{AS_IT_SHOULD, LUCA, RIGHT, WRONG};

/// The next module serves the card.
const SERVED_BY_THE_NEXT: &[Deed] = &[
    Insert(LUCA, AS_IT_SHOULD),
    Ask,
    ReadsSoon("Digiti il PIN"),
    Enter(RIGHT),
];
/// There is no next one.
const TOLD_SOON: &[Deed] = &[
    Insert(LUCA, AS_IT_SHOULD),
    Ask,
    ReadsSoon("La carta non si legge"),
    Press("Escape"),
];
/// It misbehaves once it has the PIN.
const TOLD_SOON_AFTER_THE_PIN: &[Deed] = &[
    Insert(LUCA, AS_IT_SHOULD),
    Ask,
    Enter(RIGHT),
    ReadsSoon("La carta non si legge"),
    Press("Escape"),
];
/// It is lost once it has the PIN, and the next module serves the card.
const SERVED_BY_THE_NEXT_AFTER_THE_PIN: &[Deed] = &[
    Insert(LUCA, AS_IT_SHOULD),
    Ask,
    Enter(RIGHT),
    Progress("signing"),
    // It stands long enough to be read.
    ReadsSoon("La carta non si legge"),
    Progress("waiting-for-pin"),
    Enter(RIGHT),
];
/// It is done with once it was wrong: the right PIN goes to a new process.
const SERVES_AFTER_A_WRONG_PIN: &[Deed] = &[
    Insert(LUCA, AS_IT_SHOULD),
    Ask,
    Enter(WRONG),
    Reads("non è corretto"),
    Enter(RIGHT),
];
/// It takes its time, and the person is told that the card is being read.
const SERVES_LATE: &[Deed] = &[
    Insert(LUCA, AS_IT_SHOULD),
    Ask,
    ReadsSoon("Lettura della carta"),
    ReadsSoon("Digiti il PIN"),
    Enter(RIGHT),
];
/// It does no harm.
const SERVES: &[Deed] = &[Insert(LUCA, AS_IT_SHOULD), Ask, Enter(RIGHT)];

const fn served_by_the_next(name: &'static str, quirk: &'static str) -> Situation {
    Situation {
        name,
        modules: Modules::Quirky(quirk),
        deeds: SERVED_BY_THE_NEXT,
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: None,
    }
}

const fn told_soon(name: &'static str, quirk: &'static str) -> Situation {
    Situation {
        name,
        modules: Modules::QuirkyAlone(quirk),
        deeds: TOLD_SOON,
        end: End::Failure(FailureCode::ModuleFailed),
        cards: &[(LUCA, Seen::NOTHING)],
        in_browser: None,
    }
}

/// The card has seen the PIN, or not yet.
const fn told_soon_after_the_pin(
    name: &'static str,
    quirk: &'static str,
    cards: &'static [(CardOf, Seen)],
) -> Situation {
    Situation {
        name,
        modules: Modules::QuirkyAlone(quirk),
        deeds: TOLD_SOON_AFTER_THE_PIN,
        end: End::Failure(FailureCode::ModuleFailed),
        cards,
        in_browser: None,
    }
}

/// The next module asks for the PIN again.
const fn served_by_the_next_after_the_pin(
    name: &'static str,
    quirk: &'static str,
    cards: &'static [(CardOf, Seen)],
) -> Situation {
    Situation {
        name,
        modules: Modules::Quirky(quirk),
        deeds: SERVED_BY_THE_NEXT_AFTER_THE_PIN,
        end: End::Token(LUCA_BIANCHI),
        cards,
        in_browser: None,
    }
}

const fn serves(name: &'static str, quirk: &'static str) -> Situation {
    serves_alone(name, quirk, SERVES, &[(LUCA, Seen::LOGIN)])
}

const fn serves_alone(
    name: &'static str,
    quirk: &'static str,
    deeds: &'static [Deed],
    cards: &'static [(CardOf, Seen)],
) -> Situation {
    Situation {
        name,
        modules: Modules::QuirkyAlone(quirk),
        deeds,
        end: End::Token(LUCA_BIANCHI),
        cards,
        in_browser: None,
    }
}

pub const ROWS: &[Situation] = &[
    served_by_the_next("misbehaving_hangs_at_the_start", "hangs at the start"),
    served_by_the_next(
        "misbehaving_hangs_at_the_slot_list",
        "hangs at the slot list",
    ),
    served_by_the_next(
        "misbehaving_hangs_at_the_token_info",
        "hangs at the token info",
    ),
    served_by_the_next(
        "misbehaving_hangs_restlessly_at_the_token_info",
        "hangs restlessly at the token info",
    ),
    served_by_the_next("misbehaving_hangs_at_the_session", "hangs at the session"),
    served_by_the_next("misbehaving_aborts_at_the_start", "aborts at the start"),
    served_by_the_next(
        "misbehaving_aborts_at_the_slot_list",
        "aborts at the slot list",
    ),
    served_by_the_next("misbehaving_crashes_at_the_start", "crashes at the start"),
    served_by_the_next(
        "misbehaving_crashes_at_the_token_info",
        "crashes at the token info",
    ),
    served_by_the_next(
        "misbehaving_crashes_at_the_session",
        "crashes at the session",
    ),
    served_by_the_next("misbehaving_fails_at_the_start", "fails at the start"),
    served_by_the_next("misbehaving_has_no_reader", "has no reader"),
    told_soon("misbehaving_alone_hangs_at_the_start", "hangs at the start"),
    told_soon(
        "misbehaving_alone_aborts_at_the_start",
        "aborts at the start",
    ),
    told_soon(
        "misbehaving_alone_aborts_at_the_slot_list",
        "aborts at the slot list",
    ),
    told_soon(
        "misbehaving_alone_crashes_at_the_token_info",
        "crashes at the token info",
    ),
    told_soon(
        "misbehaving_alone_aborts_at_the_session",
        "aborts at the session",
    ),
    told_soon_after_the_pin(
        "misbehaving_hangs_at_the_login",
        "hangs at the login",
        &[(LUCA, Seen::NOTHING)],
    ),
    told_soon_after_the_pin(
        "misbehaving_hangs_restlessly_at_the_login",
        "hangs restlessly at the login",
        &[(LUCA, Seen::NOTHING)],
    ),
    told_soon_after_the_pin(
        "misbehaving_aborts_at_the_login",
        "aborts at the login",
        &[(LUCA, Seen::NOTHING)],
    ),
    told_soon_after_the_pin(
        "misbehaving_crashes_at_the_login",
        "crashes at the login",
        &[(LUCA, Seen::NOTHING)],
    ),
    told_soon_after_the_pin(
        "misbehaving_hangs_at_the_signature",
        "hangs at the signature",
        &[(LUCA, Seen::of(1, 3, 0))],
    ),
    told_soon_after_the_pin(
        "misbehaving_aborts_at_the_signature",
        "aborts at the signature",
        &[(LUCA, Seen::of(1, 3, 0))],
    ),
    told_soon_after_the_pin(
        "misbehaving_crashes_at_the_signature",
        "crashes at the signature",
        &[(LUCA, Seen::of(1, 3, 0))],
    ),
    served_by_the_next_after_the_pin(
        "misbehaving_hangs_at_the_login_and_the_next_serves",
        "hangs at the login",
        &[(LUCA, Seen::of(1, 3, 1))],
    ),
    served_by_the_next_after_the_pin(
        "misbehaving_crashes_at_the_login_and_the_next_serves",
        "crashes at the login",
        &[(LUCA, Seen::of(1, 3, 1))],
    ),
    served_by_the_next_after_the_pin(
        "misbehaving_crashes_at_the_signature_and_the_next_serves",
        "crashes at the signature",
        &[(LUCA, Seen::of(2, 3, 1))],
    ),
    told_soon_after_the_pin(
        "misbehaving_cannot_sign",
        "cannot sign",
        &[(LUCA, Seen::of(1, 3, 0))],
    ),
    served_by_the_next("misbehaving_crashes_at_the_search", "crashes at the search"),
    served_by_the_next(
        "misbehaving_tells_lengths_that_are_none",
        "tells lengths that are none",
    ),
    served_by_the_next(
        "misbehaving_has_more_readers_than_there_is_memory",
        "has more readers than there is memory",
    ),
    told_soon_after_the_pin(
        "misbehaving_signs_something_else",
        "signs something else",
        &[(LUCA, Seen::of(1, 3, 3))],
    ),
    told_soon_after_the_pin(
        "misbehaving_signs_too_little",
        "signs too little",
        &[(LUCA, Seen::of(1, 3, 3))],
    ),
    told_soon_after_the_pin(
        "misbehaving_signs_more_than_there_is_room_for",
        "signs more than there is room for",
        &[(LUCA, Seen::of(1, 3, 3))],
    ),
    // Signed, but whether the card was let go nobody can say.
    told_soon_after_the_pin(
        "misbehaving_hangs_at_the_logout",
        "hangs at the logout",
        &[(LUCA, Seen::LOGIN)],
    ),
    // The next mechanism signs.
    serves(
        "misbehaving_fails_at_the_first_mechanism",
        "fails at the first mechanism",
    ),
    serves_alone(
        "misbehaving_signs_something_else_at_first",
        "signs something else at first",
        SERVES,
        &[(LUCA, Seen::of(1, 3, 2))],
    ),
    serves_alone(
        "misbehaving_takes_five_seconds_for_its_first_token_info",
        "takes five seconds for its first token info",
        SERVES_LATE,
        &[(LUCA, Seen::LOGIN)],
    ),
    serves_alone(
        "misbehaving_hangs_at_the_end_after_a_wrong_pin",
        "hangs at the end",
        SERVES_AFTER_A_WRONG_PIN,
        &[(LUCA, Seen::of(2, 3, 1))],
    ),
    // It is not even loaded: it would fail at the signature.
    Situation {
        name: "misbehaving_writable_by_anybody_and_the_next_serves",
        modules: Modules::WritableByAnybody("cannot sign"),
        deeds: SERVES,
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: None,
    },
    serves("misbehaving_crashes_at_the_end", "crashes at the end"),
    serves("misbehaving_aborts_at_the_exit", "aborts at the exit"),
    serves("misbehaving_cannot_hash", "cannot hash"),
    serves("misbehaving_cannot_pad", "cannot pad"),
    serves("misbehaving_cannot_tell_lengths", "cannot tell lengths"),
    serves("misbehaving_prints", "prints"),
    serves("misbehaving_leaves_a_child_behind", "leaves a child behind"),
    serves("misbehaving_hangs_at_the_end", "hangs at the end"),
    serves("misbehaving_hangs_at_the_exit", "hangs at the exit"),
];
