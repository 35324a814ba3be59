//! Challenges: issued into a sealed cookie, judged once (contract §4, "The nonce").

pub mod forgetting;
pub mod nodes;
pub mod rate;
pub mod under_way;

use protocol::{ChallengeNonce, ProblemCode};
use sha2::{Digest, Sha256};

use crate::{
    clock::MINUTE,
    problem::Refusal,
    seal::{NoRandomness, Purpose, SealKey, random},
    store::{ChallengeEnd, SpentChallenge, Store, StoreFault},
};

/// How much longer than the challenge its cookie lives, so that `challenge-expired`
/// can be said to someone who comes late. Part of a spent nonce's key: were it another one day,
/// what was spent the minutes before would be good again.
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

    /// Whether a token for it is accepted still, if nobody's was before.
    pub fn is_alive(&self, now: i64) -> bool {
        now < self.expires_at
    }

    /// Spends the challenge, which one caller can: theirs is the judgement that counts.
    pub async fn spend(&self, store: &Store, now: i64) -> Result<(), Refusal> {
        if self.is_alive(now) && store.spend_challenge(self.spending()).await? {
            return Ok(());
        }
        // It can be judged no more; what is left to tell is how it ended.
        self.require_good(store, now).await?;
        Err(Refusal::new(ProblemCode::ChallengeExpired))
    }

    /// Refuses one that has ended.
    pub async fn require_good(&self, store: &Store, now: i64) -> Result<(), Refusal> {
        match self.found_ended(store).await? {
            Some(ChallengeEnd::Judged) => Err(Refusal::new(ProblemCode::ChallengeUsed)),
            None if self.is_alive(now) => Ok(()),
            Some(ChallengeEnd::GivenUp) | None => Err(Refusal::new(ProblemCode::ChallengeExpired)),
        }
    }

    /// Its browser asks for a newer one: a copy of this one is good no more, on any node.
    ///
    /// Nothing is written for one that has ended already, as nearly all have that a browser
    /// still holds.
    pub async fn give_up(&self, store: &Store, now: i64) -> Result<(), StoreFault> {
        if self.is_alive(now) && self.found_ended(store).await?.is_none() {
            store
                .spend_challenge(self.ended(ChallengeEnd::GivenUp))
                .await?;
        }
        Ok(())
    }

    async fn found_ended(&self, store: &Store) -> Result<Option<ChallengeEnd>, StoreFault> {
        store.challenge_end(&self.hash(), self.forget_at()).await
    }

    /// What is written down when a token is judged by it.
    pub fn spending(&self) -> SpentChallenge {
        self.ended(ChallengeEnd::Judged)
    }

    fn ended(&self, end: ChallengeEnd) -> SpentChallenge {
        SpentChallenge {
            nonce_hash: self.hash(),
            end,
            forget_at: self.forget_at(),
        }
    }

    fn forget_at(&self) -> i64 {
        self.expires_at + COOKIE_SURPLUS
    }

    /// SHA-256 of the nonce.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.nonce).into()
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
}
