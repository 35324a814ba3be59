//! PKCS#11 modules, each in a process of its own.
//!
//! Vendors' modules take seconds, hang, crash, and write where they should not. None is
//! loaded by the host itself: it starts its own program once more for each (`tessera-host
//! pkcs11-module`), tells that process what to do ([`messages::Order`]), hears what it found
//! ([`messages::Report`]), and kills it when nothing is heard any more.
//!
//! [`middleware`] says which modules there are and what is known of them (`vendors` is its
//! table), [`process`] is the
//! host's end, [`serve`] the other; everything below that calls a module runs there alone.

mod direct_call;
pub mod examination;
mod family;
mod loaded;
mod mechanism;
pub mod messages;
pub mod middleware;
mod padding;
pub mod process;
mod readers;
mod reading;
mod reset;
pub mod serve;
mod signing;
pub mod token;
mod traffic;
mod vendors;
mod verification;
mod voice;

/// The argument that starts a module's process instead of a host. It names no module: that
/// comes over the pipe, and is believed only if the policy or a known place says the same.
pub const ARGUMENT: &str = "pkcs11-module";
