//! The counts themselves, and the text they are kept as.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// From so many wrong PINs on, the next may be the last: a CNS has three tries.
pub const PERHAPS_LAST_FROM: u8 = 2;

/// What a locked card is counted as: at least all three tries of a CNS.
const LOCKED: u8 = 3;

/// How many cards are remembered; those not used for longest are forgotten first.
const CARDS_MAX: usize = 64;

/// The longest text of a tally, in bytes: a hash, a blank, three digits and a line end a card.
pub const TEXT_MAX: usize = CARDS_MAX * (64 + 1 + 3 + 1);

/// Which card a count is for: a hash, so that no number of a card is written anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardKey([u8; 32]);

impl CardKey {
    /// The card with this serial number, or, where its middleware tells none, with this
    /// certificate (DER).
    pub fn of(serial: &str, certificate: &[u8]) -> CardKey {
        let (kind, name) = match serial.trim() {
            "" => (&b"certificate:"[..], certificate),
            serial => (&b"serial:"[..], serial.as_bytes()),
        };
        let hash = Sha256::new().chain_update(kind).chain_update(name);
        CardKey(hash.finalize().into())
    }

    fn read(text: &str) -> Option<CardKey> {
        // Plain digits only: the number parser below would take a sign as well.
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut key = [0; 32];
        for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(CardKey(key))
    }
}

/// What a card said to a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinVerdict {
    /// It was right.
    Right,
    /// It was wrong, and a try was spent. Said of every PIN that is given to a card until the
    /// card has spoken: who ends the login in between has spent the try all the same.
    Wrong,
    /// The one counted last was not tried.
    NotTried,
    /// No PIN is taken any more, until the PUK has been used.
    Locked,
}

/// Wrong PINs a card, since its last right one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The card of the latest change comes last.
    counts: Vec<(CardKey, u8)>,
}

impl Tally {
    /// How many PINs were wrong.
    pub fn count(&self, card: &CardKey) -> u8 {
        let mut counts = self.counts.iter();
        counts
            .find(|(key, _)| key == card)
            .map_or(0, |(_, count)| *count)
    }

    /// Counts what the card said.
    ///
    /// A card found locked keeps its count, so that the first PIN after an unlocking with the
    /// PUK is typed with care; the first right one ends that.
    pub fn record(&mut self, card: &CardKey, verdict: PinVerdict) {
        let count = self.count(card);
        self.counts.retain(|(key, _)| key != card);
        let count = match verdict {
            PinVerdict::Right => return,
            PinVerdict::Wrong => count.saturating_add(1),
            PinVerdict::NotTried if count <= 1 => return,
            PinVerdict::NotTried => count - 1,
            PinVerdict::Locked => count.max(LOCKED),
        };
        self.counts.push((*card, count));
        let too_many = self.counts.len().saturating_sub(CARDS_MAX);
        self.counts.drain(..too_many);
    }

