//! How long a request waits for the database in all, however often it asks.

use std::{cell::Cell, time::Duration};

use tokio::time::{Instant, timeout_at};

use super::PATIENCE;
use crate::store::StoreFault;

/// A request that is refused is refused within ten seconds.
const IN_ALL: Duration = Duration::from_secs(8);

tokio::task_local! {
    /// Until when; none before the database is first asked.
    static UNTIL: Cell<Option<Instant>>;
}

/// Lets a request wait for the database no longer than that, from the first time it asks.
pub async fn bounded<T>(request: impl Future<Output = T>) -> T {
    UNTIL.scope(Cell::new(None), request).await
}

/// Waits for something as a call that begins now waits for the database.
pub async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, StoreFault> {
    let done = timeout_at(end(), work).await;
    done.map_err(|_| StoreFault::Silent)
}

/// Until when a call that begins now waits.
pub(super) fn end() -> Instant {
    let now = Instant::now();
    let in_all = UNTIL.try_with(|until| {
        let end = until.get().unwrap_or(now + IN_ALL);
        until.set(Some(end));
        end
    });
    in_all.map_or(now + PATIENCE, |in_all| in_all.min(now + PATIENCE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_call_waits_its_time_and_all_together_no_longer_than_a_request() {
        let begin = Instant::now();
        bounded(async {
            assert_eq!(end(), begin + PATIENCE);
            tokio::time::advance(PATIENCE).await;
            assert_eq!(end(), begin + IN_ALL);
            tokio::time::advance(PATIENCE).await;
            assert_eq!(end(), begin + IN_ALL);
        })
        .await;
        assert_eq!(end(), begin + 3 * PATIENCE);
    }
}
