//! The private key and its raw RSA operation (RFC 8017 §5.1.2, by the Chinese remainders).

use num_bigint::BigUint;
use yasna::{ASN1Error, ASN1ErrorKind, ASN1Result, BERReader};

/// The bytes are not an RSA private key in PKCS#8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RSA private key in PKCS#8 DER")]
pub struct KeyFault;

/// An RSA private key.
pub struct PrivateKey {
    modulus: BigUint,
    public_exponent: BigUint,
    p: BigUint,
    q: BigUint,
    exponent_p: BigUint,
    exponent_q: BigUint,
    coefficient: BigUint,
    length: usize,
}

impl PrivateKey {
    /// Reads a key (RFC 5958 §2 around RFC 8017 §A.1.2).
    pub fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, KeyFault> {
        let inner = yasna::parse_der(der, |reader| {
            reader.read_sequence(|reader| {
                reader.next().read_u8()?;
                reader.next().read_der()?;
                reader.next().read_bytes()
            })
        });
        inner
            .and_then(|inner| yasna::parse_der(&inner, read_rsa))
            .map_err(|_| KeyFault)
    }

    /// Applies the private exponent to a block as long as the modulus and smaller than it.
    pub fn apply(&self, block: &[u8]) -> Option<Vec<u8>> {
        let number = BigUint::from_bytes_be(block);
        if block.len() != self.length || number >= self.modulus {
            return None;
        }
        let from_p = number.modpow(&self.exponent_p, &self.p);
        let from_q = number.modpow(&self.exponent_q, &self.q);
        let difference = (&from_p + &self.p - &from_q % &self.p) % &self.p;
        let result = &from_q + &self.q * (difference * &self.coefficient % &self.p);
        // A card that hands out a wrong result gives its key away.
        if result.modpow(&self.public_exponent, &self.modulus) != number {
            return None;
        }
        let bytes = result.to_bytes_be();
        let mut padded = vec![0; self.length - bytes.len()];
        padded.extend(bytes);
        Some(padded)
    }
}

fn read_rsa(reader: BERReader) -> ASN1Result<PrivateKey> {
    reader.read_sequence(|reader| {
        let mut number = || -> ASN1Result<BigUint> {
            match reader.next().read_bigint_bytes()? {
                (bytes, true) => Ok(BigUint::from_bytes_be(&bytes)),
                (_, false) => Err(ASN1Error::new(ASN1ErrorKind::Invalid)),
            }
        };
        let _version = number()?;
        let modulus = number()?;
        let public_exponent = number()?;
        let _private_exponent = number()?;
        Ok(PrivateKey {
            length: modulus.bits().div_ceil(8) as usize,
            modulus,
            public_exponent,
            p: number()?,
            q: number()?,
            exponent_p: number()?,
            exponent_q: number()?,
            coefficient: number()?,
        })
    })
}
