//! The window in which a person sees who asks, chooses a certificate and types the PIN.
//!
//! A process of its own, started by the host for one request: the toolkit enters no other
//! program, and when it ends, everything it ever held of a PIN is gone with it. What host and
//! window say to each other is `protocol::window`.

mod complaint;
#[cfg(windows)]
mod font;
mod gate;
mod icon;
mod locked_page;
mod paint;
mod picture;
mod pin_line;
mod session;
mod system;
mod texts;
mod typing;
mod views;
mod window;

pub use complaint::end_plainly_on_panic;
pub use system::{forget_toolkit_variables, refuse_inspection};
pub use window::{WindowError, run};
