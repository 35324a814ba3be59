//! A trusted list, as it is fetched from an address or read from disk.
#![no_main]

use std::sync::LazyLock;

use fuzz::trusted_list::{NOW, pin_of};
use libfuzzer_sys::fuzz_target;
use trusted_list::{Fault, Fingerprint, Signers, TrustedList};
use trusted_lists::{Form, Signer, insert};

/// P-256: its signatures cost least.
static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::new);

static TEMPLATE: LazyLock<String> = LazyLock::new(|| SIGNER.template(&Form::default()));

// Nobody mutates bytes into a good signature. What comes with one is read as it is, whoever
// signed it taken for pinned; all else is signed first, so that content is reached as well.
fuzz_target!(|input: &[u8]| {
    if let Some(pin) = pin_of(input) {
        check(read(input, pin));
        return;
    }
    let Ok(text) = std::str::from_utf8(input) else {
        let pin = Fingerprint::of(SIGNER.certificate());
        assert!(read(input, pin).is_err());
        return;
    };
    if let Some(signed) = SIGNER.fill(insert(text, &TEMPLATE)) {
        let list = read(signed.as_bytes(), Fingerprint::of(SIGNER.certificate()));
        // It was signed a moment ago.
        assert!(!matches!(
            list,
            Err(Fault::Changed | Fault::SignatureInvalid)
        ));
        check(list);
    }
});

fn read(bytes: &[u8], pin: Fingerprint) -> Result<TrustedList, Fault> {
    let signers = Signers::new([pin]).expect("one pin");
    TrustedList::read(bytes, &signers, NOW)
}

fn check(list: Result<TrustedList, Fault>) {
    let list = match list {
        Ok(list) => list,
        Err(fault) => {
            assert!(fault.to_string().len() < 1_000, "{fault}");
            return;
        }
    };
    assert_eq!(list.may_follow(&list, 0), Ok(()));
    assert_eq!(list.territory().len(), 2);
    assert!(!list.services().is_empty());
    for service in list.services() {
        assert!(service.not_after >= NOW);
        cns::Certificate::read(&service.certificate).expect("it was read once");
        check_name(&service.name);
        check_name(&service.provider);
    }
    for out in list.left_out() {
        check_name(&out.name);
        assert!(!out.cause.to_string().is_empty());
    }
}

/// Nothing a log or a list on screen shows can break its line or turn its writing.
fn check_name(name: &str) {
    let harmful =
        |character: char| character.is_control() || ('\u{2028}'..='\u{202e}').contains(&character);
    assert!(!name.contains(harmful), "{name:?}");
    assert!(name.chars().count() <= 257, "{name:?}");
}
