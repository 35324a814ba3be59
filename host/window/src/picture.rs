//! What is shown for a view: every decision about words, none about looks.

use protocol::window::{CertificateView, FailedReason, PinProblem, Stage, Tries, WindowView};

use crate::texts::{Message, Texts};

/// What is drawn beside the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// Nothing: the certificates or the PIN field need the place.
    None,
    /// A reader without a computer.
    Reader,
    /// A card on its way into a reader.
    Card,
    /// A card in a reader, something going on.
    Busy,
    /// A reader with keys.
    PinPad,
    /// It went well.
    Done,
    /// It did not.
    Failed,
}

/// A certificate in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateText {
    /// The person's name.
    pub name: String,
    /// Codice fiscale, issuer, last day.
    pub details: Vec<String>,
    /// Why it cannot be used; empty when it can.
    pub refusal: &'static str,
    /// All of it in a row, for screen readers.
    pub spoken: String,
}

impl CertificateText {
    /// Whether it can be chosen.
    pub fn is_usable(&self) -> bool {
        self.refusal.is_empty()
    }
}

/// Everything on the window at one moment, but for what is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The window's title.
    pub title: &'static str,
    /// Who asks.
    pub origin: String,
    /// What they ask.
    pub asks: &'static str,
    /// What is drawn.
    pub drawing: Drawing,
    /// What happens, in a few words.
    pub heading: &'static str,
    /// What to do; may be empty.
    pub explanation: String,
    /// What went wrong or is about to; mostly empty.
    pub warning: String,
    /// The list of certificates; empty where none is shown.
    pub certificates: Vec<CertificateText>,
    /// What the list is called.
    pub certificates_label: &'static str,
    /// Whether one of the list is to be chosen.
    pub is_choosing: bool,
    /// Where in the list the keyboard begins.
    pub current: usize,
    /// Whether the PIN field is there.
    pub asks_pin: bool,
    /// The certificate the PIN is for.
    pub chosen: Option<CertificateText>,
    /// Goes before the chosen certificate when it is spoken.
    pub chosen_label: &'static str,
    /// Those of the card that are no choice, where no list shows them.
    pub refused: Vec<CertificateText>,
    /// Goes before those.
    pub refused_label: &'static str,
    /// What the PIN field is called.
    pub pin_label: &'static str,
    /// How long a PIN is, and where it stays.
    pub pin_hint: &'static str,
    /// Stands there instead when more is typed than a PIN can have.
    pub pin_too_long: &'static str,
    /// Whether the button is there that lets the reader ask for the PIN.
    pub offers_reader: bool,
    /// The button that sends the PIN, or lets the reader ask for it.
    pub submit: &'static str,
    /// The button that cancels or closes; empty where the window closes by itself.
    pub cancel: &'static str,
    /// Whether closing is all that is left to do.
    pub is_over: bool,
}

impl Picture {
    /// What to show for a view.
    pub fn of(view: &WindowView) -> Picture {
        let texts = Texts::of(view.lang);
        let (drawing, message) = stage(&view.stage, texts);
        let is_choosing = view.stage == Stage::ChoosingCertificate;
        let asks_pin = matches!(view.stage, Stage::WaitingForPin { .. });
        let offers_reader = matches!(view.stage, Stage::BeforePinPad { .. });
        let is_over = matches!(view.stage, Stage::Failed { .. });
        // Where nothing on the card can be used, the list tells why.
        let is_listed = is_choosing
            || view.stage
                == Stage::Failed {
                    reason: FailedReason::NoCertificate,
                };
        let certificates: Vec<_> = view
            .certificates
            .iter()
            .map(|certificate| certificate_text(certificate, texts))
            .collect();
        let is_pin_shown_for =
            asks_pin || offers_reader || matches!(view.stage, Stage::WaitingForPinPad { .. });
        let usable = certificates.iter().filter(|one| one.is_usable()).count();
        // One usable certificate is chosen without a list; the others, and why they are no
        // choice, would never be seen.
        let refused = certificates
            .iter()
            .filter(|one| is_pin_shown_for && usable == 1 && !one.is_usable())
            .cloned()
            .collect();
        let chosen = view
            .chosen
            .filter(|_| is_pin_shown_for)
            .and_then(|index| certificates.get(index));
        let Pin { count, warning } = pin(&view.stage, texts);
        let is_crowded = (is_listed && !certificates.is_empty()) || !warning.is_empty();
        Picture {
            title: texts.title,
            origin: shown_origin(&view.origin),
            asks: texts.asks,
            drawing: match is_crowded {
                true => Drawing::None,
                false => drawing,
            },
            heading: message.heading,
            explanation: join(message.explanation, &count),
            warning,
            certificates_label: texts.certificates,
            is_choosing,
            current: first_usable(view.chosen, &certificates),
            asks_pin,
            chosen: chosen.cloned(),
            chosen_label: texts.chosen,
            refused,
            refused_label: texts.refused,
            pin_label: texts.pin,
            pin_hint: texts.pin_hint,
            pin_too_long: texts.pin_too_long,
            offers_reader,
            submit: match view.stage {
                Stage::BeforePinPad { problem: None, .. } => texts.go_on,
                Stage::BeforePinPad { .. } => texts.again,
                _ => texts.submit,
            },
            cancel: match view.stage {
                Stage::Done => "",
                Stage::Failed { .. } => texts.close,
                _ => texts.cancel,
            },
            is_over,
            certificates: if is_listed { certificates } else { Vec::new() },
        }
    }
}

