//! What this program does to its own process.

use std::fs::File;
use std::io;

/// Keeps standard output for our own words alone: what else a library prints goes to the
/// log, where it cannot pass for an answer.
#[cfg(unix)]
pub fn take_output() -> io::Result<File> {
    use std::os::fd::AsFd;
    let output = io::stdout().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(File::from(output))
}

/// Keeps standard output for our own words alone: what else a library prints goes to the
/// log, where it cannot pass for an answer; and keeps it from the processes we start.
#[cfg(windows)]
pub fn take_output() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    crate::windows::keep_from_children();
    // A browser's host may have no standard error.
    let log = match io::stderr().as_handle().try_clone_to_owned() {
        Ok(log) => File::from(log),
        Err(_) => File::options().write(true).open(NOTHING)?,
    };
    crate::windows::replace_standard(crate::windows::Standard::Output, log)
}

/// Keeps standard input, on which a PIN can come, from whatever else reads it.
#[cfg(unix)]
pub fn take_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(File::open(NOTHING)?)?;
    Ok(File::from(input))
}

/// Keeps standard input, on which a PIN can come, from whatever else reads it.
#[cfg(windows)]
pub fn take_input() -> io::Result<File> {
    crate::windows::keep_from_children();
    crate::windows::replace_standard(crate::windows::Standard::Input, File::open(NOTHING)?)
}

/// What holds nothing and takes everything.
const NOTHING: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Keeps other programs of the same person from reading this process's memory, and the
/// system from writing it to a core dump. macOS has no such wish for a program that is not
/// signed so.
pub fn refuse_inspection() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    #[cfg(windows)]
    let _ = crate::windows::refuse_inspection();
}

/// Has the system end this process when the thread that started it ends, even where it stands
/// still or its own threads do not get their turn. On Windows the job it was put into does
/// that; on macOS the end of its input alone tells it.
pub fn end_with_parent() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
}

/// Prepares the process for a module, which may crash.
pub fn expect_crashes() {
    #[cfg(windows)]
    crate::windows::show_no_boxes();
}

/// Ends the process, well.
#[cfg(unix)]
#[allow(unsafe_code)]
pub fn end_at_once() -> ! {
    // SAFETY: takes a number and does not return. Not by way of `exit`, which runs the
    // module's own exit handlers, maybe beside a call that still is inside it: some crash
    // then, some wait for ever. What we write is unbuffered.
    unsafe { libc::_exit(0) }
}

#[cfg(windows)]
pub use crate::windows::end_at_once;
