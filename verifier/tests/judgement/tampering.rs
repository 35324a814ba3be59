//! No change of any bit makes a good token of a bad one, and nothing makes the judge fail over.

use std::sync::LazyLock;

use pki::{Authority, Card, Holder, Key};
use proptest::prelude::*;
use protocol::{Algorithm, Token};
use verifier::{Anchor, RevocationList, RevocationPolicy, Trust};

use crate::portal::{Portal, authority, nonce, origin};

struct Scene {
    authority: Authority,
    card: Card,
    good: Token,
    portal: Portal,
}

fn scene(authority: Authority, key: Key) -> Scene {
    let card = authority.issue(&Holder::default(), key);
    let list = authority.revoke(&[vec![5], vec![0x7f; 16]]);
    let portal = Portal::with_lists(&[&authority], &[list]).asking(RevocationPolicy::Required);
    let good = card.token(&origin(), &nonce());
    assert!(portal.judge(&good).is_ok());
    Scene {
        authority,
        card,
        good,
        portal,
    }
}

static ELLIPTIC: LazyLock<Scene> = LazyLock::new(|| scene(authority(), Key::p256()));

/// Every way to flip one bit.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(move |bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    })
}

#[test]
fn no_flipped_bit_of_a_certificate_passes() {
    let rsa = scene(Authority::new("CA", Key::rsa(1)), Key::rsa(0));
    for scene in [&*ELLIPTIC, &rsa] {
        for certificate in flips(scene.card.certificate()) {
            let token = Token {
                unverified_certificate: certificate,
                ..scene.good.clone()
            };
            assert!(scene.portal.judge(&token).is_err());
        }
    }
}

#[test]
fn no_flipped_bit_of_a_signature_passes() {
    for signature in flips(&ELLIPTIC.good.signature) {
        let token = Token {
            signature,
            ..ELLIPTIC.good.clone()
        };
        assert!(ELLIPTIC.portal.judge(&token).is_err());
    }
}

#[test]
fn no_flipped_bit_of_a_revocation_list_is_evidence() {
    // The list revokes this very card: changed, it may count as nothing, but never as good.
    let authority = &ELLIPTIC.authority;
    for list in flips(&authority.revoke(&[ELLIPTIC.card.serial()])) {
        let Ok(list) = RevocationList::from_der(list) else {
            continue;
        };
        let anchor = Anchor::from_der(authority.certificate()).unwrap();
        let portal = Portal {
            trust: Trust::new(vec![anchor.into()], vec![list.into()]),
            ..Portal::trusting(&[]).asking(RevocationPolicy::Required)
        };
        assert!(portal.judge(&ELLIPTIC.good).is_err());
    }
}

#[test]
fn no_flipped_bit_of_an_anchor_makes_it_fail_over() {
    // Every seventh bit: over eight bytes, each place in a byte once.
    for anchor in flips(ELLIPTIC.authority.certificate()).step_by(7) {
        if let Ok(anchor) = Anchor::from_der(&anchor) {
            let trust = Trust::new(vec![anchor.into()], Vec::new());
            // It may still vouch (its own signature is not asked), or not: no panic.
            let portal = Portal {
                trust,
                ..Portal::trusting(&[])
            };
            let _ = portal.judge(&ELLIPTIC.good);
        }
    }
}

/// Bytes that begin like a good structure and go wrong somewhere: cut, repeated, replaced.
fn damaged(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = good.len();
    (
        0..length,
        0..length,
        prop::collection::vec(any::<u8>(), 0..40),
        any::<bool>(),
    )
        .prop_map(move |(from, until, put_in, cut)| {
            let (from, until) = (from.min(until), from.max(until));
            let tail = if cut { &good[until..] } else { &good[from..] };
            [&good[..from], &put_in, tail].concat()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_in_a_certificates_place_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let token = Token { unverified_certificate: bytes, ..ELLIPTIC.good.clone() };
        prop_assert!(ELLIPTIC.portal.judge(&token).is_err());
    }

    #[test]
    fn a_damaged_certificate_is_refused(bytes in damaged(ELLIPTIC.card.certificate().to_vec())) {
        prop_assume!(bytes != ELLIPTIC.card.certificate());
        let token = Token { unverified_certificate: bytes, ..ELLIPTIC.good.clone() };
        prop_assert!(ELLIPTIC.portal.judge(&token).is_err());
    }

    #[test]
    fn any_bytes_in_a_signatures_place_are_refused(
        signature in prop::collection::vec(any::<u8>(), 0..600),
        algorithm in prop::sample::select(&Algorithm::ALL[..]),
    ) {
        let token = Token { signature, algorithm, ..ELLIPTIC.good.clone() };
        prop_assert!(ELLIPTIC.portal.judge(&token).is_err());
    }

    #[test]
    fn no_bytes_make_the_readers_fail_over(bytes in damaged(ELLIPTIC.authority.revoke(&[vec![5]]))) {
        let _ = Anchor::from_der(&bytes);
        let _ = RevocationList::from_der(bytes);
    }
}
