//! The security environment and the key's use: MANAGE SECURITY ENVIRONMENT, PERFORM
//! SECURITY OPERATION, GET CHALLENGE (CNS Functional Specification).

use super::{
    apdu::StatusWord,
    key::{KeyFault, PrivateKey},
};

/// The environment a CNS is personalised with.
const ENVIRONMENT: u8 = 0x03;
/// How control reference data names a key; its reference follows.
const KEY_NAMED: [u8; 2] = [0x83, 0x01];
/// The authentication key.
pub const CNS_KEY: u8 = 0x01;
/// The key for signing documents.
pub const SIGNATURE_KEY: u8 = 0x10;
/// The longest random number the common masks give.
const CHALLENGE_LENGTH_MAX: usize = 0x20;

/// What the environment allows the key to be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Template {
    Confidentiality,
    DigitalSignature,
}

/// A key, by its reference, and how often it was used.
struct KeyInPlace {
    reference: u8,
    key: PrivateKey,
    uses: u32,
}

/// The keys and the environment they are used in.
#[derive(Default)]
pub struct CryptoUnit {
    keys: Vec<KeyInPlace>,
    environment: Option<(Template, u8)>,
}

impl CryptoUnit {
    /// Puts a key in.
    pub fn add(&mut self, reference: u8, private_key_pkcs8: &[u8]) -> Result<(), KeyFault> {
        self.keys.push(KeyInPlace {
            reference,
            key: PrivateKey::from_pkcs8(private_key_pkcs8)?,
            uses: 0,
        });
        Ok(())
    }

    /// How often a key was used.
    pub fn uses(&self, reference: u8) -> u32 {
        let used = self.keys.iter().find(|key| key.reference == reference);
        used.map_or(0, |key| key.uses)
    }

    /// The key that the environment names.
    pub fn key_in_use(&self) -> Option<u8> {
        self.environment.map(|(_, reference)| reference)
    }

    pub fn forget_environment(&mut self) {
        self.environment = None;
    }

    /// MSE: restore the environment, or name the key for one use.
    pub fn manage_environment(
        &mut self,
        p1: u8,
        p2: u8,
        data: &[u8],
    ) -> Result<Vec<u8>, StatusWord> {
        let template = match (p1, p2) {
            (0xF3, ENVIRONMENT) => {
                self.environment = None;
                return Ok(Vec::new());
            }
            (0xF1, 0xB8) => Template::Confidentiality,
            (0xF1, 0xB6) => Template::DigitalSignature,
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
        let named = data.strip_prefix(&KEY_NAMED);
        let known = self
            .keys
            .iter()
            .map(|key| key.reference)
            .find(|reference| named == Some(&[*reference]))
            .ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
        self.environment = Some((template, known));
        Ok(Vec::new())
    }

    /// PSO: the raw RSA operation on a block that the middleware padded.
    pub fn perform(
        &mut self,
        p1: u8,
        p2: u8,
        data: &[u8],
        is_pin_verified: bool,
    ) -> Result<Vec<u8>, StatusWord> {
        let (template, block) = match (p1, p2, data) {
            // DECIPHER: the first byte says "no padding to take off".
            (0x80, 0x86, [0x00, block @ ..]) => (Template::Confidentiality, block),
            (0x80, 0x86, _) => return Err(StatusWord::WRONG_DATA),
            (0x9E, 0x9A, block) => (Template::DigitalSignature, block),
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
        let named = self.environment.filter(|(named, _)| *named == template);
        let reference = named.ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?.1;
        if !is_pin_verified {
            return Err(StatusWord::SECURITY_NOT_SATISFIED);
        }
        let mut keys = self.keys.iter_mut();
        let used = keys
            .find(|key| key.reference == reference)
            .ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
        let result = used.key.apply(block).ok_or(StatusWord::WRONG_DATA)?;
        used.uses += 1;
        Ok(result)
    }
}

/// GET CHALLENGE: random bytes.
pub fn get_challenge(expected: Option<usize>) -> Result<Vec<u8>, StatusWord> {
    let length = expected.unwrap_or(0);
    if !(1..=CHALLENGE_LENGTH_MAX).contains(&length) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let mut challenge = vec![0; length];
    aws_lc_rs::rand::fill(&mut challenge).map_err(|_| StatusWord::CONDITIONS_NOT_SATISFIED)?;
    Ok(challenge)
}
