//! Which cards there are, and what they are good for.

use std::time::Duration;

use end_to_end::{
    card::{Act, Deviation, Moment, Script},
    people::{ANNA_VERDI, LUCA_BIANCHI},
    situation::{CardOf, Deed::*, End, Kind, Modules, Seen, Situation},
};
use protocol::FailureCode;

use crate::{ANNA, AS_IT_SHOULD, LUCA, RIGHT};

const WITH_SIGNATURE_KEYSET: CardOf = CardOf::new(LUCA_BIANCHI, Kind::WithSignatureKeyset);
const OLD: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Old);
const OLD_WITH_LONG_KEY: CardOf = CardOf::new(LUCA_BIANCHI, Kind::OldWithLongKey);
const EXPIRED: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Expired);
const NOT_YET_VALID: CardOf = CardOf::new(LUCA_BIANCHI, Kind::NotYetValid);
const EXPIRED_WITH_SIGNATURE_KEYSET: CardOf =
    CardOf::new(LUCA_BIANCHI, Kind::ExpiredWithSignatureKeyset);
const BLANK: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Blank);
const OTHER_CREDENTIAL: CardOf = CardOf::new(LUCA_BIANCHI, Kind::OtherCredential);
const HEALTH_PROFESSIONAL: CardOf = CardOf::new(LUCA_BIANCHI, Kind::HealthProfessional);
const ACE2025: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Ace2025);
const STRANGER: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Stranger);

const SLOW: Script = &[Deviation::new(
    Moment::Every,
    Act::Take(Duration::from_millis(40)),
)];
/// Its reading is one call of OpenSC's, and longer than a module may keep silent.
const VERY_SLOW: Script = &[Deviation::new(
    Moment::Every,
    Act::Take(Duration::from_millis(250)),
)];
const SLOW_TO_SIGN: Script = &[Deviation::new(
    Moment::KeyUsed,
    Act::Take(Duration::from_secs(5)),
)];
const WITHOUT_ITS_CERTIFICATE: Script =
    &[Deviation::new(Moment::CertificateRead, Act::Refuse(0x6A82))];
const UNREADABLE: Script = &[Deviation::new(Moment::CertificateRead, Act::Refuse(0x6F00))];
const FAILS_TO_SIGN: Script = &[Deviation::new(Moment::KeyUsed, Act::Refuse(0x6F00))];

