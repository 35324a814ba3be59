//! Who may sign the list: certificates pinned by their SHA-256.

use sha2::{Digest, Sha256};

/// SHA-256 of a certificate's DER, as `openssl x509 -fingerprint -sha256` shows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// The certificates whose signature on a list is believed.
///
/// Two at least can be given, since signers change: the old one and the next.
#[derive(Debug, Clone)]
pub struct Signers(Vec<Fingerprint>);

/// Why pins cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignersFault {
    /// No pin: then nobody's signature counts.
    #[error("no signer of the trusted list is given: give the SHA-256 of its certificate")]
    NoSigner,
    /// More pins than signers can change.
    #[error("{count} signers of the trusted list are given; at most 8 are taken")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// Not 64 hexadecimal digits, with or without colons.
    #[error("{text:?} is not the SHA-256 of a certificate: 64 hexadecimal digits")]
    NotFingerprint {
        /// What was given, at most 100 characters of it.
        text: String,
    },
}

impl Fingerprint {
    /// The fingerprint of a certificate, DER.
    pub fn of(certificate: &[u8]) -> Fingerprint {
        Fingerprint(Sha256::digest(certificate).into())
    }

    /// Reads 64 hexadecimal digits of either case; a colon may stand between two bytes.
    pub fn parse(text: &str) -> Result<Fingerprint, SignersFault> {
        let fault = || SignersFault::NotFingerprint {
            text: text.chars().take(100).collect(),
        };
        let digits: Vec<u8> = match text.contains(':') {
            true => {
                let pairs: Vec<&str> = text.split(':').collect();
                if pairs.iter().any(|pair| pair.len() != 2) {
                    return Err(fault());
                }
                pairs.concat().into_bytes()
            }
            false => text.as_bytes().to_vec(),
        };
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return Err(fault());
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            for digit in pair {
                let value = char::from(*digit).to_digit(16).ok_or_else(fault)?;
                // A digit of base 16 fits into half a byte.
                *byte = *byte << 4 | value as u8;
            }
        }
        Ok(Fingerprint(bytes))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Fingerprint({self})")
    }
}

impl Signers {
    /// One to eight pins, in any order.
    pub fn new(pins: impl IntoIterator<Item = Fingerprint>) -> Result<Signers, SignersFault> {
        let pins: Vec<Fingerprint> = pins.into_iter().collect();
        match pins.len() {
            0 => Err(SignersFault::NoSigner),
            1..=8 => Ok(Signers(pins)),
            count => Err(SignersFault::TooMany { count }),
        }
    }

    /// Whether a certificate is one of them.
    pub fn contains(&self, fingerprint: &Fingerprint) -> bool {
        self.0.contains(fingerprint)
    }
}
