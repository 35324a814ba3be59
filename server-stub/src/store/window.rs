//! The stretch of time in which something may be done so many times

/// The last hour, say, in Unix milliseconds.
pub(super) struct Window {
    /// What was done later counts.
    pub(super) since: i64,
    length: i64,
}

impl Window {
    /// The so many milliseconds before now.
    pub(super) fn before(now: i64, length: i64) -> Window {
        Window {
            since: now - length,
            length,
        }
    }

    /// How many milliseconds until the oldest of what was done no longer counts.
    ///
    /// Of several at once each has its own now: what was done while this one waited for its
    /// turn is later than that, and makes nobody wait for longer than the whole.
    pub(super) fn until_gone(&self, oldest: i64) -> i64 {
        (oldest - self.since).min(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_longer_than_the_whole_of_it() {
        let window = Window::before(10_000, 1000);
        assert_eq!(window.since, 9000);
        assert_eq!(window.until_gone(9001), 1);
        assert_eq!(window.until_gone(10_000), 1000);
        // Done while this one waited.
        assert_eq!(window.until_gone(10_250), 1000);
    }
}
