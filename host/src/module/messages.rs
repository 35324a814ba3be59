//! What the host and a module's process say to each other.
//!
//! Both ways a line of JSON each. A PIN never is in one: its bytes follow the line of the
//! order that announces their number, so that they pass through no JSON reader's buffers.
//!
//! The process has somebody else's code in it. [`Report::read`] takes nothing on trust but
//! the line's end: what is too long, too many or malformed is [`Junk`].

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::{Algorithm, ChallengeNonce, Origin};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The longest report, in bytes: as many readers, cards and certificates as there can be.
pub const REPORT_LENGTH_MAX: usize = 512 * 1024;

/// More readers than a workstation has.
pub const SLOTS_MAX: usize = 32;
/// More certificates than all cards hold together.
pub const CERTIFICATES_MAX: usize = 32;
/// The longest certificate taken from a card, in bytes (a CNS has under 2,000).
pub const CERTIFICATE_LENGTH_MAX: usize = 8 * 1024;
/// The longest signature: RSA-8192, and twice that.
const SIGNATURE_LENGTH_MAX: usize = 2048;
/// PKCS#11's texts have at most 64 characters (`CK_SLOT_INFO`), of up to four bytes.
const TEXT_LENGTH_MAX: usize = 256;
/// An explanation for a technician.
const REASON_LENGTH_MAX: usize = 2048;

/// A byte of a text as JSON, at its longest: `\u001f`.
const ESCAPED: usize = 6;
/// A slot's other words.
const SLOT_FRAME: usize = 256;
/// A certificate's quotation marks and its comma.
const CERTIFICATE_FRAME: usize = 3;
// The fullest report is short enough to be heard.
const _: () = assert!(
    SLOTS_MAX * (SLOT_FRAME + 2 * ESCAPED * TEXT_LENGTH_MAX)
        + CERTIFICATES_MAX * (CERTIFICATE_FRAME + 4 * CERTIFICATE_LENGTH_MAX.div_ceil(3))
        < REPORT_LENGTH_MAX
);

/// What a module's process is told to do.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// First of all: load this module, and answer [`Report::Loaded`] or `NotLoaded`.
    Load {
        /// Its real path, which must be one that the policy or a known place names.
        module: PathBuf,
    },
    /// Look for readers and cards, and answer [`Report::Seen`], `NoService`, `Outdated` or
    /// `Unchanged`.
    Look {
        /// Readers whose card another module has opened up already: two of them on one card
        /// stand in each other's way.
        pass_over: Vec<String>,
    },
    /// Sign, and answer [`Report::Signed`] or `NotSigned`.
    Sign {
        /// SHA-256 of the certificate, which an earlier look found.
        certificate: Bytes,
        /// Who asks.
        origin: Origin,
        /// What is to be signed.
        challenge_nonce: ChallengeNonce,
        /// How many bytes of PIN follow the line; none where it is typed on the reader.
        pin_length: Option<usize>,
    },
    /// Let everything go and end.
    End,
}

/// What a module's process tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Report {
    /// The module is loaded and initialised.
    Loaded(Library),
    /// It is not, and the process ends.
    NotLoaded(String),
    /// A call has come back, and the next begins.
    Alive,
    /// A call has not come back, but its card has answered something since.
    Traffic,
    /// A card came, or another: it is being read.
    Reading,
    /// Now the person types on the reader's keys, however long that takes.
    AskingOnReader,
    /// Everything this module sees.
    Seen(Vec<Slot>),
    /// Nothing: the service through which readers are reached does not run.
    NoService,
    /// A reader was plugged in that the module does not list: many list the readers once, when
    /// they start, and only a new process sees it.
    Outdated,
    /// As it was at the look before.
    Unchanged,
    /// Signed; the card is logged out again, and was reset unless the log says otherwise.
    Signed {
        /// With which algorithm (RFC 7518 §3.1).
        #[serde(with = "algorithm_name")]
        algorithm: Algorithm,
        /// The signature as the token carries it.
        signature: Bytes,
    },
    /// The card did not sign.
    NotSigned(SignFault),
}

/// A module's own words about itself (`CK_INFO`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// Who made it.
    pub manufacturer: String,
    /// What it is.
    pub description: String,
    /// Its version, `major.minor`.
    pub version: String,
}

/// A slot of a module: a reader, or one of several keysets of a reader's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The reader's name, as far as the module tells it.
    pub reader: String,
    /// What is in it.
    pub card: Option<SeenCard>,
}

/// A card as one module sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCard {
    /// Its serial number; empty where the module does not know the card.
    pub serial: String,
    /// Whether it says of itself that it is a CNS; only looked at where it
    /// [is unread](SeenCard::is_unread).
    #[serde(default)]
    pub is_cns: bool,
    /// Whether the PIN is typed on the reader's own keys.
    pub pin_pad: bool,
    /// Tries left before the PIN is locked, where the module tells and can be believed.
    pub tries_left: Option<u8>,
    /// How far it was read.
    pub reading: CardReading,
    /// Its certificates, DER.
    pub certificates: Vec<Bytes>,
}

