//! What came of each row

use std::{
    fmt::Write,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use page_calls::End;

use crate::{ledger::Ledger, load::Report};

/// Nobody waits for an answer longer.
const PATIENCE: Duration = Duration::from_secs(10);

const SLOW: &str = "an answer took";

/// What a row ends with.
pub struct Tally {
    confirmed: usize,
    found: usize,
    sessions: usize,
    sessions_found: usize,
    refused: u64,
    outage: Duration,
    longest: Duration,
    faults: Vec<String>,
}

impl Tally {
    /// Compares what people were told with what the database holds.
    pub fn count(report: &Report, ledger: &Ledger<'_>) -> Tally {
        let (registered, open) = (ledger.registrations(), ledger.sessions());
        let is_found = |line: &&String| registered.contains(*line);
        let is_open = |line: &&String| open.contains(*line);
        let mut faults = Vec::new();
        let mut refused = 0;
        for ((what, end), count) in &report.ends {
            match end {
                End::Done => {}
                End::Refused("security-systems-unavailable") => refused += count,
                _ => faults.push(format!("{count} × {what}: {end:?}")),
            }
        }
        if report.without_retry_after > 0 {
            let count = report.without_retry_after;
            faults.push(format!("{count} answers of 503 without Retry-After"));
        }
        if report.longest > PATIENCE {
            faults.push(format!("{SLOW} {:?}", report.longest));
        }
        let tally = Tally {
            confirmed: report.registrations.len(),
            found: report.registrations.iter().filter(is_found).count(),
            sessions: report.sessions.len(),
            sessions_found: report.sessions.iter().filter(is_open).count(),
            refused,
            outage: report.longest_outage(),
            longest: report.longest,
            faults,
        };
        tally.with_losses()
    }

    fn with_losses(mut self) -> Tally {
        if self.confirmed == 0 {
            self.faults.push("nobody was registered".to_owned());
        }
        if self.found < self.confirmed {
            let lost = self.confirmed - self.found;
            self.faults.push(format!("{lost} registrations are lost"));
        }
        if self.sessions_found < self.sessions {
            let lost = self.sessions - self.sessions_found;
            self.faults.push(format!("{lost} sessions are lost"));
        }
        self
    }

    /// Nobody may have noticed anything.
    pub fn unnoticed(mut self) -> Tally {
        if self.refused > 0 {
            self.faults.push(format!("{} were refused", self.refused));
        }
        self
    }

    /// The row itself kept the nodes from answering for a while.
    pub fn patient(mut self) -> Tally {
        self.faults.retain(|fault| !fault.starts_with(SLOW));
        self
    }

    /// Whether it did not end well.
    pub fn is_faulty(&self) -> bool {
        !self.faults.is_empty()
    }

    /// That work went on is not enough: it must not have stood still for longer than this.
    pub fn outage_within(mut self, bound: Duration) -> Tally {
        if self.outage > bound {
            self.faults.push(format!("no work for {:?}", self.outage));
        }
        self
    }
}

/// All rows of a run.
#[derive(Default)]
pub struct Table(Mutex<Vec<(&'static str, Tally)>>);

impl Table {
    /// Keeps a row; an error if it did not end well.
    pub fn note(&self, row: &'static str, tally: Tally) -> Result<(), String> {
        let faults = tally.faults.join("\n");
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.push((row, tally));
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    pub fn print(&self) {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.is_empty() {
            return;
        }
        let mut text = String::from(
            "\n| fault | confirmed | found | difference | sessions confirmed | found | difference \
             | refused | longest outage | longest answer |\n| --- |",
        );
        text += &" ---: |".repeat(9);
        for (name, row) in rows.iter() {
            let _ = write!(
                text,
                "\n| {} | {} | {} | {} | {} | {} | {} | {} | {:.1} s | {:.1} s |",
                name.replace('_', " "),
                row.confirmed,
                row.found,
                row.confirmed - row.found,
                row.sessions,
                row.sessions_found,
                row.sessions - row.sessions_found,
                row.refused,
                row.outage.as_secs_f64(),
                row.longest.as_secs_f64(),
            );
        }
        println!("{text}\n");
    }
}
