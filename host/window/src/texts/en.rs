//! English.

use protocol::window::{CertificateRefusal, FailedReason};

use super::{Message, Texts};

pub(super) const TEXTS: Texts = Texts {
    title: "Tessera – sign in with your card",
    asks: "asks you to sign in with your card",
    waiting_for_reader: Message {
        heading: "Connect the reader",
        explanation: "No smart card reader is connected to this computer. As soon as you \
                      connect it, this goes on by itself.",
    },
    waiting_for_service: Message {
        heading: "The readers do not answer",
        explanation: "The smart card service of this computer is not running. As soon as it \
                      runs again, this goes on by itself. If it does not start, ask whoever \
                      looks after this computer.",
    },
    waiting_for_card: Message {
        heading: "Insert your card",
        explanation: "Insert your card, TS-CNS or CNS, into the reader with the chip first.",
    },
    reading_card: Message {
        heading: "Reading the card",
        explanation: "This may take a few seconds. Please leave the card in the reader.",
    },
    choosing_certificate: Message {
        heading: "Choose the certificate",
        explanation: "With the arrow keys and Enter, or with a click.",
    },
    waiting_for_pin: Message {
        heading: "Enter the PIN",
        explanation: "",
    },
    waiting_for_pin_pad: Message {
        heading: "Enter the PIN on the reader",
        explanation: "Use the reader’s own keys and confirm there. Nothing needs to be typed \
                      on this computer.",
    },
    before_pin_pad: Message {
        heading: "Enter the PIN on the reader",
        explanation: "When you are ready, go on with the button: the reader will then ask for \
                      the PIN.",
    },
    signing: Message {
        heading: "Signing in",
        explanation: "Please leave the card in the reader until this window closes.",
    },
    done: Message {
        heading: "Done",
        explanation: "The page takes it from here. This window closes by itself.",
    },
    certificates: "Certificates on the card",
    chosen: "Chosen certificate:",
    refused: "Other certificates on the card, which cannot be used:",
    codice_fiscale: "Tax code",
    issuer: "Issued by",
    expires: "Valid until",
    pin: "Card PIN",
    pin_hint: "5 to 8 characters. The PIN stays on this computer.",
    pin_too_long: "Too many characters: a PIN has 8 at most. A key may have been pressed twice: \
                   delete everything and type the PIN again.",
    tries_left: |tries| format!("Tries left: {tries}."),
    last_try: "Careful: this is the last try. One more wrong PIN locks the card. \
               If in doubt, cancel.",
    perhaps_last_try: "Careful: after several wrong PINs, this could be the last try before \
                       the card locks. If in doubt, cancel.",
    pin_incorrect: "The PIN is not correct.",
    pin_length: "The PIN is too short or too long for this card. No try was spent.",
    cancel: "Cancel",
    submit: "Confirm",
    again: "Try again",
    go_on: "Continue",
    close: "Close",
    date,
    failed,
    refusal,
};

fn date(year: &str, month: &str, day: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = month
        .parse()
        .ok()
        .and_then(|month: usize| MONTHS.get(month.checked_sub(1)?));
    match name {
        Some(name) => format!("{} {name} {year}", day.trim_start_matches('0')),
        None => format!("{year}-{month}-{day}"),
    }
}

fn failed(reason: FailedReason) -> Message {
    let (heading, explanation) = match reason {
        FailedReason::PinLocked => (
            "The PIN is locked",
            "A wrong PIN was entered too many times. Unlock it with the PUK and your card’s \
             own program, or contact the body that issued the card.",
        ),
        FailedReason::PinNotInitialised => (
            "The card is not active yet",
            "The card has no PIN yet. Have it activated at an authorised counter of your region \
             or of the body that issued it.",
        ),
        FailedReason::PinExpired => (
            "The PIN must be changed",
            "The card wants a new PIN before it is used again. Change it with your card’s own program, \
             then try again from the page.",
        ),
        FailedReason::NoCertificate => (
            "No certificate can be used",
            "The card holds no valid CNS certificate for signing in. Check that the right card \
             is in the reader; otherwise contact the body that issued it.",
        ),
        FailedReason::CardUnknown => (
            "The card is not recognised",
            "The programs installed on this computer cannot read this card. Check that it is \
             your TS-CNS or CNS. If it is, ask whoever looks after this computer to install \
             this card’s program.",
        ),
        FailedReason::NoMiddleware => (
            "The card’s program is missing",
            "There is no program on this computer that can read the card. Ask whoever looks \
             after this computer to install your card’s own.",
        ),
        FailedReason::CardRemoved => (
            "The card was taken out",
            "You are not signed in. Insert the card and try again from the page.",
        ),
        FailedReason::ModuleFailed => (
            "The card cannot be read",
            "The program that reads the card did not work or does not answer. Take the card \
             out, insert it again and retry from the page. If that does not help, ask whoever \
             looks after this computer.",
        ),
        FailedReason::TimedOut => (
            "Time is over",
            "Signing in took too long. Try again from the page.",
        ),
    };
    Message {
        heading,
        explanation,
    }
}

fn refusal(refusal: CertificateRefusal) -> &'static str {
    match refusal {
        CertificateRefusal::Expired => "Expired: the card needs renewing",
        CertificateRefusal::NotYetValid => "Not valid yet: check this computer’s date and time",
        CertificateRefusal::Purpose => "Not for signing in, but for example for signatures",
        CertificateRefusal::NotCns => "Not a CNS certificate",
        CertificateRefusal::WeakKey => "Its key is too weak: the card needs replacing",
    }
}
