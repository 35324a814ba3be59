//! What a PKCS#11 module's process writes: reports of readers, cards, certificates, signatures.
//!
//! Somebody else's code runs in that process, so its lines are a stranger's. The orders it is
//! given are read from the same input: their lines have the same form.
#![no_main]

use cns::Certificate;
use libfuzzer_sys::fuzz_target;
use tessera_host::module::messages::{
    CERTIFICATE_LENGTH_MAX, CERTIFICATES_MAX, Order, Report, SLOTS_MAX, Slot,
};

fuzz_target!(|input: &[u8]| {
    for line in input.split(|&byte| byte == b'\n') {
        if let Ok(report) = Report::read(line) {
            if let Report::Seen(slots) = &report {
                check_slots(slots);
            }
            let again = report.line();
            assert_eq!(Report::read(one_line(&again)), Ok(report));
        }
        if let Some(order) = Order::read(line) {
            let again = order.line();
            assert_eq!(Order::read(one_line(&again)), Some(order));
        }
    }
});

fn check_slots(slots: &[Slot]) {
    assert!(slots.len() <= SLOTS_MAX);
    let cards = || slots.iter().filter_map(|slot| slot.card.as_ref());
    let certificates: usize = cards().map(|card| card.certificates.len()).sum();
    assert!(certificates <= CERTIFICATES_MAX);
    for card in cards() {
        for certificate in &card.certificates {
            assert!(certificate.0.len() <= CERTIFICATE_LENGTH_MAX);
            let _ = Certificate::read(&certificate.0);
        }
    }
}

fn one_line(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").expect("a line ends");
    assert!(!line.contains(&b'\n'));
    line
}
