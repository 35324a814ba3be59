//! Challenges: issued into a sealed cookie, judged once (contract §4, "The nonce").

pub mod rate;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use protocol::{ChallengeNonce, ProblemCode};
use sha2::{Digest, Sha256};

use crate::{
    clock::MINUTE,
    problem::Refusal,
    seal::{NoRandomness, Purpose, SealKey, random},
    store::Store,
};

/// How much longer than the challenge its cookie lives, so that `challenge-expired`
/// can be said to someone who comes late.
const COOKIE_SURPLUS: i64 = 10 * MINUTE;

/// A challenge as its cookie holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    nonce: [u8; 32],
    /// Until when a token for it is accepted, in Unix milliseconds.
    pub expires_at: i64,
}

impl Challenge {
    /// Draws a new one.
    pub fn draw(now: i64, seconds: u32) -> Result<Challenge, NoRandomness> {
        Ok(Challenge {
            nonce: random()?,
            expires_at: now + i64::from(seconds) * 1000,
        })
    }

    /// The nonce as the card signs it.
    pub fn nonce(&self) -> ChallengeNonce {
        ChallengeNonce::from_random(self.nonce)
    }

    /// For the cookie: sealed, so that nothing needs to be kept here.
    pub fn seal(&self, key: &SealKey) -> Result<String, NoRandomness> {
        let mut plain = self.nonce.to_vec();
        plain.extend(self.expires_at.to_be_bytes());
        key.seal(Purpose::Challenge, &plain)
    }

    /// Reads a cookie; none for anything this installation did not seal.
    pub fn open(key: &SealKey, cookie: &str) -> Option<Challenge> {
        let plain = key.open(Purpose::Challenge, cookie)?;
        let (nonce, expires_at) = plain.split_at_checked(32)?;
        Some(Challenge {
            nonce: nonce.try_into().ok()?,
            expires_at: i64::from_be_bytes(expires_at.try_into().ok()?),
        })
    }

    /// For how many seconds a cookie of a challenge of `seconds` is kept.
    pub fn cookie_seconds(seconds: u32) -> i64 {
        i64::from(seconds) + COOKIE_SURPLUS / 1000
    }

    /// Spends the challenge; the one caller who gets the nonce may judge a token by it.
    pub async fn spend(
        &self,
        store: &Store,
        superseded: &Superseded,
        now: i64,
    ) -> Result<ChallengeNonce, Refusal> {
        let hash = self.hash();
        if now >= self.expires_at || superseded.contains(&hash) {
            // Past its time it can be judged no more; what is left to tell is how it ended.
            let code = if store.challenge_is_spent(&hash).await? {
                ProblemCode::ChallengeUsed
            } else {
                ProblemCode::ChallengeExpired
            };
            return Err(Refusal::new(code));
        }
        if store
            .spend_challenge(&hash, self.expires_at + COOKIE_SURPLUS)
            .await?
        {
            Ok(self.nonce())
        } else {
            Err(Refusal::new(ProblemCode::ChallengeUsed))
        }
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.nonce).into()
    }
}

/// Challenges whose browser asked for a newer one before they expired.
///
/// The browser itself no longer has the cookie; this is for a copy of it. Kept in this
/// node's memory, since issuing a challenge writes nothing to the database: another
/// node, or this one started anew, still takes the copy until it expires.
#[derive(Default)]
pub struct Superseded(Mutex<HashMap<[u8; 32], i64>>);

/// The most that are remembered; more than all addresses' limits let through in a
/// challenge's life on a busy day.
const SUPERSEDED_LIMIT: usize = 200_000;

impl Superseded {
    /// Remembers a challenge that was given up for a newer one.
    pub fn add(&self, challenge: &Challenge, now: i64) {
        let mut hashes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if challenge.expires_at > now && hashes.len() < SUPERSEDED_LIMIT {
            hashes.insert(challenge.hash(), challenge.expires_at);
        }
    }

    /// Forgets those that have expired by themselves.
    pub fn forget_expired(&self, now: i64) {
        let mut hashes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hashes.retain(|_, expires_at| *expires_at > now);
    }

    fn contains(&self, hash: &[u8; 32]) -> bool {
        let hashes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hashes.contains_key(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_survives_its_cookie() {
        let key = SealKey::new(&[1; 32]);
        let challenge = Challenge::draw(1000, 300).unwrap();
        assert_eq!(challenge.expires_at, 301_000);
        let cookie = challenge.seal(&key).unwrap();
        assert_eq!(Challenge::open(&key, &cookie), Some(challenge));
        assert_eq!(Challenge::open(&SealKey::new(&[2; 32]), &cookie), None);
        assert_eq!(Challenge::open(&key, ""), None);
    }

    #[test]
    fn what_expired_is_not_remembered() {
        let superseded = Superseded::default();
        let challenge = Challenge::draw(0, 10).unwrap();
        superseded.add(&challenge, 0);
        assert!(superseded.contains(&challenge.hash()));
        superseded.forget_expired(10_000);
        assert!(!superseded.contains(&challenge.hash()));
        superseded.add(&challenge, 10_000);
        assert!(!superseded.contains(&challenge.hash()));
    }
}
