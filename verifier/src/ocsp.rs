//! Asking an authority's OCSP responder about one certificate (RFC 6960).
//!
//! The bytes of a question go out and the bytes of an answer come in; who carries them, and
//! how long that may take, is the caller's care.

mod answer;
mod certificate_id;
mod fault;
mod question;
mod reading;
mod signer;

pub use answer::{OcspAnswer, OcspStatus};
pub use fault::{OcspFailure, OcspFault, OcspSignerFault};
pub use question::Question;

/// How far a responder's clock may be ahead of ours, or behind, in seconds.
pub(crate) const CLOCK_SKEW: i64 = 60;