pub const ROWS: &[Situation] = &[
    Situation {
        name: "a_card_as_it_should_be_signs",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, AS_IT_SHOULD),
            Ask,
            Reads("https://sistemats.it"),
            Reads("BIANCHI"),
            Progress("waiting-for-pin"),
            Enter(RIGHT),
            Progress("signing"),
        ],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "of_two_peoples_cards_one_is_chosen",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, AS_IT_SHOULD),
            InsertBeside(ANNA, AS_IT_SHOULD),
            Ask,
            Reads("Scelga il certificato"),
            Reads("BIANCHI"),
            Reads("VERDI"),
            Progress("choosing-certificate"),
            Choose("VERDI"),
            Enter(RIGHT),
        ],
        end: End::Token(ANNA_VERDI),
        cards: &[(LUCA, Seen::NOTHING), (ANNA, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "a_second_keyset_is_left_alone",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(WITH_SIGNATURE_KEYSET, AS_IT_SHOULD),
            Ask,
            Reads("Digiti il PIN"),
            Enter(RIGHT),
        ],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(WITH_SIGNATURE_KEYSET, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "a_slow_card_is_waited_for",
        modules: Modules::OpenSc,
        deeds: &[Insert(LUCA, SLOW), Ask, Enter(RIGHT)],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: Some("a_slow_card_is_waited_for"),
    },
    Situation {
        name: "a_card_slower_than_a_module_may_be_silent_is_waited_for",
        modules: Modules::OpenSc,
        deeds: &[Insert(LUCA, VERY_SLOW), Ask, Enter(RIGHT)],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "a_slow_signature_is_waited_for",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, SLOW_TO_SIGN),
            Ask,
            Enter(RIGHT),
            Reads("Lasci la carta nel lettore"),
        ],
        end: End::Token(LUCA_BIANCHI),
        cards: &[(LUCA, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "a_card_that_fails_to_sign_is_told_so",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, FAILS_TO_SIGN),
            Ask,
            Enter(RIGHT),
            Reads("La carta non si legge"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::ModuleFailed),
        cards: &[(LUCA, Seen::of(1, 3, 0))],
        in_browser: None,
    },
    Situation {
        name: "a_cns_1_0_with_a_short_key_is_shown_with_its_reason",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(OLD, AS_IT_SHOULD),
            Ask,
            Reads("Nessun certificato utilizzabile"),
            Reads("troppo debole"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(OLD, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_cns_1_0_with_a_long_key_cannot_be_used_with_opensc",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(OLD_WITH_LONG_KEY, AS_IT_SHOULD),
            Ask,
            Enter(RIGHT),
            Reads("La carta non si legge"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::ModuleFailed),
        cards: &[(OLD_WITH_LONG_KEY, Seen::of(1, 3, 0))],
        in_browser: None,
    },
    Situation {
        name: "an_expired_certificate_is_shown_with_its_reason",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(EXPIRED, AS_IT_SHOULD),
            Ask,
            Reads("Nessun certificato utilizzabile"),
            Reads("Scaduto"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(EXPIRED, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_certificate_of_tomorrow_is_shown_with_its_reason",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(NOT_YET_VALID, AS_IT_SHOULD),
            Ask,
            Reads("Nessun certificato utilizzabile"),
            Reads("Non ancora valido"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(NOT_YET_VALID, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_second_keyset_is_shown_with_its_reason",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(EXPIRED_WITH_SIGNATURE_KEYSET, AS_IT_SHOULD),
            Ask,
            Reads("Nessun certificato utilizzabile"),
            Reads("Scaduto"),
            Reads("per esempio alla firma"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(EXPIRED_WITH_SIGNATURE_KEYSET, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "beside_an_expired_card_the_good_one_is_used",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(EXPIRED, AS_IT_SHOULD),
            InsertBeside(ANNA, AS_IT_SHOULD),
            Ask,
            Reads("VERDI"),
            Enter(RIGHT),
        ],
        end: End::Token(ANNA_VERDI),
        cards: &[(EXPIRED, Seen::NOTHING), (ANNA, Seen::LOGIN)],
        in_browser: None,
    },
    Situation {
        name: "another_credential_is_shown_with_its_reason",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(OTHER_CREDENTIAL, AS_IT_SHOULD),
            Ask,
            Reads("Non è un certificato CNS"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(OTHER_CREDENTIAL, Seen::NOTHING)],
        in_browser: Some("a_card_that_is_no_cns_is_told_so"),
    },
    Situation {
        name: "a_card_without_a_certificate_is_told_so",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(BLANK, AS_IT_SHOULD),
            Ask,
            Reads("Nessun certificato utilizzabile"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(BLANK, Seen::NOTHING)],
        in_browser: Some("a_card_without_a_certificate_is_told_so"),
    },
    Situation {
        name: "a_card_that_does_not_find_its_certificate_is_told_so",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, WITHOUT_ITS_CERTIFICATE),
            Ask,
            Reads("Nessun certificato utilizzabile"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(LUCA, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_card_that_cannot_be_read_is_told_so",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(LUCA, UNREADABLE),
            Ask,
            Reads("La carta non è riconosciuta"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::ModuleFailed),
        cards: &[(LUCA, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_card_for_health_professionals_is_unknown_to_opensc",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(HEALTH_PROFESSIONAL, AS_IT_SHOULD),
            Ask,
            Reads("La carta non è riconosciuta"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(HEALTH_PROFESSIONAL, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_good_cns_unknown_to_the_installed_middleware_is_not_called_bad",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(ACE2025, AS_IT_SHOULD),
            Ask,
            Reads("La carta non è riconosciuta"),
            Reads("installare il programma di questa carta"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::ModuleFailed),
        cards: &[(ACE2025, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "without_middleware_the_person_is_told_that_it_is_missing",
        modules: Modules::None,
        deeds: &[
            Insert(LUCA, AS_IT_SHOULD),
            Ask,
            Reads("Manca il programma della carta"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::ModuleFailed),
        cards: &[(LUCA, Seen::NOTHING)],
        in_browser: None,
    },
    Situation {
        name: "a_card_of_something_else_is_told_so",
        modules: Modules::OpenSc,
        deeds: &[
            Insert(STRANGER, AS_IT_SHOULD),
            Ask,
            Reads("La carta non è riconosciuta"),
            Press("Escape"),
        ],
        end: End::Failure(FailureCode::NoCertificate),
        cards: &[(STRANGER, Seen::NOTHING)],
        in_browser: None,
    },
];
