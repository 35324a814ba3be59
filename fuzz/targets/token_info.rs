//! What a module says of a card's token: a structure of fixed fields, any of which it may fill
//! with anything.
#![no_main]

use cryptoki_sys::CK_TOKEN_INFO;
use libfuzzer_sys::fuzz_target;
use tessera_host::module::messages::{CardReading, Report, SeenCard, Slot};
use tessera_host::module::middleware::Quirks;
use tessera_host::module::token::Token;

fuzz_target!(|input: &[u8]| {
    let Some(info) = token_info(input) else {
        return;
    };
    for manufacturer in ["", "OpenSC Project"] {
        check(Token::of(&info, Quirks::of(manufacturer)));
    }
});

/// The fields that are read, in their order.
fn token_info(input: &[u8]) -> Option<CK_TOKEN_INFO> {
    let (serial, numbers) = input.split_first_chunk::<16>()?;
    let (flags, numbers) = number(numbers)?;
    let (shortest, numbers) = number(numbers)?;
    let (longest, _) = number(numbers)?;
    Some(CK_TOKEN_INFO {
        serialNumber: *serial,
        flags,
        ulMinPinLen: shortest,
        ulMaxPinLen: longest,
        ..CK_TOKEN_INFO::default()
    })
}

fn number(input: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = input.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*number), rest))
}

/// Whatever it says of itself, the host hears it as it was told.
fn check(token: Token) {
    assert_ne!(*token.pin_lengths.end(), 0);
    let card = SeenCard {
        serial: token.serial,
        is_cns: false,
        pin_pad: token.pin_pad,
        tries_left: token.tries_left,
        reading: CardReading::Done,
        certificates: Vec::new(),
    };
    let reader = "Virtual PCD 00 00".to_owned();
    let card = Some(card);
    let report = Report::Seen(vec![Slot { reader, card }]);
    let line = report.line();
    let line = line.strip_suffix(b"\n").expect("a line ends");
    assert_eq!(Report::read(line), Ok(report));
}
