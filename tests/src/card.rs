//! A virtual Carta Nazionale dei Servizi: command APDUs in, response APDUs out.
//!
//! A library without sockets: tests drive it directly, or put it into a
//! [`reader`](crate::reader) under the real middleware. It has the ATR and the file system
//! of a CNS (CNS File System v10, CNS Functional Specification 1.1.6), with or without the
//! second keyset for signing documents, and does what a card does for an authentication: PIN
//! and PUK with their tries, the security environment, the raw RSA operation behind the PIN,
//! command chaining, GET RESPONSE. What it does otherwise than it should, a [`Script`] tells.

mod answer_to_reset;
mod apdu;
mod contents;
mod files;
mod key;
mod operation;
mod script;
mod verification;

pub use answer_to_reset::AnswerToReset;
pub use contents::{Contents, Holder, SignatureKeyset};
pub use key::KeyFault;
pub use script::{Act, Deviation, Moment, Play, Script};
pub use verification::{PIN_TRIES, PUK_TRIES};

use apdu::{Command, StatusWord};
use files::FileSystem;
use operation::{CNS_KEY, CryptoUnit, SIGNATURE_KEY};
use verification::{CNS_PIN, SIGNATURE_PIN, Secrets};

/// The longest answer a short APDU can carry.
const ANSWER_LENGTH_MAX: usize = 256;

/// A virtual CNS.
pub struct Card {
    answer_to_reset: AnswerToReset,
    files: FileSystem,
    secrets: Secrets,
    signature_secrets: Option<Secrets>,
    crypto: CryptoUnit,
    chain: Chain,
    /// What GET RESPONSE hands out.
    waiting_answer: Vec<u8>,
}

/// Earlier parts of a chained command (ISO 7816-4 §5.3.3).
#[derive(Default)]
struct Chain {
    /// INS, P1, P2: every part repeats them.
    header: [u8; 3],
    data: Vec<u8>,
}

impl Chain {
    /// Adds a part; parts of another command are dropped.
    fn add(&mut self, command: &Command) {
        let header = [command.instruction, command.p1, command.p2];
        if self.header != header {
            self.data.clear();
            self.header = header;
        }
        self.data.extend(command.data);
    }

    /// The whole command's data; nothing stays.
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.data)
    }
}

impl Card {
    /// Makes the card, as it comes from its issuer: PIN and PUK untouched.
    pub fn new(contents: &Contents) -> Result<Card, KeyFault> {
        let mut crypto = CryptoUnit::default();
        crypto.add(CNS_KEY, &contents.private_key_pkcs8)?;
        let mut signature_secrets = None;
        if let Some(keyset) = &contents.signature_keyset {
            crypto.add(SIGNATURE_KEY, &keyset.private_key_pkcs8)?;
            signature_secrets = Some(Secrets::new(SIGNATURE_PIN, &keyset.pin, &keyset.puk));
        }
        Ok(Card {
            answer_to_reset: contents.answer_to_reset,
            files: FileSystem::of(contents),
            secrets: Secrets::new(CNS_PIN, &contents.pin, &contents.puk),
            signature_secrets,
            crypto,
            chain: Chain::default(),
            waiting_answer: Vec::new(),
        })
    }

