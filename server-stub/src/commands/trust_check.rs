//! `trust check`

use crate::{clock, config::Config, trust::TrustFiles};

use super::Failure;

/// Reads everything as the server does at its start, and says what it is good for now.
///
/// Fails when no anchor is valid: no card at all would be taken.
pub(super) fn run(config: &Config) -> Result<(), Failure> {
    let files = TrustFiles::load(&config.trust)?;
    let trust = files.snapshot();
    let now = clock::now();
    for path in files.paths() {
        println!("file    {}", path.display());
    }
    let mut valid = 0;
    for anchor in trust.anchors() {
        let (from, until) = (anchor.not_before() * 1000, anchor.not_after() * 1000);
        let state = if now < from {
            "not yet valid, does not count"
        } else if now >= until + 1000 {
            "expired, does not count"
        } else {
            valid += 1;
            "valid"
        };
        println!(
            "anchor  {}\n        sha-256 {}\n        until {}: {state}",
            anchor.subject(),
            hex(&anchor.fingerprint()),
            clock::rfc3339(until),
        );
    }
    for list in trust.revocation_lists() {
        let until = list.next_update() * 1000;
        let signed = trust
            .unsigned_lists()
            .all(|unsigned| !std::ptr::eq(unsigned, list));
        let state = match (signed, now < until) {
            (false, _) => "signed by no anchor, says nothing",
            (true, true) => "current",
            (true, false) => "stale: still revokes, proves nothing good",
        };
        println!(
            "list    {}\n        until {}: {state}",
            list.issuer(),
            clock::rfc3339(until)
        );
    }
    if valid == 0 {
        return Err(Failure::Other("no anchor is valid now".to_owned()));
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
