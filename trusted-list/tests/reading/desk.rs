//! Where lists are read, and the signer of most tests.

use std::sync::LazyLock;

use trusted_list::{Fault, Fingerprint, Signers, TrustedList};
use trusted_lists::{Form, List, NOW, Signer};

/// The signer whose certificate is pinned; P-256, since its keys are made at once.
pub static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::new);

/// A good list in XML, not signed.
pub static XML: LazyLock<String> = LazyLock::new(|| List::small().xml());

/// The same list, signed as AgID's is.
pub static SIGNED: LazyLock<String> = LazyLock::new(|| SIGNER.sign(&XML));

/// The pins of these signers.
pub fn pins(signers: &[&Signer]) -> Signers {
    let pins = signers
        .iter()
        .map(|signer| Fingerprint::parse(&signer.pin()).unwrap());
    Signers::new(pins).unwrap()
}

/// Reads with the usual pin at the usual time.
pub fn read(signed: &str) -> Result<TrustedList, Fault> {
    TrustedList::read(signed.as_bytes(), &pins(&[&SIGNER]), NOW)
}

pub fn fault(signed: &str) -> Fault {
    read(signed).unwrap_err()
}

/// Reads XML that the usual signer has signed.
pub fn read_xml(xml: &str) -> Result<TrustedList, Fault> {
    read(&SIGNER.sign(xml))
}

/// Signs with a template in which a piece is another.
pub fn sign_with(from: &str, to: &str) -> String {
    let template = SIGNER.template(&Form::default());
    let changed = replaced(&template, from, to);
    SIGNER
        .fill(trusted_lists::insert(&XML, &changed))
        .unwrap_or_else(|| panic!("cannot be signed with {to}"))
}

/// The first place of a piece is another; it must be there.
pub fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no {from} in the text");
    text.replacen(from, to, 1)
}
