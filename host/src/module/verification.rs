//! Whether a signature is the key's: modules have handed out anything.

use cns::Certificate;
use num_bigint::BigUint;
use protocol::Algorithm;

use super::padding::{digest_info, pad_pkcs1};

/// Checks what a module calls the signature of `message` (RFC 8017 §8.2.2).
///
/// Only RSA keys' are looked at, which all CNS have; another key's is left to the server.
pub fn is_signature(
    certificate: &Certificate,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let (Some(modulus), Some(exponent)) = (certificate.rsa_modulus(), certificate.rsa_exponent())
    else {
        return true;
    };
    let Some(expected) = pad_pkcs1(&digest_info(algorithm.hash(), message), modulus.len()) else {
        return false;
    };
    let number = BigUint::from_bytes_be;
    let (signature, modulus) = (number(signature), number(modulus));
    signature < modulus && signature.modpow(&number(exponent), &modulus) == number(&expected)
}

#[cfg(test)]
mod tests {
    use pki::{Authority, Holder, Key};
    use protocol::token::{Hash, Scheme};

    use super::*;

    #[test]
    fn only_the_keys_own_signature_of_that_message_passes() {
        let card = Authority::new("Regione Prova - CA Cittadini", Key::p256())
            .issue(&Holder::default(), Key::rsa(0));
        let certificate = Certificate::read(card.certificate()).unwrap();
        let signature = card
            .key()
            .sign_raw(Scheme::RsaPkcs1, Hash::Sha256, b"message");
        let passes = |message: &[u8], signature: &[u8]| {
            is_signature(&certificate, Algorithm::Rs256, message, signature)
        };
        assert!(passes(b"message", &signature));
        assert!(!passes(b"another", &signature));
        assert!(!passes(b"message", &[]));
        assert!(!passes(b"message", &[0xff; 256]));
        for place in [0, 128, 255] {
            let mut changed = signature.clone();
            changed[place] ^= 1;
            assert!(!passes(b"message", &changed), "byte {place}");
        }
    }
}
