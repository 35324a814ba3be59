//! What all modules together show: one picture, from which the dialogue hears what changed.

use std::time::Duration;

use cns::Certificate;
use protocol::token::Hash;

use super::{CardCertificate, Event};
use crate::module::messages::{Bytes, CERTIFICATES_MAX, CardReading, Slot};

/// How long the others wait for one module's word.
pub const TURN_MAX: Duration = Duration::from_millis(1500);

/// What one module shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing<'a> {
    /// It has said nothing yet; for how long.
    Nothing(Duration),
    /// It is reading a card that it has not told of; for how long.
    Reading(Duration),
    /// What it saw when it last looked.
    Slots(&'a [Slot]),
    /// It sees nothing: the service through which readers are reached does not run.
    NoService,
    /// It is left out: it could not be loaded, or its process was lost.
    Lost {
        /// Whether there was a card that it could have served.
        with_card: bool,
    },
}

/// A certificate that can be signed with, and by which module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The module's place in the list.
    pub module: usize,
    /// SHA-256 of the certificate, by which the module's process knows it.
    pub fingerprint: Vec<u8>,
    /// As the dialogue is told it.
    pub certificate: CardCertificate,
}

/// All modules' showings, judged at `now` (Unix seconds) and told as one event; `None` while
/// there is nothing to be told yet.
///
/// What a card's certificates are worth decides between two modules that see the same card:
/// the first to show a usable one has it.
pub fn event(showings: &[Showing], now: i64) -> Option<Event> {
    let sources = sources(showings, now);
    let has_usable = sources
        .iter()
        .any(|source| is_usable(&source.certificate.der, now));
    let is_waited_for = |since: &Duration| !has_usable || *since < TURN_MAX;
    let mut is_reading = false;
    let mut is_awaited = false;
    let mut is_card_lost = false;
    let mut lacks_service = false;
    for showing in showings {
        match showing {
            Showing::Nothing(since) => is_awaited |= *since < TURN_MAX,
            Showing::Reading(since) => is_reading |= is_waited_for(since),
            Showing::Slots(slots) => {
                is_reading |= !has_usable && slots.iter().any(is_to_be_repeated);
            }
            Showing::NoService => lacks_service = true,
            Showing::Lost { with_card } => is_card_lost |= *with_card,
        }
    }
    let mut slots = showings.iter().flat_map(slots_of).peekable();
    let has_told = showings
        .iter()
        .any(|showing| matches!(showing, Showing::Slots(_) | Showing::NoService));
    let has_reader = slots.peek().is_some();
    let has_card = slots.any(|slot| slot.card.is_some());
    if is_reading || (has_card && is_awaited) {
        Some(Event::Reading)
    } else if is_card_lost && !has_usable && !is_awaited {
        // Not "no certificate", nor "no card": the module that could tell is gone.
        Some(Event::Unusable("the card's middleware failed".to_owned()))
    } else if let Some(is_cns) = unread(showings) {
        // Not "no certificate": what the card holds nobody knows.
        Some(Event::UnknownCard { is_cns })
    } else if has_card {
        let certificates = sources.into_iter().map(|source| source.certificate);
        Some(Event::Certificates(certificates.collect()))
    } else if is_awaited || !has_told {
        None
    } else if has_reader {
        Some(Event::NoCard)
    } else if lacks_service {
        // Not "no reader": the person would be told to plug in what is plugged in.
        Some(Event::NoService)
    } else {
        Some(Event::NoReader)
    }
}

/// Whether one of the cards says of itself that it is a CNS, where no module could read any;
/// none where one could, or there is no card.
fn unread(showings: &[Showing]) -> Option<bool> {
    let slots = showings.iter().flat_map(slots_of);
    let mut cards = slots.filter_map(|slot| slot.card.as_ref()).peekable();
    cards.peek()?;
    cards.try_fold(false, |is_cns, card| {
        card.is_unread().then_some(is_cns || card.is_cns)
    })
}

/// Every certificate once, from the first module that has it.
pub fn sources(showings: &[Showing], now: i64) -> Vec<Source> {
    let mut sources: Vec<(String, Source)> = Vec::new();
    for (module, showing) in showings.iter().enumerate() {
        let served = readers_served(&sources, now);
        for slot in slots_of(showing) {
            let Some(card) = &slot.card else { continue };
            if served.contains(&slot.reader) {
                continue;
            }
            for Bytes(der) in &card.certificates {
                let is_known = |(_, known): &(String, Source)| known.certificate.der == *der;
                if sources.len() < CERTIFICATES_MAX && !sources.iter().any(is_known) {
                    let source = Source {
                        module,
                        fingerprint: Hash::Sha256.digest(der),
                        certificate: CardCertificate {
                            der: der.clone(),
                            pin_pad: card.pin_pad,
                            serial: card.serial.clone(),
                            tries_left: card.tries_left,
                        },
                    };
                    sources.push((slot.reader.clone(), source));
                }
            }
        }
    }
    sources.into_iter().map(|(_, source)| source).collect()
}

/// The readers that the modules before `module` serve: it leaves their cards alone.
pub fn pass_over(showings: &[Showing], module: usize, now: i64) -> Vec<String> {
    let earlier = &showings[..module.min(showings.len())];
    let mut readers = Vec::new();
    for slot in earlier.iter().flat_map(slots_of) {
        let is_served = slot.card.as_ref().is_some_and(|card| {
            let mut certificates = card.certificates.iter();
            certificates.any(|Bytes(der)| is_usable(der, now))
        });
        if is_served && !readers.contains(&slot.reader) {
            readers.push(slot.reader.clone());
        }
    }
    readers
}

fn readers_served(sources: &[(String, Source)], now: i64) -> Vec<String> {
    sources
        .iter()
        .filter(|(_, source)| is_usable(&source.certificate.der, now))
        .map(|(reader, _)| reader.clone())
        .collect()
}

fn slots_of<'a>(showing: &Showing<'a>) -> impl Iterator<Item = &'a Slot> {
    match *showing {
        Showing::Slots(slots) => slots,
        _ => &[],
    }
    .iter()
}

fn is_to_be_repeated(slot: &Slot) -> bool {
    let reading = slot.card.as_ref().map(|card| card.reading);
    reading == Some(CardReading::ToBeRepeated)
}

fn is_usable(der: &[u8], now: i64) -> bool {
    Certificate::read(der).is_ok_and(|certificate| certificate.judge(now).is_ok())
}

#[cfg(test)]
#[path = "panorama_tests.rs"]
mod tests;
