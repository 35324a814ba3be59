//! What a responder answers about one certificate.
//!
//! The question is always the same one: about the card in `material/ocsp_answer`, whose
//! authority signed the seeds of the corpus.
#![no_main]

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use verifier::{Anchor, OcspFault, Question, Trust};

mod der_mutator;

const AUTHORITY: &[u8] = include_bytes!("../material/ocsp_answer/authority");
const CARD: &[u8] = include_bytes!("../material/ocsp_answer/card");
/// 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600;
/// What the seeds that carry a nonce were asked with.
const NONCE: [u8; 32] = [9; 32];
const MAX_AGE: Duration = Duration::from_secs(3600);
/// How far clocks may be apart.
const SKEW: i64 = 60;

static QUESTION: LazyLock<Question> = LazyLock::new(|| {
    let anchor = Anchor::from_der(AUTHORITY).expect("the kept authority");
    Trust::new(vec![Arc::new(anchor)], Vec::new())
        .question(CARD, NOW)
        .expect("the kept card is the kept authority's")
});

fuzz_target!(|input: &[u8]| {
    let mut believed = Vec::new();
    for nonce in [Some(&NONCE), None] {
        match QUESTION.read_answer(input, nonce, NOW, MAX_AGE) {
            Ok(answer) => {
                assert_eq!(answer.key(), QUESTION.key());
                assert!(answer.this_update() <= NOW + SKEW);
                assert!(answer.keep_until() >= NOW - SKEW);
                believed.push(answer.status());
            }
            Err(OcspFault::NonceDiffers) => assert!(nonce.is_some()),
            Err(fault) => assert!(!fault.to_string().is_empty()),
        }
    }
    // A nonce says how fresh an answer is, never what it says.
    if let [first, second] = believed[..] {
        assert_eq!(first, second);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    der_mutator::mutate(data, size, max_size, seed)
});
