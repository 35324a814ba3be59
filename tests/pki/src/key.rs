//! Keys of authorities and cards.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaSignatureEncoding,
};
use der::asn1::{Any, BitString};
use der::oid::db::rfc5912;
use protocol::token::{Hash, Scheme};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// A key pair, kept as PKCS#8 so that it can also be put on a card.
#[derive(Clone)]
pub struct Key {
    kind: Kind,
    pkcs8: Vec<u8>,
}

/// A NIST curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Curve {
    P256,
    P384,
    P521,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    Elliptic(Curve),
}

impl Key {
    /// A fresh RSA key of 2048 bits; takes a noticeable part of a second.
    pub fn fresh_rsa() -> Key {
        Key::rsa_of(KeySize::Rsa2048)
    }

    /// A fresh RSA key of 3072 bits.
    pub fn fresh_rsa_3072() -> Key {
        Key::rsa_of(KeySize::Rsa3072)
    }

    /// An RSA key of 2048 bits made once in this process for each place (0 to 3), for
    /// tests that need an RSA key but not one of their own.
    pub fn rsa(place: usize) -> Key {
        static KEYS: [OnceLock<Key>; 4] = [const { OnceLock::new() }; 4];
        KEYS[place].get_or_init(Key::fresh_rsa).clone()
    }

    /// A fresh P-256 key.
    pub fn p256() -> Key {
        Key::on(Curve::P256)
    }

    /// A fresh key on a curve.
    pub fn on(curve: Curve) -> Key {
        let (_, fixed) = signing(curve);
        let document = EcdsaKeyPair::generate_pkcs8(fixed, &SystemRandom::new()).unwrap();
        Key {
            kind: Kind::Elliptic(curve),
            pkcs8: document.as_ref().to_vec(),
        }
    }

    fn rsa_of(size: KeySize) -> Key {
        let pair = RsaKeyPair::generate(size).unwrap();
        Key {
            kind: Kind::Rsa,
            pkcs8: AsDer::as_der(&pair).unwrap().as_ref().to_vec(),
        }
    }

    /// The private key, PKCS#8 DER.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Whether it is an RSA key.
    pub fn is_rsa(&self) -> bool {
        self.kind == Kind::Rsa
    }

    /// Its curve; none for RSA.
    pub fn curve(&self) -> Option<Curve> {
        match self.kind {
            Kind::Rsa => None,
            Kind::Elliptic(curve) => Some(curve),
        }
    }

    /// SubjectPublicKeyInfo.
    pub fn public(&self) -> SubjectPublicKeyInfoOwned {
        let (oid, parameters, bytes) = match self.kind {
            Kind::Rsa => (
                rfc5912::RSA_ENCRYPTION,
                Any::null(),
                self.rsa_pair().public_key().as_ref().to_vec(),
            ),
            Kind::Elliptic(curve) => {
                let (name, fixed) = match curve {
                    Curve::P256 => (rfc5912::SECP_256_R_1, signing(curve).1),
                    Curve::P384 => (rfc5912::SECP_384_R_1, signing(curve).1),
                    Curve::P521 => (rfc5912::SECP_521_R_1, signing(curve).1),
                };
                let pair = EcdsaKeyPair::from_pkcs8(fixed, &self.pkcs8).unwrap();
                (
                    rfc5912::ID_EC_PUBLIC_KEY,
                    Any::from(&name),
                    pair.public_key().as_ref().to_vec(),
                )
            }
        };
        SubjectPublicKeyInfoOwned {
            algorithm: AlgorithmIdentifierOwned {
                oid,
                parameters: Some(parameters),
            },
            subject_public_key: BitString::from_bytes(&bytes).unwrap(),
        }
    }

    /// Signs; ECDSA as a DER sequence, as certificates have it, always with the curve's
    /// own hash.
    pub fn sign_der(&self, scheme: Scheme, hash: Hash, message: &[u8]) -> Vec<u8> {
        match self.kind {
            Kind::Rsa => self.sign_rsa(scheme, hash, message),
            Kind::Elliptic(curve) => self.sign_elliptic(signing(curve).0, message),
        }
    }

    /// Signs; ECDSA as raw `r ‖ s`, as tokens have it, always with the curve's own hash.
    pub fn sign_raw(&self, scheme: Scheme, hash: Hash, message: &[u8]) -> Vec<u8> {
        match self.kind {
            Kind::Rsa => self.sign_rsa(scheme, hash, message),
            Kind::Elliptic(curve) => self.sign_elliptic(signing(curve).1, message),
        }
    }

    fn sign_elliptic(&self, algorithm: &'static EcdsaSigningAlgorithm, message: &[u8]) -> Vec<u8> {
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &self.pkcs8).unwrap();
        pair.sign(&SystemRandom::new(), message)
            .unwrap()
            .as_ref()
            .to_vec()
    }

    fn sign_rsa(&self, scheme: Scheme, hash: Hash, message: &[u8]) -> Vec<u8> {
        let encoding: &'static RsaSignatureEncoding = match (scheme, hash) {
            (Scheme::RsaPkcs1, Hash::Sha256) => &RSA_PKCS1_SHA256,
            (Scheme::RsaPkcs1, Hash::Sha384) => &RSA_PKCS1_SHA384,
            (Scheme::RsaPkcs1, Hash::Sha512) => &RSA_PKCS1_SHA512,
            (Scheme::RsaPss, Hash::Sha256) => &RSA_PSS_SHA256,
            (Scheme::RsaPss, Hash::Sha384) => &RSA_PSS_SHA384,
            (Scheme::RsaPss, Hash::Sha512) => &RSA_PSS_SHA512,
            (Scheme::Ecdsa, _) => panic!("an RSA key makes no ECDSA signature"),
        };
        self.sign_with(encoding, message)
    }

    /// Signs with any encoding of an RSA signature, such as PSS with another salt.
    pub fn sign_with(&self, encoding: &'static RsaSignatureEncoding, message: &[u8]) -> Vec<u8> {
        let pair = self.rsa_pair();
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), message, &mut signature)
            .unwrap();
        signature
    }

    fn rsa_pair(&self) -> RsaKeyPair {
        RsaKeyPair::from_pkcs8(&self.pkcs8).unwrap()
    }
}

/// The two forms of a curve's signatures: DER and raw.
fn signing(
    curve: Curve,
) -> (
    &'static EcdsaSigningAlgorithm,
    &'static EcdsaSigningAlgorithm,
) {
    match curve {
        Curve::P256 => (
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            &ECDSA_P256_SHA256_FIXED_SIGNING,
        ),
        Curve::P384 => (
            &ECDSA_P384_SHA384_ASN1_SIGNING,
            &ECDSA_P384_SHA384_FIXED_SIGNING,
        ),
        Curve::P521 => (
            &ECDSA_P521_SHA512_ASN1_SIGNING,
            &ECDSA_P521_SHA512_FIXED_SIGNING,
        ),
    }
}
