//! The two signature verifications of a login, alone.

use std::{sync::LazyLock, time::Duration};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use der::Encode;
use nix::time::ClockId;
use pki::Key;
use protocol::token::{Hash, Scheme};

const A_TURN: u32 = 2_000;

/// As long as a certificate's signed part.
const BODY: [u8; 900] = [7; 900];
/// As long as what the card signs: two hashes.
const MESSAGE: [u8; 64] = [7; 64];

struct Signatures {
    issuer: Key,
    card: Key,
    of_certificate: Vec<u8>,
    of_token: Vec<u8>,
}

static SIGNATURES: LazyLock<Signatures> = LazyLock::new(|| {
    let (issuer, card) = (Key::rsa(0), Key::rsa(1));
    let sign = |key: &Key, message: &[u8]| key.sign_raw(Scheme::RsaPkcs1, Hash::Sha256, message);
    Signatures {
        of_certificate: sign(&issuer, &BODY),
        of_token: sign(&card, &MESSAGE),
        issuer,
        card,
    }
});

/// CPU of both, in microseconds: the issuer's key is parsed once, the card's each time, since it
/// comes with the card.
pub(super) fn cost() -> f64 {
    let signatures = &*SIGNATURES;
    let algorithm = &RSA_PKCS1_2048_8192_SHA256;
    let encoded = |key: &Key| key.public().to_der().expect("a key has an encoding");
    let issuer = ParsedPublicKey::new(algorithm, encoded(&signatures.issuer)).expect("a key");
    let card = encoded(&signatures.card);
    let before = used();
    for _ in 0..A_TURN {
        issuer
            .verify_sig(&BODY, &signatures.of_certificate)
            .expect("the issuer's signature");
        UnparsedPublicKey::new(algorithm, &card)
            .verify(&MESSAGE, &signatures.of_token)
            .expect("the card's signature");
    }
    (used() - before).as_secs_f64() * 1e6 / f64::from(A_TURN)
}

/// What this thread has used.
fn used() -> Duration {
    let clock = ClockId::CLOCK_THREAD_CPUTIME_ID;
    clock.now().map(Duration::from).unwrap_or_default()
}
