//! People with cards in software, who really log in.

use aws_lc_rs::{rand::SystemRandom, rsa::KeyPair, signature::RSA_PKCS1_SHA256};
use pki::{Holder, Key};
use protocol::{Algorithm, ChallengeNonce, Origin, Token, token::signed_message};
use serde_json::{Value, json};

use super::codice_fiscale;
use crate::{Outcome, people::Issuer};

/// How many keys all cards share: making one takes a noticeable part of a second, and a server
/// knows a card by its certificate.
const KEYS: usize = 4;

/// People with cards.
pub struct Crowd(Vec<CardHolder>);

/// A person with a card of RSA-2048, the key ready for use.
pub struct CardHolder {
    codice_fiscale: String,
    certificate: Vec<u8>,
    key: KeyPair,
}

impl Crowd {
    /// Gives cards to the people of these numbers in the [`Population`](super::Population).
    pub fn new(issuer: &Issuer, numbers: impl IntoIterator<Item = u32>) -> Outcome<Crowd> {
        let people = numbers.into_iter().map(|number| {
            let codice_fiscale = codice_fiscale(number);
            let id_carta = format!("6102{number:012}");
            let holder = Holder::new(&codice_fiscale, &id_carta, "ROSSI", "MARIO");
            let card = issuer
                .authority()
                .issue(&holder, Key::rsa(number as usize % KEYS));
            Ok(CardHolder {
                codice_fiscale,
                certificate: card.certificate().to_vec(),
                key: KeyPair::from_pkcs8(card.key().pkcs8())?,
            })
        });
        Ok(Crowd(people.collect::<Outcome<_>>()?))
    }

    /// They all.
    pub fn people(&self) -> &[CardHolder] {
        &self.0
    }
}

impl CardHolder {
    /// Who it is.
    pub fn codice_fiscale(&self) -> &str {
        &self.codice_fiscale
    }

    /// The certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The body of a call that carries a token for this nonce.
    pub(super) fn sign_in(&self, origin: &Origin, nonce: &ChallengeNonce) -> Value {
        let algorithm = Algorithm::Rs256;
        let message = signed_message(algorithm.hash(), origin, nonce);
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                &message,
                &mut signature,
            )
            .expect("an RSA key of 2048 bits signs");
        let token = Token {
            unverified_certificate: self.certificate.clone(),
            algorithm,
            signature,
            app_version: "https://tessera.example/releases/0.1.0".to_owned(),
        };
        json!({ "token": token })
    }
}
