use std::sync::OnceLock;

use aws_lc_rs::{
    digest,
    encoding::AsDer,
    rsa::{KeyPair, KeySize},
    signature::{self, KeyPair as _, UnparsedPublicKey},
};
use protocol::CodiceFiscale;

use super::{AnswerToReset, Card, Contents, Holder, PIN_TRIES, SignatureKeyset};

const PIN: &[u8] = b"62951";
const PUK: &[u8] = b"84736251";
const VERIFY: [u8; 4] = [0x00, 0x20, 0x00, 0x10];
const DECIPHER: [u8; 3] = [0x2A, 0x80, 0x86];
const NAME_KEY_FOR_DECIPHER: [u8; 8] = [0x00, 0x22, 0xF1, 0xB8, 0x03, 0x83, 0x01, 0x01];

fn key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).unwrap())
}

fn contents() -> Contents {
    Contents {
        answer_to_reset: AnswerToReset::Cns11,
        id_carta: "6101000000000001".into(),
        holder: Holder {
            codice_fiscale: CodiceFiscale::parse("VRDNNA70P49F205F").unwrap(),
            cognome: "VERDI".into(),
            nome: "ANNA".into(),
        },
        certificate: Some((0..=255).cycle().take(1500).collect()),
        private_key_pkcs8: key().as_der().unwrap().as_ref().to_vec(),
        pin: "62951".into(),
        puk: "84736251".into(),
        signature_keyset: None,
    }
}

fn card() -> Card {
    Card::new(&contents()).unwrap()
}

fn padded(secret: &[u8]) -> Vec<u8> {
    let mut padded = secret.to_vec();
    padded.resize(8, 0xFF);
    padded
}

fn with_data(header: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&header[..], &[data.len() as u8], data].concat()
}

fn verify(card: &mut Card, pin: &[u8]) -> Vec<u8> {
    card.transmit(&with_data(VERIFY, &padded(pin)))
}

fn select(card: &mut Card, path: &[u8]) -> Vec<u8> {
    card.transmit(&with_data([0x00, 0xA4, 0x08, 0x0C], path))
}

/// EMSA-PKCS1-v1_5 of SHA-256 (RFC 8017 §9.2), as the middleware pads it.
fn block_to_sign(message: &[u8]) -> Vec<u8> {
    const DIGEST_INFO: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    let hash = digest::digest(&digest::SHA256, message);
    let mut block = vec![0x00, 0x01];
    block.resize(256 - DIGEST_INFO.len() - hash.as_ref().len() - 1, 0xFF);
    block.push(0x00);
    block.extend(DIGEST_INFO);
    block.extend(hash.as_ref());
    block
}

/// The two chained commands of an authentication with a key of 2048 bits.
fn decipher(card: &mut Card, block: &[u8]) -> Vec<u8> {
    let data = [&[0x00], block].concat();
    let (first, rest) = data.split_at(255);
    let part = [&[0x10], &DECIPHER[..], &[0xFF], first].concat();
    assert_eq!(card.transmit(&part), [0x90, 0x00]);
    card.transmit(&[&[0x00], &DECIPHER[..], &[rest.len() as u8], rest, &[0x00]].concat())
}

#[test]
fn the_serial_number_is_read_without_a_pin() {
    let mut card = card();
    assert_eq!(select(&mut card, &[0x10, 0x00, 0x10, 0x03]), [0x90, 0x00]);
    let answer = card.transmit(&[0x00, 0xB0, 0x00, 0x00, 0x10]);
    assert_eq!(answer, b"6101000000000001\x90\x00");
}

