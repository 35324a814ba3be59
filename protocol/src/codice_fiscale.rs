//! The Italian tax code that names a person.

use serde::{Deserialize, Serialize};

/// A person's codice fiscale: sixteen characters, layout, date and check letter right.
///
/// Every omocodia form is accepted as it stands (D.M. 23/12/1976); nothing is repaired:
/// lower case, blanks or a zero for an O are refused.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, pattern = "^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$")
)]
pub struct CodiceFiscale(String);

/// Why a text is not a codice fiscale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodiceFiscaleFault {
    /// Not sixteen characters.
    #[error("a codice fiscale has 16 characters")]
    Length,
    /// The character at this place (from 1) cannot stand there.
    #[error("the character at place {0} of the codice fiscale cannot stand there")]
    Character(usize),
    /// Day and month make no date.
    #[error("the codice fiscale holds a date that does not exist")]
    Date,
    /// The last letter does not follow from the others.
    #[error("the codice fiscale's check letter does not fit")]
    CheckLetter,
}

/// Places (from 0) that hold a digit or, in an omocodia form, a letter for it.
const DIGIT_PLACES: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
const ODD_VALUES: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

impl CodiceFiscale {
    /// Reads a codice fiscale, exactly as written.
    pub fn parse(text: &str) -> Result<CodiceFiscale, CodiceFiscaleFault> {
        let bytes: &[u8; 16] = text
            .as_bytes()
            .try_into()
            .map_err(|_| CodiceFiscaleFault::Length)?;
        for (place, byte) in bytes.iter().enumerate() {
            let fits = if DIGIT_PLACES.contains(&place) {
                digit(*byte).is_some()
            } else if place == 8 {
                MONTHS.contains(byte)
            } else {
                byte.is_ascii_uppercase()
            };
            if !fits {
                return Err(CodiceFiscaleFault::Character(place + 1));
            }
        }
        if !date_exists(bytes) {
            return Err(CodiceFiscaleFault::Date);
        }
        if bytes[15] != check_letter(&bytes[..15]) {
            return Err(CodiceFiscaleFault::CheckLetter);
        }
        Ok(CodiceFiscale(text.to_owned()))
    }

    /// The sixteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that may stand in a log: the first three characters only.
    pub fn masked(&self) -> String {
        format!("{}*************", &self.0[..3])
    }
}

/// The digit a character stands for, itself or by omocodia.
fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        _ => OMOCODIA
            .iter()
            .position(|letter| *letter == byte)
            .map(|value| value as u32),
    }
}

/// Whether day and month exist; the code has no century, so 29 February is good in any
/// year that is a leap year in some century (00 was one in 2000).
fn date_exists(bytes: &[u8; 16]) -> bool {
    let number = |tens: usize, ones: usize| Some(10 * digit(bytes[tens])? + digit(bytes[ones])?);
    let (Some(year), Some(day)) = (number(6, 7), number(9, 10)) else {
        return false;
    };
    let day = if day > 40 { day - 40 } else { day };
    let last = match bytes[8] {
        b'B' if year % 4 == 0 => 29,
        b'B' => 28,
        b'D' | b'H' | b'P' | b'S' => 30,
        _ => 31,
    };
    (1..=last).contains(&day)
}

/// The letter that fifteen characters call for.
fn check_letter(first_fifteen: &[u8]) -> u8 {
    let sum: u32 = first_fifteen
        .iter()
        .enumerate()
        .map(|(place, byte)| {
            let value = match byte {
                b'0'..=b'9' => u32::from(byte - b'0'),
                _ => u32::from(byte - b'A'),
            };
            // Places count from 1 in the law's table: index 0 is odd.
            if place % 2 == 0 {
                ODD_VALUES[value as usize]
            } else {
                value
            }
        })
        .sum();
    b'A' + (sum % 26) as u8
}

/// Masked, so that a debug line never carries a person's code.
impl std::fmt::Debug for CodiceFiscale {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "CodiceFiscale({})", self.masked())
    }
}

