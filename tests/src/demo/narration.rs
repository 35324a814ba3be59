//! What the demonstration tells while it runs.

use std::time::{Duration, Instant};

/// Numbered lines with the time each step took.
pub struct Narration {
    begun: Instant,
    last: Instant,
    steps: u32,
}

impl Narration {
    pub fn begin() -> Narration {
        let now = Instant::now();
        Narration {
            begun: now,
            last: now,
            steps: 0,
        }
    }

    /// Tells of a step that is done.
    pub fn say(&mut self, step: &str) {
        self.steps += 1;
        let took = self.last.elapsed();
        self.last = Instant::now();
        println!("{:>3}. {step}  [{}]", self.steps, seconds(took));
    }

    /// Tells of the end.
    pub fn end(self, sentence: &str) {
        println!("\n{sentence}  [{} in all]", seconds(self.begun.elapsed()));
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
