//! What judging one token costs, beside the signature verifications it contains: prints one JSON
//! object.
//!
//!     cargo run --release --package verifier --example judging
//!
//! - `judge_us`: CPU time of one judgement, in microseconds, with a current list at hand, of a
//!   certificate that was not seen before
//! - `known_us`: the same of one that was, whose issuer's signature is not verified again
//! - `bare_us`: CPU time of the two verifications alone, by the same library: the issuer's on the
//!   certificate, with its key parsed once, and the card's on the token
//! - `sample`: one of the tokens and what it is judged by, for another validator
//! - `growth_mib`: memory held after all judgements that was not held before
#![allow(clippy::unwrap_used)] // a measurement: what fails, fails

use std::fs;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cns::Certificate;
use pki::{Authority, Card, Holder, Key, List};
use protocol::token::signed_message;
use protocol::{ChallengeNonce, Origin, Token};
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
    let cards: Vec<Card> = (0..A_TURN)
        .map(|_| authority.issue(&Holder::default(), Key::rsa(1)))
        .collect();
    let card = &cards[0];
    let list = authority.revocation_list(&List {
        revoked: Vec::new(),
        this_update: NOW - DAY,
        next_update: NOW + DAY,
        extensions: Vec::new(),
    });
    let anchors = vec![Arc::new(Anchor::from_der(authority.certificate()).unwrap())];
    let lists = vec![Arc::new(RevocationList::from_der(list.clone()).unwrap())];
    let trust = Trust::new(anchors.clone(), lists.clone());
    let origin = Origin::parse("https://portal.example").unwrap();
    let nonce = ChallengeNonce::from_random([7; 32]);
    let tokens: Vec<Token> = cards
        .iter()
        .map(|card| card.token(&origin, &nonce))
        .collect();
    let token = &tokens[0];
    let expected = Expected {
        origin: &origin,
        nonce: &nonce,
        now: NOW,
        revocation: RevocationPolicy::Required,
        online: None,
    };
    let judge = |token: &Token, trust: &Trust| {
        drop(black_box(judge(token, &expected, trust).unwrap()));
    };

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
    let judge_all = || {
        // A snapshot that has seen none of them; its list is not verified again.
        let unseen = Trust::following(&trust, anchors.clone(), lists.clone());
        timed(|| tokens.iter().for_each(|token| judge(token, &unseen)))
    };
    let known = || timed(|| (0..A_TURN).for_each(|_| judge(token, &trust)));
    let bare = || timed(|| (0..A_TURN).for_each(|_| verify()));

    // The first ones pay for memory that the others find.
    judge_all();
    known();
    let held = resident();
    let mut times = [Duration::ZERO; 3];
    for _ in 0..TURNS {
        let turns: [&dyn Fn() -> Duration; 3] = [&judge_all, &known, &bare];
        for (time, turn) in times.iter_mut().zip(turns) {
            *time += turn();
        }
    }
    let growth = resident().saturating_sub(held);

    let [judging, known, bare] =
        times.map(|time| time.as_secs_f64() * 1e6 / f64::from(TURNS * A_TURN));
    let figures = json!({
        "judgements": TURNS * A_TURN,
        "judge_us": judging,
        "known_us": known,
        "bare_us": bare,
        "growth_mib": growth as f64 / f64::from(1 << 20),
        "sample": {
            "token": token,
            "authority": STANDARD.encode(authority.certificate()),
            "list": STANDARD.encode(&list),
            "origin": origin.as_str(),
            "nonce": nonce.as_str(),
            "now": NOW,
        },
    });
    println!("{figures}");
}

/// The CPU time of a turn.
fn timed(turn: impl Fn()) -> Duration {
    let before = cpu_time();
    turn();
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