#[test]
fn the_certificate_is_read_in_pieces_of_the_size_the_card_tells() {
    let mut card = card();
    let select_with_information = with_data([0x00, 0xA4, 0x08, 0x00], &[0x11, 0x00, 0x11, 0x01]);
    let information = card.transmit(&[&select_with_information[..], &[0x00]].concat());
    assert_eq!(information[..2], [0x6F, 0x1B]);
    assert_eq!(information[2..6], [0x80, 0x02, 0x05, 0xDC]);

    let mut read = Vec::new();
    while read.len() < 1500 {
        let [high, low] = (read.len() as u16).to_be_bytes();
        let mut piece = card.transmit(&[0x00, 0xB0, high, low, 0xFF]);
        assert_eq!(piece.split_off(piece.len() - 2), [0x90, 0x00]);
        read.extend(piece);
    }
    assert_eq!(Some(read), contents().certificate);
    assert_eq!(card.transmit(&[0x00, 0xB0, 0x05, 0xDC, 0x01]), [0x6B, 0x00]);
}

#[test]
fn what_the_card_does_not_have_is_not_found() {
    let mut card = card();
    for path in [
        &[0x2F, 0x00][..],
        &[0x50, 0x31],
        &[0x14, 0x00, 0x90, 0x10],
        &[0x11],
    ] {
        assert_eq!(select(&mut card, path), [0x6A, 0x82]);
    }
    let application = [0xA0, 0x00, 0x00, 0x03, 0x08];
    let by_application = with_data([0x00, 0xA4, 0x04, 0x00], &application);
    assert_eq!(card.transmit(&by_application), [0x6A, 0x82]);
    assert_eq!(card.transmit(&[0x00, 0xCA, 0xDF, 0x30, 0x05]), [0x6D, 0x00]);
    assert_eq!(card.transmit(&[0x80, 0xB0, 0x00, 0x00, 0x01]), [0x6E, 0x00]);
    assert_eq!(card.transmit(&[0x00, 0xB0]), [0x67, 0x00]);
}

#[test]
fn a_card_without_a_certificate_lacks_its_file_only() {
    let mut contents = contents();
    contents.certificate = None;
    let mut card = Card::new(&contents).unwrap();
    assert_eq!(select(&mut card, &[0x11, 0x00, 0x11, 0x01]), [0x6A, 0x82]);
    assert_eq!(select(&mut card, &[0x11, 0x00, 0x11, 0x02]), [0x90, 0x00]);
}

#[test]
fn three_wrong_pins_lock_and_the_right_one_comes_too_late() {
    let mut card = card();
    assert_eq!(card.pin_tries_left(), PIN_TRIES);
    assert_eq!(verify(&mut card, b"00000"), [0x63, 0xC2]);
    assert_eq!(verify(&mut card, b"629510"), [0x63, 0xC1]);
    assert_eq!(verify(&mut card, b"00000"), [0x69, 0x83]);
    assert_eq!(verify(&mut card, PIN), [0x69, 0x83]);
    assert_eq!(card.pin_tries_left(), 0);
    assert!(!card.is_logged_in());
}

#[test]
fn the_right_pin_restores_the_tries() {
    let mut card = card();
    verify(&mut card, b"00000");
    assert_eq!(verify(&mut card, PIN), [0x90, 0x00]);
    assert_eq!(card.pin_tries_left(), PIN_TRIES);
    assert_eq!(card.verifications(), 2);
}

#[test]
fn a_wrong_pin_ends_an_earlier_login() {
    let mut card = card();
    verify(&mut card, PIN);
    assert!(card.is_logged_in());
    verify(&mut card, b"00000");
    assert!(!card.is_logged_in());
}

#[test]
fn asking_for_the_tries_costs_none() {
    let mut card = card();
    assert_eq!(card.transmit(&VERIFY), [0x63, 0xC3]);
    verify(&mut card, PIN);
    assert_eq!(card.transmit(&VERIFY), [0x90, 0x00]);
}

#[test]
fn a_reset_ends_the_login_and_keeps_the_tries() {
    let mut card = card();
    verify(&mut card, PIN);
    card.reset();
    assert!(!card.is_logged_in());
    verify(&mut card, b"00000");
    card.reset();
    assert_eq!(card.pin_tries_left(), PIN_TRIES - 1);
}

