//! What is asked of Windows directly.

use std::fs::File;
use std::io;
use std::os::windows::io::AsHandle;
use std::ptr::null_mut;

use memmap2::MmapMut;
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Graphics::Gdi::{DEVMODEW, DM_DISPLAYFREQUENCY};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1, SE_KERNEL_OBJECT,
    SetSecurityInfo,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetSecurityDescriptorDacl, PROTECTED_DACL_SECURITY_INFORMATION,
};
use windows_sys::Win32::System::Memory::VirtualLock;
use windows_sys::Win32::System::Threading::GetCurrentProcess;

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
    let error = unsafe {
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
            // Without a list everybody may do everything.
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
        error
    };
    match error {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
}

/// Keeps memory out of the page file.
pub fn keep_private(memory: &MmapMut) -> io::Result<()> {
    // SAFETY: the range is the mapping itself, which the borrow keeps alive for the call.
    match unsafe { VirtualLock(memory.as_ptr().cast(), memory.len()) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Standard output without `std`'s buffer, which would keep a copy of what went through it.
pub fn unbuffered_output() -> io::Result<File> {
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}

unsafe extern "system" {
    /// The system's own function, by the name the linker gives it.
    #[link_name = "__real_EnumDisplaySettingsExW"]
    fn systems(device: *const u16, number: u32, settings: *mut DEVMODEW, flags: u32) -> i32;
}

/// The rate of most displays, in times a second.
const USUAL_RATE: u32 = 60;

/// Takes the place of the system's function `EnumDisplaySettingsExW` in this program: the linker
/// puts it there (`build.rs`). It tells what the system tells, but for a refresh rate that is
/// none.
///
/// A display may tell no rate (0 or 1 times a second, "the hardware's default": documentation of
/// `DEVMODEW`), as remote desktops and virtual machines do. slint 1.18.1 divides by it and
/// panics, or draws once a second (`i-slint-backend-winit`, `frame_throttle.rs`).
#[unsafe(no_mangle)]
unsafe extern "system" fn __wrap_EnumDisplaySettingsExW(
    device: *const u16,
    number: u32,
    settings: *mut DEVMODEW,
    flags: u32,
) -> i32 {
    // SAFETY: the caller's arguments go to the system's function as they are; where that says
    // that it has filled the structure in, the structure is there.
    unsafe {
        let done = systems(device, number, settings, flags);
        if done != 0 && (*settings).dmDisplayFrequency <= 1 {
            (*settings).dmDisplayFrequency = USUAL_RATE;
            (*settings).dmFields |= DM_DISPLAYFREQUENCY;
        }
        done
    }
}
