//! Who may change a file, and for whom this process runs.

use std::io;
use std::mem::size_of;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, GetLastError};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetFileSecurityW, GetLengthSid, GetTokenInformation,
    OWNER_SECURITY_INFORMATION, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use crate::trusted_path::Account;

/// A file's or folder's owner and access list, as a security descriptor's bytes.
pub fn security_descriptor(path: &Path) -> io::Result<Vec<u8>> {
    let wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    let name: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    let mut descriptor: Vec<u8> = Vec::new();
    loop {
        let room = u32::try_from(descriptor.len()).map_err(io::Error::other)?;
        let mut needed = 0;
        // SAFETY: the name ends with a zero; the buffer is as long as said, and both live
        // through the call.
        let done = unsafe {
            GetFileSecurityW(
                name.as_ptr(),
                wanted,
                descriptor.as_mut_ptr().cast(),
                room,
                &mut needed,
            )
        };
        if done != 0 {
            return Ok(descriptor);
        }
        // SAFETY: reads a number of this thread's.
        let error = unsafe { GetLastError() };
        if error != ERROR_INSUFFICIENT_BUFFER || needed <= room {
            return Err(io::Error::from_raw_os_error(error.cast_signed()));
        }
        descriptor = vec![0; usize::try_from(needed).map_err(io::Error::other)?];
    }
}

/// The account for which this process runs.
pub fn account_of_this_process() -> io::Result<Account> {
    let mut token = null_mut();
    // SAFETY: the first handle stands for this process and needs no closing; the second is
    // written by the call, and ours from then on.
    let token = unsafe {
        if OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) == 0 {
            return Err(io::Error::last_os_error());
        }
        OwnedHandle::from_raw_handle(token)
    };
    // Aligned for the structure at its beginning; a SID after it has at most 68 bytes.
    let mut answer = [0_u64; 32];
    let mut length = 0;
    // SAFETY: the token is open; the buffer is as long as said. The SID that the structure
    // points to lies behind it in the same buffer and is as long as the system tells.
    let account = unsafe {
        let done = GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            answer.as_mut_ptr().cast(),
            size_of_val(&answer) as u32,
            &mut length,
        );
        if done == 0 || (length as usize) < size_of::<TOKEN_USER>() {
            return Err(io::Error::last_os_error());
        }
        let user = &*answer.as_ptr().cast::<TOKEN_USER>();
        let length = GetLengthSid(user.User.Sid) as usize;
        Account::read(std::slice::from_raw_parts(
            user.User.Sid.cast::<u8>(),
            length,
        ))
    };
    account.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}
