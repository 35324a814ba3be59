//! The card's certificates as the person sees them, and which of them can be used.

use cns::{Certificate, Refusal};
use protocol::window::{CertificateRefusal, CertificateView};

use crate::card::CardCertificate;
use crate::wrong_pins::CardKey;

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
            name: certificate.holder_name(),
            codice_fiscale: certificate
                .codice_fiscale()
                .map(|codice_fiscale| codice_fiscale.as_str().to_owned())
                .unwrap_or_default(),
            issuer: certificate.issuer_name(),
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
