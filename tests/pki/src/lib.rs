//! Test material: authorities, CNS certificates, revocation lists, OCSP answers, a card in
//! software.
//!
//! Everything is made when it is needed, nothing is kept on disk; a fault in making it is
//! a fault of the test, so it panics.
//!
//! ```
//! use pki::{Authority, Holder, Key};
//! use protocol::{ChallengeNonce, Origin};
//!
//! let authority = Authority::new("Regione Toscana - CA Cittadini 2020", Key::p256());
//! let card = authority.issue(&Holder::default(), Key::p256());
//! let origin = Origin::parse("https://portal.example").unwrap();
//! let token = card.token(&origin, &ChallengeNonce::from_random([7; 32]));
//! assert_eq!(token.unverified_certificate, card.certificate());
//! ```
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)] // a test's material, see above

mod algorithm;
mod authority;
mod card;
pub mod extension;
mod holder;
mod key;
mod large_list;
pub mod name;
pub mod ocsp;
mod revocation_list;

pub use authority::{Authority, assemble};
pub use card::Card;
pub use holder::{Holder, codice_fiscale};
pub use key::{Curve, Key};
pub use large_list::serial_at;
pub use ocsp::Answer;
pub use revocation_list::{List, Revoked};
pub use x509_cert::certificate::TbsCertificate;
pub use x509_cert::ext::pkix::CrlReason;

use base64::{Engine, engine::general_purpose::STANDARD};

/// 2020-01-01T00:00:00Z: authorities begin.
pub const AUTHORITY_FROM: i64 = 1_577_836_800;
/// 2049-01-01T00:00:00Z: authorities end.
pub const AUTHORITY_UNTIL: i64 = 2_493_072_000;
/// 2024-01-01T00:00:00Z: certificates begin where a test says nothing else.
pub const CARD_FROM: i64 = 1_704_067_200;
/// 2044-01-01T00:00:00Z: certificates end where a test says nothing else.
pub const CARD_UNTIL: i64 = 2_335_219_200;

/// PEM (RFC 7468) of a certificate (`CERTIFICATE`), list (`X509 CRL`) or key (`PRIVATE KEY`).
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}
