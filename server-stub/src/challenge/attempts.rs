//! Attempts with one challenge, one after the other.
//!
//! A login spends its challenge in the commit that opens its session. Who comes with the same
//! challenge meanwhile waits here for what becomes of that: so of many attempts at once one is
//! judged. On several nodes each judges one, and the spent nonce's key decides which of them
//! counts.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

type Nonce = [u8; 32];

/// Those that are under way, by the SHA-256 of their nonce.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<Nonce, Arc<Turn<()>>>>);

/// One of them. While it is held, no other with its nonce begins.
pub struct Attempt<'a> {
    all: &'a Attempts,
    nonce: Nonce,
    turn: Option<OwnedMutexGuard<()>>,
    /// Whether there was another before it, which may have spent the challenge.
    pub has_waited: bool,
}

impl Attempts {
    /// Begins one, as soon as no other has this nonce.
    pub async fn begin(&self, nonce: Nonce) -> Attempt<'_> {
        let turn = Arc::clone(self.under_way().entry(nonce).or_default());
        // Whoever goes away while it waits takes leave as others do.
        let mut attempt = Attempt {
            all: self,
            nonce,
            turn: Arc::clone(&turn).try_lock_owned().ok(),
            has_waited: false,
        };
        if attempt.turn.is_none() {
            attempt.has_waited = true;
            attempt.turn = Some(turn.lock_owned().await);
        }
        attempt
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<Nonce, Arc<Turn<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut under_way = self.all.under_way();
        self.turn = None;
        let turn = under_way.get(&self.nonce);
        if turn.is_some_and(|turn| Arc::strong_count(turn) == 1) {
            under_way.remove(&self.nonce);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn who_comes_with_the_same_nonce_waits_and_is_told_so() {
        let attempts = Attempts::default();
        let first = attempts.begin([1; 32]).now_or_never().unwrap();
        assert!(!first.has_waited);
        let other = attempts.begin([2; 32]).now_or_never().unwrap();
        assert!(!other.has_waited, "another nonce");
        let mut second = Box::pin(attempts.begin([1; 32]));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert!(second.now_or_never().unwrap().has_waited);
    }

    #[test]
    fn nothing_is_left_of_who_is_through_or_went_away() {
        let attempts = Attempts::default();
        let first = attempts.begin([1; 32]).now_or_never().unwrap();
        let mut second = Box::pin(attempts.begin([1; 32]));
        let mut third = Box::pin(attempts.begin([1; 32]));
        assert!((&mut second).now_or_never().is_none());
        assert!((&mut third).now_or_never().is_none());
        drop(third);
        drop(first);
        drop(second);
        assert!(attempts.under_way().is_empty());
    }
}
