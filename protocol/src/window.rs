//! What host and window say to each other, over the window's standard input and output.
//!
//! The host writes one [`WindowView`] a line (JSON): always the whole picture, so that no
//! earlier line matters. The window answers in short plain lines, so that a PIN never passes
//! through a JSON reader and its buffers:
//!
//! | line | means |
//! | --- | --- |
//! | `ready` | the window stands, what was asked for first is on the screen |
//! | `choose N` | certificate N of the list was chosen, counted from 0 |
//! | `pin …` | the PIN, its characters up to the end of the line |
//! | `again` | the reader may ask for the PIN on its own keys |
//! | `cancel` | Escape, the button, or the window was closed |
//!
//! End of input closes the window; end of its output tells the host that it is gone.

use serde::{Deserialize, Serialize};

use crate::Language;

/// The fewest characters a PIN has; fewer submit nothing.
pub const PIN_LENGTH_MIN: usize = 5;
/// The most characters a PIN has; more submit nothing.
pub const PIN_LENGTH_MAX: usize = 8;

/// The longest line of the host, in bytes; the window reads none that is longer.
pub const VIEW_LENGTH_MAX: usize = 64 * 1024;

/// The whole picture the window is to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowView {
    /// Language of every text.
    pub lang: Language,
    /// Who asks, shown in every stage.
    pub origin: String,
    /// What the person is to do or see now.
    pub stage: Stage,
    /// The card's certificates, usable or not, in the order they were found.
    #[serde(default)]
    pub certificates: Vec<CertificateView>,
    /// Which certificate is chosen, counted from 0.
    #[serde(default)]
    pub chosen: Option<usize>,
}

/// A stage of the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
pub enum Stage {
    /// No reader is connected.
    WaitingForReader,
    /// The service through which readers are reached does not run.
    WaitingForService,
    /// No card is in a reader.
    WaitingForCard,
    /// A card is there and being read; vendors' middleware can take seconds.
    ReadingCard,
    /// Several certificates could serve: the person chooses.
    ChoosingCertificate,
    /// The PIN of the chosen certificate's card.
    WaitingForPin {
        /// What was wrong with the one before.
        problem: Option<PinProblem>,
        /// How many tries it may still take.
        #[serde(default)]
        tries: Tries,
    },
    /// The reader waits for the PIN on its own keys.
    WaitingForPinPad {
        /// How many tries it may still take.
        #[serde(default)]
        tries: Tries,
    },
    /// The reader is asked only when the person says so: after a PIN that was refused, and
    /// before what may be the last try.
    BeforePinPad {
        /// What was wrong with the one before.
        problem: Option<PinProblem>,
        /// How many tries it may still take.
        #[serde(default)]
        tries: Tries,
    },
    /// The card is signing.
    Signing,
    /// Signed; the host closes the window in a moment.
    Done,
    /// It cannot go on; the person closes the window.
    Failed {
        /// Why.
        reason: FailedReason,
    },
}

/// What is known of the tries before the card locks its PIN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tries {
    /// Nothing.
    #[default]
    Unknown,
    /// The card tells how many are left.
    Told(u8),
    /// The card does not tell; so many PINs were wrong since the last right one that a CNS,
    /// which has three tries, may have one left.
    PerhapsLast,
}

impl Tries {
    /// Whether one more wrong PIN locks the card, or may.
    pub fn may_be_last(self) -> bool {
        matches!(self, Tries::Told(0 | 1) | Tries::PerhapsLast)
    }
}

/// What was wrong with the PIN before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinProblem {
    /// The card refused it.
    Incorrect,
    /// Too short or too long for this card; no try was spent.
    Length,
}

/// Why the window cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailedReason {
    /// The PIN is locked: the PUK, or the body that issued the card.
    PinLocked,
    /// The card has no PIN yet: it must be activated first.
    PinNotInitialised,
    /// The card asks for a new PIN first, with its own program.
    PinExpired,
    /// The card holds no CNS certificate that can be used.
    NoCertificate,
    /// No program installed on this computer can read the card.
    CardUnknown,
    /// No program that reads cards is installed on this computer.
    NoMiddleware,
    /// The card was taken out.
    CardRemoved,
    /// The middleware failed.
    ModuleFailed,
    /// The time is over.
    TimedOut,
}

