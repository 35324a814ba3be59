//! Logins under way, those with one challenge one after the other.
//!
//! A login spends its challenge in the commit that opens its session. Who comes with the same
//! challenge meanwhile waits here for what becomes of that: so of many at once one is judged. On
//! several nodes each judges one, and the spent nonce's key decides which of them counts.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

type Nonce = [u8; 32];

/// Of so many logins that began last it is known by what challenge: whoever comes with one of
/// them again is not worth a judgement before it was asked whether it is spent.
const KNOWN: usize = 16_384;

/// Those that are under way.
#[derive(Default)]
pub struct UnderWay(Mutex<State>);

#[derive(Default)]
struct State {
    /// By the SHA-256 of their nonce.
    locks: HashMap<Nonce, Arc<Lock<()>>>,
    began: Began,
}

/// The nonces of those that began last, by the first bytes of their hash.
#[derive(Default)]
struct Began {
    /// And whether one was judged by it.
    judged: HashMap<u64, bool>,
    in_order: VecDeque<u64>,
}

/// The place of one of them. While it is held, no other with its nonce begins.
pub struct Place<'a> {
    all: &'a UnderWay,
    nonce: Nonce,
    held: Option<OwnedMutexGuard<()>>,
    /// Whether another had the nonce before, and may have spent it.
    pub may_be_spent: bool,
    /// Whether another was judged by it, whatever became of that.
    pub was_judged: bool,
}

impl UnderWay {
    /// Begins a login, as soon as no other has this nonce.
    pub async fn begin(&self, nonce: Nonce) -> Place<'_> {
        let (lock, may_be_spent) = {
            let mut state = self.state();
            let is_new = state.began.add(&nonce);
            (Arc::clone(state.locks.entry(nonce).or_default()), !is_new)
        };
        // Whoever goes away while it waits takes leave as others do.
        let mut place = Place {
            all: self,
            nonce,
            held: None,
            may_be_spent,
            was_judged: false,
        };
        place.held = Some(lock.lock_owned().await);
        place.was_judged = self.state().began.was_judged(&nonce);
        place
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// From now on it counts as judged here, though whoever asked for it goes away before it is
    /// spent, or the database fails.
    pub fn is_judged(&self) {
        self.all.state().began.judge(&self.nonce);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.all.state();
        self.held = None;
        let lock = state.locks.get(&self.nonce);
        if lock.is_some_and(|lock| Arc::strong_count(lock) == 1) {
            state.locks.remove(&self.nonce);
        }
    }
}

impl Began {
    /// Whether it was not known.
    fn add(&mut self, nonce: &Nonce) -> bool {
        let Entry::Vacant(place) = self.judged.entry(begin(nonce)) else {
            return false;
        };
        self.in_order.push_back(*place.key());
        place.insert(false);
        if self.in_order.len() > KNOWN
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.judged.remove(&oldest);
        }
        true
    }

    fn judge(&mut self, nonce: &Nonce) {
        if let Some(judged) = self.judged.get_mut(&begin(nonce)) {
            *judged = true;
        }
    }

    fn was_judged(&self, nonce: &Nonce) -> bool {
        self.judged.get(&begin(nonce)).is_some_and(|judged| *judged)
    }
}

fn begin(nonce: &Nonce) -> u64 {
    let begin = nonce.first_chunk::<8>().copied().unwrap_or_default();
    u64::from_be_bytes(begin)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn who_comes_with_the_same_nonce_waits_and_is_told_so() {
        let under_way = UnderWay::default();
        let first = under_way.begin([1; 32]).now_or_never().unwrap();
        assert!(!first.may_be_spent);
        let other = under_way.begin([2; 32]).now_or_never().unwrap();
        assert!(!other.may_be_spent, "another nonce");
        let mut second = Box::pin(under_way.begin([1; 32]));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert!(second.now_or_never().unwrap().may_be_spent);
        let later = under_way.begin([1; 32]).now_or_never().unwrap();
        assert!(later.may_be_spent, "it came before");
    }

    #[test]
    fn whoever_waited_hears_that_the_one_before_was_judged() {
        let under_way = UnderWay::default();
        let first = under_way.begin([1; 32]).now_or_never().unwrap();
        assert!(!first.was_judged);
        let mut second = Box::pin(under_way.begin([1; 32]));
        assert!((&mut second).now_or_never().is_none());
        first.is_judged();
        drop(first);
        assert!(second.now_or_never().unwrap().was_judged);
        let other = under_way.begin([2; 32]).now_or_never().unwrap();
        assert!(!other.was_judged);
    }

    #[test]
    fn nothing_is_held_for_who_is_through_or_went_away() {
        let under_way = UnderWay::default();
        let first = under_way.begin([1; 32]).now_or_never().unwrap();
        let mut second = Box::pin(under_way.begin([1; 32]));
        let mut third = Box::pin(under_way.begin([1; 32]));
        assert!((&mut second).now_or_never().is_none());
        assert!((&mut third).now_or_never().is_none());
        drop(third);
        drop(first);
        drop(second);
        assert!(under_way.state().locks.is_empty());
    }

    #[test]
    fn only_the_last_are_known() {
        let mut began = Began::default();
        let nonce = |number: u64| {
            let mut nonce = [0; 32];
            nonce[..8].copy_from_slice(&number.to_be_bytes());
            nonce
        };
        for number in 0..=KNOWN as u64 {
            assert!(began.add(&nonce(number)));
        }
        assert!(!began.add(&nonce(1)));
        assert!(began.add(&nonce(0)));
        assert_eq!((began.judged.len(), began.in_order.len()), (KNOWN, KNOWN));
    }
}
