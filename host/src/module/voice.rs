//! A module's process speaks to the host.
//!
//! The thread that calls the module says what came of each call. While one does not come back
//! another thread speaks for it, as long as the card is talked to.

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::messages::Report;
use super::traffic::Traffic;

/// How often it is looked whether the card was talked to. With the silence after which the
/// host gives a module up it stays below the ten seconds a person is kept waiting.
const EVERY: Duration = Duration::from_millis(1500);

/// The way to the host, which both threads use.
pub struct Voice(Mutex<Said>);

struct Said {
    output: File,
    /// Whether the host waits for an answer: it hears nothing where it has asked nothing.
    is_awaited: bool,
}

impl Voice {
    /// The first order, to load the module, is under way.
    pub fn new(output: File) -> Voice {
        Voice(Mutex::new(Said {
            output,
            is_awaited: true,
        }))
    }

    /// Another order is carried out from now on.
    pub fn begin(&self) {
        self.said().is_awaited = true;
    }

    /// Says something in the middle of an order.
    pub fn tell(&self, report: &Report) {
        self.said().say(report);
    }

    /// Says the last word about an order.
    pub fn answer(&self, report: &Report) {
        let mut said = self.said();
        said.say(report);
        said.is_awaited = false;
    }

    /// Says for the other thread that the card is talked to, as often as it was.
    pub fn tell_traffic(&self, traffic: &Traffic) -> ! {
        let mut before = traffic.bytes_read();
        loop {
            thread::sleep(EVERY);
            let now = traffic.bytes_read();
            let mut said = self.said();
            if said.is_awaited && now != before {
                said.say(&Report::Traffic);
            }
            before = now;
        }
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Said {
    fn say(&mut self, report: &Report) {
        // A host that has gone is noticed by the thread that hears it.
        let _ = self.output.write_all(&report.line());
    }
}
