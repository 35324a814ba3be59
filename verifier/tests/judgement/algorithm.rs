//! The nine algorithms, and what does not fit them.

use aws_lc_rs::signature::{RSA_PSS_SHA256, RsaPssSaltLength, RsaSignatureEncoding};
use pki::{Authority, Card, Curve, Holder, Key};
use protocol::token::signed_message;
use protocol::{Algorithm, ProblemCode, Token};
use verifier::Reason;

use crate::portal::{Portal, authority, nonce, origin};

fn key_for(algorithm: Algorithm) -> Key {
    match algorithm {
        Algorithm::Es256 => Key::on(Curve::P256),
        Algorithm::Es384 => Key::on(Curve::P384),
        Algorithm::Es512 => Key::on(Curve::P521),
        _ => Key::rsa(0),
    }
}

fn card_for(authority: &Authority, algorithm: Algorithm) -> Card {
    authority.issue(&Holder::default(), key_for(algorithm))
}

#[test]
fn all_nine_are_good_and_none_survives_a_changed_signature() {
    let authority = authority();
    let portal = Portal::trusting(&[&authority]);
    for algorithm in Algorithm::ALL {
        let good = card_for(&authority, algorithm).token_with(algorithm, &origin(), &nonce());
        assert!(portal.judge(&good).is_ok(), "{}", algorithm.name());
        for place in [0, good.signature.len() / 2, good.signature.len() - 1] {
            let mut token = good.clone();
            token.signature[place] ^= 1;
            assert_eq!(
                portal.judge(&token),
                Err(Reason::SignatureInvalid),
                "{}",
                algorithm.name()
            );
        }
    }
}

#[test]
fn a_signature_under_the_name_of_another_algorithm_is_invalid() {
    let authority = authority();
    let portal = Portal::trusting(&[&authority]);
    for made_with in Algorithm::ALL {
        let good = card_for(&authority, made_with).token_with(made_with, &origin(), &nonce());
        for claimed in Algorithm::ALL
            .into_iter()
            .filter(|other| *other != made_with)
        {
            let token = Token {
                algorithm: claimed,
                ..good.clone()
            };
            let verdict = portal.judge(&token);
            assert_eq!(
                verdict,
                Err(Reason::SignatureInvalid),
                "{} as {}",
                made_with.name(),
                claimed.name()
            );
        }
    }
}

#[test]
fn an_algorithm_of_another_curve_is_invalid_though_the_hash_is_signed() {
    // The P-384 key signs exactly what ES256 asks for; only the pair of names is wrong.
    let authority = authority();
    let key = Key::on(Curve::P384);
    let card = authority.issue(&Holder::default(), key.clone());
    let message = signed_message(Algorithm::Es256.hash(), &origin(), &nonce());
    let mut token = card.token(&origin(), &nonce());
    token.algorithm = Algorithm::Es256;
    token.signature = key.sign_raw(Algorithm::Es384.scheme(), Algorithm::Es384.hash(), &message);
    assert_eq!(
        Portal::trusting(&[&authority]).judge(&token),
        Err(Reason::SignatureInvalid)
    );
}

#[test]
fn pss_with_a_salt_of_another_length_is_invalid() {
    static NO_SALT: RsaSignatureEncoding =
        RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(0));
    static SHORT: RsaSignatureEncoding =
        RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(20));
    static LONG: RsaSignatureEncoding =
        RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(64));
    static LONGEST: RsaSignatureEncoding =
        RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Max);
    let authority = authority();
    let card = card_for(&authority, Algorithm::Ps256);
    let mut token = card.token_with(Algorithm::Ps256, &origin(), &nonce());
    let message = signed_message(Algorithm::Ps256.hash(), &origin(), &nonce());
    for encoding in [&NO_SALT, &SHORT, &LONG, &LONGEST] {
        token.signature = card.key().sign_with(encoding, &message);
        assert_eq!(
            Portal::trusting(&[&authority]).judge(&token),
            Err(Reason::SignatureInvalid)
        );
    }
}

#[test]
fn ecdsa_signatures_in_der_are_invalid() {
    let authority = authority();
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512] {
        let card = card_for(&authority, algorithm);
        let message = signed_message(algorithm.hash(), &origin(), &nonce());
        let mut token = card.token(&origin(), &nonce());
        token.signature = card
            .key()
            .sign_der(algorithm.scheme(), algorithm.hash(), &message);
        assert_eq!(
            Portal::trusting(&[&authority]).judge(&token),
            Err(Reason::SignatureInvalid)
        );
    }
}

#[test]
fn signatures_of_another_length_are_invalid() {
    let authority = authority();
    let portal = Portal::trusting(&[&authority]);
    for algorithm in Algorithm::ALL {
        let good = card_for(&authority, algorithm).token_with(algorithm, &origin(), &nonce());
        let signature = &good.signature;
        for changed in [
            vec![],
            vec![0],
            signature[1..].to_vec(),
            signature[..signature.len() - 1].to_vec(),
            [&[0], &signature[..]].concat(),
            [&signature[..], &[0]].concat(),
            vec![0; signature.len()],
            vec![0xff; signature.len()],
            vec![1; 100_000],
        ] {
            let token = Token {
                signature: changed,
                ..good.clone()
            };
            assert_eq!(
                portal.judge(&token),
                Err(Reason::SignatureInvalid),
                "{}",
                algorithm.name()
            );
        }
    }
}

#[test]
fn the_code_is_signature_invalid() {
    assert_eq!(
        Reason::SignatureInvalid.code(),
        ProblemCode::SignatureInvalid
    );
}
