//! The authentication token, in the Web eID format (contract §1).

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::{ChallengeNonce, Origin};

/// The format this version of Tessera writes.
pub const FORMAT: &str = "web-eid:1.0";

/// The hash of a signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// Length of the digest, in bytes.
    #[allow(clippy::len_without_is_empty)] // a digest is never empty
    pub fn len(self) -> usize {
        match self {
            Hash::Sha256 => 32,
            Hash::Sha384 => 48,
            Hash::Sha512 => 64,
        }
    }

    /// The digest of `data`.
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha256 => Sha256::digest(data).to_vec(),
            Hash::Sha384 => Sha384::digest(data).to_vec(),
            Hash::Sha512 => Sha512::digest(data).to_vec(),
        }
    }
}

/// The family of a signature algorithm (RFC 7518 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1,
    /// RSASSA-PSS, salt as long as the hash, MGF1 with the same hash.
    RsaPss,
    /// ECDSA, signature as raw `r ‖ s`.
    Ecdsa,
}

/// A signature algorithm by its JWA name (RFC 7518 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
}

impl Algorithm {
    /// All nine.
    pub const ALL: [Algorithm; 9] = [
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
    ];

    /// The JWA name.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Rs384 => "RS384",
            Algorithm::Rs512 => "RS512",
            Algorithm::Ps256 => "PS256",
            Algorithm::Ps384 => "PS384",
            Algorithm::Ps512 => "PS512",
            Algorithm::Es256 => "ES256",
            Algorithm::Es384 => "ES384",
            Algorithm::Es512 => "ES512",
        }
    }

    /// The algorithm of that name; names are exact.
    pub fn from_name(name: &str) -> Option<Algorithm> {
        Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// Its hash.
    pub fn hash(self) -> Hash {
        use Algorithm::*;
        match self {
            Rs256 | Ps256 | Es256 => Hash::Sha256,
            Rs384 | Ps384 | Es384 => Hash::Sha384,
            Rs512 | Ps512 | Es512 => Hash::Sha512,
        }
    }

    /// Its family.
    pub fn scheme(self) -> Scheme {
        use Algorithm::*;
        match self {
            Rs256 | Rs384 | Rs512 => Scheme::RsaPkcs1,
            Ps256 | Ps384 | Ps512 => Scheme::RsaPss,
            Es256 | Es384 | Es512 => Scheme::Ecdsa,
        }
    }
}

/// An authentication token whose form is right; nothing in it is trusted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The certificate, DER as claimed (not parsed here).
    pub unverified_certificate: Vec<u8>,
    /// What the signature was made with.
    pub algorithm: Algorithm,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// The address of the release of the program that made the token.
    pub app_version: String,
}

/// Why a JSON value is not a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// A member is missing, not text, or not base64 where it must be.
    #[error("the token's member `{0}` is missing or malformed")]
    Malformed(&'static str),
    /// A format other than `web-eid:1` and its minor versions.
    #[error("the token's format is not web-eid:1")]
    FormatUnsupported,
    /// An algorithm outside the nine.
    #[error("the token's algorithm is none of RS, PS, ES with 256, 384, 512")]
    AlgorithmUnsupported,
}

impl Token {
    /// Reads a token from its JSON; unknown members are ignored.
    pub fn from_json(value: &Value) -> Result<Token, TokenFault> {
        let certificate = text(value, "unverifiedCertificate")?;
        let algorithm = text(value, "algorithm")?;
        let signature = text(value, "signature")?;
        let format = text(value, "format")?;
        let app_version = text(value, "appVersion")?;
        let token = |algorithm| -> Result<Token, TokenFault> {
            Ok(Token {
                unverified_certificate: base64(certificate, "unverifiedCertificate")?,
                algorithm,
                signature: base64(signature, "signature")?,
                app_version: app_version.to_owned(),
            })
        };
        // Base64 first for every token, so that a fault of form is told before a
        // format or algorithm we merely do not support.
        let token = token(Algorithm::from_name(algorithm).unwrap_or(Algorithm::Rs256))?;
        if !is_version_1(format) {
            return Err(TokenFault::FormatUnsupported);
        }
        let algorithm = Algorithm::from_name(algorithm).ok_or(TokenFault::AlgorithmUnsupported)?;
        Ok(Token { algorithm, ..token })
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut token = serializer.serialize_struct("Token", 5)?;
        token.serialize_field(
            "unverifiedCertificate",
            &STANDARD.encode(&self.unverified_certificate),
        )?;
        token.serialize_field("algorithm", self.algorithm.name())?;
        token.serialize_field("signature", &STANDARD.encode(&self.signature))?;
        token.serialize_field("format", FORMAT)?;
        token.serialize_field("appVersion", &self.app_version)?;
        token.end()
    }
}

