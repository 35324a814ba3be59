//! Test material: signed trusted lists (ETSI TS 119 612) of the shape of AgID's.
//!
//! Everything is made when it is needed; a fault in making it is a fault of the test, so it
//! panics. A list is plain XML until a [`Signer`] signs it: a test changes the text before or
//! after that.
//!
//! ```
//! use trusted_lists::{List, Signer};
//!
//! let signer = Signer::new();
//! let signed = signer.sign(&List::small().xml());
//! assert!(signed.contains("SignedProperties"));
//! ```
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)] // a test's material, see above

mod list;
mod real_size;
mod signer;
pub mod wrapping;

pub use list::{List, Provider, Service};
pub use signer::{Form, Signer, insert, signature_of};

/// 2026-01-01T00:00:00Z: when tests read, where they say nothing else.
pub const NOW: i64 = 1_767_225_600;

/// The service type AgID lists the authorities of CNS and CIE under.
pub const IDENTITY_VERIFICATION: &str = "http://uri.etsi.org/TrstSvc/Svctype/IdV";
/// The service type of authorities of qualified certificates.
pub const QUALIFIED: &str = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC";
/// The state of a service that national law recognises.
pub const RECOGNISED: &str =
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel";
/// The state of a service that national law recognised once.
pub const DEPRECATED: &str =
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/deprecatedatnationallevel";
/// The state of a qualified service.
pub const GRANTED: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted";

/// A point in time as lists write it.
pub fn date(seconds: i64) -> String {
    let since = std::time::Duration::from_secs(seconds.try_into().unwrap());
    let date = der::DateTime::from_unix_duration(since).unwrap();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year(),
        date.month(),
        date.day(),
        date.hour(),
        date.minutes(),
        date.seconds()
    )
}
