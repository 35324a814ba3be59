//! Waiting for a condition, never for a time.

use std::{
    thread,
    time::{Duration, Instant},
};

/// The longest a condition may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// At first, and at most: what is waited for long is looked at less often, since a look at a
/// window's accessibility tree costs more than the wait.
const BETWEEN_LOOKS: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(200)];

/// A condition did not come true.
#[derive(Debug, thiserror::Error)]
#[error("waited {} s in vain for {what}", PATIENCE.as_secs())]
pub struct TimedOut {
    /// What was waited for.
    pub what: String,
}

/// Looks until `condition` answers something.
pub fn wait_for<T>(what: &str, condition: impl FnMut() -> Option<T>) -> Result<T, TimedOut> {
    look(PATIENCE, condition).ok_or_else(|| TimedOut {
        what: what.to_owned(),
    })
}

/// Whether `condition` comes true in this time.
pub fn holds_within(patience: Duration, mut condition: impl FnMut() -> bool) -> bool {
    look(patience, || condition().then_some(())).is_some()
}

fn look<T>(patience: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    let [mut pause, longest] = BETWEEN_LOOKS;
    loop {
        let found = condition();
        if found.is_some() || start.elapsed() > patience {
            return found;
        }
        thread::sleep(pause);
        pause = longest.min(pause * 5 / 4);
    }
}

/// Looks until `condition` holds.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) -> Result<(), TimedOut> {
    wait_for(what, || condition().then_some(()))
}

impl From<TimedOut> for std::io::Error {
    fn from(timed_out: TimedOut) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::TimedOut, timed_out)
    }
}
