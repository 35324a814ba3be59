//! When spent nonces may be forgotten

use std::time::{Duration, Instant};

use super::Challenge;
use crate::clock::vouched::Vouched;

/// Sees to it that no clock makes a spent nonce good again.
///
/// A clock that is set ahead, and back afterwards, would have its row deleted and its challenge
/// alive. So nonces are forgotten by a time that goes on at the pace of a clock nobody sets;
/// and none before all that was issued before this program began has ended, since its clock may
/// have been wrong from the beginning.
pub struct Forgetting {
    since: Instant,
    grace: Duration,
    time: Vouched,
}

impl Forgetting {
    /// Begins now, where challenges are good for so many seconds.
    pub fn begin(challenge_seconds: u32, now: i64) -> Forgetting {
        let grace = Challenge::cookie_seconds(challenge_seconds);
        Forgetting {
            since: Instant::now(),
            grace: Duration::from_secs(grace.unsigned_abs()),
            time: Vouched::from(None, now),
        }
    }

    /// The time that nonces are forgotten by, where the clock says that it is now; none yet.
    pub fn time(&self, now: i64) -> Option<i64> {
        self.time_after(self.since.elapsed(), now)
    }

    fn time_after(&self, passed: Duration, now: i64) -> Option<i64> {
        (passed >= self.grace).then(|| self.time.time_after(passed, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MINUTE;

    #[test]
    fn a_clock_that_is_set_ahead_has_no_nonce_forgotten() {
        let forgetting = Forgetting::begin(300, 0);
        let after = |minutes: u64, now| {
            forgetting.time_after(Duration::from_secs(60 * minutes), now * MINUTE)
        };
        assert_eq!(
            after(14, 14),
            None,
            "a challenge of before may be good still"
        );
        assert_eq!(after(15, 15), Some(15 * MINUTE));
        assert_eq!(after(20, 500), Some(20 * MINUTE), "ahead");
        assert_eq!(after(21, 3), Some(3 * MINUTE), "behind");
    }
}
