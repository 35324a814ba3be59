//! A Windows workstation without Windows: Wine, with the cross-built programs in it.
//!
//! What Wine is and is not shows in `wine.rs`. A real Windows, its access rights between two
//! people, its readers and its remote desktops are not here.
#![allow(clippy::unwrap_used)] // a fault in the stage is a fault of the test

mod card;
mod host;
pub mod login;
mod screen;
mod stage;
mod wine;
pub mod words;

pub use card::CardFile;
pub use host::Host;
pub use screen::Screen;
pub use stage::{Stage, Test, greeted};
pub use wine::{Wine, built};

use std::time::{Duration, Instant};

/// Longer than anything takes, on a busy machine too.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until there is something.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
