//! The four PKCS#11 calls that are not left to the `cryptoki` crate.
//!
//! `C_Sign`: the crate first asks for the signature's length with a NULL buffer, upon which
//! Bit4id's modules fail and forget the operation (OpenSC issue 2445). Here it is called
//! once, with a buffer longer than any signature.
//!
//! `C_Login`: the crate takes the PIN in a buffer of its own, which is neither locked in
//! memory nor ours to wipe. Here the module reads it from where the window's pipe put it.
//!
//! `C_GetSlotList`: the crate always fetches the list, in a second call; while nothing changes
//! the number is enough, and each call has OpenSC ask every reader.
//!
//! `C_GetTokenInfo`: the crate fails over a part of the answer that nothing here hangs of
//! ([`token`](super::token)).

use std::mem::ManuallyDrop;
use std::path::Path;

use cryptoki::context::Function;
use cryptoki::error::{Error, Rv};
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use cryptoki_sys::{
    CK_C_GetSlotList, CK_C_GetTokenInfo, CK_C_Login, CK_C_Sign, CK_FALSE, CK_FUNCTION_LIST, CK_RV,
    CK_TOKEN_INFO, CK_TRUE, CK_ULONG, CKU_USER,
};

use crate::pin::Pin;

/// Longer than the signature of any RSA key up to 8192 bits.
const SIGNATURE_LENGTH_MAX: usize = 2048;

/// A module's own entry points for these calls.
pub struct DirectCalls {
    login: CK_C_Login,
    sign: CK_C_Sign,
    get_slot_list: CK_C_GetSlotList,
    get_token_info: CK_C_GetTokenInfo,
    // Never unloaded: modules leave threads and exit handlers behind, whose code must stay.
    _library: ManuallyDrop<cryptoki_sys::Pkcs11>,
}

#[allow(unsafe_code)]
impl DirectCalls {
    /// Looks the entry points up in the module at `path`, which `cryptoki` has loaded.
    pub fn find(path: &Path) -> Result<DirectCalls, Error> {
        // SAFETY: the same file is loaded already, so that this runs no code of it; it is
        // a module the administrator or the person trusts (`trusted_path`).
        let library = unsafe { cryptoki_sys::Pkcs11::new(path) }.map_err(Error::LibraryLoading)?;
        let library = ManuallyDrop::new(library);
        let Ok(function_list) = &library.C_GetFunctionList else {
            return Err(Error::MissingSymbol("C_GetFunctionList"));
        };
        let mut list: *mut CK_FUNCTION_LIST = std::ptr::null_mut();
        // SAFETY: `C_GetFunctionList` takes the place of a pointer, which lives through
        // the call (PKCS#11 §5.4).
        check(
            unsafe { function_list(&mut list) },
            Function::GetFunctionList,
        )?;
        if list.is_null() {
            return Err(Error::NullFunctionPointer);
        }
        // SAFETY: the list belongs to the module and lives as long as it is loaded, which
        // is for ever; it is copied at once.
        let list = unsafe { list.read_unaligned() };
        Ok(DirectCalls {
            login: list.C_Login,
            sign: list.C_Sign,
            get_slot_list: list.C_GetSlotList,
            get_token_info: list.C_GetTokenInfo,
            _library: library,
        })
    }

    /// How many slots there are, or how many of them hold a card. This also has the module
    /// find readers that came (PKCS #11 v2.40 §5.5).
    pub fn count_slots(&self, with_card: bool) -> Result<usize, Error> {
        let get_slot_list = self.get_slot_list.ok_or(Error::NullFunctionPointer)?;
        let with_card = if with_card { CK_TRUE } else { CK_FALSE };
        let mut count = 0;
        // SAFETY: without a list only the count is written, which lives through the call.
        check(
            unsafe { get_slot_list(with_card, std::ptr::null_mut(), &mut count) },
            Function::GetSlotList,
        )?;
        Ok(count.try_into()?)
    }

    /// What the token in this slot says of itself.
    pub fn token_info(&self, slot: Slot) -> Result<CK_TOKEN_INFO, Error> {
        let get_token_info = self.get_token_info.ok_or(Error::NullFunctionPointer)?;
        let mut info = CK_TOKEN_INFO::default();
        // SAFETY: the structure lives through the call, which writes it and nothing else.
        check(
            unsafe { get_token_info(slot.into(), &mut info) },
            Function::GetTokenInfo,
        )?;
        Ok(info)
    }

    /// Logs the user in; without a PIN, on the reader's own keys.
    pub fn login(&self, session: &Session, pin: Option<&Pin>) -> Result<(), Error> {
        let login = self.login.ok_or(Error::NullFunctionPointer)?;
        let (start, length) = match pin {
            Some(pin) => (pin.expose().as_ptr().cast_mut(), length(pin.expose())?),
            None => (std::ptr::null_mut(), 0),
        };
        // SAFETY: the session is open and of this module; the PIN lives through the call,
        // and `C_Login` only reads it, although its type does not say so.
        check(
            unsafe { login(session.handle(), CKU_USER, start, length) },
            Function::Login,
        )
    }

    /// Signs `data` with the key and mechanism of the session's `C_SignInit`, in one call.
    pub fn sign(&self, session: &Session, data: &[u8]) -> Result<Vec<u8>, Error> {
        let sign = self.sign.ok_or(Error::NullFunctionPointer)?;
        let mut signature = vec![0; SIGNATURE_LENGTH_MAX];
        let mut signature_length = length(&signature)?;
        // SAFETY: the session is open and of this module; both buffers live through the
        // call and are as long as said; `C_Sign` only reads the data.
        check(
            unsafe {
                sign(
                    session.handle(),
                    data.as_ptr().cast_mut(),
                    length(data)?,
                    signature.as_mut_ptr(),
                    &mut signature_length,
                )
            },
            Function::Sign,
        )?;
        let signature_length = usize::try_from(signature_length)?;
        signature
            .get(..signature_length)
            .map(<[u8]>::to_vec)
            .ok_or(Error::InvalidValue)
    }
}

fn length(bytes: &[u8]) -> Result<CK_ULONG, Error> {
    Ok(bytes.len().try_into()?)
}

fn check(code: CK_RV, function: Function) -> Result<(), Error> {
    Rv::from(code).into_result(function)
}