/// How far a card was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardReading {
    /// Read.
    Done,
    /// It answered with errors, and is tried again at the next look.
    ToBeRepeated,
    /// It answers with errors every time.
    Failed,
    /// Another module serves it.
    PassedOver,
}

/// Why the card did not sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignFault {
    /// The PIN was wrong.
    PinIncorrect {
        /// Tries left, where the card tells.
        tries_left: Option<u8>,
    },
    /// Too short or too long for this card; no try was spent.
    PinLength,
    /// The PIN is locked.
    PinLocked,
    /// The card has no PIN yet.
    PinNotInitialised,
    /// The card asks for a new PIN before it signs again.
    PinExpired,
    /// The person gave up, on the reader's keys.
    Cancelled,
    /// The card was taken out, or is another one now.
    Removed,
    /// The middleware failed at the login: whether that was a try, nobody knows. For a
    /// technician, never a secret.
    LoginFailed(String),
    /// The middleware failed; for a technician, never a secret.
    Failed(String),
}

/// Bytes that travel as base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

/// A line that is no report.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Junk {
    /// Not this JSON.
    #[error("its process wrote something else than a report")]
    Malformed,
    /// More of something than there can be.
    #[error("it told of too many or too long {0}")]
    TooMuch(&'static str),
}

impl SeenCard {
    /// Whether the module could make nothing of it.
    pub fn is_unread(&self) -> bool {
        let is_known = self.reading != CardReading::Failed && !self.serial.is_empty();
        self.certificates.is_empty() && !is_known
    }
}

impl Order {
    /// The line, with its end.
    pub fn line(&self) -> Vec<u8> {
        line_of(self)
    }

    /// Reads a line without its end.
    pub fn read(line: &[u8]) -> Option<Order> {
        serde_json::from_slice(line).ok()
    }
}

impl Report {
    /// The line, with its end.
    pub fn line(&self) -> Vec<u8> {
        line_of(self)
    }

    /// Reads a line without its end, as from somebody who cannot be trusted.
    pub fn read(line: &[u8]) -> Result<Report, Junk> {
        let report: Report = serde_json::from_slice(line).map_err(|_| Junk::Malformed)?;
        match &report {
            Report::Loaded(library) => {
                for text in [
                    &library.manufacturer,
                    &library.description,
                    &library.version,
                ] {
                    at_most(text.len(), TEXT_LENGTH_MAX, "names")?;
                }
            }
            Report::NotLoaded(reason)
            | Report::NotSigned(SignFault::Failed(reason) | SignFault::LoginFailed(reason)) => {
                at_most(reason.len(), REASON_LENGTH_MAX, "reasons")?;
            }
            Report::Seen(slots) => check_slots(slots)?,
            Report::Signed { signature, .. } => {
                at_most(signature.0.len(), SIGNATURE_LENGTH_MAX, "signatures")?;
            }
            Report::Alive
            | Report::Traffic
            | Report::Reading
            | Report::AskingOnReader
            | Report::NoService
            | Report::Outdated
            | Report::Unchanged
            | Report::NotSigned(_) => {}
        }
        Ok(report)
    }
}

fn check_slots(slots: &[Slot]) -> Result<(), Junk> {
    at_most(slots.len(), SLOTS_MAX, "readers")?;
    let cards = slots.iter().filter_map(|slot| slot.card.as_ref());
    let certificates = cards.map(|card| card.certificates.len()).sum();
    at_most(certificates, CERTIFICATES_MAX, "certificates")?;
    for slot in slots {
        at_most(slot.reader.len(), TEXT_LENGTH_MAX, "names")?;
        let Some(card) = &slot.card else {
            continue;
        };
        at_most(card.serial.len(), TEXT_LENGTH_MAX, "names")?;
        for certificate in &card.certificates {
            at_most(certificate.0.len(), CERTIFICATE_LENGTH_MAX, "certificates")?;
        }
    }
    Ok(())
}

fn at_most(count: usize, most: usize, of: &'static str) -> Result<(), Junk> {
    match count <= most {
        true => Ok(()),
        false => Err(Junk::TooMuch(of)),
    }
}

/// `text` shortened to what a reason may be long.
pub fn reason(text: impl ToString) -> String {
    let mut text = text.to_string();
    let mut end = text.len().min(REASON_LENGTH_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

fn line_of(message: &impl Serialize) -> Vec<u8> {
    // Plain data: it always becomes JSON, and an empty line would be junk.
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    line.push(b'\n');
    line
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes).map_err(de::Error::custom)
    }
}

mod algorithm_name {
    use super::*;

