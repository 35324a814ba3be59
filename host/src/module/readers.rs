//! What the smart-card service says of the readers.
//!
//! Modules keep what they once found: OpenSC 0.23 goes on listing the slot of a reader that
//! is gone, as one without a card, and says of a service that has ended no more than of one
//! without readers. PC/SC, through which it speaks to its readers, knows better.

use std::collections::BTreeSet;
use std::ffi::{CStr, CString};

use crate::atr::{self, Aptitude};
use crate::pcsc::{Connection, Content, Library, PcscFault};

/// A reader's name is cut to this in PKCS#11's slot description (`CK_SLOT_INFO`).
const SLOT_DESCRIPTION_LENGTH: usize = 64;

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
            // Windows runs the service only while a reader is connected.
            Err(PcscFault::NoService) if cfg!(windows) => Readers::Connected(Vec::new()),
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

impl Readers {
    /// Those that have come since it was as `before`.
    pub fn come_since<'a>(&'a self, before: &Readers) -> Vec<&'a CString> {
        let before = before.names();
        let come = |reader: &&CString| !before.contains(reader);
        self.names().iter().filter(come).collect()
    }

    /// Whether a module that describes its slots so knows of this reader.
    pub fn are_listed(&self, reader: &CStr, slots: &[String]) -> bool {
        let is_listed = |reader: &CStr| slots.iter().any(|slot| is_described(reader, slot));
        let calls_them_so = self.names().iter().any(|reader| is_listed(reader));
        if is_listed(reader) || calls_them_so {
            return is_listed(reader);
        }
        // A module that calls readers otherwise than PC/SC: only their number tells.
        let different: BTreeSet<&String> = slots.iter().collect();
        different.len() >= self.names().len()
    }

    fn names(&self) -> &[CString] {
        match self {
            Readers::Connected(readers) => readers,
            Readers::Unknown | Readers::NoService => &[],
        }
    }
}

/// Whether the card in the reader that a module describes so says of itself that it is a CNS.
pub fn holds_cns(slot_description: &str) -> bool {
    let content = |library: &Library| {
        let service = Connection::begin(library)?;
        let readers = service.readers()?;
        let mut readers = readers.iter();
        match readers.find(|reader| is_described(reader, slot_description)) {
            Some(reader) => service.content(reader),
            None => Err(PcscFault::NoReaders),
        }
    };
    let content = Library::already_loaded().map(|library| content(&library));
    match content {
        Some(Ok(Content::Card(answer))) => matches!(
            atr::name(&answer).aptitude,
            Aptitude::Cns | Aptitude::NeedsVendorsModule
        ),
        _ => false,
    }
}

/// Whether a slot's description is this reader's name, as far as there is room for it.
pub fn is_described(reader: &CStr, slot_description: &str) -> bool {
    let name = reader.to_bytes();
    let cut = &name[..name.len().min(SLOT_DESCRIPTION_LENGTH)];
    String::from_utf8_lossy(cut).trim_end() == slot_description.trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_no_module_speaks_to_readers_nobody_knows() {
        assert_eq!(Readers::now(), Readers::Unknown);
        assert!(!Readers::Unknown.are_none());
        assert!(!holds_cns("Virtual PCD 00 00"));
    }

    fn connected(names: &[&str]) -> Readers {
        let names = names.iter().map(|name| CString::new(*name).unwrap());
        Readers::Connected(names.collect())
    }

    #[test]
    fn a_reader_plugged_in_later_is_told_from_those_before() {
        let (one, two) = (connected(&["Built-in"]), connected(&["Built-in", "USB"]));
        assert_eq!(two.come_since(&one), [c"USB"]);
        for before in [Readers::Unknown, Readers::NoService, connected(&[])] {
            assert_eq!(one.come_since(&before), [c"Built-in"]);
        }
        for (now, before) in [(&one, &one), (&one, &two), (&Readers::NoService, &two)] {
            assert!(now.come_since(before).is_empty(), "{now:?} {before:?}");
        }
    }

    #[test]
    fn whether_a_module_lists_a_reader_its_names_tell_or_else_their_number() {
        let readers = connected(&["Built-in", "USB"]);
        for (slots, is_listed) in [
            (&["Built-in", "USB"][..], true),
            (&["Built-in"], false),
            // Two keysets of one card, or a reader that is gone: still the other is missing.
            (&["Built-in", "Built-in", "Gone"], false),
            (&["Slot 1", "Slot 2"], true),
            (&["Slot 1", "Slot 1"], false),
            (&[], false),
        ] {
            let slots: Vec<String> = slots.iter().map(|&slot| slot.to_owned()).collect();
            assert_eq!(readers.are_listed(c"USB", &slots), is_listed, "{slots:?}");
        }
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

    #[test]
    fn a_reader_is_known_by_as_much_of_its_name_as_a_slot_has_room_for() {
        let long = "Gemalto USB Smart Card Reader with a very long name indeed [CCID] (0001) 00 00";
        for (reader, description, known) in [
            ("Virtual PCD 00 00", "Virtual PCD 00 00", true),
            ("Virtual PCD 00 00", "Virtual PCD 00 00      ", true),
            ("Virtual PCD 00 01", "Virtual PCD 00 00", false),
            ("Virtual PCD 00 00", "Virtual PCD", false),
            (long, &long[..64], true),
            (long, &long[..63], false),
        ] {
            let reader = CString::new(reader).unwrap();
            assert_eq!(is_described(&reader, description), known, "{description}");
        }
    }
}