    /// Reads a tally; none for what is none, wholly.
    pub fn read(text: &[u8]) -> Option<Tally> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        let mut tally = Tally::default();
        for line in text.split_terminator('\n') {
            let (card, count) = line.split_once(' ')?;
            let card = CardKey::read(card)?;
            let count = count.parse().ok().filter(|&count| count > 0)?;
            if tally.count(&card) > 0 {
                return None;
            }
            tally.counts.push((card, count));
        }
        // A line without its end was not written whole.
        (text.is_empty() || text.ends_with('\n')).then_some(tally)
    }

    /// The tally as text, which [`Tally::read`] reads.
    pub fn write(&self) -> String {
        let mut text = String::new();
        for (CardKey(key), count) in &self.counts {
            for byte in key {
                let _ = write!(text, "{byte:02x}");
            }
            let _ = writeln!(text, " {count}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn card(serial: &str) -> CardKey {
        CardKey::of(serial, b"certificate")
    }

    #[test]
    fn a_wrong_pin_is_counted_for_its_card() {
        let mut tally = Tally::default();
        tally.record(&card("1"), PinVerdict::Wrong);
        tally.record(&card("2"), PinVerdict::Wrong);
        tally.record(&card("1"), PinVerdict::Wrong);
        assert_eq!(tally.count(&card("1")), 2);
        assert_eq!(tally.count(&card("2")), 1);
        assert_eq!(tally.count(&card("3")), 0);
    }

    #[test]
    fn a_right_pin_clears_what_was_wrong_before() {
        for before in [PinVerdict::Wrong, PinVerdict::Locked] {
            let mut tally = Tally::default();
            tally.record(&card("1"), before);
            tally.record(&card("2"), PinVerdict::Wrong);
            tally.record(&card("1"), PinVerdict::Right);
            assert_eq!(tally.count(&card("1")), 0);
            assert_eq!(tally.count(&card("2")), 1);
        }
    }

    #[test]
    fn a_locked_card_counts_as_one_with_no_tries_left() {
        let mut tally = Tally::default();
        tally.record(&card("1"), PinVerdict::Locked);
        assert!(tally.count(&card("1")) >= PERHAPS_LAST_FROM);
    }

    #[test]
    fn counts_end_somewhere_and_cards_too() {
        let mut tally = Tally::default();
        for _ in 0..300 {
            tally.record(&card("1"), PinVerdict::Wrong);
        }
        assert_eq!(tally.count(&card("1")), u8::MAX);
        for number in 0..1000 {
            tally.record(&card(&number.to_string()), PinVerdict::Wrong);
        }
        assert!(tally.write().len() <= TEXT_MAX);
        assert_eq!(tally.count(&card("999")), 1);
        assert_eq!(tally.count(&card("1")), 0, "used longest ago");
        assert_eq!(Tally::read(tally.write().as_bytes()), Some(tally));
    }

    #[test]
    fn a_card_is_known_by_its_serial_and_without_one_by_its_certificate() {
        assert_eq!(CardKey::of("1", b"one"), CardKey::of("1  ", b"another"));
        assert_ne!(CardKey::of("", b"one"), CardKey::of("", b"another"));
        assert_eq!(CardKey::of("  ", b"one"), CardKey::of("", b"one"));
        assert_ne!(CardKey::of("one", b""), CardKey::of("", b"one"));
    }

    #[test]
    fn the_text_names_no_card() {
        let mut tally = Tally::default();
        tally.record(&card("6090123456789012"), PinVerdict::Wrong);
        let text = tally.write();
        assert!(!text.contains("6090123456789012"));
        assert_eq!(text.len(), 64 + 3);
    }

    #[test]
    fn what_is_not_wholly_a_tally_is_none() {
        let key = "0a".repeat(32);
        assert!(Tally::read(format!("{key} 2\n").as_bytes()).is_some());
        assert_eq!(Tally::read(b""), Some(Tally::default()));
        for text in [
            format!("{key} 2"),
            format!("{key} 0\n"),
            format!("{key} 256\n"),
            format!("{key} -1\n"),
            format!("{key} 2\n\n"),
            format!("{key} 2\n{key} 1\n"),
            format!("{key}\n"),
            format!("{} 2\n", "+a".repeat(32)),
            format!("{} 2\n", "é".repeat(32)),
            format!("{key}0a 2\n"),
            "\0".repeat(100),
        ] {
            assert_eq!(Tally::read(text.as_bytes()), None, "{text:?}");
        }
        let long = format!("{key} 2\n").repeat(CARDS_MAX + 5);
        assert_eq!(Tally::read(long.as_bytes()), None);
        assert_eq!(Tally::read(&[0xff; 10]), None);
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_refused(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(tally) = Tally::read(&text) {
                prop_assert_eq!(Tally::read(tally.write().as_bytes()), Some(tally));
            }
        }
    }
}
