//! A desk with a workstation and a person before it, and no browser.

use std::time::Duration;

use crate::{
    Outcome,
    people::Issuer,
    pin_window::{PinWindow, wait_until_no_window},
    processes::running,
    suite::Stage,
    waiting::holds_within,
    workstation::Workstation,
};

/// The PIN of every card in the tests.
pub const PIN: &str = "62951";

/// The programs that must not outlive a request; the modules' processes are the host's.
const PROGRAMS: [&str; 2] = ["tessera-host", "tessera-window"];

/// How long a request that is over may take to let go of everything.
const LETTING_GO: Duration = Duration::from_secs(5);

/// A workstation, and the authority whose cards it reads.
#[allow(missing_docs)] // each named by its type
pub struct Desk {
    pub workstation: Workstation,
    pub issuer: Issuer,
}

impl Stage for Desk {
    fn start() -> Outcome<Desk> {
        Ok(Desk {
            workstation: Workstation::start()?,
            issuer: Issuer::new(),
        })
    }

    /// No window, no process of ours, whatever the test did.
    fn expect_at_rest(&mut self) -> Outcome<()> {
        expect_nothing_left(&self.workstation)
    }
}

impl Desk {
    /// The host's window, when it stands.
    pub fn window(&mut self) -> Outcome<PinWindow<'_>> {
        PinWindow::wait(&mut self.workstation)
    }
}

/// Checks that a request left no window and no process of ours.
pub fn expect_nothing_left(workstation: &Workstation) -> Outcome<()> {
    wait_until_no_window(workstation)?;
    match holds_within(LETTING_GO, || running(&PROGRAMS).is_empty()) {
        true => Ok(()),
        false => Err(format!("still running: {:?}", running(&PROGRAMS)).into()),
    }
}
