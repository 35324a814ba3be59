//! Connections to PostgreSQL that are kept at hand from one call to the next.
//!
//! sqlx asks each connection that is given back whether it is well: a message to the server, and
//! a task that waits for the answer, after each call. Here one that is given back in good order
//! goes to whoever waits, or lies at hand. Whether it still leads to where it should is for
//! whoever takes it to ask, by how long it lay. What is not kept is dropped, and closed by that.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::oneshot, time::Instant};

/// One that nobody took for so long is given up, when another is given back.
const UNUSED: Duration = Duration::from_secs(10 * 60);
/// One that was opened so long ago is given up when it is given back. What was changed since at
/// the server (who may connect, a role's settings) or on the way to it (the address behind a
/// name) is met by new ones alone, and what the server's process for it remembers of tables and
/// statements only grows.
pub(super) const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// So long after one that grew old goes the next: those that a rush had opened together are not
/// all opened anew in another.
const APART: Duration = Duration::from_secs(1);

pub(in crate::store::engine) struct Kept<C>(Mutex<State<C>>);

struct State<C> {
    /// The one that was given back last comes last.
    at_hand: VecDeque<(Opened<C>, Instant)>,
    waiting: VecDeque<oneshot::Sender<Opened<C>>>,
    /// When one was last given up that had grown old.
    aged: Option<Instant>,
    is_over: bool,
}

/// A connection, and when it was opened.
pub(super) struct Opened<C> {
    pub(super) connection: C,
    at: Instant,
}

/// What was taken.
pub(super) enum Taken<C> {
    /// A connection that was given back so long ago.
    AtHand(Opened<C>, Duration),
    /// None lies there: the next one that is given back comes this way.
    Wait(oneshot::Receiver<Opened<C>>),
}

impl<C> Opened<C> {
    pub(super) fn now(connection: C) -> Opened<C> {
        Opened {
            connection,
            at: Instant::now(),
        }
    }
}

impl<C> Kept<C> {
    pub(super) fn new() -> Kept<C> {
        Kept(Mutex::new(State {
            at_hand: VecDeque::new(),
            waiting: VecDeque::new(),
            aged: None,
            is_over: false,
        }))
    }

    pub(super) fn take(&self) -> Taken<C> {
        let mut state = self.state();
        if let Some((connection, since)) = state.at_hand.pop_back() {
            return Taken::AtHand(connection, since.elapsed());
        }
        let (tell, told) = oneshot::channel();
        if !state.is_over {
            state.waiting.retain(|waiting| !waiting.is_closed());
            state.waiting.push_back(tell);
        }
        Taken::Wait(told)
    }

    /// Takes one back whose every answer was heard, outside of a transaction.
    pub(super) fn give_back(&self, mut connection: Opened<C>) {
        let mut state = self.state();
        if state.is_over || state.ages(&connection) {
            return;
        }
        while let Some(waiting) = state.waiting.pop_front() {
            match waiting.send(connection) {
                Ok(()) => return,
                // It went away.
                Err(back) => connection = back,
            }
        }
        state.at_hand.push_back((connection, Instant::now()));
        let is_unused = |(_, since): &(_, Instant)| since.elapsed() > UNUSED;
        if state.at_hand.front().is_some_and(is_unused) {
            state.at_hand.pop_front();
        }
    }

    /// How many lie at hand.
    pub(in crate::store::engine) fn count(&self) -> usize {
        self.state().at_hand.len()
    }

    /// Gives them up, and what is given back from now on.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_over = true;
        state.at_hand.clear();
        state.waiting.clear();
    }

    fn state(&self) -> MutexGuard<'_, State<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> State<C> {
    /// Whether it is this one's turn to be given up for its age.
    fn ages(&mut self, connection: &Opened<C>) -> bool {
        let is_old = connection.at.elapsed() > LIFETIME;
        let ages = is_old && self.aged.is_none_or(|last| last.elapsed() >= APART);
        if ages {
            self.aged = Some(Instant::now());
        }
        ages
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::advance;

    use super::*;

    /// Opens so many; what stands for each is held by the caller too, while it is not closed.
    fn open<const MANY: usize>() -> [(Opened<Arc<()>>, Arc<()>); MANY] {
        std::array::from_fn(|_| {
            let itself = Arc::new(());
            (Opened::now(Arc::clone(&itself)), itself)
        })
    }

    fn is_closed(itself: &Arc<()>) -> bool {
        Arc::strong_count(itself) == 1
    }

    fn take(kept: &Kept<Arc<()>>) -> Opened<Arc<()>> {
        match kept.take() {
            Taken::AtHand(connection, _) => connection,
            Taken::Wait(_) => panic!("none at hand"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_has_grown_old_is_given_up_however_often_it_is_used() {
        let kept = Kept::new();
        let [(connection, itself)] = open();
        kept.give_back(connection);
        for _ in 0..30 {
            advance(LIFETIME / 30).await;
            kept.give_back(take(&kept));
        }
        assert!(!is_closed(&itself));
        let connection = take(&kept);
        let Taken::Wait(mut waits) = kept.take() else {
            panic!("there is one");
        };
        advance(Duration::from_secs(1)).await;
        kept.give_back(connection);
        assert!(is_closed(&itself));
        assert!(waits.try_recv().is_err(), "whoever waits opens a new one");
        assert_eq!(kept.count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_were_opened_together_are_given_up_one_after_the_other() {
        let kept = Kept::new();
        let (mut connections, all): (Vec<_>, Vec<_>) = open::<3>().into_iter().unzip();
        advance(LIFETIME + Duration::from_secs(1)).await;
        for closed in [1, 1, 2, 3] {
            for connection in connections.drain(..) {
                kept.give_back(connection);
            }
            assert_eq!(all.iter().filter(|one| is_closed(one)).count(), closed);
            while let Taken::AtHand(connection, _) = kept.take() {
                connections.push(connection);
            }
            advance(APART / 2 * (closed as u32)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_nobody_takes_is_given_up() {
        let kept = Kept::new();
        let [(first, seldom), (second, often)] = open();
        kept.give_back(first);
        kept.give_back(second);
        for _ in 0..10 {
            assert!(!is_closed(&seldom));
            advance(UNUSED / 10 + Duration::from_secs(1)).await;
            kept.give_back(take(&kept));
        }
        assert!(is_closed(&seldom));
        assert!(!is_closed(&often));
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_end_none_is_kept() {
        let kept = Kept::new();
        let [(first, at_hand), (second, in_use)] = open();
        kept.give_back(first);
        kept.close();
        assert!(is_closed(&at_hand));
        kept.give_back(second);
        assert!(is_closed(&in_use));
    }
}
