//! PIN and PUK: presented, counted, changed, unblocked.

use super::apdu::StatusWord;

/// Wrong PINs in a row until the PIN is locked.
pub const PIN_TRIES: u8 = 3;
/// Wrong PUKs until the card is locked for good.
pub const PUK_TRIES: u8 = 10;

/// A secret as the card keeps it: ASCII, padded with FF.
type Stored = [u8; 8];

/// The PIN of the CNS itself.
pub const CNS_PIN: u8 = 0x10;
/// The PIN of the keys for signing documents.
pub const SIGNATURE_PIN: u8 = 0x1A;
/// Some masks address the same PIN as "search in the parent directory" (ISO 7816-4 §7.5.6).
const FROM_PARENT: u8 = 0x80;

/// A PIN with its PUK.
pub struct Secrets {
    reference: u8,
    pin: Stored,
    puk: Stored,
    pin_tries_left: u8,
    puk_tries_left: u8,
    verified: bool,
    presentations: u32,
}

impl Secrets {
    /// Keeps PIN and PUK; characters past the eighth are not kept.
    pub fn new(reference: u8, pin: &str, puk: &str) -> Secrets {
        Secrets {
            reference,
            pin: pad(pin),
            puk: pad(puk),
            pin_tries_left: PIN_TRIES,
            puk_tries_left: PUK_TRIES,
            verified: false,
            presentations: 0,
        }
    }

    /// Whether a command that names this reference means this PIN.
    pub fn is_meant(&self, reference: u8) -> bool {
        reference == self.reference || reference == self.reference | FROM_PARENT
    }

    pub fn is_verified(&self) -> bool {
        self.verified
    }

    pub fn presentations(&self) -> u32 {
        self.presentations
    }

    pub fn pin_tries_left(&self) -> u8 {
        self.pin_tries_left
    }

    pub fn puk_tries_left(&self) -> u8 {
        self.puk_tries_left
    }

    pub fn forget_verification(&mut self) {
        self.verified = false;
    }

    /// VERIFY: presents the PIN; without data it asks how things stand.
    pub fn verify(&mut self, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
        if data.is_empty() {
            return match (self.verified, self.pin_tries_left) {
                (true, _) => Ok(Vec::new()),
                (false, 0) => Err(StatusWord::BLOCKED),
                (false, left) => Err(StatusWord::tries_left(left)),
            };
        }
        let presented: Stored = data.try_into().map_err(|_| StatusWord::WRONG_LENGTH)?;
        self.present_pin(presented)?;
        self.verified = true;
        Ok(Vec::new())
    }

    /// CHANGE REFERENCE DATA: old PIN ‖ new PIN.
    pub fn change_pin(&mut self, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
        let (old, new) = halves(data)?;
        self.present_pin(old)?;
        self.pin = new;
        Ok(Vec::new())
    }

    /// RESET RETRY COUNTER: PUK ‖ new PIN.
    pub fn unblock_pin(&mut self, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
        let (puk, new) = halves(data)?;
        compare(puk, self.puk, &mut self.puk_tries_left, PUK_TRIES)?;
        self.pin = new;
        self.pin_tries_left = PIN_TRIES;
        Ok(Vec::new())
    }

    fn present_pin(&mut self, presented: Stored) -> Result<(), StatusWord> {
        self.presentations += 1;
        self.verified = false;
        compare(presented, self.pin, &mut self.pin_tries_left, PIN_TRIES)
    }
}

fn compare(given: Stored, kept: Stored, left: &mut u8, all: u8) -> Result<(), StatusWord> {
    if *left == 0 {
        return Err(StatusWord::BLOCKED);
    }
    if given == kept {
        *left = all;
        return Ok(());
    }
    *left -= 1;
    match *left {
        0 => Err(StatusWord::BLOCKED),
        left => Err(StatusWord::tries_left(left)),
    }
}

fn halves(data: &[u8]) -> Result<(Stored, Stored), StatusWord> {
    match data.split_at_checked(8) {
        Some((first, second)) if second.len() == 8 => {
            let half = |bytes: &[u8]| bytes.try_into().map_err(|_| StatusWord::WRONG_LENGTH);
            Ok((half(first)?, half(second)?))
        }
        _ => Err(StatusWord::WRONG_LENGTH),
    }
}

fn pad(secret: &str) -> Stored {
    let mut stored = [0xFF; 8];
    for (place, byte) in stored.iter_mut().zip(secret.bytes()) {
        *place = byte;
    }
    stored
}
