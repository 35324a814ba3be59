//! PC/SC: the readers, the cards in them, and the reset of a card.
//!
//! A binding to what the system's own library offers and no more. It is opened while the
//! program runs, so that a workstation without it can be told so, and so that it is the
//! same one the PKCS#11 modules speak through.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::{null, null_mut};

use libloading::Symbol;

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

/// Of `winscard.h` (Windows SDK): `LONG`, `DWORD`, and handles as wide as a pointer.
#[cfg(windows)]
mod types {
    pub type Long = i32;
    pub type Dword = u32;
    pub type Context = usize;
    pub type Handle = usize;
}

use types::{Context, Dword, Handle, Long};

/// The library's name, by which the system's loader finds it.
pub const LIBRARY: &str = if cfg!(windows) {
    "winscard.dll"
} else if cfg!(target_os = "macos") {
    "/System/Library/Frameworks/PCSC.framework/PCSC"
} else {
    "libpcsclite.so.1"
};

/// The functions' names. Windows has those that take texts twice; ours are in the system's
/// code page, as PKCS#11 modules read them.
#[cfg(windows)]
mod names {
    pub const LIST_READERS: &[u8] = b"SCardListReadersA\0";
    pub const GET_STATUS_CHANGE: &[u8] = b"SCardGetStatusChangeA\0";
    pub const CONNECT: &[u8] = b"SCardConnectA\0";
}

#[cfg(not(windows))]
mod names {
    pub const LIST_READERS: &[u8] = b"SCardListReaders\0";
    pub const GET_STATUS_CHANGE: &[u8] = b"SCardGetStatusChange\0";
    pub const CONNECT: &[u8] = b"SCardConnect\0";
}

const SCOPE_USER: Dword = 0;
const SHARE_SHARED: Dword = 2;
const PROTOCOL_ANY: Dword = 3;
const RESET_CARD: Dword = 1;
const SUCCESS: Long = 0;
const NO_CARD: Long = 0x8010_000c_u32 as Long;
const NO_SERVICE: Long = 0x8010_001d_u32 as Long;
const SERVICE_STOPPED: Long = 0x8010_001e_u32 as Long;
const NO_READERS: Long = 0x8010_002e_u32 as Long;

const STATE_UNAWARE: Dword = 0;
const STATE_PRESENT: Dword = 0x0020;
const STATE_MUTE: Dword = 0x0200;

/// Room for the longest answer to reset (33 bytes, ISO/IEC 7816-3 §8.2.1); Windows leaves more.
const ATR_LENGTH: usize = if cfg!(windows) { 36 } else { 33 };

/// `SCARD_READERSTATE` of pcsc-lite (`winscard.h`, `pcsclite.h`), on Windows `…A` of its SDK.
#[cfg_attr(target_os = "macos", repr(C, packed))]
#[cfg_attr(not(target_os = "macos"), repr(C))]
struct ReaderState {
    reader: *const c_char,
    user_data: *mut c_void,
    current_state: Dword,
    event_state: Dword,
    atr_length: Dword,
    atr: [u8; ATR_LENGTH],
}

type EstablishContext =
    unsafe extern "system" fn(Dword, *const c_void, *const c_void, *mut Context) -> Long;
type ReleaseContext = unsafe extern "system" fn(Context) -> Long;
type ListReaders =
    unsafe extern "system" fn(Context, *const c_char, *mut c_char, *mut Dword) -> Long;
type GetStatusChange = unsafe extern "system" fn(Context, Dword, *mut ReaderState, Dword) -> Long;
type Connect = unsafe extern "system" fn(
    Context,
    *const c_char,
    Dword,
    Dword,
    *mut Handle,
    *mut Dword,
) -> Long;
type Disconnect = unsafe extern "system" fn(Handle, Dword) -> Long;

/// Why PC/SC did not do a step.
#[derive(Debug, thiserror::Error)]
pub enum PcscFault {
    /// The library is not there, or lacks a function.
    #[error("the PC/SC library lacks a function: {0}")]
    Library(#[from] libloading::Error),
    /// PC/SC refused a step.
    #[error("{step}: PC/SC error {code:#x}")]
    Refused {
        /// Which step.
        step: &'static str,
        /// PC/SC's code.
        code: u32,
    },
    /// The service does not run and could not be started.
    #[error("the smart-card service is not running")]
    NoService,
    /// No reader is connected.
    #[error("no reader is connected")]
    NoReaders,
    /// No card is in the reader.
    #[error("no card is in the reader")]
    NoCard,
}

/// What is in a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// No card.
    Empty,
    /// A card that does not answer, or something that is none.
    Mute,
    /// A card, with its answer to reset.
    Card(Vec<u8>),
}

/// The PC/SC library, opened.
pub struct Library(libloading::Library);

impl Library {
    /// Opens the system's library.
    #[cfg(unix)]
    #[allow(unsafe_code)]
    pub fn open() -> Result<Library, libloading::Error> {
        // SAFETY: the system's own library; its initialisers expect nothing of us.
        unsafe { libloading::Library::new(LIBRARY) }.map(Library)
    }

