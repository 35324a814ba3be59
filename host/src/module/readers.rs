//! What the smart-card service says of the readers.
//!
//! Modules keep what they once found: OpenSC 0.23 goes on listing the slot of a reader that
//! is gone, as one without a card, and says of a service that has ended no more than of one
//! without readers. PC/SC, through which it speaks to its readers, knows better.

use std::ffi::CString;

use crate::pcsc::{Connection, Library, PcscFault};

/// What PC/SC says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// Nothing: no module has loaded its library, or the service refuses. What the module
    /// shows stands.
    Unknown,
    /// The service does not run.
    NoService,
    /// The names of those that are connected, if any.
    Connected(Vec<CString>),
}

impl Readers {
    /// As it is at this moment.
    pub fn now() -> Readers {
        let Some(library) = Library::already_loaded() else {
            return Readers::Unknown;
        };
        match Connection::begin(&library).and_then(|service| service.readers()) {
            Ok(readers) => Readers::Connected(readers),
            Err(PcscFault::NoReaders) => Readers::Connected(Vec::new()),
            Err(PcscFault::NoService) => Readers::NoService,
            Err(_) => Readers::Unknown,
        }
    }

    /// Whether there surely is none that could be used.
    pub fn are_none(&self) -> bool {
        match self {
            Readers::Unknown => false,
            Readers::NoService => true,
            Readers::Connected(readers) => readers.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_no_module_speaks_to_readers_nobody_knows() {
        assert_eq!(Readers::now(), Readers::Unknown);
        assert!(!Readers::Unknown.are_none());
    }

    #[test]
    fn without_a_service_there_is_no_more_to_be_used_than_without_a_reader() {
        let reader = c"Virtual PCD 00 00".to_owned();
        for (readers, are_none) in [
            (Readers::NoService, true),
            (Readers::Connected(Vec::new()), true),
            (Readers::Connected(vec![reader]), false),
        ] {
            assert_eq!(readers.are_none(), are_none, "{readers:?}");
        }
    }
}
