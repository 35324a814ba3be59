//! Standard credentials: drawing them, hashing them, judging a new password.

pub mod document;
pub mod issuing;

use std::{sync::Arc, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use protocol::CodiceFiscale;
use tokio::sync::Semaphore;
use zeroize::{Zeroize, Zeroizing};
use zxcvbn::{Score, zxcvbn};

use crate::seal::{NoRandomness, random};

/// Characters of a drawn password: no two that a printed sheet can confuse (0 O o, 1 I l,
/// 2 Z, 5 S, 8 B, u v).
const UNAMBIGUOUS: &[u8] = b"ACDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrstwxyz34679";
/// Of these 48 characters, 16 hold 89 bits.
const PASSWORD_CHARACTERS: usize = 16;
const PINCODE_DIGITS: usize = 10;

/// Shortest password a person may choose, in characters.
const SHORTEST: usize = 12;

/// A first password and a Pincode, as drawn.
pub struct FirstCredentials {
    /// The password.
    pub password: String,
    /// Ten digits.
    pub pincode: String,
}

impl FirstCredentials {
    /// Draws new ones.
    pub fn draw() -> Result<FirstCredentials, NoRandomness> {
        Ok(FirstCredentials {
            password: draw_text(UNAMBIGUOUS, PASSWORD_CHARACTERS)?,
            pincode: draw_text(b"0123456789", PINCODE_DIGITS)?,
        })
    }
}

impl Drop for FirstCredentials {
    fn drop(&mut self) {
        self.password.zeroize();
        self.pincode.zeroize();
    }
}

/// Text of characters that are each equally likely.
pub(crate) fn draw_text(alphabet: &[u8], length: usize) -> Result<String, NoRandomness> {
    // Bytes past the last whole multiple would favour the first characters.
    let usable = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let [byte] = random::<1>()?;
        if usize::from(byte) < usable {
            text.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
        }
    }
    Ok(text)
}

/// Whether a person may choose this password in the place of the current one.
pub fn is_acceptable(new: &str, current: &str, user_id: &CodiceFiscale) -> bool {
    new.chars().count() >= SHORTEST
        && new != current
        && !new.to_uppercase().contains(user_id.as_str())
        && zxcvbn(new, &[]).score() >= Score::Three
}

/// Hashing did not happen.
#[derive(Debug, thiserror::Error)]
pub enum HashingFault {
    /// Too many wait for it.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The hash function refused.
    #[error("argon2: {0}")]
    Argon2(#[from] argon2::password_hash::Error),
    /// A hash in the database is none.
    #[error("a hash that cannot be read: {0}")]
    Unreadable(#[from] argon2::password_hash::phc::Error),
    /// The thread that hashed ended early.
    #[error("hashing was cut short: {0}")]
    CutShort(#[from] tokio::task::JoinError),
}

/// Argon2id with its crate's parameters (19 MiB, 2 passes: OWASP's recommendation),
/// a few at a time: each takes a processor and its memory.
pub struct Hashing {
    places: Arc<Semaphore>,
    /// What an unknown user's password is compared with, so that it takes as long.
    nobodys: String,
}

const PATIENCE: Duration = Duration::from_secs(10);

impl Hashing {
    /// As many at a time as there are processors.
    pub fn new() -> Result<Hashing, HashingFault> {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let unknown: [u8; 32] = random().map_err(|_| HashingFault::Busy)?;
        Ok(Hashing {
            places: Arc::new(Semaphore::new(processors)),
            nobodys: hash_now(&unknown)?,
        })
    }

    /// The hash of a secret, as a PHC string.
    pub async fn hash(&self, secret: &str) -> Result<String, HashingFault> {
        let secret = Zeroizing::new(secret.to_owned());
        self.run(move || hash_now(secret.as_bytes())).await
    }

    /// Whether a password fits a hash; with no hash it is compared with nobody's.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, HashingFault> {
        let password = Zeroizing::new(password.to_owned());
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobodys).to_owned();
        let fits = self
            .run(move || {
                let hash = PasswordHash::new(&hash)?;
                Ok(Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok())
            })
            .await?;
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingFault> + Send + 'static,
    ) -> Result<T, HashingFault> {
        let place = tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_| HashingFault::Busy)?
            .map_err(|_| HashingFault::Busy)?;
        tokio::task::spawn_blocking(move || {
            // Held by the work itself: a caller who leaves does not free it early.
            let _place = place;
            work()
        })
        .await?
    }
}

fn hash_now(secret: &[u8]) -> Result<String, HashingFault> {
    Ok(Argon2::default().hash_password(secret)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mario() -> CodiceFiscale {
        CodiceFiscale::parse("RSSMRA80A01H501U").unwrap()
    }

    #[test]
    fn first_credentials_are_strong_and_readable_from_paper() {
        for _ in 0..50 {
            let drawn = FirstCredentials::draw().unwrap();
            assert_eq!(drawn.password.len(), 16);
            assert!(!drawn.password.contains(|c| "0Oo1Il2Z5S8Buv ".contains(c)));
            assert!(is_acceptable(&drawn.password, "another", &mario()));
            assert_eq!(drawn.pincode.len(), 10);
            assert!(drawn.pincode.bytes().all(|digit| digit.is_ascii_digit()));
        }
    }

    #[test]
    fn every_character_is_drawn() {
        let text = draw_text(UNAMBIGUOUS, 4000).unwrap();
        for character in UNAMBIGUOUS {
            assert!(text.contains(char::from(*character)));
        }
    }

    #[test]
    fn a_password_has_four_ways_to_be_unacceptable() {
        let good = "corretto cavallo batteria";
        assert!(is_acceptable(good, "x", &mario()));
        assert!(
            !is_acceptable("kQ7#xP2!mZ9", "x", &mario()),
            "11 characters"
        );
        assert!(!is_acceptable(good, good, &mario()));
        assert!(!is_acceptable("zz9-rssmra80a01h501u-Kx!7q", "x", &mario()));
        assert!(!is_acceptable("password1234", "x", &mario()));
        assert!(!is_acceptable("aaaaaaaaaaaaaaaa", "x", &mario()));
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert!(
            !is_acceptable("àèìòùéçñß€ü", "x", &mario()),
            "11 characters"
        );
    }

    #[tokio::test]
    async fn only_the_hashed_password_fits_and_nobodys_never() {
        let hashing = Hashing::new().unwrap();
        let hash = hashing.hash("right").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hashing.verify("right", Some(&hash)).await.unwrap());
        assert!(!hashing.verify("wrong", Some(&hash)).await.unwrap());
        assert!(!hashing.verify("right", None).await.unwrap());
    }
}
