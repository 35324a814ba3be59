//! What is asked of the operating system directly; the only room with `unsafe`, and, but for
//! an attribute of `main.rs` and the font that a system may lack, the only one that differs
//! between systems.
#![allow(unsafe_code)]

#[cfg(windows)]
mod windows;

#[cfg(unix)]
use std::fs::File;
#[cfg(unix)]
use std::io;

#[cfg(unix)]
use memmap2::MmapMut;

#[cfg(windows)]
pub use windows::{keep_private, refuse_inspection, unbuffered_output};

/// Whether a variable of the toolkit says no more than how large and in which font.
///
/// Every other one, such as `SLINT_DEBUG_PERFORMANCE` with its overlay, and a scale at which
/// nothing can be read, could hide who asks.
fn is_harmless(name: &str, value: &str) -> bool {
    match name {
        "SLINT_DEFAULT_FONT" => true,
        "SLINT_SCALE_FACTOR" | "WINIT_X11_SCALE_FACTOR" => value
            .parse()
            .is_ok_and(|scale: f32| (0.5..=4.0).contains(&scale)),
        _ => false,
    }
}

/// Takes the toolkit's variables out of this process's environment.
///
/// To be called first thing in `main`, while there is one thread.
pub fn forget_toolkit_variables() {
    for (name, value) in std::env::vars_os() {
        let letters = name.as_encoded_bytes();
        let is_toolkits = letters.starts_with(b"SLINT_") || letters.starts_with(b"WINIT_");
        if is_toolkits && !is_harmless(&name.to_string_lossy(), &value.to_string_lossy()) {
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

/// macOS has no such wish for a program that is not signed so; the locked page stands alone.
#[cfg(target_os = "macos")]
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

/// Standard output without `std`'s buffer, which would keep a copy of what went through it.
#[cfg(unix)]
pub fn unbuffered_output() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_toolkit_s_variables_only_size_and_font_are_heeded() {
        assert!(is_harmless("SLINT_SCALE_FACTOR", "1.5"));
        assert!(is_harmless("SLINT_DEFAULT_FONT", "DejaVuSans.ttf"));
        for (name, value) in [
            ("SLINT_SCALE_FACTOR", "0.01"),
            ("SLINT_SCALE_FACTOR", "NaN"),
            ("WINIT_X11_SCALE_FACTOR", "0.01"),
            ("SLINT_DEBUG_PERFORMANCE", "refresh_lazy,overlay"),
            ("SLINT_BACKEND", "winit"),
        ] {
            assert!(!is_harmless(name, value), "{name}={value}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn inspection_is_refused_once_asked_for() {
        use rustix::process::{DumpableBehavior, dumpable_behavior};
        refuse_inspection().unwrap();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