    /// The answer to reset.
    pub fn atr(&self) -> &'static [u8] {
        self.answer_to_reset.bytes()
    }

    /// Power off, power on or reset: everything volatile is forgotten, the tries are not.
    pub fn reset(&mut self) {
        self.files.select_root();
        self.secrets.forget_verification();
        if let Some(secrets) = &mut self.signature_secrets {
            secrets.forget_verification();
        }
        self.crypto.forget_environment();
        self.chain = Chain::default();
        self.waiting_answer.clear();
    }

    /// Answers one command: data ‖ SW1 SW2.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let (mut answer, status) = match Command::parse(command) {
            Ok(command) => match self.run(&command) {
                Ok(data) => self.fit(data, command.expected),
                Err(status) => (Vec::new(), status),
            },
            Err(status) => (Vec::new(), status),
        };
        answer.extend(status.bytes());
        answer
    }

    /// Whether the PIN has been shown since the last reset: who talks to the card can sign.
    pub fn is_logged_in(&self) -> bool {
        self.secrets.is_verified()
    }

    /// How often the authentication key was used.
    pub fn signatures(&self) -> u32 {
        self.crypto.uses(CNS_KEY)
    }

    /// How often the other keyset was touched: its PIN presented or its key used.
    pub fn signature_keyset_uses(&self) -> u32 {
        let secrets = self.signature_secrets.as_ref();
        secrets.map_or(0, Secrets::presentations) + self.crypto.uses(SIGNATURE_KEY)
    }

    /// How often a PIN was presented to VERIFY, right or wrong.
    pub fn verifications(&self) -> u32 {
        self.secrets.presentations()
    }

    /// Wrong PINs the card still takes; 0 is locked.
    pub fn pin_tries_left(&self) -> u8 {
        self.secrets.pin_tries_left()
    }

    /// Wrong PUKs the card still takes; 0 is locked for good.
    pub fn puk_tries_left(&self) -> u8 {
        self.secrets.puk_tries_left()
    }

    fn run(&mut self, command: &Command) -> Result<Vec<u8>, StatusWord> {
        const GET_RESPONSE: u8 = 0xC0;
        if command.instruction != GET_RESPONSE {
            self.waiting_answer.clear();
        }
        self.chain.add(command);
        if command.is_chained_part {
            return Ok(Vec::new());
        }
        let data = self.chain.take();

        match (command.instruction, command.p1, command.p2) {
            (0xA4, p1, p2) => self.files.select(p1, p2, &data),
            (0xB0, p1, p2) => self.files.read_binary(p1, p2, command.expected),
            (0x20, 0x00, reference) => self.secrets_meant(reference)?.verify(&data),
            (0x24, 0x00, reference) => self.secrets_meant(reference)?.change_pin(&data),
            (0x2C, 0x00, reference) => self.secrets_meant(reference)?.unblock_pin(&data),
            (0x22, p1, p2) => self.crypto.manage_environment(p1, p2, &data),
            (0x2A, p1, p2) => {
                let is_verified = self.is_key_open();
                self.crypto.perform(p1, p2, &data, is_verified)
            }
            (0x84, 0x00, 0x00) => operation::get_challenge(command.expected),
            (GET_RESPONSE, 0x00, 0x00) => self.get_response(),
            (0x20 | 0x24 | 0x2C | 0x84 | GET_RESPONSE, _, _) => Err(StatusWord::WRONG_P1_P2),
            _ => Err(StatusWord::UNKNOWN_INSTRUCTION),
        }
    }

    /// The PIN that a command means by its reference.
    fn secrets_meant(&mut self, reference: u8) -> Result<&mut Secrets, StatusWord> {
        let mut all = std::iter::once(&mut self.secrets).chain(&mut self.signature_secrets);
        all.find(|secrets| secrets.is_meant(reference))
            .ok_or(StatusWord::REFERENCE_NOT_FOUND)
    }

    /// Whether the PIN of the key in use was shown.
    fn is_key_open(&self) -> bool {
        let secrets = match self.crypto.key_in_use() {
            Some(SIGNATURE_KEY) => self.signature_secrets.as_ref(),
            _ => Some(&self.secrets),
        };
        secrets.is_some_and(Secrets::is_verified)
    }

    fn get_response(&mut self) -> Result<Vec<u8>, StatusWord> {
        if self.waiting_answer.is_empty() {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        Ok(std::mem::take(&mut self.waiting_answer))
    }

    /// Hands out what the reader asked for and keeps the rest for GET RESPONSE.
    fn fit(&mut self, mut data: Vec<u8>, expected: Option<usize>) -> (Vec<u8>, StatusWord) {
        let rest = data.split_off(expected.unwrap_or(0).min(data.len()));
        if rest.is_empty() {
            return (data, StatusWord::OK);
        }
        let status = StatusWord::more_available(rest.len().min(ANSWER_LENGTH_MAX));
        self.waiting_answer = rest;
        (data, status)
    }
}

#[cfg(test)]
mod tests;
