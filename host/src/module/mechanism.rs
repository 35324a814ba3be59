//! How a key is asked to sign: a ladder of mechanisms, tried from the top.
//!
//! Modules announce mechanisms that then fail, and lack others they should have; what one
//! rung refuses the next may grant. All rungs of a ladder give the same signature.

use cns::KeyKind;
use cryptoki::mechanism::Mechanism;
use protocol::Algorithm;
use protocol::token::Hash;

use super::padding::{digest_info, pad_pkcs1};

/// One way to ask for a signature.
#[derive(Debug)]
pub struct Rung {
    /// What the module is asked for.
    pub mechanism: Mechanism<'static>,
    preparation: Preparation,
}

/// What is done here, because the mechanism does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preparation {
    /// Nothing: the mechanism hashes and pads.
    Message,
    /// Hash and DigestInfo: the mechanism pads.
    DigestInfo,
    /// Hash, DigestInfo and padding: the mechanism is the bare RSA operation.
    PaddedBlock,
    /// The hash: ECDSA signs one as it is.
    Digest,
}

const RSA: &[Rung] = &[
    Rung {
        mechanism: Mechanism::Sha256RsaPkcs,
        preparation: Preparation::Message,
    },
    Rung {
        mechanism: Mechanism::RsaPkcs,
        preparation: Preparation::DigestInfo,
    },
    Rung {
        mechanism: Mechanism::RsaX509,
        preparation: Preparation::PaddedBlock,
    },
];

const EC: &[Rung] = &[Rung {
    mechanism: Mechanism::Ecdsa,
    preparation: Preparation::Digest,
}];

/// A key's algorithm, and the ways to ask for its signature.
#[derive(Debug)]
pub struct Ladder {
    /// What the token calls it (RFC 7518 §3.1).
    pub algorithm: Algorithm,
    /// How long its signatures are, in bytes.
    pub signature_length: usize,
    /// The ways, best first.
    pub rungs: &'static [Rung],
}

impl Ladder {
    /// The ladder for a kind of key; `None` for a kind no token can carry.
    pub fn for_key(key: KeyKind) -> Option<Ladder> {
        let (algorithm, signature_length, rungs) = match key {
            KeyKind::Rsa { bits } => (Algorithm::Rs256, bits.div_ceil(8) as usize, RSA),
            KeyKind::P256 => (Algorithm::Es256, 2 * 32, EC),
            KeyKind::P384 => (Algorithm::Es384, 2 * 48, EC),
            KeyKind::P521 => (Algorithm::Es512, 2 * 66, EC),
            KeyKind::Other => return None,
        };
        Some(Ladder {
            algorithm,
            signature_length,
            rungs,
        })
    }

    /// What a rung's mechanism is given so that `message` is signed; `None` when the key
    /// is too short for it.
    pub fn prepare(&self, rung: &Rung, message: &[u8]) -> Option<Vec<u8>> {
        let hash: Hash = self.algorithm.hash();
        Some(match rung.preparation {
            Preparation::Message => message.to_vec(),
            Preparation::DigestInfo => digest_info(hash, message),
            Preparation::PaddedBlock => {
                pad_pkcs1(&digest_info(hash, message), self.signature_length)?
            }
            Preparation::Digest => hash.digest(message),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_kind_has_its_algorithm_and_length() {
        for (key, algorithm, length) in [
            (KeyKind::Rsa { bits: 2048 }, Algorithm::Rs256, 256),
            (KeyKind::Rsa { bits: 3071 }, Algorithm::Rs256, 384),
            (KeyKind::P256, Algorithm::Es256, 64),
            (KeyKind::P384, Algorithm::Es384, 96),
            (KeyKind::P521, Algorithm::Es512, 132),
        ] {
            let ladder = Ladder::for_key(key).unwrap();
            assert_eq!(ladder.algorithm, algorithm);
            assert_eq!(ladder.signature_length, length);
        }
        assert!(Ladder::for_key(KeyKind::Other).is_none());
    }

    #[test]
    fn each_rsa_rung_does_what_the_one_above_left_to_the_module() {
        let ladder = Ladder::for_key(KeyKind::Rsa { bits: 2048 }).unwrap();
        let prepared: Vec<Vec<u8>> = ladder
            .rungs
            .iter()
            .map(|rung| ladder.prepare(rung, b"message").unwrap())
            .collect();
        assert_eq!(prepared[0], b"message");
        assert_eq!(prepared[1], digest_info(Hash::Sha256, b"message"));
        assert_eq!(prepared[2].len(), 256);
        assert!(prepared[2].ends_with(&prepared[1]));
    }

    #[test]
    fn a_key_too_short_for_the_padding_is_not_asked() {
        let ladder = Ladder::for_key(KeyKind::Rsa { bits: 480 }).unwrap();
        assert!(ladder.prepare(&ladder.rungs[2], b"message").is_none());
    }
}
