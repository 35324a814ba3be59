//! A card in software: a certificate and its key.

use protocol::token::{Scheme, signed_message};
use protocol::{Algorithm, ChallengeNonce, Origin, Token};
use x509_cert::Certificate;

use crate::{Curve, Key};

/// A certificate and its private key, able to make tokens.
#[derive(Clone)]
pub struct Card {
    certificate: Vec<u8>,
    key: Key,
}

impl Card {
    /// A card of any certificate (DER) and key, whether they fit or not.
    pub fn new(certificate: Vec<u8>, key: Key) -> Card {
        Card { certificate, key }
    }

    /// The certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The certificate, PEM.
    pub fn certificate_pem(&self) -> String {
        crate::pem("CERTIFICATE", &self.certificate)
    }

    /// The key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The certificate's serial number, for a revocation list.
    pub fn serial(&self) -> Vec<u8> {
        let certificate: Certificate = der::Decode::from_der(&self.certificate).unwrap();
        certificate
            .tbs_certificate
            .serial_number
            .as_bytes()
            .to_vec()
    }

    /// The algorithm a card with this key uses: RS256, or the curve's own.
    pub fn algorithm(&self) -> Algorithm {
        match self.key.curve() {
            None => Algorithm::Rs256,
            Some(Curve::P256) => Algorithm::Es256,
            Some(Curve::P384) => Algorithm::Es384,
            Some(Curve::P521) => Algorithm::Es512,
        }
    }

    /// Signs in to an origin: a good token.
    pub fn token(&self, origin: &Origin, nonce: &ChallengeNonce) -> Token {
        self.token_with(self.algorithm(), origin, nonce)
    }

    /// Signs in with an algorithm that fits the kind of key.
    pub fn token_with(
        &self,
        algorithm: Algorithm,
        origin: &Origin,
        nonce: &ChallengeNonce,
    ) -> Token {
        let fits = (algorithm.scheme() == Scheme::Ecdsa) != self.key.is_rsa();
        assert!(fits, "{} is not for this key", algorithm.name());
        let message = signed_message(algorithm.hash(), origin, nonce);
        Token {
            unverified_certificate: self.certificate.clone(),
            algorithm,
            signature: self
                .key
                .sign_raw(algorithm.scheme(), algorithm.hash(), &message),
            app_version: "https://tessera.example/releases/0.1.0".to_owned(),
        }
    }
}
