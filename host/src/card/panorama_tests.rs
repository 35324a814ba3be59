use std::sync::OnceLock;

use pki::{Authority, CARD_FROM, CARD_UNTIL, Holder, Key};

use super::*;
use crate::module::messages::SeenCard;

const NOW: i64 = CARD_FROM + 365 * 86_400;
const AT_ONCE: Duration = Duration::ZERO;
const LATE: Duration = Duration::from_secs(3);

fn certificate(not_after: i64) -> Vec<u8> {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    let authority =
        AUTHORITY.get_or_init(|| Authority::new("Regione Prova - CA Cittadini", Key::p256()));
    let holder = Holder {
        not_after,
        ..Holder::default()
    };
    let card = authority.issue(&holder, Key::p256());
    card.certificate().to_vec()
}

fn usable() -> Vec<u8> {
    certificate(CARD_UNTIL)
}

fn expired() -> Vec<u8> {
    certificate(NOW - 86_400)
}

fn empty(reader: &str) -> Slot {
    Slot {
        reader: reader.to_owned(),
        card: None,
    }
}

fn card(reader: &str, certificates: &[&[u8]]) -> Slot {
    Slot {
        reader: reader.to_owned(),
        card: Some(SeenCard {
            serial: "6090123456789012".to_owned(),
            is_cns: false,
            pin_pad: false,
            tries_left: None,
            reading: CardReading::Done,
            certificates: certificates.iter().map(|der| Bytes(der.to_vec())).collect(),
        }),
    }
}

fn told(showings: &[Showing]) -> Vec<Vec<u8>> {
    match event(showings, NOW) {
        Some(Event::Certificates(certificates)) => {
            certificates.into_iter().map(|found| found.der).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn readers_and_cards_are_told_when_all_have_had_their_say() {
    let none = Showing::Slots(&[]);
    let reader = [empty("A")];
    let reader = Showing::Slots(&reader);
    for (showings, expected) in [
        (&[Showing::Nothing(AT_ONCE)][..], None),
        (&[Showing::Nothing(LATE)], None),
        (&[Showing::NoService], Some(Event::NoService)),
        (&[none, Showing::NoService], Some(Event::NoService)),
        (&[Showing::NoService, reader], Some(Event::NoCard)),
        (&[Showing::NoService, Showing::Nothing(AT_ONCE)], None),
        (&[none], Some(Event::NoReader)),
        (&[reader], Some(Event::NoCard)),
        (&[none, reader], Some(Event::NoCard)),
        (&[reader, Showing::Nothing(AT_ONCE)], None),
        // One that hangs from the start is not waited for.
        (&[reader, Showing::Nothing(LATE)], Some(Event::NoCard)),
        (&[Showing::Reading(LATE), reader], Some(Event::Reading)),
    ] {
        assert_eq!(event(showings, NOW), expected, "{showings:?}");
    }
}

#[test]
fn a_card_that_two_modules_see_is_told_once_and_served_by_the_first() {
    let der = usable();
    let (one, two) = ([card("A", &[&der])], [card("B", &[&der])]);
    let showings = [Showing::Slots(&one), Showing::Slots(&two)];
    assert_eq!(told(&showings), [der]);
    assert_eq!(sources(&showings, NOW)[0].module, 0);
}

#[test]
fn the_card_of_a_reader_that_is_served_is_left_alone() {
    let (good, old) = (usable(), expired());
    let one = [card("A", &[&good]), card("B", &[&old])];
    let showings = [Showing::Slots(&one), Showing::Slots(&[])];
    assert_eq!(pass_over(&showings, 1, NOW), ["A"]);
    assert!(pass_over(&showings, 0, NOW).is_empty());
    // What the other says of it all the same does not count.
    let two = [card("A", &[&old])];
    let showings = [Showing::Slots(&one[..1]), Showing::Slots(&two)];
    assert_eq!(told(&showings), [good]);
}

#[test]
fn a_card_only_the_second_module_opens_up_is_served_by_it() {
    let (good, old) = (usable(), expired());
    let (one, two) = ([card("A", &[&old])], [card("A", &[&good])]);
    let showings = [Showing::Slots(&one), Showing::Slots(&two)];
    assert_eq!(told(&showings), [old, good.clone()]);
    let source = sources(&showings, NOW).pop().unwrap();
    assert_eq!((source.module, source.certificate.der), (1, good));
}

#[test]
fn certificates_are_not_told_before_all_cards_are_read() {
    let der = usable();
    let one = [card("A", &[&der])];
    let one = Showing::Slots(&one);
    for unread in [Showing::Nothing(AT_ONCE), Showing::Reading(AT_ONCE)] {
        assert_eq!(event(&[one, unread], NOW), Some(Event::Reading));
    }
    // But one that is slow keeps no usable card waiting.
    for unread in [Showing::Nothing(LATE), Showing::Reading(LATE)] {
        assert_eq!(told(&[one, unread]), std::slice::from_ref(&der));
    }
    let old = expired();
    let one = [card("A", &[&old])];
    let showings = [Showing::Slots(&one), Showing::Reading(LATE)];
    assert_eq!(event(&showings, NOW), Some(Event::Reading));
}

#[test]
fn a_card_that_answered_with_errors_is_still_being_read() {
    let mut failed = card("A", &[]);
    failed.card.as_mut().unwrap().reading = CardReading::ToBeRepeated;
    let slots = [failed.clone()];
    let showings = [Showing::Slots(&slots)];
    assert_eq!(event(&showings, NOW), Some(Event::Reading));
    failed.card.as_mut().unwrap().reading = CardReading::Failed;
    let slots = [failed];
    let unknown = Event::UnknownCard { is_cns: false };
    assert_eq!(event(&[Showing::Slots(&slots)], NOW), Some(unknown));
}

#[test]
fn a_card_no_module_can_read_is_not_one_without_a_certificate() {
    let unread = |is_cns| {
        let mut slot = card("A", &[]);
        let card = slot.card.as_mut().unwrap();
        (card.reading, card.is_cns) = (CardReading::Failed, is_cns);
        card.serial.clear();
        [slot]
    };
    let (cns, other, blank) = (unread(true), unread(false), [card("A", &[])]);
    let der = usable();
    let good = [card("A", &[&der])];
    let [cns, other, blank, good] = [&cns, &other, &blank, &good].map(|one| Showing::Slots(one));
    let none = Showing::Slots(&[]);
    for (showings, is_cns) in [
        (&[cns][..], true),
        (&[other], false),
        (&[other, cns], true),
        (&[none, cns], true),
    ] {
        let expected = Event::UnknownCard { is_cns };
        assert_eq!(event(showings, NOW), Some(expected), "{showings:?}");
    }
    // Where one module has read it, what it says counts.
    assert!(told(&[cns, blank]).is_empty());
    assert_eq!(told(&[cns, good]), [der]);
}

#[test]
fn where_the_module_that_had_the_card_is_lost_that_is_what_is_told() {
    let (good, old) = (usable(), expired());
    let lost = Showing::Lost { with_card: true };
    let (bad, reader) = ([card("A", &[&old])], [empty("A")]);
    for other in [Showing::Slots(&bad), Showing::Slots(&reader)] {
        assert!(matches!(
            event(&[lost, other], NOW),
            Some(Event::Unusable(_))
        ));
        let before = Showing::Lost { with_card: false };
        assert!(!matches!(
            event(&[before, other], NOW),
            Some(Event::Unusable(_))
        ));
    }
    let serving = [card("A", &[&good])];
    assert_eq!(told(&[lost, Showing::Slots(&serving)]), [good]);
}
