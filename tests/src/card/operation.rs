//! The security environment and the key's use: MANAGE SECURITY ENVIRONMENT, PERFORM
//! SECURITY OPERATION, GET CHALLENGE (CNS Functional Specification).

use super::{
    apdu::StatusWord,
    key::{KeyFault, PrivateKey},
};

/// The environment a CNS is personalised with.
const ENVIRONMENT: u8 = 0x03;
/// Control reference data that names the authentication key.
const KEY_REFERENCE: [u8; 3] = [0x83, 0x01, 0x01];
/// The longest random number the common masks give.
const CHALLENGE_LENGTH_MAX: usize = 0x20;

/// What the environment allows the key to be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Template {
    Confidentiality,
    DigitalSignature,
}

/// The key and the environment it is used in.
pub struct CryptoUnit {
    key: PrivateKey,
    template: Option<Template>,
    uses: u32,
}

impl CryptoUnit {
    pub fn new(private_key_pkcs8: &[u8]) -> Result<CryptoUnit, KeyFault> {
        Ok(CryptoUnit {
            key: PrivateKey::from_pkcs8(private_key_pkcs8)?,
            template: None,
            uses: 0,
        })
    }

    pub fn uses(&self) -> u32 {
        self.uses
    }

    pub fn forget_environment(&mut self) {
        self.template = None;
    }

    /// MSE: restore the environment, or name the key for one use.
    pub fn manage_environment(
        &mut self,
        p1: u8,
        p2: u8,
        data: &[u8],
    ) -> Result<Vec<u8>, StatusWord> {
        self.template = match (p1, p2) {
            (0xF3, ENVIRONMENT) => None,
            (0xF1, 0xB6 | 0xB8) if data != KEY_REFERENCE => {
                return Err(StatusWord::REFERENCE_NOT_FOUND);
            }
            (0xF1, 0xB8) => Some(Template::Confidentiality),
            (0xF1, 0xB6) => Some(Template::DigitalSignature),
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
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
        if self.template != Some(template) {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        if !is_pin_verified {
            return Err(StatusWord::SECURITY_NOT_SATISFIED);
        }
        let result = self.key.apply(block).ok_or(StatusWord::WRONG_DATA)?;
        self.uses += 1;
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
