//! When the next one is due.

use std::{
    cell::Cell,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use super::Progress;

/// How soon after one another people come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Each as soon as a browser is free. Tells what a server can do; its latencies say little,
    /// since nobody comes while it is slow.
    AsFastAsPossible,
    /// So many a second, whether or not those before them were served. A latency counts from the
    /// moment the person was due, with whatever they waited for a browser.
    PerSecond(f64),
}

/// Whose turn it is.
pub(super) struct Turn {
    pub(super) number: u64,
    pub(super) due: Instant,
}

/// One queue for all browsers.
pub(super) struct Queue {
    pace: Pace,
    start: Instant,
    next: Cell<u64>,
    visits: u64,
    progress: Arc<Progress>,
}

impl Queue {
    pub(super) fn new(pace: Pace, visits: Option<u64>, progress: Arc<Progress>) -> Queue {
        Queue {
            pace,
            start: Instant::now(),
            next: Cell::new(0),
            visits: visits.unwrap_or(u64::MAX),
            progress,
        }
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Waits until the next one is due, or not at all if that was before now; none when nobody
    /// comes any more.
    pub(super) async fn next(&self) -> Option<Turn> {
        let is_over = || self.progress.is_stopped.load(Ordering::Relaxed);
        let number = self.next.get();
        if is_over() || number >= self.visits {
            return None;
        }
        self.next.set(number + 1);
        let due = match self.pace {
            Pace::AsFastAsPossible => Instant::now(),
            Pace::PerSecond(rate) => {
                let due = self.start + Duration::from_secs_f64(number as f64 / rate);
                tokio::time::sleep_until(due.into()).await;
                due
            }
        };
        (!is_over()).then_some(Turn { number, due })
    }
}
