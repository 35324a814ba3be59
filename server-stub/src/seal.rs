//! Sealing: what a browser keeps for us and can neither read nor change.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Prk},
    hmac, rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

const SALT_BYTES: usize = 32;

/// A key that seals, and that makes keyed hashes.
///
/// Each sealing derives a key of its own from 32 random bytes (HKDF-SHA-256, RFC 5869),
/// so that one long-lived key, shared by all nodes, never meets AES-GCM's limit of
/// 2^32 random nonces (NIST SP 800-38D §8.3).
pub struct SealKey {
    sealing: Prk,
    hashing: hmac::Key,
}

/// The system's source of randomness failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// What a sealing is for; one made for another purpose does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The challenge in its cookie.
    Challenge,
    /// The document's key in its cookie.
    DocumentCookie,
    /// The document's secrets in the database.
    Document,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::Challenge => b"tessera challenge 1",
            Purpose::DocumentCookie => b"tessera document cookie 1",
            Purpose::Document => b"tessera document 1",
        }
    }
}

impl SealKey {
    /// The key of 32 bytes or more.
    pub fn new(secret: &[u8]) -> SealKey {
        let hashing: [u8; 32] = {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            digest(&hmac::sign(&key, b"tessera keyed hash 1"))
        };
        // HKDF-Extract (RFC 5869 §2.2), done here once: the library's own would do it again at
        // each sealing.
        let extracted = hmac::Key::new(hmac::HMAC_SHA256, b"tessera seal 1");
        let extracted = Zeroizing::new(digest(&hmac::sign(&extracted, secret)));
        SealKey {
            sealing: Prk::new_less_safe(HKDF_SHA256, extracted.as_slice()),
            hashing: hmac::Key::new(hmac::HMAC_SHA256, &hashing),
        }
    }

    /// Seals bytes, as URL-safe base64 that fits in a cookie.
    pub fn seal(&self, purpose: Purpose, plain: &[u8]) -> Result<String, NoRandomness> {
        let salt: [u8; SALT_BYTES] = random()?;
        let key = self.one_time_key(purpose, &salt).ok_or(NoRandomness)?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(zero_nonce(), Aad::empty(), &mut sealed)
            .map_err(|_| NoRandomness)?;
        let mut whole = salt.to_vec();
        whole.append(&mut sealed);
        Ok(URL_SAFE_NO_PAD.encode(whole))
    }

    /// Opens what was sealed for this purpose by this key; none for anything else.
    pub fn open(&self, purpose: Purpose, sealed: &str) -> Option<Vec<u8>> {
        let mut whole = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        if whole.len() < SALT_BYTES {
            return None;
        }
        let mut sealed = whole.split_off(SALT_BYTES);
        let key = self.one_time_key(purpose, &whole)?;
        let length = key
            .open_in_place(zero_nonce(), Aad::empty(), &mut sealed)
            .ok()?
            .len();
        sealed.truncate(length);
        Some(sealed)
    }

    /// A hash nobody can make without the key (HMAC-SHA-256): names things by values
    /// that are too few to hide behind a plain hash.
    pub fn keyed_hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.hashing);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        digest(&context.sign())
    }

    fn one_time_key(&self, purpose: Purpose, salt: &[u8]) -> Option<LessSafeKey> {
        let info = [purpose.label(), salt];
        let okm = self.sealing.expand(&info, &AES_256_GCM).ok()?;
        Some(LessSafeKey::new(UnboundKey::from(okm)))
    }
}

/// Random bytes from the system.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

fn digest(tag: &hmac::Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

/// Each key seals one message only.
fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hkdf::Salt;

    use super::*;

    #[test]
    fn what_was_sealed_opens_for_its_purpose_only() {
        let key = SealKey::new(&[7; 32]);
        let sealed = key.seal(Purpose::Challenge, b"nonce").unwrap();
        assert_eq!(
            key.open(Purpose::Challenge, &sealed).as_deref(),
            Some(&b"nonce"[..])
        );
        assert_eq!(key.open(Purpose::Document, &sealed), None);
        assert_eq!(
            SealKey::new(&[8; 32]).open(Purpose::Challenge, &sealed),
            None
        );
    }

    #[test]
    fn keys_are_derived_as_the_library_derives_them() {
        let secret = [7; 32];
        let salt = Salt::new(HKDF_SHA256, b"tessera seal 1");
        let theirs = SealKey {
            sealing: salt.extract(&secret),
            ..SealKey::new(&secret)
        };
        let sealed = theirs.seal(Purpose::Challenge, b"nonce").unwrap();
        let opened = SealKey::new(&secret).open(Purpose::Challenge, &sealed);
        assert_eq!(opened.as_deref(), Some(&b"nonce"[..]));
    }

    #[test]
    fn no_changed_character_opens() {
        let key = SealKey::new(&[7; 32]);
        let sealed = key.seal(Purpose::Challenge, b"nonce").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(key.open(Purpose::Challenge, &changed), None, "at {place}");
            assert_eq!(key.open(Purpose::Challenge, &sealed[..place]), None);
        }
    }

    #[test]
    fn two_sealings_of_one_value_differ() {
        let key = SealKey::new(&[7; 32]);
        let seal = || key.seal(Purpose::Challenge, b"nonce").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn keyed_hashes_keep_their_parts_apart() {
        let key = SealKey::new(&[7; 32]);
        assert_ne!(
            key.keyed_hash(&[b"ab", b"c"]),
            key.keyed_hash(&[b"a", b"bc"])
        );
    }
}
