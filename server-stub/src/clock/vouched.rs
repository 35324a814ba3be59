//! The time, as far as both the clock and another witness vouch for it

use std::time::{Duration, Instant};

/// A time that no clock can put forward: what is old is removed by it.
///
/// It goes on from a time that is known, such as that of the newest signed head, at the pace of
/// a clock that nobody sets. So a clock that is wrong at the start, or jumps, has nothing
/// removed too early; while it is behind, less is removed.
#[derive(Debug, Clone, Copy)]
pub struct Vouched {
    at: i64,
    since: Instant,
}

impl Vouched {
    /// Goes on from what is known, or from now where nothing is.
    pub fn from(known: Option<i64>, now: i64) -> Vouched {
        Vouched {
            at: known.unwrap_or(now),
            since: Instant::now(),
        }
    }

    /// The time, where the clock says that it is now.
    pub fn time(&self, now: i64) -> i64 {
        self.time_after(self.since.elapsed(), now)
    }

    /// The same when so much has passed since it began.
    pub fn time_after(&self, passed: Duration, now: i64) -> i64 {
        let passed = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        now.min(self.at.saturating_add(passed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_that_is_wrong_makes_entries_old() {
        let vouched = Vouched::from(Some(1000), 5_000_000);
        let after = |passed, now| vouched.time_after(Duration::from_millis(passed), now);
        assert_eq!(after(0, 5_000_000), 1000, "wrong at the start");
        assert_eq!(after(50, 9_000_000), 1050, "jumps while it runs");
        assert_eq!(after(50, 1040), 1040, "is right again");
        assert_eq!(after(50, 3), 3, "is behind");
        let first = Vouched::from(None, 2000);
        assert_eq!(first.time_after(Duration::from_millis(10), 2010), 2010);
    }
}
