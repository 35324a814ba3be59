//! Each refusal has its own message, on one line, and the section it stands on.

use std::collections::HashSet;

use trusted_list::{Fault, Fingerprint};

/// One of each, in the order they are asked, with what demands it.
fn table() -> Vec<(Fault, &'static str)> {
    let text = || "x".to_owned();
    vec![
        (Fault::TooLong { length: 1 << 30 }, "a limit of ours"),
        (Fault::Encoding, "TS 119 612 annex B"),
        (Fault::Doctype, "XML 1.0 §2.8; TS 119 612 annex C has none"),
        (Fault::TooMuchMarkup, "a limit of ours"),
        (Fault::TooDeep, "a limit of ours"),
        (
            Fault::NotXml {
                line: 1,
                column: 2,
                what: text(),
            },
            "XML 1.0 §2.1",
        ),
        (Fault::NotTrustedList { root: text() }, "TS 119 612 annex C"),
        (
            Fault::InterruptedValue { element: text() },
            "Canonical XML 1.0 §2.1: comments are not signed",
        ),
        (Fault::DuplicateId { id: text() }, "XML 1.0 §3.3.1"),
        (Fault::SignatureAbsent, "TS 119 612 §5.7.1"),
        (Fault::SeveralSignatures { count: 2 }, "TS 119 612 annex C"),
        (Fault::SignatureMoved, "TS 119 612 annex C"),
        (
            Fault::Misplaced {
                element: text(),
                parent: "y".to_owned(),
            },
            "TS 119 612 annex C",
        ),
        (
            Fault::SignatureForm { what: text() },
            "TS 119 612 annex B; EN 319 132-1 §4.3, §6",
        ),
        (Fault::Reference { uri: text() }, "TS 119 612 §5.7.3"),
        (Fault::Transform { algorithm: text() }, "TS 119 612 annex B"),
        (Fault::Algorithm { algorithm: text() }, "TS 119 312"),
        (Fault::SignerAbsent, "TS 119 612 §5.7.1"),
        (
            Fault::SignerNotPinned {
                fingerprint: Fingerprint::of(b""),
            },
            "TS 119 612 annex A",
        ),
        (
            Fault::SignerMalformed(cns::Malformed::Structure),
            "RFC 5280 §4.1",
        ),
        (Fault::SignerKeyWeak, "TS 119 312"),
        (Fault::Changed, "XML Signature §3.2.1"),
        (Fault::SignatureInvalid, "XML Signature §3.2.2"),
        (
            Fault::SignerNotValid {
                not_before: 1,
                not_after: 2,
                at: 3,
            },
            "RFC 5280 §4.1.2.5",
        ),
        (Fault::Missing { element: "x" }, "TS 119 612 §5.3"),
        (
            Fault::Value {
                element: "x",
                value: text(),
            },
            "TS 119 612 §5.1.3, §5.1.5, §5.3",
        ),
        (Fault::Version { version: 4 }, "TS 119 612 §5.3.1"),
        (Fault::Kind { kind: text() }, "TS 119 612 §5.3.3"),
        (
            Fault::CriticalExtension { extension: text() },
            "TS 119 612 §5.3.17, annex B",
        ),
        (Fault::Closed, "TS 119 612 §5.3.15"),
        (Fault::NoService, "TS 119 612 §5.5.1.3, §5.5.4"),
        (
            Fault::OtherTerritory {
                territory: text(),
                previous: "y".to_owned(),
            },
            "TS 119 612 §5.3.10",
        ),
        (
            Fault::OlderNumber {
                number: 1,
                previous: 2,
            },
            "TS 119 612 §5.3.2",
        ),
        (
            Fault::OlderIssue {
                issued: 1,
                previous: 2,
            },
            "TS 119 612 §5.3.14",
        ),
        (
            Fault::Shrunk {
                services: 1,
                previous: 2,
                max_percent: 3,
            },
            "a rule of ours",
        ),
    ]
}

#[test]
fn each_refusal_has_a_message_of_its_own_on_one_line() {
    let table = table();
    let messages: HashSet<String> = table.iter().map(|(fault, _)| fault.to_string()).collect();
    assert_eq!(messages.len(), table.len());
    for (message, (_, section)) in messages.iter().zip(&table) {
        assert!(message.len() > 20 && !message.contains('\n'), "{message}");
        assert!(!section.is_empty());
    }
}
