//! The native-messaging host: between the browser, the person and the card.
//!
//! `serve` speaks to the browser; `authenticate` leads the person through one signature,
//! with [`window_process`] and [`card`] at its sides; `module` is what runs in the processes
//! that `card` starts, one for each vendor's module; `install` makes the host known to
//! browsers; `doctor` tells a technician what a workstation lacks,
//! and `checks` a page, in kinds and states alone.

/// Writes a line to the log, which is standard error. Unlike `eprintln!` it bears the log's
/// end: a browser whose terminal is gone keeps its host.
macro_rules! log {
    ($($line:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($line)*);
    }};
}

mod atr;
mod authenticate;
pub mod caller;
mod card;
mod checks;
mod clock;
pub mod doctor;
pub mod extension_id;
pub mod frames;
pub mod install;
pub mod module;
mod pcsc;
pub mod pin;
mod policy;
#[cfg(windows)]
mod registry;
#[cfg(any(windows, test))]
mod registry_tree;
pub mod serve;
mod this_process;
mod trusted_path;
pub mod window_process;
#[cfg(windows)]
mod windows;
mod wrong_pins;
