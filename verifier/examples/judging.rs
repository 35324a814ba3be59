//! What judging one token costs, beside the signature verifications it contains: prints one JSON
//! object.
//!
//!     cargo run --release --package verifier --example judging
//!
//! - `judge_us`: CPU time of one judgement, in microseconds, with a current list at hand
//! - `bare_us`: CPU time of the two verifications alone, by the same library: the issuer's on the
//!   certificate, with its key parsed once, and the card's on the token
//! - `growth_mib`: memory held after all judgements that was not held before
#![allow(clippy::unwrap_used)] // a measurement: what fails, fails

use std::fs;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use cns::Certificate;
use pki::{Authority, Holder, Key, List};
use protocol::token::signed_message;
use protocol::{ChallengeNonce, Origin};
use serde_json::json;
use verifier::{Anchor, Expected, RevocationList, RevocationPolicy, Trust, judge};

/// 2026-11-18, between all that is valid by default.
const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;
/// Judgements and bare verifications by turns, so that whatever else the machine does it does
/// to both.
const TURNS: u32 = 100;
const A_TURN: u32 = 1_000;

fn main() {
    let authority = Authority::new("Regione di Prova - CA Cittadini 2020", Key::rsa(0));
    let card = authority.issue(&Holder::default(), Key::rsa(1));
    let list = authority.revocation_list(&List {
        revoked: Vec::new(),
        this_update: NOW - DAY,
        next_update: NOW + DAY,
        extensions: Vec::new(),
    });
    let trust = Trust::new(
        vec![Arc::new(Anchor::from_der(authority.certificate()).unwrap())],
        vec![Arc::new(RevocationList::from_der(list).unwrap())],
    );
    let origin = Origin::parse("https://portal.example").unwrap();
    let nonce = ChallengeNonce::from_random([7; 32]);
    let token = card.token(&origin, &nonce);
    let expected = Expected {
        origin: &origin,
        nonce: &nonce,
        now: NOW,
        revocation: RevocationPolicy::Required,
        online: None,
    };
    let judge = || drop(black_box(judge(&token, &expected, &trust).unwrap()));

    let algorithm = &RSA_PKCS1_2048_8192_SHA256;
    let issuer = Certificate::read(authority.certificate()).unwrap();
    let issuer = ParsedPublicKey::new(algorithm, issuer.public_key_info()).unwrap();
    let certificate = Certificate::read(card.certificate()).unwrap();
    let message = signed_message(token.algorithm.hash(), &origin, &nonce);
    let verify = || {
        let (signed, signature) = (certificate.to_be_signed(), certificate.signature());
        issuer.verify_sig(signed, signature).unwrap();
        UnparsedPublicKey::new(algorithm, certificate.public_key_info())
            .verify(&message, &token.signature)
            .unwrap();
    };

    // The first ones pay for memory that the others find.
    timed(judge);
    let held = resident();
    let (mut judging, mut verifying) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..TURNS {
        judging += timed(judge);
        verifying += timed(verify);
    }
    let growth = resident().saturating_sub(held);

    let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(TURNS * A_TURN);
    let figures = json!({
        "judgements": TURNS * A_TURN,
        "judge_us": each(judging),
        "bare_us": each(verifying),
        "growth_mib": growth as f64 / f64::from(1 << 20),
    });
    println!("{figures}");
}

/// The CPU time of a turn.
fn timed(work: impl Fn()) -> Duration {
    let before = cpu_time();
    (0..A_TURN).for_each(|_| work());
    cpu_time() - before
}

/// The first figure of schedstat: nanoseconds on a processor.
fn cpu_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = text.split_whitespace().next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

/// In bytes.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse::<u64>().unwrap() * 1024
}