#[test]
fn the_pin_is_changed_by_its_owner_only() {
    let mut card = card();
    let change = |old: &[u8], new: &[u8]| {
        with_data(
            [0x00, 0x24, 0x00, 0x10],
            &[padded(old), padded(new)].concat(),
        )
    };
    assert_eq!(card.transmit(&change(b"00000", b"77777")), [0x63, 0xC2]);
    assert_eq!(card.transmit(&change(PIN, b"77777")), [0x90, 0x00]);
    assert_eq!(verify(&mut card, b"77777"), [0x90, 0x00]);
}

#[test]
fn the_puk_unlocks_and_is_counted_itself() {
    let mut card = card();
    for _ in 0..PIN_TRIES {
        verify(&mut card, b"00000");
    }
    let unblock = |puk: &[u8]| {
        with_data(
            [0x00, 0x2C, 0x00, 0x10],
            &[padded(puk), padded(b"77777")].concat(),
        )
    };
    assert_eq!(card.transmit(&unblock(b"00000000")), [0x63, 0xC9]);
    assert_eq!(card.transmit(&unblock(PUK)), [0x90, 0x00]);
    assert_eq!(card.puk_tries_left(), super::PUK_TRIES);
    assert_eq!(verify(&mut card, b"77777"), [0x90, 0x00]);
}

#[test]
fn a_signature_made_behind_the_pin_verifies() {
    let mut card = card();
    verify(&mut card, PIN);
    assert_eq!(card.transmit(&[0x00, 0x22, 0xF3, 0x03, 0x00]), [0x90, 0x00]);
    assert_eq!(card.transmit(&NAME_KEY_FOR_DECIPHER), [0x90, 0x00]);
    let mut signature = decipher(&mut card, &block_to_sign(b"message"));
    assert_eq!(signature.split_off(256), [0x90, 0x00]);
    assert_eq!(card.signatures(), 1);

    let algorithm = &signature::RSA_PKCS1_2048_8192_SHA256;
    let public_key = UnparsedPublicKey::new(algorithm, key().public_key());
    assert_eq!(public_key.verify(b"message", &signature), Ok(()));
    assert!(public_key.verify(b"another", &signature).is_err());
}

#[test]
fn an_answer_that_does_not_fit_waits_for_get_response() {
    let mut card = card();
    verify(&mut card, PIN);
    card.transmit(&NAME_KEY_FOR_DECIPHER);
    let data = [&[0x00], &block_to_sign(b"message")[..]].concat();
    let (first, rest) = data.split_at(255);
    card.transmit(&[&[0x10], &DECIPHER[..], &[0xFF], first].concat());
    let answer = card.transmit(&[&[0x00], &DECIPHER[..], &[rest.len() as u8], rest].concat());
    assert_eq!(answer, [0x61, 0x00]);

    let first = card.transmit(&[0x00, 0xC0, 0x00, 0x00, 0xC0]);
    assert_eq!((first.len(), &first[192..]), (194, &[0x61, 0x40][..]));
    let second = card.transmit(&[0x00, 0xC0, 0x00, 0x00, 0x40]);
    assert_eq!((second.len(), &second[64..]), (66, &[0x90, 0x00][..]));
    assert_eq!(card.transmit(&[0x00, 0xC0, 0x00, 0x00, 0x40]), [0x69, 0x85]);
}

#[test]
fn without_the_pin_or_the_environment_nothing_is_signed() {
    let mut card = card();
    let block = block_to_sign(b"message");
    card.transmit(&NAME_KEY_FOR_DECIPHER);
    assert_eq!(decipher(&mut card, &block), [0x69, 0x82]);
    verify(&mut card, PIN);
    card.transmit(&[0x00, 0x22, 0xF3, 0x03, 0x00]);
    assert_eq!(decipher(&mut card, &block), [0x69, 0x85]);
    card.transmit(&NAME_KEY_FOR_DECIPHER);
    assert_eq!(decipher(&mut card, &[0xFF; 256]), [0x6A, 0x80]);
    assert_eq!(decipher(&mut card, &block[1..]), [0x6A, 0x80]);
    assert_eq!(card.signatures(), 0);
}

