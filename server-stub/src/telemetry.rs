//! Logs and metrics: what happened, how often; never who, beyond a keyed hash.

use aws_lc_rs::digest;
use metrics::counter;
use protocol::{CodiceFiscale, ProblemCode};

use crate::{seal::SealKey, trust::hex};

/// Writes logs to standard error.
pub fn start_logs() {
    let subscriber = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .finish();
    // Set once a process; a second start keeps the first.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// A person's name in the logs: the same for the same person, on this installation only.
pub fn pseudonym(key: &SealKey, codice_fiscale: &CodiceFiscale) -> String {
    hex(&key.keyed_hash(&[b"pseudonym", codice_fiscale.as_str().as_bytes()])[..6])
}

/// A card's certificate in the logs, by its [`fingerprint`]; the number in it would name the
/// person to everybody who has the issuer's directory.
pub fn card(key: &SealKey, fingerprint: &[u8; 32]) -> String {
    hex(&key.keyed_hash(&[b"card", fingerprint])[..6])
}

/// SHA-256 of a certificate's DER.
pub fn fingerprint(certificate: &[u8]) -> [u8; 32] {
    let mut sum = [0; 32];
    sum.copy_from_slice(digest::digest(&digest::SHA256, certificate).as_ref());
    sum
}

/// A challenge was issued.
pub fn count_challenge() {
    counter!("tessera_challenges_total").increment(1);
}

/// A refusal was answered.
pub fn count_refusal(code: ProblemCode) {
    counter!("tessera_refusals_total", "code" => code.name()).increment(1);
}

/// A session was opened, by `card` or by `password`.
pub fn count_login(by: &'static str) {
    counter!("tessera_logins_total", "by" => by).increment(1);
}

/// A card was registered.
pub fn count_registration() {
    counter!("tessera_registrations_total").increment(1);
}
