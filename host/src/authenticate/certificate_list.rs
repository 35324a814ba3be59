//! The card's certificates as the person sees them, and which of them can be used.

use cns::{Certificate, Refusal};
use protocol::window::{CertificateRefusal, CertificateView, VIEW_LENGTH_MAX};

use crate::card::CardCertificate;
use crate::module::messages::CERTIFICATES_MAX;
use crate::wrong_pins::CardKey;

/// The most characters of a name that are shown; X.520 has them end at 64, a person's has two.
const NAME_LENGTH_MAX: usize = 130;
/// A certificate's line but for its names: a codice fiscale, a date, a reason, and their keys.
const LINE_FRAME: usize = 256;
/// All lines together leave a quarter of the view for what stands around them: JSON has a
/// character in four bytes at most, since names are shown without controls.
const _: () =
    assert!(CERTIFICATES_MAX * (LINE_FRAME + 2 * 4 * NAME_LENGTH_MAX) < VIEW_LENGTH_MAX / 4 * 3);

/// A certificate in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// DER, to ask the card by.
    pub der: Vec<u8>,
    /// Whether the PIN is typed on the reader's own keys.
    pub pin_pad: bool,
    /// Whose wrong PINs are counted together.
    pub card: CardKey,
    /// Tries left before the PIN is locked, where the card tells.
    pub tries_left: Option<u8>,
    /// What the window shows.
    pub view: CertificateView,
}

impl Offer {
    /// Judges a certificate at `now` (Unix seconds); `None` for what is no certificate.
    pub fn new(found: CardCertificate, now: i64) -> Option<Offer> {
        let certificate = Certificate::read(&found.der).ok()?;
        let view = CertificateView {
            name: shortened(certificate.holder_name()),
            codice_fiscale: certificate
                .codice_fiscale()
                .map(|codice_fiscale| codice_fiscale.as_str().to_owned())
                .unwrap_or_default(),
            issuer: shortened(certificate.issuer_name()),
            expires: certificate.not_after_date(),
            refusal: certificate.judge(now).err().map(|refusal| match refusal {
                Refusal::Expired { .. } => CertificateRefusal::Expired,
                Refusal::NotYetValid { .. } => CertificateRefusal::NotYetValid,
                Refusal::Purpose(_) => CertificateRefusal::Purpose,
                Refusal::NotCns(_) => CertificateRefusal::NotCns,
                Refusal::WeakKey(_) => CertificateRefusal::WeakKey,
            }),
        };
        Some(Offer {
            card: CardKey::of(&found.serial, &found.der),
            tries_left: found.tries_left,
            der: found.der,
            pin_pad: found.pin_pad,
            view,
        })
    }

    /// Whether the portal could take it.
    pub fn is_usable(&self) -> bool {
        self.view.refusal.is_none()
    }
}

/// A name as far as there is room for it.
fn shortened(name: String) -> String {
    match name.char_indices().nth(NAME_LENGTH_MAX - 1) {
        Some((end, _)) if name[end..].chars().count() > 1 => format!("{}…", &name[..end]),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use pki::{Authority, CARD_FROM, Holder, Key};

    use super::*;

    #[test]
    fn the_longest_names_of_the_most_certificates_fit_into_a_view() {
        // Four bytes each, and a quotation mark that is escaped.
        let long = "\u{1d538}\"".repeat(500);
        let authority = Authority::new(&long, Key::p256());
        let holder = Holder {
            cognome: Some(long.clone()),
            nome: Some(long),
            ..Holder::default()
        };
        let found = CardCertificate {
            der: authority.issue(&holder, Key::p256()).certificate().to_vec(),
            pin_pad: false,
            serial: String::new(),
            tries_left: None,
        };
        let view = Offer::new(found, CARD_FROM + 1).unwrap().view;
        for name in [&view.name, &view.issuer] {
            assert_eq!(name.chars().count(), NAME_LENGTH_MAX);
            assert!(name.ends_with('…'));
        }
        let lines = serde_json::to_string(&vec![view; CERTIFICATES_MAX]).unwrap();
        assert!(lines.len() < VIEW_LENGTH_MAX / 4 * 3, "{}", lines.len());
    }

    #[test]
    fn a_name_that_has_room_is_shown_whole() {
        for name in ["ROSSI MARIO".to_owned(), "è".repeat(NAME_LENGTH_MAX)] {
            assert_eq!(shortened(name.clone()), name);
        }
    }
}