#[test]
fn parts_of_another_command_do_not_mix() {
    let mut card = card();
    verify(&mut card, PIN);
    card.transmit(&NAME_KEY_FOR_DECIPHER);
    card.transmit(&[&[0x10], &DECIPHER[..], &[0x01, 0xAA]].concat());
    assert_eq!(select(&mut card, &[0x11, 0x00]), [0x90, 0x00]);
    let signature = decipher(&mut card, &block_to_sign(b"message"));
    assert_eq!(signature.len(), 258);
}

fn card_with_signature_keyset() -> Card {
    let mut contents = contents();
    contents.signature_keyset = Some(SignatureKeyset {
        certificate: vec![0x30; 300],
        private_key_pkcs8: key().as_der().unwrap().as_ref().to_vec(),
        pin: "11223344".into(),
        puk: "55667788".into(),
    });
    Card::new(&contents).unwrap()
}

#[test]
fn each_keyset_has_a_pin_of_its_own() {
    let mut card = card_with_signature_keyset();
    assert_eq!(select(&mut card, &[0x14, 0x00, 0x90, 0x10]), [0x90, 0x00]);
    let verify_other = with_data([0x00, 0x20, 0x00, 0x1A], b"11223344");
    assert_eq!(card.transmit(&verify_other), [0x90, 0x00]);
    assert!(!card.is_logged_in(), "the CNS's own PIN was not shown");

    card.transmit(&NAME_KEY_FOR_DECIPHER);
    let block = block_to_sign(b"message");
    assert_eq!(decipher(&mut card, &block), [0x69, 0x82]);
    card.transmit(&with_data([0x00, 0x22, 0xF1, 0xB8], &[0x83, 0x01, 0x10]));
    assert_eq!(decipher(&mut card, &block).len(), 258);
    assert_eq!((card.signatures(), card.signature_keyset_uses()), (0, 2));

    card.reset();
    card.transmit(&with_data([0x00, 0x22, 0xF1, 0xB8], &[0x83, 0x01, 0x10]));
    assert_eq!(decipher(&mut card, &block), [0x69, 0x82]);
    verify(&mut card, PIN);
    assert_eq!(decipher(&mut card, &block), [0x69, 0x82]);
}

#[test]
fn a_card_without_the_other_keyset_does_not_know_its_references() {
    let mut card = card();
    let verify_other = with_data([0x00, 0x20, 0x00, 0x1A], b"11223344");
    assert_eq!(card.transmit(&verify_other), [0x6A, 0x88]);
    let name_other = with_data([0x00, 0x22, 0xF1, 0xB8], &[0x83, 0x01, 0x10]);
    assert_eq!(card.transmit(&name_other), [0x6A, 0x88]);
}

#[test]
fn challenges_are_random_and_short() {
    let mut card = card();
    let challenge = card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]);
    assert_eq!((challenge.len(), &challenge[8..]), (10, &[0x90, 0x00][..]));
    assert_ne!(challenge, card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]));
    assert_eq!(card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x21]), [0x67, 0x00]);
}

#[test]
fn the_holders_file_tells_its_own_lengths() {
    let file = String::from_utf8(contents().holder.dati_personali()).unwrap();
    let total = usize::from_str_radix(&file[..6], 16).unwrap();
    assert_eq!(total, file.len() - 6);

    let (mut fields, mut rest) = (Vec::new(), &file[6..]);
    while !rest.is_empty() {
        let (length, after) = rest.split_at(2);
        let (field, after) = after.split_at(usize::from_str_radix(length, 16).unwrap());
        fields.push(field);
        rest = after;
    }
    assert_eq!(fields.len(), 16);
    assert_eq!(fields[3..5], ["VERDI", "ANNA"]);
    assert_eq!(fields[8], "VRDNNA70P49F205F");
}
