//! Resetting a card, so that it forgets that its PIN was shown.
//!
//! PKCS#11 has no such call, and `C_Logout` is not it: under OpenSC a CNS stays unlocked
//! after logout, after `C_Finalize` and after the orderly end of the process, for every
//! program that can reach the reader. PC/SC resets a card when the last act on a connection
//! says so; pcscd does it too for a client that dies with connections open.

use std::ffi::CString;

use super::readers::is_described;
use crate::pcsc::{Connection, Library, PcscFault};

/// Resets the card in the reader that a module describes so.
///
/// A module that calls its hardware slots otherwise than PC/SC its readers leaves no other
/// way than to reset every card. Without a service or a reader, and in a slot that is no
/// hardware, the card is no card.
///
/// The first reader that refuses ends it: then its card, and those of the readers after it,
/// are as they were.
pub fn reset(slot_description: &str, is_hardware: bool) -> Result<(), PcscFault> {
    let library = match Library::already_loaded() {
        Some(library) => library,
        // A module may bring a PC/SC client of its own: the system's reaches the card too.
        None if is_hardware => Library::open()?,
        None => return Ok(()),
    };
    let readers = Connection::begin(&library).and_then(|service| Ok((service.readers()?, service)));
    let (readers, service) = match readers {
        Err(PcscFault::NoService | PcscFault::NoReaders) => return Ok(()),
        readers => readers?,
    };
    choose(&readers, slot_description, is_hardware)
        .into_iter()
        .try_for_each(|reader| match service.reset(reader) {
            Err(PcscFault::NoCard) => Ok(()),
            done => done,
        })
}

/// The readers to be reset.
fn choose<'a>(
    readers: &'a [CString],
    slot_description: &str,
    is_hardware: bool,
) -> Vec<&'a CString> {
    let described: Vec<&CString> = readers
        .iter()
        .filter(|reader| is_described(reader, slot_description))
        .collect();
    match described.is_empty() && is_hardware {
        true => readers.iter().collect(),
        false => described,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_hardware_slot_nobody_knows_resets_every_card() {
        let readers = [c"Reader 00 00".to_owned(), c"Reader 01 00".to_owned()];
        for (description, is_hardware, chosen) in [
            ("Reader 01 00", true, &readers[1..]),
            ("Reader 01 00", false, &readers[1..]),
            ("Slot 1", true, &readers[..]),
            ("SoftHSM slot ID 0x1", false, &[]),
        ] {
            let chosen: Vec<&CString> = chosen.iter().collect();
            assert_eq!(choose(&readers, description, is_hardware), chosen);
        }
    }

    #[test]
    fn where_no_module_speaks_to_readers_there_is_nothing_to_reset() {
        assert!(reset("no reader", true).is_ok());
    }
}
