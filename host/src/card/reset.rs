//! Resetting a card, so that it forgets that its PIN was shown.
//!
//! PKCS#11 has no such call, and `C_Logout` is not it: under OpenSC a CNS stays unlocked
//! after logout, after `C_Finalize` and after the orderly end of the process, for every
//! program that can reach the reader. PC/SC resets a card when the last act on a connection
//! says so; pcscd does it too for a client that dies with connections open.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::null;

use libloading::{Library, Symbol};

#[cfg(target_os = "linux")]
mod types {
    pub type Long = std::ffi::c_long;
    pub type Dword = std::ffi::c_ulong;
    pub type Context = std::ffi::c_long;
    pub type Handle = std::ffi::c_long;
}

#[cfg(target_os = "macos")]
mod types {
    pub type Long = i32;
    pub type Dword = u32;
    pub type Context = i32;
    pub type Handle = i32;
}

use types::{Context, Dword, Handle, Long};

const SCOPE_USER: Dword = 0;
const SHARE_SHARED: Dword = 2;
const PROTOCOL_ANY: Dword = 3;
const RESET_CARD: Dword = 1;
const SUCCESS: Long = 0;
const NO_CARD: Long = 0x8010_000c_u32 as Long;
const NO_SERVICE: Long = 0x8010_001d_u32 as Long;
const NO_READERS: Long = 0x8010_002e_u32 as Long;

/// A reader's name is cut to this in PKCS#11's slot description (`CK_SLOT_INFO`).
const SLOT_DESCRIPTION_LENGTH: usize = 64;

type EstablishContext =
    unsafe extern "C" fn(Dword, *const c_void, *const c_void, *mut Context) -> Long;
type ReleaseContext = unsafe extern "C" fn(Context) -> Long;
type ListReaders = unsafe extern "C" fn(Context, *const c_char, *mut c_char, *mut Dword) -> Long;
type Connect =
    unsafe extern "C" fn(Context, *const c_char, Dword, Dword, *mut Handle, *mut Dword) -> Long;
type Disconnect = unsafe extern "C" fn(Handle, Dword) -> Long;

/// Why a card could not be reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetFault {
    /// The PC/SC library lacks a function.
    #[error("the PC/SC library lacks a function: {0}")]
    Library(#[from] libloading::Error),
    /// PC/SC refused a step.
    #[error("{step}: PC/SC error {code:#x}")]
    Refused {
        /// Which step.
        step: &'static str,
        /// PC/SC's code.
        code: Long,
    },
}

/// Resets the card in the reader that a module describes so.
///
/// A module that calls its hardware slots otherwise than PC/SC its readers leaves no other
/// way than to reset every card. Without PC/SC, or without a reader, the card is no card.
///
/// The first reader that refuses ends it: then its card, and those of the readers after it,
/// are as they were.
pub fn reset(slot_description: &str, is_hardware: bool) -> Result<(), ResetFault> {
    let Some(library) = loaded_library() else {
        return Ok(());
    };
    let readers = Session::begin(&library).and_then(|session| Ok((session.readers()?, session)));
    let (readers, session) = match readers {
        Err(ResetFault::Refused {
            code: NO_SERVICE | NO_READERS,
            ..
        }) => return Ok(()),
        readers => readers?,
    };
    choose(&readers, slot_description, is_hardware)
        .into_iter()
        .try_for_each(|reader| match session.reset(reader) {
            Err(ResetFault::Refused { code: NO_CARD, .. }) => Ok(()),
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

/// Whether a slot's description is this reader's name, as far as there is room for it.
fn is_described(reader: &CStr, slot_description: &str) -> bool {
    let name = reader.to_bytes();
    let cut = &name[..name.len().min(SLOT_DESCRIPTION_LENGTH)];
    String::from_utf8_lossy(cut).trim_end() == slot_description.trim_end()
}

/// The PC/SC library, where a module has loaded it: the same one, from the same place.
#[cfg(unix)]
#[allow(unsafe_code)]
fn loaded_library() -> Option<Library> {
    use libloading::os::unix::{Library as UnixLibrary, RTLD_LAZY};
    let name = if cfg!(target_os = "macos") {
        "/System/Library/Frameworks/PCSC.framework/PCSC"
    } else {
        "libpcsclite.so.1"
    };
    // SAFETY: with RTLD_NOLOAD nothing is loaded, and so no code of a library runs.
    let library = unsafe { UnixLibrary::open(Some(name), RTLD_LAZY | libc::RTLD_NOLOAD) };
    library.ok().map(Library::from)
}

/// A PC/SC context, released when dropped.
struct Session<'a> {
    library: &'a Library,
    context: Context,
}

// SAFETY, for all calls below: names and types are those of PC/SC part 5 as pcsc-lite
// declares them (`winscard.h`); every pointer is to memory of ours that lives through the
// call and is as long as said; contexts and handles are used only while they are open.
#[allow(unsafe_code)]
impl<'a> Session<'a> {
    fn begin(library: &'a Library) -> Result<Session<'a>, ResetFault> {
        let mut context = 0;
        unsafe {
            let establish: Symbol<EstablishContext> = library.get(b"SCardEstablishContext\0")?;
            let code = establish(SCOPE_USER, null(), null(), &mut context);
            accept("SCardEstablishContext", code)?;
        }
        Ok(Session { library, context })
    }

    fn readers(&self) -> Result<Vec<CString>, ResetFault> {
        // Sixteen readers with the longest names PC/SC knows.
        let mut names = vec![0_u8; 16 * 128];
        let mut length = names.len() as Dword;
        unsafe {
            let list: Symbol<ListReaders> = self.library.get(b"SCardListReaders\0")?;
            let code = list(self.context, null(), names.as_mut_ptr().cast(), &mut length);
            accept("SCardListReaders", code)?;
        }
        names.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(names
            .split(|&byte| byte == 0)
            .filter(|name| !name.is_empty())
            .filter_map(|name| CString::new(name).ok())
            .collect())
    }

    fn reset(&self, reader: &CStr) -> Result<(), ResetFault> {
        let (mut card, mut protocol) = (0, 0);
        unsafe {
            let connect: Symbol<Connect> = self.library.get(b"SCardConnect\0")?;
            let disconnect: Symbol<Disconnect> = self.library.get(b"SCardDisconnect\0")?;
            let code = connect(
                self.context,
                reader.as_ptr(),
                SHARE_SHARED,
                PROTOCOL_ANY,
                &mut card,
                &mut protocol,
            );
            accept("SCardConnect", code)?;
            accept("SCardDisconnect", disconnect(card, RESET_CARD))
        }
    }
}

#[allow(unsafe_code)]
impl Drop for Session<'_> {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe {
            if let Ok(release) = self.library.get::<ReleaseContext>(b"SCardReleaseContext\0") {
                release(self.context);
            }
        }
    }
}

fn accept(step: &'static str, code: Long) -> Result<(), ResetFault> {
    match code {
        SUCCESS => Ok(()),
        code => Err(ResetFault::Refused { step, code }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
