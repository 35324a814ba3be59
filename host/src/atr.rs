//! Cards by their answer to reset (ATR), which tells them before anything is asked of them.
//!
//! A CNS says so in its historical bytes (CNIPA, "Carta Nazionale dei Servizi, specifiche del
//! sistema operativo"): `00 6B`, maker of the chip, maker of the mask, two bytes of its
//! version, `01`, two bytes of the product, `CNS`, the CNS version, `31 80`.

/// What an ATR says about a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The card's name.
    pub name: String,
    /// What speaks for or against a login with it.
    pub aptitude: Aptitude,
}

/// Whether a card of this kind can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aptitude {
    /// A CNS: some middleware reads it.
    Cns,
    /// A CNS that OpenSC does not read: it needs its maker's middleware.
    NeedsVendorsModule,
    /// A CNS that lies on a contactless reader, where it does not show itself as one.
    Contactless,
    /// Another card, which is none for this login.
    Other,
    /// Not in the table.
    Unknown,
}

/// A card that is known by its whole ATR; `None` stands for any byte.
struct Row {
    atr: &'static [Option<u8>],
    name: &'static str,
    aptitude: Aptitude,
}

/// Bytes of an ATR, `..` for any.
macro_rules! atr {
    (@byte ..) => { None };
    (@byte $byte:literal) => { Some($byte) };
    ($($byte:tt)*) => { &[$(atr!(@byte $byte)),*] };
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row {
        atr: atr!(0x3B 0xFF 0x18 0x00 0xFF 0x81 0x31 0xFE 0x4D 0x00 0x6B 0x04 0x04 0xB8 0x5B
                  0x01 0xF1 0x01 0x43 0x4E 0x53 0x10 0x31 0x80 ..),
        name: "CNS, ACe2025",
        aptitude: Aptitude::NeedsVendorsModule,
    },
    Row {
        atr: atr!(0x3B 0xFF 0x18 0x00 .. 0x81 0x31 0xFE .. 0x00 0x6B 0x04 0x05 0x01 0x00
                  0x01 0x12 0x02 0x48 0x50 0x43 .. 0x31 0x80 ..),
        name: "health professional card (HPC), not a CNS",
        aptitude: Aptitude::Other,
    },
    Row {
        atr: atr!(0x3B 0xF4 0x18 0x00 0xFF 0x81 0x31 0x80 0x55 0x00 0x31 0x80 0x00 0xC7),
        name: "electronic identity card (CIE), first version",
        aptitude: Aptitude::Other,
    },
    Row {
        atr: atr!(0x3B 0x8B 0x80 0x01 0x00 0x31 0xC1 0x64 .. .. .. .. .. .. .. ..),
        name: "CNS, IDEMIA, read without contact",
        aptitude: Aptitude::Contactless,
    },
    Row {
        atr: atr!(0x3B 0x80 0x80 0x01 0x01),
        name: "a card read without contact, such as a CNS of 2022",
        aptitude: Aptitude::Contactless,
    },
];

/// Historical bytes of a CNS, counted from 0: the marks that are always there.
const CNS_MARKS: [(usize, &[u8]); 3] = [(0, &[0x00, 0x6B]), (9, b"CNS"), (13, &[0x31, 0x80])];

/// Historical bytes of a CIE of the second version.
const CIE_2_MARK: (usize, &[u8]) = (6, b"\x02ITID\x20\x20\x31\x80");

/// Who made the mask, the card's operating system (historical byte 3).
const MASK_MAKERS: [(u8, &str); 13] = [
    (0x01, "Kaitech"),
    (0x02, "Gemplus"),
    (0x03, "Ghirlanda"),
    (0x04, "Giesecke & Devrient"),
    (0x05, "Oberthur or IDEMIA"),
    (0x06, "Orga"),
    (0x07, "Axalto"),
    (0x08, "Siemens"),
    (0x09, "STIncard"),
    (0x0A, "GEP"),
    (0x0B, "EPS"),
    (0x0C, "Athena"),
    (0x0D, "Gemalto"),
];

/// Names the card that answers a reset so.
pub fn name(atr: &[u8]) -> Kind {
    if let Some(row) = TABLE.iter().find(|row| row.fits(atr)) {
        return kind(row.name, row.aptitude);
    }
    let historical = historical_bytes(atr).unwrap_or_default();
    let has =
        |(start, mark): (usize, &[u8])| historical.get(start..start + mark.len()) == Some(mark);
    if historical.len() == 15 && CNS_MARKS.into_iter().all(has) {
        let version = historical[12];
        let version = format!("{}.{}", version >> 4, version & 0x0f);
        let maker = MASK_MAKERS.iter().find(|(byte, _)| *byte == historical[3]);
        let maker = maker.map_or("unknown maker", |(_, maker)| maker);
        return kind(format!("CNS {version}, {maker}"), Aptitude::Cns);
    }
    if has(CIE_2_MARK) {
        return kind(
            "electronic identity card (CIE), second version",
            Aptitude::Other,
        );
    }
    kind("unknown card", Aptitude::Unknown)
}

/// An ATR as technicians write it.
pub fn in_hex(atr: &[u8]) -> String {
    let bytes: Vec<String> = atr.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ")
}