    pub fn serialize<S: Serializer>(
        algorithm: &Algorithm,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(algorithm.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Algorithm, D::Error> {
        let name = String::deserialize(deserializer)?;
        Algorithm::from_name(&name).ok_or_else(|| de::Error::custom("an unknown algorithm"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn card(certificates: Vec<Bytes>) -> Report {
        Report::Seen(vec![Slot {
            reader: "Virtual PCD 00 00".to_owned(),
            card: Some(SeenCard {
                serial: "6090123456789012".to_owned(),
                is_cns: false,
                pin_pad: false,
                tries_left: None,
                reading: CardReading::Done,
                certificates,
            }),
        }])
    }

    fn read(report: &Report) -> Result<Report, Junk> {
        Report::read(report.line().trim_ascii_end())
    }

    #[test]
    fn what_is_told_is_what_is_heard() {
        let signed = Report::Signed {
            algorithm: Algorithm::Rs256,
            signature: Bytes(vec![7; 256]),
        };
        let not_signed = Report::NotSigned(SignFault::PinIncorrect {
            tries_left: Some(2),
        });
        for report in [
            signed,
            not_signed,
            Report::Alive,
            card(vec![Bytes(vec![48; 9])]),
        ] {
            assert_eq!(read(&report), Ok(report));
        }
        let order = Order::Sign {
            certificate: Bytes(vec![1; 32]),
            origin: Origin::parse("https://sistemats.it").unwrap(),
            challenge_nonce: ChallengeNonce::from_random([1; 32]),
            pin_length: Some(5),
        };
        assert_eq!(Order::read(order.line().trim_ascii_end()), Some(order));
    }

    #[test]
    fn more_than_there_can_be_is_junk() {
        for report in [
            card(vec![Bytes(vec![]); CERTIFICATES_MAX + 1]),
            card(vec![Bytes(vec![0; CERTIFICATE_LENGTH_MAX + 1])]),
            Report::Seen(vec![
                Slot {
                    reader: String::new(),
                    card: None
                };
                SLOTS_MAX + 1
            ]),
            Report::Seen(vec![Slot {
                reader: "x".repeat(TEXT_LENGTH_MAX + 1),
                card: None,
            }]),
            Report::Signed {
                algorithm: Algorithm::Rs256,
                signature: Bytes(vec![0; SIGNATURE_LENGTH_MAX + 1]),
            },
            Report::NotLoaded("x".repeat(REASON_LENGTH_MAX + 1)),
        ] {
            assert!(matches!(read(&report), Err(Junk::TooMuch(_))));
        }
        assert!(read(&Report::NotLoaded(reason("è".repeat(REASON_LENGTH_MAX)))).is_ok());
    }

    #[test]
    fn the_fullest_report_is_heard() {
        // As long as can be in JSON, too.
        let text = "\u{1f}".repeat(TEXT_LENGTH_MAX);
        let slot = |certificates| Slot {
            reader: text.clone(),
            card: Some(SeenCard {
                serial: text.clone(),
                is_cns: true,
                pin_pad: false,
                tries_left: Some(u8::MAX),
                reading: CardReading::ToBeRepeated,
                certificates,
            }),
        };
        let certificate = Bytes(vec![0xff; CERTIFICATE_LENGTH_MAX]);
        let mut slots = vec![slot(Vec::new()); SLOTS_MAX - 1];
        slots.push(slot(vec![certificate.clone(); CERTIFICATES_MAX]));
        let report = Report::Seen(slots.clone());
        assert!(report.line().len() < REPORT_LENGTH_MAX);
        assert_eq!(read(&report), Ok(report));
        // One more, on another card.
        slots[0] = slot(vec![certificate]);
        assert_eq!(
            read(&Report::Seen(slots)),
            Err(Junk::TooMuch("certificates"))
        );
    }

    #[test]
    fn a_card_of_which_nothing_came_is_unread() {
        let certificates = vec![Bytes(vec![48; 9])];
        for (serial, reading, certificates, is_unread) in [
            ("", CardReading::Failed, vec![], true),
            // Some modules know every card, and have no more to say of it.
            ("", CardReading::Done, vec![], true),
            ("6090123456789012", CardReading::Failed, vec![], true),
            ("6090123456789012", CardReading::Done, vec![], false),
            ("", CardReading::Done, certificates, false),
        ] {
            let card = SeenCard {
                serial: serial.to_owned(),
                is_cns: false,
                pin_pad: false,
                tries_left: None,
                reading,
                certificates,
            };
            assert_eq!(card.is_unread(), is_unread, "{card:?}");
        }
    }

    #[test]
    fn what_is_no_report_is_junk() {
        for line in [
            &b""[..],
            b"hello",
            b"{}",
            b"\"alive",
            b"{\"seen\":[{}]}",
            b"\xff",
        ] {
            assert_eq!(Report::read(line), Err(Junk::Malformed));
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_the_reader_stumble(line in prop::collection::vec(any::<u8>(), 0..512)) {
            let _ = Report::read(&line);
            let _ = Order::read(&line);
        }
    }
}
