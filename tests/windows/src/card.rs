//! The card of the module in `card_module/`, as the file it reads.

use std::fmt::Write;

use yasna::ASN1Result;

/// A card's certificate, key and PIN.
pub struct CardFile {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// The RSA key, PKCS#8 DER.
    pub pkcs8: Vec<u8>,
    /// The PIN.
    pub pin: String,
}

impl CardFile {
    /// As the module reads it.
    pub fn text(&self) -> String {
        let (modulus, exponent) = read_key(&self.pkcs8).unwrap();
        let lines = [
            ("pin", self.pin.as_bytes()),
            ("certificate", &self.certificate),
            ("modulus", &modulus),
            ("exponent", &exponent),
        ];
        let mut text = String::new();
        for (name, bytes) in lines {
            let _ = write!(text, "{name}=");
            for byte in bytes {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\n');
        }
        text
    }
}

/// Modulus and private exponent (RFC 5958 §2 around RFC 8017 §A.1.2).
fn read_key(pkcs8: &[u8]) -> ASN1Result<(Vec<u8>, Vec<u8>)> {
    let inner = yasna::parse_der(pkcs8, |reader| {
        reader.read_sequence(|reader| {
            reader.next().read_u8()?;
            reader.next().read_der()?;
            reader.next().read_bytes()
        })
    })?;
    yasna::parse_der(&inner, |reader| {
        reader.read_sequence(|reader| {
            let mut numbers = Vec::new();
            for _ in 0..9 {
                numbers.push(reader.next().read_bigint_bytes()?.0);
            }
            Ok((numbers[1].clone(), numbers[3].clone()))
        })
    })
}