/// What the card signs: `H(origin) ‖ H(nonce)`, H the algorithm's hash.
///
/// The signature algorithm hashes this once more (contract §1).
pub fn signed_message(hash: Hash, origin: &Origin, nonce: &ChallengeNonce) -> Vec<u8> {
    let mut message = hash.digest(origin.as_str().as_bytes());
    message.extend(hash.digest(nonce.as_str().as_bytes()));
    message
}

fn text<'a>(value: &'a Value, member: &'static str) -> Result<&'a str, TokenFault> {
    value
        .get(member)
        .and_then(Value::as_str)
        .ok_or(TokenFault::Malformed(member))
}

fn base64(text: &str, member: &'static str) -> Result<Vec<u8>, TokenFault> {
    STANDARD
        .decode(text)
        .map_err(|_| TokenFault::Malformed(member))
}

/// `web-eid:1` or `web-eid:1.` and digits; `web-eid:10` is another major version.
fn is_version_1(format: &str) -> bool {
    match format.strip_prefix("web-eid:1") {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|minor| {
            !minor.is_empty() && minor.bytes().all(|digit| digit.is_ascii_digit())
        }),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        json!({
            "unverifiedCertificate": "MIIB", "algorithm": "ES384", "signature": "AAAA",
            "format": "web-eid:1.0", "appVersion": "https://tessera.example/releases/0.1.0",
            "supportedSignatureAlgorithms": [],
        })
    }

    #[test]
    fn a_token_survives_writing_and_reading() {
        let token = Token::from_json(&good()).unwrap();
        let written = serde_json::to_value(&token).unwrap();
        assert_eq!(Token::from_json(&written), Ok(token));
    }

    #[test]
    fn a_member_that_is_missing_or_not_text_is_named() {
        for member in [
            "unverifiedCertificate",
            "algorithm",
            "signature",
            "format",
            "appVersion",
        ] {
            let mut value = good();
            value[member] = json!(7);
            assert_eq!(Token::from_json(&value), Err(TokenFault::Malformed(member)));
            value.as_object_mut().unwrap().remove(member);
            assert_eq!(Token::from_json(&value), Err(TokenFault::Malformed(member)));
        }
    }

    #[test]
    fn base64_is_standard_with_padding() {
        for text in ["MIIB=", "MII", "MI-B", "MI IB", "MIIB\n"] {
            let mut value = good();
            value["signature"] = json!(text);
            assert_eq!(
                Token::from_json(&value),
                Err(TokenFault::Malformed("signature")),
                "{text:?}"
            );
        }
    }

    #[test]
    fn only_major_version_1_is_read() {
        for (format, accepted) in [
            ("web-eid:1", true),
            ("web-eid:1.0", true),
            ("web-eid:1.17", true),
            ("web-eid:10", false),
            ("web-eid:10.0", false),
            ("web-eid:2.0", false),
            ("web-eid:1.", false),
            ("web-eid:1.0.0", false),
            ("web-eid:1.x", false),
            ("WEB-EID:1", false),
            ("", false),
        ] {
            let mut value = good();
            value["format"] = json!(format);
            assert_eq!(Token::from_json(&value).is_ok(), accepted, "{format}");
        }
    }

    #[test]
    fn algorithms_outside_the_nine_are_told_apart() {
        for name in ["none", "HS256", "rs256", "RS1", "ES256K", ""] {
            let mut value = good();
            value["algorithm"] = json!(name);
            assert_eq!(
                Token::from_json(&value),
                Err(TokenFault::AlgorithmUnsupported)
            );
        }
    }

    #[test]
    fn what_is_signed_is_two_hashes() {
        let origin = Origin::parse("https://sistemats.it").unwrap();
        let nonce = ChallengeNonce::from_random([1; 32]);
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            let message = signed_message(hash, &origin, &nonce);
            assert_eq!(message.len(), 2 * hash.len());
            assert_eq!(message[..hash.len()], hash.digest(b"https://sistemats.it"));
        }
    }
}
