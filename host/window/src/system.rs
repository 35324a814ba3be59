//! What is asked of the operating system directly; the only file with `unsafe`, and the only
//! one that differs between systems.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;

use memmap2::MmapMut;

/// Variables of the toolkit that say only how large and in which font; every other one, such as
/// `SLINT_DEBUG_PERFORMANCE` with its overlay, could hide who asks or write between our answers.
const HARMLESS: [&str; 2] = ["SLINT_SCALE_FACTOR", "SLINT_DEFAULT_FONT"];

/// Takes the toolkit's variables out of this process's environment.
///
/// To be called first thing in `main`, while there is one thread.
pub fn forget_toolkit_variables() {
    for (name, _) in std::env::vars_os() {
        let is_harmless = HARMLESS.iter().any(|harmless| name == *harmless);
        if name.as_encoded_bytes().starts_with(b"SLINT_") && !is_harmless {
            // SAFETY: no other thread runs yet that could read the environment meanwhile.
            unsafe { std::env::remove_var(&name) };
        }
    }
}

/// Refuses this process's memory to debuggers, core files and other processes of the same user.
#[cfg(target_os = "linux")]
pub fn refuse_inspection() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Elsewhere the system has no such wish; the locked page stands alone.
#[cfg(not(target_os = "linux"))]
pub fn refuse_inspection() -> io::Result<()> {
    Ok(())
}

/// Keeps memory out of swap, core files and child processes.
#[cfg(unix)]
pub fn keep_private(memory: &MmapMut) -> io::Result<()> {
    memory.lock()?;
    #[cfg(target_os = "linux")]
    {
        use rustix::mm::{Advice, madvise};
        memory.advise(memmap2::Advice::DontDump)?;
        let start = memory.as_ptr().cast_mut().cast();
        // SAFETY: the range is the mapping itself, which the borrow keeps alive for the call,
        // and the advice changes nothing in this process.
        unsafe { madvise(start, memory.len(), Advice::LinuxWipeOnFork)? };
    }
    Ok(())
}

/// Keeps memory out of the page file.
#[cfg(windows)]
pub fn keep_private(memory: &MmapMut) -> io::Result<()> {
    use windows_sys::Win32::System::Memory::VirtualLock;
    // SAFETY: the range is the mapping itself, which the borrow keeps alive for the call.
    match unsafe { VirtualLock(memory.as_ptr().cast(), memory.len()) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Standard output without `std`'s buffer, which would keep a copy of what went through it.
#[cfg(unix)]
pub fn unbuffered_output() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// Standard output without `std`'s buffer, which would keep a copy of what went through it.
#[cfg(windows)]
pub fn unbuffered_output() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}
