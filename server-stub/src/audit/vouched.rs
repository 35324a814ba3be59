//! The time, as far as both the clock and what was signed vouch for it

use std::time::Instant;

/// A time that no clock can put forward: what is old is removed by it.
///
/// It goes on from the newest head there was at the start, at the pace of a clock that nobody
/// sets. So a clock that is wrong at the start, or jumps, has nothing removed too early; while
/// it is behind, less is removed.
#[derive(Debug, Clone, Copy)]
pub struct Vouched {
    at: i64,
    since: Instant,
}

impl Vouched {
    /// Goes on from the newest head, or from now where there is none, and nothing old either.
    pub fn from(newest: Option<i64>, now: i64) -> Vouched {
        Vouched {
            at: newest.unwrap_or(now),
            since: Instant::now(),
        }
    }

    /// The time, where the clock says that it is now.
    pub fn time(&self, now: i64) -> i64 {
        let passed = self.since.elapsed().as_millis();
        self.bounded(now, i64::try_from(passed).unwrap_or(i64::MAX))
    }

    fn bounded(&self, now: i64, passed: i64) -> i64 {
        now.min(self.at.saturating_add(passed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_that_is_wrong_makes_entries_old() {
        let vouched = Vouched::from(Some(1000), 5_000_000);
        assert_eq!(vouched.bounded(5_000_000, 0), 1000, "wrong at the start");
        assert_eq!(vouched.bounded(9_000_000, 50), 1050, "jumps while it runs");
        assert_eq!(vouched.bounded(1040, 50), 1040, "is right again");
        assert_eq!(vouched.bounded(3, 50), 3, "is behind");
        let first = Vouched::from(None, 2000);
        assert_eq!(first.bounded(2010, 10), 2010);
    }
}