impl Row {
    fn fits(&self, atr: &[u8]) -> bool {
        let fits = |(row, byte): (&Option<u8>, &u8)| row.is_none_or(|row| row == *byte);
        self.atr.len() == atr.len() && self.atr.iter().zip(atr).all(fits)
    }
}

fn kind(name: impl Into<String>, aptitude: Aptitude) -> Kind {
    Kind {
        name: name.into(),
        aptitude,
    }
}

/// The historical bytes of an ATR (ISO/IEC 7816-3 §8.2); none where it is cut short.
fn historical_bytes(atr: &[u8]) -> Option<&[u8]> {
    let count = usize::from(atr.get(1)? & 0x0f);
    let mut at = 1;
    loop {
        // TDi's (T0's) upper half says which of TA, TB, TC, TD follow.
        let follow = atr.get(at)? >> 4;
        at += follow.count_ones() as usize;
        if follow & 0b1000 == 0 {
            break;
        }
    }
    atr.get(at + 1..at + 1 + count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.split(' ')
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect()
    }

    #[test]
    fn the_cards_in_the_field_are_named() {
        for (atr, card, aptitude) in [
            (
                // Sardegna, Emilia-Romagna
                "3B FF 18 00 00 81 31 FE 45 00 6B 04 05 01 00 01 21 01 43 4E 53 10 31 80 59",
                "CNS 1.0, Oberthur or IDEMIA",
                Aptitude::Cns,
            ),
            (
                // Friuli-Venezia Giulia
                "3B FF 18 00 00 81 31 FE 45 00 6B 04 05 01 00 01 11 01 43 4E 53 10 31 80 69",
                "CNS 1.0, Oberthur or IDEMIA",
                Aptitude::Cns,
            ),
            (
                "3B FF 18 00 00 81 31 FE 45 00 6B 05 05 20 00 01 21 01 43 4E 53 10 31 80 79",
                "CNS 1.0, Oberthur or IDEMIA",
                Aptitude::Cns,
            ),
            (
                "3B DF 18 00 81 31 FE 7D 00 6B 02 0C 01 82 01 11 01 43 4E 53 10 31 80 FC",
                "CNS 1.0, Athena",
                Aptitude::Cns,
            ),
            (
                "3B FF 18 00 00 81 31 FE 45 00 6B 11 05 07 00 01 11 01 43 4E 53 11 31 80 7B",
                "CNS 1.1, Oberthur or IDEMIA",
                Aptitude::Cns,
            ),
            (
                "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 02 00 01 11 01 43 4E 53 11 31 80 8E",
                "CNS 1.1, STIncard",
                Aptitude::Cns,
            ),
            (
                "3B FF 18 00 FF 81 31 FE 4D 00 6B 04 04 B8 5B 01 F1 01 43 4E 53 10 31 80 9D",
                "CNS, ACe2025",
                Aptitude::NeedsVendorsModule,
            ),
            (
                "3B FF 18 00 00 81 31 FE 45 00 6B 04 05 01 00 01 12 02 48 50 43 10 31 80 6C",
                "health professional card (HPC), not a CNS",
                Aptitude::Other,
            ),
            (
                "3B F4 18 00 FF 81 31 80 55 00 31 80 00 C7",
                "electronic identity card (CIE), first version",
                Aptitude::Other,
            ),
            (
                "3B FF 18 00 00 81 31 FE 45 00 6B 04 05 01 00 02 49 54 49 44 20 20 31 80 6C",
                "electronic identity card (CIE), second version",
                Aptitude::Other,
            ),
            (
                "3B 80 80 01 01",
                "a card read without contact, such as a CNS of 2022",
                Aptitude::Contactless,
            ),
            ("3B 00", "unknown card", Aptitude::Unknown),
        ] {
            assert_eq!(name(&bytes(atr)), kind(card, aptitude), "{atr}");
        }
    }

    #[test]
    fn what_only_resembles_a_cns_is_none() {
        let cns = "3B FF 18 00 00 81 31 FE 45 00 6B 04 05 01 00 01 11 01 43 4E 53 11 31 80 69";
        for (place, byte) in [(10, 0x6A), (18, 0x44), (22, 0x30), (1, 0xFE)] {
            let mut atr = bytes(cns);
            atr[place] = byte;
            assert_eq!(name(&atr).aptitude, Aptitude::Unknown, "{place}");
        }
    }

    #[test]
    fn an_atr_cut_anywhere_is_no_card_of_ours() {
        let cns = "3B FF 18 00 00 81 31 FE 45 00 6B 04 05 01 00 01 11 01 43 4E 53 11 31 80 69";
        let atr = bytes(cns);
        for length in 0..atr.len() - 1 {
            assert_eq!(name(&atr[..length]).aptitude, Aptitude::Unknown, "{length}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_makes_the_reader_stumble(answer in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(!name(&answer).name.is_empty());
        }

        #[test]
        fn nor_one_that_begins_like_a_card(rest in prop::collection::vec(any::<u8>(), 0..40)) {
            let answer = [&[0x3B, 0xFF, 0x18, 0x00], &rest[..]].concat();
            let kind = name(&answer);
            // A CNS says so in its last bytes.
            prop_assert!(kind.aptitude != Aptitude::Cns || answer.windows(3).any(|part| part == b"CNS"));
        }
    }
}
