//! What this process does to itself.

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, IntoRawHandle, OwnedHandle};
use std::path::Path;
use std::process::Child;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{
    DUPLICATE_SAME_ACCESS, DuplicateHandle, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE, LocalFree,
    SetHandleInformation, WAIT_OBJECT_0,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1, SE_KERNEL_OBJECT,
    SetSecurityInfo,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetSecurityDescriptorDacl, PROTECTED_DACL_SECURITY_INFORMATION,
};
use windows_sys::Win32::System::Console::{
    GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
};
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::LibraryLoader::SetDllDirectoryW;
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, TerminateProcess, WaitForSingleObject,
};

/// One of the three handles a process begins with.
#[derive(Debug, Clone, Copy)]
pub enum Standard {
    /// Standard input.
    Input,
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

impl Standard {
    fn number(self) -> u32 {
        match self {
            Standard::Input => STD_INPUT_HANDLE,
            Standard::Output => STD_OUTPUT_HANDLE,
            Standard::Error => STD_ERROR_HANDLE,
        }
    }

    /// As a C runtime numbers it.
    fn descriptor(self) -> i32 {
        match self {
            Standard::Input => 0,
            Standard::Output => 1,
            Standard::Error => 2,
        }
    }

    fn handle(self) -> Option<*mut c_void> {
        // SAFETY: takes a number, answers a handle that stays the process's.
        let handle = unsafe { GetStdHandle(self.number()) };
        (!handle.is_null() && handle != INVALID_HANDLE_VALUE).then_some(handle)
    }
}

/// Keeps the pipes this process was started with from the processes it starts: they came to it
/// by inheritance, and would go on so. Whoever held one would keep the browser from hearing
/// that the host has ended.
pub fn keep_from_children() {
    for standard in [Standard::Input, Standard::Output, Standard::Error] {
        if let Some(handle) = standard.handle() {
            // SAFETY: the handle is open; a flag of it is changed. What is no pipe or file,
            // such as an old console, may refuse, and is nobody's loss.
            unsafe { SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0) };
        }
    }
}

/// Puts `other` in the place of a standard handle, for us and for whatever asks the system or
/// the C runtime from now on; answers the one that was there.
pub fn replace_standard(standard: Standard, other: File) -> io::Result<File> {
    unsafe extern "C" {
        // Of the C runtime that this program and, of older modules, many are linked with.
        fn _open_osfhandle(handle: isize, flags: i32) -> i32;
        fn _dup2(from: i32, to: i32) -> i32;
        fn _close(descriptor: i32) -> i32;
    }
    let before = standard.handle().ok_or(io::ErrorKind::NotConnected)?;
    let mut own = null_mut();
    // SAFETY: the handle before is open and duplicated first, since the C runtime closes it.
    // `other` is given away to the C runtime, which from then on owns it; the last call makes
    // the runtime's own duplicate of it the system's standard handle. All descriptors are
    // those just made, or the standard ones.
    unsafe {
        let process = GetCurrentProcess();
        let done = DuplicateHandle(
            process,
            before,
            process,
            &mut own,
            0,
            0,
            DUPLICATE_SAME_ACCESS,
        );
        if done == 0 {
            return Err(io::Error::last_os_error());
        }
        let own = File::from(OwnedHandle::from_raw_handle(own));
        let spare = other.try_clone()?;
        let descriptor = _open_osfhandle(other.into_raw_handle() as isize, 0);
        if descriptor < 0 {
            return Err(io::ErrorKind::Other.into());
        }
        let replaced = _dup2(descriptor, standard.descriptor());
        _close(descriptor);
        if replaced != 0 {
            return Err(io::ErrorKind::Other.into());
        }
        if SetStdHandle(standard.number(), spare.into_raw_handle()) == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(own)
    }
}

/// Has what goes wrong in a module end the process, without a box that asks somebody to close
/// it.
pub fn show_no_boxes() {
    // SAFETY: takes flags, and changes what happens later in this process.
    unsafe {
        SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX)
    };
}

/// Has the libraries that a module needs looked for beside it as well, and no longer in the
/// folder in which whoever started this process stands.
pub fn look_for_libraries_beside(module: &Path) -> io::Result<()> {
    let folder = module.parent().unwrap_or(module);
    let folder: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
    // SAFETY: the name ends with a zero and lives through the call.
    match unsafe { SetDllDirectoryW(folder.as_ptr()) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Who may do what with this process, in Windows' own language (SDDL): its owner may end it,
/// wait for it and ask its number and name; the system and administrators may do all. Nobody
/// else reads its memory, the owner's other programs included.
const WHO_MAY: &str = "D:P(A;;0x101001;;;OW)(A;;GA;;;SY)(A;;GA;;;BA)";

/// Refuses this process's memory to the other programs of the same person.
pub fn refuse_inspection() -> io::Result<()> {
    let words: Vec<u16> = WHO_MAY.encode_utf16().chain([0]).collect();
    let mut descriptor = null_mut();
    // SAFETY: the words end with a zero; the descriptor is the system's to make and ours to
    // free; its list lives as long as it does. The handle stands for this process.
    unsafe {
        let made = ConvertStringSecurityDescriptorToSecurityDescriptorW(
            words.as_ptr(),
            SDDL_REVISION_1,
            &mut descriptor,
            null_mut(),
        );
        if made == 0 {
            return Err(io::Error::last_os_error());
        }
        let (mut is_there, mut is_default, mut list) = (0, 0, null_mut());
        let found =
            GetSecurityDescriptorDacl(descriptor, &mut is_there, &mut list, &mut is_default);
        let error = match found {
            0 => io::Error::last_os_error()
                .raw_os_error()
                .unwrap_or(-1)
                .cast_unsigned(),
            _ => SetSecurityInfo(
                GetCurrentProcess(),
                SE_KERNEL_OBJECT,
                DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                null_mut(),
                null_mut(),
                list,
                null_mut(),
            ),
        };
        LocalFree(descriptor);
        match error {
            0 => Ok(()),
            error => Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }
}

/// Whether a process that was started here has ended; it is not collected by that.
pub fn has_ended(process: &Child) -> bool {
    // SAFETY: the handle is open as long as its `Child` lives; nothing is waited for.
    unsafe { WaitForSingleObject(process.as_raw_handle(), 0) == WAIT_OBJECT_0 }
}

/// Ends the process, well, and runs no exit handler of a module (`DLL_PROCESS_DETACH`), of
/// which some crash and some wait for ever.
pub fn end_at_once() -> ! {
    // SAFETY: the handle stands for this process, which does not outlive the call.
    unsafe { TerminateProcess(GetCurrentProcess(), 0) };
    std::process::abort()
}
