//! What every part of Tessera agrees on: messages, token, codes, names.
//!
//! The ground floor of the house. Pure data and its parsing: no I/O, no clock,
//! no randomness; builds for the browser (wasm32) and natively. A value that has
//! one of these types has been checked once, at the edge where it came in.

pub mod api;
pub mod codice_fiscale;
pub mod command;
pub mod failure;
pub mod language;
pub mod nonce;
pub mod origin;
pub mod page_address;
pub mod page_message;
pub mod problem;
pub mod service;
pub mod token;
pub mod window;
pub mod workstation_check;

pub use codice_fiscale::CodiceFiscale;
pub use failure::FailureCode;
pub use language::Language;
pub use nonce::ChallengeNonce;
pub use origin::Origin;
pub use problem::ProblemCode;
pub use token::{Algorithm, Token};
pub use workstation_check::{CheckState, WorkstationCheck};

/// The native host's name in every browser's registry of hosts (contract §3).
pub const NATIVE_HOST_NAME: &str = "it.tessera.cns";
