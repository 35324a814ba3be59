//! Judges a token as a server does.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use cns::Certificate;
use protocol::token::signed_message;
use protocol::{Algorithm, ChallengeNonce, Origin, Token};
use serde_json::Value;

use super::NONCE;

/// That a server would take the token for this origin.
#[track_caller]
pub fn assert_signed(frame: &Value, origin: &str, algorithm: Algorithm) {
    let token = Token::from_json(frame).unwrap_or_else(|_| panic!("{frame}"));
    assert_eq!(token.algorithm, algorithm);
    assert_eq!(frame["format"], "web-eid:1.0");
    assert_eq!(
        token.app_version,
        concat!(
            "https://sistemats.it/tessera/releases/",
            env!("CARGO_PKG_VERSION")
        )
    );
    let verification: &dyn VerificationAlgorithm = match algorithm {
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
        Algorithm::Es384 => &ECDSA_P384_SHA384_FIXED,
        Algorithm::Es512 => &ECDSA_P521_SHA512_FIXED,
        other => panic!("{other:?}"),
    };
    let certificate = Certificate::read(&token.unverified_certificate).unwrap();
    let key = UnparsedPublicKey::new(verification, certificate.public_key_info());
    let message = signed_message(
        algorithm.hash(),
        &Origin::parse(origin).unwrap(),
        &ChallengeNonce::parse(NONCE).unwrap(),
    );
    key.verify(&message, &token.signature)
        .expect("a good signature");
}
