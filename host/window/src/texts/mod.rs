//! Every word the window says, in its three languages.

mod de;
mod en;
mod it;

use protocol::Language;
use protocol::window::{CertificateRefusal, FailedReason, PinProblem};

/// What a stage says: what happens, and what to do.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// In a few words.
    pub heading: &'static str,
    /// In a sentence or two; may be empty.
    pub explanation: &'static str,
}

/// One language's words. Every field must be there for every language, or it does not build.
pub struct Texts {
    /// The window's title.
    pub title: &'static str,
    /// Follows the origin.
    pub asks: &'static str,
    /// No reader.
    pub waiting_for_reader: Message,
    /// The service through which readers are reached does not run.
    pub waiting_for_service: Message,
    /// No card.
    pub waiting_for_card: Message,
    /// The card is being read.
    pub reading_card: Message,
    /// Several certificates.
    pub choosing_certificate: Message,
    /// The PIN.
    pub waiting_for_pin: Message,
    /// The PIN, on the reader.
    pub waiting_for_pin_pad: Message,
    /// The reader is to ask for the PIN when the person says so.
    pub before_pin_pad: Message,
    /// The card signs.
    pub signing: Message,
    /// Signed.
    pub done: Message,
    /// What the list of certificates is called.
    pub certificates: &'static str,
    /// Goes before the chosen certificate when it is spoken.
    pub chosen: &'static str,
    /// Goes before the certificates that are no choice.
    pub refused: &'static str,
    /// Goes before the codice fiscale.
    pub codice_fiscale: &'static str,
    /// Goes before the issuing body's name.
    pub issuer: &'static str,
    /// Goes before the last day of validity.
    pub expires: &'static str,
    /// What the PIN field is called.
    pub pin: &'static str,
    /// How long a PIN is, and where it stays.
    pub pin_hint: &'static str,
    /// More characters are typed than a PIN can have.
    pub pin_too_long: &'static str,
    /// More than one try is left.
    pub tries_left: fn(u8) -> String,
    /// One try is left.
    pub last_try: &'static str,
    /// One try may be left.
    pub perhaps_last_try: &'static str,
    /// The card refused the PIN.
    pub pin_incorrect: &'static str,
    /// The PIN is too short or too long for this card.
    pub pin_length: &'static str,
    /// The button that ends it before its time.
    pub cancel: &'static str,
    /// The button that sends the PIN.
    pub submit: &'static str,
    /// The button that lets the reader ask for the PIN again.
    pub again: &'static str,
    /// The button that lets the reader ask for the PIN.
    pub go_on: &'static str,
    /// The button that closes the window when nothing is left to do.
    pub close: &'static str,
    /// Year, month and day as this language writes them.
    pub date: fn(&str, &str, &str) -> String,
    /// Why it cannot go on.
    pub failed: fn(FailedReason) -> Message,
    /// Why a certificate cannot be used.
    pub refusal: fn(CertificateRefusal) -> &'static str,
}

impl Texts {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Texts {
        match language {
            Language::It => &it::TEXTS,
            Language::De => &de::TEXTS,
            Language::En => &en::TEXTS,
        }
    }

    /// What was wrong with the PIN before.
    pub fn problem(&self, problem: PinProblem) -> &'static str {
        match problem {
            PinProblem::Incorrect => self.pin_incorrect,
            PinProblem::Length => self.pin_length,
        }
    }

    /// A day, from `YYYY-MM-DD`; anything else as it is.
    pub fn day(&self, day: &str) -> String {
        let mut parts = day.split('-');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(year), Some(month), Some(day), None) => (self.date)(year, month, day),
            _ => day.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::window::PIN_LENGTH_MAX;

    #[test]
    fn every_failure_says_what_happened_and_what_to_do_in_every_language() {
        for language in Language::ALL {
            let texts = Texts::of(language);
            for reason in FailedReason::ALL {
                let message = (texts.failed)(reason);
                assert!(!message.heading.is_empty(), "{language:?} {reason:?}");
                assert!(!message.explanation.is_empty(), "{language:?} {reason:?}");
            }
        }
    }

    #[test]
    fn no_failure_and_no_refusal_shares_its_words_with_another() {
        use CertificateRefusal::*;
        for language in Language::ALL {
            let texts = Texts::of(language);
            let mut said: Vec<&str> = FailedReason::ALL
                .into_iter()
                .flat_map(|reason| {
                    let message = (texts.failed)(reason);
                    [message.heading, message.explanation]
                })
                .chain([Expired, NotYetValid, Purpose, NotCns, WeakKey].map(texts.refusal))
                .collect();
            let count = said.len();
            said.sort_unstable();
            said.dedup();
            assert_eq!(said.len(), count, "{language:?}");
        }
    }

    #[test]
    fn days_are_written_as_the_language_writes_them() {
        assert_eq!(Texts::of(Language::It).day("2028-12-31"), "31/12/2028");
        assert_eq!(Texts::of(Language::De).day("2028-12-31"), "31.12.2028");
        assert_eq!(
            Texts::of(Language::En).day("2028-12-31"),
            "31 December 2028"
        );
        assert_eq!(Texts::of(Language::En).day("2028-13-31"), "2028-13-31");
        assert_eq!(Texts::of(Language::It).day("soon"), "soon");
    }

    #[test]
    fn what_is_too_long_names_the_most_a_pin_can_have() {
        for language in Language::ALL {
            let said = Texts::of(language).pin_too_long;
            assert!(
                said.contains(&PIN_LENGTH_MAX.to_string()),
                "{language:?}: {said}"
            );
        }
    }

    #[test]
    fn the_last_try_and_the_tries_left_are_said_in_every_language() {
        for language in Language::ALL {
            let texts = Texts::of(language);
            assert!(
                (texts.tries_left)(2).contains('2'),
                "{language:?} does not say the number"
            );
            assert!(texts.last_try.contains("PIN"), "{language:?}");
            // What is not known is not said as if it were.
            assert!(texts.perhaps_last_try.contains("PIN"), "{language:?}");
            assert_ne!(texts.perhaps_last_try, texts.last_try, "{language:?}");
        }
    }
}
