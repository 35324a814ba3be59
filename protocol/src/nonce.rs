//! The challenge nonce: what the card signs so that a token is good once.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// A challenge nonce as issued: base64 text of at least 32 random bytes.
///
/// The text itself is what gets hashed and signed (Web eID token format), so it is
/// kept exactly as it came: 44 to 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, min_length = 44, max_length = 128, pattern = "^[A-Za-z0-9+/]+={0,2}$")
)]
pub struct ChallengeNonce(String);

/// The text is not a challenge nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a challenge nonce is base64 text of 44 to 128 characters")]
pub struct NonceFault;

impl ChallengeNonce {
    /// Makes the nonce of 32 random bytes that the caller drew.
    pub fn from_random(bytes: [u8; 32]) -> ChallengeNonce {
        ChallengeNonce(STANDARD.encode(bytes))
    }

    /// Reads a nonce; the standard alphabet with padding, no blanks.
    pub fn parse(text: &str) -> Result<ChallengeNonce, NonceFault> {
        if !(44..=128).contains(&text.len()) || STANDARD.decode(text).is_err() {
            return Err(NonceFault);
        }
        Ok(ChallengeNonce(text.to_owned()))
    }

    /// The base64 text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ChallengeNonce {
    type Error = NonceFault;

    fn try_from(text: String) -> Result<Self, NonceFault> {
        ChallengeNonce::parse(&text)
    }
}

impl From<ChallengeNonce> for String {
    fn from(nonce: ChallengeNonce) -> String {
        nonce.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_of_32_bytes_has_44_characters() {
        let nonce = ChallengeNonce::from_random([7; 32]);
        assert_eq!(nonce.as_str().len(), 44);
        assert_eq!(ChallengeNonce::parse(nonce.as_str()), Ok(nonce));
    }

    #[test]
    fn short_long_and_foreign_text_is_no_nonce() {
        let blanks = format!("{} ", "A".repeat(43));
        let url_safe = format!("{}-_A=", "A".repeat(40));
        for text in ["", "AAAA", &"A".repeat(132), &blanks, &url_safe] {
            assert_eq!(ChallengeNonce::parse(text), Err(NonceFault), "{text}");
        }
    }
}
