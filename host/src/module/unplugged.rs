//! Whether the last reader was unplugged.
//!
//! Modules keep what they once found: OpenSC 0.23 goes on listing the slot of a reader that
//! is gone, as one without a card. PC/SC, through which it speaks to its readers, knows better.

use crate::pcsc::{Connection, Library, PcscFault};

/// Whether PC/SC says that no reader is connected. Where no module has loaded its library, or
/// the service does not answer, nobody knows, and what the module shows stands.
pub fn is_no_reader_connected() -> bool {
    Library::already_loaded().is_some_and(|library| {
        let readers = Connection::begin(&library).and_then(|service| service.readers());
        match readers {
            Ok(readers) => readers.is_empty(),
            Err(fault) => matches!(fault, PcscFault::NoReaders),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_no_module_speaks_to_readers_nobody_knows() {
        assert!(!is_no_reader_connected());
    }
}
