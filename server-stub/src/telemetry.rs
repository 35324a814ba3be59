//! Watching the server: logs and metrics say what happened and how often, never to whom
//! beyond a keyed hash.

pub mod catalogue;
pub mod exposition;
mod json;
pub mod logs;
mod meters;
pub mod request;
mod standing;
mod statements;

use aws_lc_rs::digest;
use protocol::CodiceFiscale;

use crate::{hex::hex, seal::SealKey};
pub use meters::{Evidence, Fetched, METERS, Meters};

/// Of a keyed hash, what a log shows: 16 digits, so that no two of a million people share
/// theirs but by a chance of one in thirty million.
const PSEUDONYM_BYTES: usize = 8;

/// A person's name in the logs: the same for the same person on all nodes of this
/// installation, and on no other.
pub fn pseudonym(key: &SealKey, codice_fiscale: &CodiceFiscale) -> String {
    hex(&key.keyed_hash(&[b"pseudonym", codice_fiscale.as_str().as_bytes()])[..PSEUDONYM_BYTES])
}

/// A card's certificate in the logs, by its [`fingerprint`]; the number in it would name the
/// person to everybody who has the issuer's directory.
pub fn card(key: &SealKey, fingerprint: &[u8; 32]) -> String {
    hex(&key.keyed_hash(&[b"card", fingerprint])[..PSEUDONYM_BYTES])
}

/// SHA-256 of a certificate's DER.
pub fn fingerprint(certificate: &[u8]) -> [u8; 32] {
    let mut sum = [0; 32];
    sum.copy_from_slice(digest::digest(&digest::SHA256, certificate).as_ref());
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_name_for_each_installation() {
        let mario = CodiceFiscale::parse("RSSMRA80A01H501U").unwrap();
        let anna = CodiceFiscale::parse("VRDNNA70P49F205F").unwrap();
        // Two nodes read the same secret from one database.
        let (node, other_node) = (SealKey::new(&[7; 32]), SealKey::new(&[7; 32]));
        let name = pseudonym(&node, &mario);
        assert_eq!(name.len(), 16);
        assert!(name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(name, pseudonym(&other_node, &mario));
        assert_ne!(name, pseudonym(&node, &anna));
        assert_ne!(name, pseudonym(&SealKey::new(&[8; 32]), &mario));
    }
}
