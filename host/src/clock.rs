//! The workstation's clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since the beginning of 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
