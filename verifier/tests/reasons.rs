//! `REASONS.md` has a row for every reason and fault, and names tests that exist.
#![allow(clippy::unwrap_used)] // a fault in the table is a failed test

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cns::{CnsFault, Malformed, PurposeFault, WeakKeyFault};
use protocol::codice_fiscale::CodiceFiscaleFault;
use verifier::{
    OcspFailure, OcspFault, OcspSignerFault, Reason, RevocationListFault, UntrustedCause,
};

/// Names each variant and gives one of its kind: the compiler refuses a match that lacks
/// one, so that a new variant cannot go without a name, nor then without a row.
macro_rules! variants {
    ($of:ty, $name_of:ident, $all:ident: $($pattern:pat => $name:literal, $example:expr;)*) => {
        fn $name_of(variant: &$of) -> &'static str {
            match variant {
                $($pattern => $name,)*
            }
        }

        fn $all() -> Vec<(&'static str, $of)> {
            vec![$(($name, $example)),*]
        }
    };
}

variants! { Reason, name_of_reason, reasons:
    Reason::Malformed(Malformed::Structure) => "Malformed(Structure)",
        Reason::Malformed(Malformed::Structure);
    Reason::Malformed(Malformed::SignatureAlgorithms) => "Malformed(SignatureAlgorithms)",
        Reason::Malformed(Malformed::SignatureAlgorithms);
    Reason::Malformed(Malformed::Version) => "Malformed(Version)",
        Reason::Malformed(Malformed::Version);
    Reason::Malformed(Malformed::DuplicateExtension(_)) => "Malformed(DuplicateExtension)",
        Reason::Malformed(Malformed::DuplicateExtension(text()));
    Reason::Malformed(Malformed::Extension(_)) => "Malformed(Extension)",
        Reason::Malformed(Malformed::Extension(text()));
    Reason::Expired { .. } => "Expired",
        Reason::Expired { not_after: 0 };
    Reason::NotYetValid { .. } => "NotYetValid",
        Reason::NotYetValid { not_before: 0 };
    Reason::Purpose(PurposeFault::Authority) => "Purpose(Authority)",
        Reason::Purpose(PurposeFault::Authority);
    Reason::Purpose(PurposeFault::KeyUsageAbsent) => "Purpose(KeyUsageAbsent)",
        Reason::Purpose(PurposeFault::KeyUsageAbsent);
    Reason::Purpose(PurposeFault::DigitalSignatureAbsent) => "Purpose(DigitalSignatureAbsent)",
        Reason::Purpose(PurposeFault::DigitalSignatureAbsent);
    Reason::Purpose(PurposeFault::NonRepudiation) => "Purpose(NonRepudiation)",
        Reason::Purpose(PurposeFault::NonRepudiation);
    Reason::Purpose(PurposeFault::ClientAuthAbsent) => "Purpose(ClientAuthAbsent)",
        Reason::Purpose(PurposeFault::ClientAuthAbsent);
    Reason::Purpose(PurposeFault::CriticalExtension(_)) => "Purpose(CriticalExtension)",
        Reason::Purpose(PurposeFault::CriticalExtension(text()));
    Reason::NotCns(CnsFault::PolicyAbsent) => "NotCns(PolicyAbsent)",
        Reason::NotCns(CnsFault::PolicyAbsent);
    Reason::NotCns(CnsFault::CommonNameAbsent) => "NotCns(CommonNameAbsent)",
        Reason::NotCns(CnsFault::CommonNameAbsent);
    Reason::NotCns(CnsFault::SeveralCommonNames) => "NotCns(SeveralCommonNames)",
        Reason::NotCns(CnsFault::SeveralCommonNames);
    Reason::NotCns(CnsFault::CommonNameForm) => "NotCns(CommonNameForm)",
        Reason::NotCns(CnsFault::CommonNameForm);
    Reason::NotCns(CnsFault::CodiceFiscale(_)) => "NotCns(CodiceFiscale)",
        Reason::NotCns(CnsFault::CodiceFiscale(CodiceFiscaleFault::Length));
    Reason::PolicyDisallowed { .. } => "PolicyDisallowed",
        Reason::PolicyDisallowed { policy: text() };
    Reason::PolicyAbsent => "PolicyAbsent",
        Reason::PolicyAbsent;
    Reason::WeakKey(WeakKeyFault::RsaLength { .. }) => "WeakKey(RsaLength)",
        Reason::WeakKey(WeakKeyFault::RsaLength { bits: 1024 });
    Reason::WeakKey(WeakKeyFault::KeyUnsupported) => "WeakKey(KeyUnsupported)",
        Reason::WeakKey(WeakKeyFault::KeyUnsupported);
    Reason::WeakKey(WeakKeyFault::SignatureAlgorithm(_)) => "WeakKey(SignatureAlgorithm)",
        Reason::WeakKey(WeakKeyFault::SignatureAlgorithm(text()));
    Reason::Untrusted { cause: UntrustedCause::IssuerUnknown, .. } => "Untrusted(IssuerUnknown)",
        untrusted(UntrustedCause::IssuerUnknown);
    Reason::Untrusted { cause: UntrustedCause::SignatureInvalid, .. } =>
        "Untrusted(SignatureInvalid)",
        untrusted(UntrustedCause::SignatureInvalid);
    Reason::Untrusted { cause: UntrustedCause::AnchorNotValid, .. } => "Untrusted(AnchorNotValid)",
        untrusted(UntrustedCause::AnchorNotValid);
    Reason::Revoked { .. } => "Revoked",
        Reason::Revoked { since: 0, on_hold: false };
    Reason::RevocationUnknown { .. } => "RevocationUnknown",
        Reason::RevocationUnknown { issuer: text(), stale_since: None };
    Reason::SignatureInvalid => "SignatureInvalid",
        Reason::SignatureInvalid;
}