fn stage(stage: &Stage, texts: &Texts) -> (Drawing, Message) {
    match stage {
        Stage::WaitingForReader => (Drawing::Reader, texts.waiting_for_reader),
        Stage::WaitingForService => (Drawing::Failed, texts.waiting_for_service),
        Stage::WaitingForCard => (Drawing::Card, texts.waiting_for_card),
        Stage::ReadingCard => (Drawing::Busy, texts.reading_card),
        Stage::ChoosingCertificate => (Drawing::None, texts.choosing_certificate),
        Stage::WaitingForPin { .. } => (Drawing::None, texts.waiting_for_pin),
        Stage::WaitingForPinPad { .. } => (Drawing::PinPad, texts.waiting_for_pin_pad),
        Stage::BeforePinPad { .. } => (Drawing::PinPad, texts.before_pin_pad),
        Stage::Signing => (Drawing::Busy, texts.signing),
        Stage::Done => (Drawing::Done, texts.done),
        Stage::Failed { reason } => (Drawing::Failed, (texts.failed)(*reason)),
    }
}

/// What is said about a PIN: a calm count of the tries as long as nothing happened, a warning
/// after a wrong one and before what is, or may be, the last try.
#[derive(Default)]
struct Pin {
    count: String,
    warning: String,
}

fn pin(stage: &Stage, texts: &Texts) -> Pin {
    let (problem, tries) = match *stage {
        Stage::WaitingForPin { problem, tries } | Stage::BeforePinPad { problem, tries } => {
            (problem, tries)
        }
        Stage::WaitingForPinPad { tries } => (None, tries),
        _ => return Pin::default(),
    };
    let left = match tries {
        Tries::Unknown => String::new(),
        Tries::Told(0 | 1) => texts.last_try.to_owned(),
        Tries::Told(tries) => (texts.tries_left)(tries),
        Tries::PerhapsLast => texts.perhaps_last_try.to_owned(),
    };
    match problem {
        None if tries.may_be_last() => Pin {
            warning: left,
            ..Pin::default()
        },
        None => Pin {
            count: left,
            ..Pin::default()
        },
        // No try was spent: counting them would only worry.
        Some(PinProblem::Length) if !tries.may_be_last() => Pin {
            warning: texts.pin_length.to_owned(),
            ..Pin::default()
        },
        Some(problem) => Pin {
            warning: join(texts.problem(problem), &left),
            ..Pin::default()
        },
    }
}

fn join(first: &str, second: &str) -> String {
    match (first, second) {
        ("", only) | (only, "") => only.to_owned(),
        (first, second) => format!("{first} {second}"),
    }
}

fn first_usable(chosen: Option<usize>, certificates: &[CertificateText]) -> usize {
    let is_usable = |index: &usize| certificates.get(*index).is_some_and(|one| one.is_usable());
    chosen
        .filter(is_usable)
        .or_else(|| (0..certificates.len()).find(is_usable))
        .unwrap_or(0)
}

fn certificate_text(certificate: &CertificateView, texts: &Texts) -> CertificateText {
    let name = plain(&certificate.name);
    let refusal = certificate.refusal.map_or("", texts.refusal);
    let details: Vec<String> = [
        (texts.codice_fiscale, plain(&certificate.codice_fiscale)),
        (texts.issuer, plain(&certificate.issuer)),
        (texts.expires, texts.day(&plain(&certificate.expires))),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(label, value)| format!("{label} {value}"))
    .collect();
    let mut spoken = name.clone();
    for part in details.iter().map(String::as_str).chain([refusal]) {
        if !part.is_empty() {
            spoken.push_str(", ");
            spoken.push_str(part);
        }
    }
    CertificateText {
        name,
        details,
        refusal,
        spoken,
    }
}

/// An origin is ASCII (RFC 6454 §6.2); anything else in it could only deceive the eye.
fn shown_origin(origin: &str) -> String {
    origin
        .chars()
        .map(|character| match character.is_ascii_graphic() {
            true => character,
            false => char::REPLACEMENT_CHARACTER,
        })
        .collect()
}

/// The longest text of a certificate that is shown, in characters.
const CERTIFICATE_TEXT_LIMIT: usize = 120;

/// A certificate's text without line ends and marks that reorder or hide what stands beside
/// them: whoever made the card could write anything into it.
fn plain(text: &str) -> String {
    let is_shown = |character: &char| {
        !matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
    };
    let mut shown: String = text
        .chars()
        .filter(is_shown)
        .map(|character| match character.is_control() {
            true => ' ',
            false => character,
        })
        .take(CERTIFICATE_TEXT_LIMIT + 1)
        .collect();
    if let Some((end, _)) = shown.char_indices().nth(CERTIFICATE_TEXT_LIMIT) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
