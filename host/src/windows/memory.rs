//! Memory that is kept out of the page file.

use windows_sys::Win32::System::Memory::{VirtualLock, VirtualUnlock};

/// Keeps these bytes, whole pages, in memory; false where the system refuses.
pub fn lock(page: &mut [u8]) -> bool {
    // SAFETY: the range is borrowed for the call, which changes no byte of it.
    unsafe { VirtualLock(page.as_mut_ptr().cast(), page.len()) != 0 }
}

/// Lets them go again.
pub fn unlock(page: &mut [u8]) -> bool {
    // SAFETY: as in `lock`.
    unsafe { VirtualUnlock(page.as_mut_ptr().cast(), page.len()) != 0 }
}
