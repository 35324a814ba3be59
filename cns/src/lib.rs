//! The CNS authentication certificate: what it says and what it must be.
//!
//! Reads a certificate from DER, strictly, and judges it against the profile of the Carta
//! Nazionale dei Servizi (AgID/CNIPA, "Profilo di certificato digitale per
//! l'autenticazione mediante Carta Nazionale dei Servizi"). Pure: no clock, no
//! cryptography. Whether the certificate is *genuine* is the verifier's question; here it
//! is only asked whether it is a CNS certificate fit for a login, which the server needs
//! to refuse and the desktop needs to choose.

mod addresses;
mod certificate;
mod extensions;
mod judgement;
mod key;
mod name;
mod refusal;
mod set_order;
mod signature_algorithm;
mod subject;
mod time;

pub use certificate::{Certificate, Malformed};
pub use judgement::CnsIdentity;
pub use key::KeyKind;
pub use name::line as name_line;
pub use refusal::{CnsFault, PurposeFault, Refusal, WeakKeyFault};
pub use set_order::check as check_set_order;
pub use signature_algorithm::SignatureAlgorithm;
pub use time::rfc3339;