impl TryFrom<String> for CodiceFiscale {
    type Error = CodiceFiscaleFault;

    fn try_from(text: String) -> Result<Self, CodiceFiscaleFault> {
        CodiceFiscale::parse(&text)
    }
}

impl From<CodiceFiscale> for String {
    fn from(codice_fiscale: CodiceFiscale) -> String {
        codice_fiscale.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_of_living_shape_are_read() {
        for text in [
            "VRDNNA70P49F205F",
            "RSSMRA80A01H501U",
            "BNCLCU65T31L219Z",
            "FOXIOX90E15A952N",
            "MRAGRT88B68A952W",
            "SPSFNC58L03F839Q",
            "HFRKLS75S30A952B",
            "DLCMRS45C48G273Y",
            "NGYTHI01R50Z251P",
            "RSSMRA80A01H50MM",
            "RSSMRA80A01H5LMX",
            "VRDNNATLPQVFNLRJ",
        ] {
            assert_eq!(
                CodiceFiscale::parse(text).map(String::from),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn each_fault_is_named() {
        use CodiceFiscaleFault::*;
        for (text, fault) in [
            ("RSSMRA80A01H501A", CheckLetter),
            ("RSSMRA80A01H501", Length),
            ("RSSMRA80A01H501UX", Length),
            ("", Length),
            ("RSSMRA80A32H501C", Date),
            ("RSSMRA80F01H501G", Character(9)),
            ("R55MRA80A01H501I", Character(2)),
            ("RSSMRA80B30H501X", Date),
            ("RSSMRA80A00H501V", Date),
            ("RSSMRA80A72H501G", Date),
            ("rssmra80a01h501u", Character(1)),
            ("RSMSRA80A01H501U", CheckLetter),
            ("RSSMRA8AA01H501U", Character(8)),
            ("AAAAAA99A99B354Z", Date),
            ("D0WCHR09P59M700", Length),
            ("D0WCHR09P59M700S", Character(2)),
            ("RSSMRA80A01H501Ù", Length),
            (" SSMRA80A01H501U", Character(1)),
        ] {
            assert_eq!(CodiceFiscale::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_debug_line_shows_three_characters_only() {
        let code = CodiceFiscale::parse("RSSMRA80A01H501U").unwrap();
        assert_eq!(format!("{code:?}"), "CodiceFiscale(RSS*************)");
    }

    /// Fifteen characters with a real date, some digits in their omocodia letters.
    fn fifteen() -> impl Strategy<Value = Vec<u8>> {
        (
            "[A-Z]{6}",
            0u32..100,
            0usize..12,
            1u32..=28,
            any::<bool>(),
            "[A-Z][0-9]{3}",
            prop::array::uniform7(any::<bool>()),
        )
            .prop_map(|(name, year, month, day, woman, place, omocodia)| {
                let day = if woman { day + 40 } else { day };
                let month = char::from(MONTHS[month]);
                let mut bytes = format!("{name}{year:02}{month}{day:02}{place}").into_bytes();
                for (place, replace) in DIGIT_PLACES.into_iter().zip(omocodia) {
                    if replace {
                        bytes[place] = OMOCODIA[usize::from(bytes[place] - b'0')];
                    }
                }
                bytes
            })
    }

    proptest! {
        #[test]
        fn exactly_one_check_letter_fits(mut code in fifteen()) {
            code.push(b'A');
            let fitting = (b'A'..=b'Z')
                .filter(|letter| {
                    code[15] = *letter;
                    CodiceFiscale::parse(std::str::from_utf8(&code).unwrap()).is_ok()
                })
                .count();
            prop_assert_eq!(fitting, 1);
        }

        #[test]
        fn no_text_makes_the_reader_fail_over(text in "\\PC{0,20}") {
            if let Ok(code) = CodiceFiscale::parse(&text) {
                prop_assert_eq!(code.as_str(), text);
            }
        }
    }
}