impl FailedReason {
    /// Every reason there is.
    pub const ALL: [FailedReason; 9] = [
        FailedReason::PinLocked,
        FailedReason::PinNotInitialised,
        FailedReason::PinExpired,
        FailedReason::NoCertificate,
        FailedReason::CardUnknown,
        FailedReason::NoMiddleware,
        FailedReason::CardRemoved,
        FailedReason::ModuleFailed,
        FailedReason::TimedOut,
    ];
}

/// A certificate as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// The person's name, or the subject where there is none.
    pub name: String,
    /// The person's codice fiscale; empty where the certificate holds none.
    pub codice_fiscale: String,
    /// The issuing body's name.
    pub issuer: String,
    /// Last day of validity, `YYYY-MM-DD`.
    pub expires: String,
    /// Why it cannot be used; none when it can.
    pub refusal: Option<CertificateRefusal>,
}

/// Why a certificate cannot be used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateRefusal {
    /// Its validity is over.
    Expired,
    /// Its validity has not begun (or the workstation's clock is wrong).
    NotYetValid,
    /// Made for something else, such as signing documents.
    Purpose,
    /// Not a CNS certificate.
    NotCns,
    /// Its key is too weak: the card is too old.
    WeakKey,
}

/// What the window answers; the PIN's characters are read apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowAnswer {
    /// The window stands.
    Ready,
    /// This certificate was chosen.
    Choose(usize),
    /// A PIN follows on the same line.
    Pin,
    /// The reader may ask for the PIN.
    Again,
    /// The person does not want to go on.
    Cancel,
}

impl WindowAnswer {
    /// Reads a line without its end; a PIN's characters are not looked at.
    pub fn read(line: &[u8]) -> Option<WindowAnswer> {
        match line {
            b"ready" => Some(WindowAnswer::Ready),
            b"again" => Some(WindowAnswer::Again),
            b"cancel" => Some(WindowAnswer::Cancel),
            _ if line.starts_with(PIN_PREFIX) => Some(WindowAnswer::Pin),
            _ => {
                let number = line.strip_prefix(b"choose ")?;
                let number = std::str::from_utf8(number).ok()?;
                number.parse().ok().map(WindowAnswer::Choose)
            }
        }
    }
}

/// What a line with a PIN begins with.
pub const PIN_PREFIX: &[u8] = b"pin ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_survives_its_line() {
        let view = WindowView {
            lang: Language::It,
            origin: "https://sistemats.it".into(),
            stage: Stage::WaitingForPin {
                problem: Some(PinProblem::Incorrect),
                tries: Tries::Told(2),
            },
            certificates: vec![],
            chosen: Some(0),
        };
        let line = serde_json::to_string(&view).unwrap();
        assert!(
            line.contains(r#""stage":{"name":"waiting-for-pin""#),
            "{line}"
        );
        assert_eq!(serde_json::from_str::<WindowView>(&line).unwrap(), view);
    }

    #[test]
    fn what_may_be_the_last_try_is_told_from_the_others() {
        for last in [Tries::Told(0), Tries::Told(1), Tries::PerhapsLast] {
            assert!(last.may_be_last(), "{last:?}");
        }
        for other in [Tries::Told(2), Tries::Unknown] {
            assert!(!other.may_be_last(), "{other:?}");
        }
    }

    #[test]
    fn answers_are_read_without_looking_at_the_pin() {
        for (line, answer) in [
            (&b"ready"[..], Some(WindowAnswer::Ready)),
            (b"choose 3", Some(WindowAnswer::Choose(3))),
            (b"pin 12345", Some(WindowAnswer::Pin)),
            (b"again", Some(WindowAnswer::Again)),
            (b"again ", None),
            (b"cancel", Some(WindowAnswer::Cancel)),
            (b"choose -1", None),
            (b"", None),
        ] {
            assert_eq!(WindowAnswer::read(line), answer);
        }
    }
}
