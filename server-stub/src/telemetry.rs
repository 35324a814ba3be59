//! Logs and metrics: what happened, how often; never who, beyond a keyed hash.

use metrics::counter;
use protocol::{CodiceFiscale, ProblemCode};

use crate::seal::SealKey;

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
    let hash = key.keyed_hash(&[b"pseudonym", codice_fiscale.as_str().as_bytes()]);
    hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
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
