//! What came of a load.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant, SystemTime},
};

use hdrhistogram::Histogram;

use super::End;
use crate::Outcome;

/// What came of a load.
pub struct Report {
    /// How often a visit ended in which way.
    pub ends: BTreeMap<End, u64>,
    /// Who was told that it is done, in the order in which one browser after the other told.
    pub confirmed: Vec<Confirmed>,
    /// How many refusals with status 503 did not say when to come again.
    pub without_retry_after: u64,
    /// From the first visit to the last.
    pub time: Duration,
    /// What the load itself used of the processor.
    pub own_cpu: Duration,
    /// Of visits that ended well, in microseconds from the moment they were due.
    latencies: Histogram<u64>,
}

/// What a person was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Their place in the crowd.
    pub person: usize,
    /// When they were told.
    pub at: SystemTime,
    /// The session's cookie, where it is a session that was confirmed.
    pub session: Option<String>,
}

impl Default for Report {
    fn default() -> Report {
        Report {
            ends: BTreeMap::new(),
            confirmed: Vec::new(),
            without_retry_after: 0,
            time: Duration::ZERO,
            own_cpu: Duration::ZERO,
            latencies: Histogram::new(3).expect("three digits are allowed"),
        }
    }
}

impl Report {
    /// How many visits ended like this.
    pub fn count_of(&self, end: &End) -> u64 {
        self.ends.get(end).copied().unwrap_or(0)
    }

    /// How many got what they came for.
    pub fn done(&self) -> u64 {
        self.count_of(&End::Done)
    }

    /// How many visits there were.
    pub fn ended(&self) -> u64 {
        self.ends.values().sum()
    }

    /// How many were answered with something that the contract does not know.
    pub fn malformed(&self) -> u64 {
        let malformed = self.ends.iter();
        malformed
            .filter(|(end, _)| matches!(end, End::Malformed(_)))
            .map(|(_, count)| count)
            .sum()
    }

    /// The latency that this share of those who got what they came for did not wait beyond.
    pub fn latency(&self, share: f64) -> Duration {
        Duration::from_micros(self.latencies.value_at_quantile(share))
    }

    /// The longest of them.
    pub fn longest(&self) -> Duration {
        Duration::from_micros(self.latencies.max())
    }

    /// An error unless everybody got what they came for.
    pub fn expect_all_done(self) -> Outcome<Report> {
        match self.done() == self.ended() {
            true => Ok(self),
            false => Err(format!("not everybody got what they came for: {self}").into()),
        }
    }

    /// Counts a visit that was due then and ends now.
    pub(super) fn count(&mut self, end: End, due: Instant) {
        if end == End::Done {
            let micros = due.elapsed().as_micros().try_into().unwrap_or(u64::MAX);
            // Grows as it must.
            let _ = self.latencies.record(micros);
        }
        *self.ends.entry(end).or_default() += 1;
    }

    pub(super) fn confirm(&mut self, person: usize, session: Option<String>) {
        self.confirmed.push(Confirmed {
            person,
            at: SystemTime::now(),
            session,
        });
    }

    pub(super) fn take_in(&mut self, part: Report) {
        for (end, count) in part.ends {
            *self.ends.entry(end).or_default() += count;
        }
        self.confirmed.extend(part.confirmed);
        self.without_retry_after += part.without_retry_after;
        self.latencies += part.latencies;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (end, count) in &self.ends {
            write!(formatter, "{count} × {end:?}, ")?;
        }
        write!(
            formatter,
            "in {:.1} s; p50 {:?}, p99 {:?}, longest {:?}; the load's own CPU {:.1} s",
            self.time.as_secs_f64(),
            self.latency(0.5),
            self.latency(0.99),
            self.longest(),
            self.own_cpu.as_secs_f64(),
        )
    }
}