    /// Opens the system's library: from its own folder, since one of this name beside a program
    /// would be found before it.
    #[cfg(windows)]
    #[allow(unsafe_code)]
    pub fn open() -> Result<Library, libloading::Error> {
        use libloading::os::windows::{LOAD_LIBRARY_SEARCH_SYSTEM32, Library as WindowsLibrary};
        // SAFETY: the system's own library; its initialisers expect nothing of us.
        let library =
            unsafe { WindowsLibrary::load_with_flags(LIBRARY, LOAD_LIBRARY_SEARCH_SYSTEM32) };
        Ok(Library(library?.into()))
    }

    /// The library, where a module has loaded it: the same one, from the same place.
    #[cfg(unix)]
    #[allow(unsafe_code)]
    pub fn already_loaded() -> Option<Library> {
        use libloading::os::unix::{Library as UnixLibrary, RTLD_LAZY};
        // SAFETY: with RTLD_NOLOAD nothing is loaded, and so no code of a library runs.
        let library = unsafe { UnixLibrary::open(Some(LIBRARY), RTLD_LAZY | libc::RTLD_NOLOAD) };
        Some(Library(library.ok()?.into()))
    }

    /// The library, where a module has loaded it: the same one, from the same place.
    #[cfg(windows)]
    pub fn already_loaded() -> Option<Library> {
        let library = libloading::os::windows::Library::open_already_loaded(LIBRARY);
        Some(Library(library.ok()?.into()))
    }
}

/// A connection to the smart-card service (a PC/SC context), released when dropped.
pub struct Connection<'a> {
    library: &'a libloading::Library,
    context: Context,
}

// SAFETY, for all calls below: names and types are those of PC/SC part 5 as pcsc-lite
// declares them (`winscard.h`); every pointer is to memory of ours that lives through the
// call and is as long as said; contexts and handles are used only while they are open.
#[allow(unsafe_code)]
impl<'a> Connection<'a> {
    /// Connects to the smart-card service.
    pub fn begin(library: &'a Library) -> Result<Connection<'a>, PcscFault> {
        let library = &library.0;
        let mut context = 0;
        unsafe {
            let establish: Symbol<EstablishContext> = library.get(b"SCardEstablishContext\0")?;
            let code = establish(SCOPE_USER, null(), null(), &mut context);
            accept("SCardEstablishContext", code)?;
        }
        Ok(Connection { library, context })
    }

    /// The names of all readers that are connected.
    pub fn readers(&self) -> Result<Vec<CString>, PcscFault> {
        // Sixteen readers with the longest names PC/SC knows.
        let mut names = vec![0_u8; 16 * 128];
        let mut length = names.len() as Dword;
        unsafe {
            let list: Symbol<ListReaders> = self.library.get(names::LIST_READERS)?;
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

    /// What is in a reader at this moment; the card is neither powered nor spoken to.
    pub fn content(&self, reader: &CStr) -> Result<Content, PcscFault> {
        let mut state = ReaderState {
            reader: reader.as_ptr(),
            user_data: null_mut(),
            current_state: STATE_UNAWARE,
            event_state: 0,
            atr_length: 0,
            atr: [0; ATR_LENGTH],
        };
        unsafe {
            let look: Symbol<GetStatusChange> = self.library.get(names::GET_STATUS_CHANGE)?;
            accept("SCardGetStatusChange", look(self.context, 0, &mut state, 1))?;
        }
        let (event_state, atr) = (state.event_state, state.atr);
        let length = usize::try_from(state.atr_length).unwrap_or(usize::MAX);
        Ok(match event_state {
            state if state & STATE_PRESENT == 0 => Content::Empty,
            state if state & STATE_MUTE != 0 || length == 0 => Content::Mute,
            _ => Content::Card(atr[..length.min(ATR_LENGTH)].to_vec()),
        })
    }

    /// Resets the card in a reader.
    pub fn reset(&self, reader: &CStr) -> Result<(), PcscFault> {
        let (mut card, mut protocol) = (0, 0);
        unsafe {
            let connect: Symbol<Connect> = self.library.get(names::CONNECT)?;
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
impl Drop for Connection<'_> {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe {
            if let Ok(release) = self.library.get::<ReleaseContext>(b"SCardReleaseContext\0") {
                release(self.context);
            }
        }
    }
}

fn accept(step: &'static str, code: Long) -> Result<(), PcscFault> {
    match code {
        SUCCESS => Ok(()),
        NO_SERVICE | SERVICE_STOPPED => Err(PcscFault::NoService),
        NO_READERS => Err(PcscFault::NoReaders),
        NO_CARD => Err(PcscFault::NoCard),
        // PC/SC's codes are 32 bits wide, whatever the type they travel in.
        code => Err(PcscFault::Refused {
            step,
            code: code as u32,
        }),
    }
}