variants! { RevocationListFault, name_of_list_fault, list_faults:
    RevocationListFault::Malformed => "Malformed", RevocationListFault::Malformed;
    RevocationListFault::NextUpdateAbsent => "NextUpdateAbsent",
        RevocationListFault::NextUpdateAbsent;
    RevocationListFault::SignatureAlgorithm => "SignatureAlgorithm",
        RevocationListFault::SignatureAlgorithm;
    RevocationListFault::Delta => "Delta", RevocationListFault::Delta;
    RevocationListFault::Indirect => "Indirect", RevocationListFault::Indirect;
    RevocationListFault::AttributeCertificates => "AttributeCertificates",
        RevocationListFault::AttributeCertificates;
    RevocationListFault::CriticalExtension(_) => "CriticalExtension",
        RevocationListFault::CriticalExtension(text());
}

variants! { OcspFault, name_of_answer_fault, answer_faults:
    OcspFault::Malformed => "Malformed", OcspFault::Malformed;
    OcspFault::Unsuccessful(_) => "Unsuccessful", OcspFault::Unsuccessful(OcspFailure::TryLater);
    OcspFault::ResponseType(_) => "ResponseType", OcspFault::ResponseType(text());
    OcspFault::CriticalExtension(_) => "CriticalExtension", OcspFault::CriticalExtension(text());
    OcspFault::OtherCertificate => "OtherCertificate", OcspFault::OtherCertificate;
    OcspFault::SignatureAlgorithm => "SignatureAlgorithm", OcspFault::SignatureAlgorithm;
    OcspFault::SignerAbsent => "SignerAbsent", OcspFault::SignerAbsent;
    OcspFault::Signer(OcspSignerFault::Malformed) => "Signer(Malformed)",
        OcspFault::Signer(OcspSignerFault::Malformed);
    OcspFault::Signer(OcspSignerFault::NotIssued) => "Signer(NotIssued)",
        OcspFault::Signer(OcspSignerFault::NotIssued);
    OcspFault::Signer(OcspSignerFault::NotDelegated) => "Signer(NotDelegated)",
        OcspFault::Signer(OcspSignerFault::NotDelegated);
    OcspFault::Signer(OcspSignerFault::Weak) => "Signer(Weak)",
        OcspFault::Signer(OcspSignerFault::Weak);
    OcspFault::Signer(OcspSignerFault::NotValid) => "Signer(NotValid)",
        OcspFault::Signer(OcspSignerFault::NotValid);
    OcspFault::Signer(OcspSignerFault::Revoked) => "Signer(Revoked)",
        OcspFault::Signer(OcspSignerFault::Revoked);
    OcspFault::SignatureInvalid => "SignatureInvalid", OcspFault::SignatureInvalid;
    OcspFault::NonceDiffers => "NonceDiffers", OcspFault::NonceDiffers;
    OcspFault::Times => "Times", OcspFault::Times;
    OcspFault::NotYetValid { .. } => "NotYetValid", OcspFault::NotYetValid { this_update: 0 };
    OcspFault::Stale { .. } => "Stale", OcspFault::Stale { until: 0 };
}

fn text() -> String {
    "1.2.3".to_owned()
}

fn untrusted(cause: UntrustedCause) -> Reason {
    Reason::Untrusted {
        issuer: text(),
        cause,
    }
}

/// The rows of the table under a heading, each as its cells, code marks taken off.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let document = include_str!("../REASONS.md");
    let (_, section) = document.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().trim_matches('`')).collect()
    })
    .collect()
}

/// Each variant has one row, each row a variant, a rule and a test that exists.
fn check(rows: &[Vec<&str>], names: &[&str]) {
    let in_table: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(in_table, names);
    assert_eq!(BTreeSet::from_iter(names).len(), names.len());
    for row in rows {
        let [.., rule, test] = row.as_slice() else {
            panic!("{row:?}");
        };
        assert!(!rule.is_empty(), "{row:?}");
        assert!(exists(test), "no test {test}");
    }
}

/// Whether `file::function` is a test in `tests/judgement`.
fn exists(test: &str) -> bool {
    let (file, function) = test.split_once("::").unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judgement");
    let source = fs::read_to_string(folder.join(file).with_extension("rs")).unwrap();
    source.contains(&format!("#[test]\nfn {function}() {{"))
}

#[test]
fn every_reason_has_its_row_with_its_code() {
    let all = reasons();
    let rows = table("A token");
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    check(&rows, &names);
    for ((name, reason), row) in all.iter().zip(&rows) {
        assert_eq!(name_of_reason(reason), *name);
        assert_eq!(reason.code().name(), row[1], "{name}");
        assert!(!reason.to_string().is_empty());
    }
}

#[test]
fn every_fault_of_a_list_has_its_row() {
    let all = list_faults();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    check(&table("A revocation list"), &names);
    for (name, fault) in &all {
        assert_eq!(name_of_list_fault(fault), *name);
    }
}

#[test]
fn every_fault_of_an_answer_has_its_row() {
    let all = answer_faults();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    check(&table("An OCSP answer"), &names);
    for (name, fault) in &all {
        assert_eq!(name_of_answer_fault(fault), *name);
    }
}
