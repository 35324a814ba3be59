//! What the host and a module's process say to each other.

use protocol::{Algorithm, ChallengeNonce, Origin};
use tessera_host::module::messages::{
    Bytes, CardReading, Library, Order, Report, SeenCard, SignFault, Slot,
};

use crate::Seed;

pub fn reports(certificate: Vec<u8>) -> Vec<Seed> {
    let library = Library {
        manufacturer: "OpenSC Project".to_owned(),
        description: "OpenSC smartcard framework".to_owned(),
        version: "0.23".to_owned(),
    };
    let signed = Report::Signed {
        algorithm: Algorithm::Rs256,
        signature: Bytes(vec![0x5a; 256]),
    };
    let incorrect = Report::NotSigned(SignFault::PinIncorrect {
        tries_left: Some(2),
    });
    let failed = Report::NotSigned(SignFault::Failed("CKR_DEVICE_ERROR".to_owned()));
    vec![
        ("loaded", Report::Loaded(library).line()),
        (
            "not-loaded",
            Report::NotLoaded("no such file".into()).line(),
        ),
        ("seen", seen(certificate).line()),
        ("signed", [Report::Alive.line(), signed.line()].concat()),
        ("wrong-pin", incorrect.line()),
        ("failed", failed.line()),
        ("order-to-load", load().line()),
        ("order-to-sign", sign().line()),
        (
            "junk-between",
            b"\"alive\"\nprintf\n\"unchanged\"\n".to_vec(),
        ),
    ]
}

/// The fixed fields in their order, as `targets/token_info.rs` takes them.
pub fn token_infos() -> Vec<Seed> {
    let numbers = |flags: u64, shortest: u64, longest: u64| {
        [flags, shortest, longest].map(u64::to_le_bytes).concat()
    };
    vec![
        (
            "cns",
            [&b"6090123456789012"[..], &numbers(0x40d, 5, 8)].concat(),
        ),
        (
            "last-try-on-the-reader",
            [&b"7430035000017   "[..], &numbers(0x2_0100, 5, 0)].concat(),
        ),
        (
            "not-utf8",
            [&[0xff; 16][..], &numbers(u64::MAX, 9, 1)].concat(),
        ),
    ]
}

fn seen(certificate: Vec<u8>) -> Report {
    let card = SeenCard {
        serial: "7430035000000017".to_owned(),
        is_cns: true,
        pin_pad: false,
        tries_left: Some(3),
        reading: CardReading::Done,
        certificates: vec![Bytes(certificate)],
    };
    let with_card = Slot {
        reader: "Virtual PCD 00 00".to_owned(),
        card: Some(card),
    };
    let empty = Slot {
        reader: "Lettore \"è\"".to_owned(),
        card: None,
    };
    Report::Seen(vec![with_card, empty])
}

fn load() -> Order {
    Order::Load {
        module: "/usr/lib/bit4id/libbit4xpki.so".into(),
    }
}

fn sign() -> Order {
    Order::Sign {
        certificate: Bytes(vec![1; 32]),
        origin: Origin::parse("https://sistemats.it").expect("the portal's own origin"),
        challenge_nonce: ChallengeNonce::from_random([7; 32]),
        pin_length: Some(5),
    }
}
