//! Connections to PostgreSQL that are kept at hand from one call to the next.
//!
//! sqlx asks each connection that is given back whether it is well: a message to the server, and
//! a task that waits for the answer, after each call. Here one that is given back in good order
//! goes to whoever waits, or lies at hand. Whether it still leads to where it should is for
//! whoever takes it to ask, by how long it lay.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{Postgres as Pg, pool::PoolConnection};
use tokio::sync::oneshot;

type Connection = PoolConnection<Pg>;

/// One that nobody took for so long goes back to the pool, when another is given back.
const UNUSED: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct Kept(Mutex<State>);

#[derive(Default)]
struct State {
    /// The one that was given back last comes last.
    at_hand: VecDeque<(Connection, Instant)>,
    waiting: VecDeque<oneshot::Sender<Connection>>,
    is_over: bool,
}

/// What was taken.
pub(super) enum Taken {
    /// A connection that was given back so long ago.
    AtHand(Connection, Duration),
    /// None lies there: the next one that is given back comes this way.
    Wait(oneshot::Receiver<Connection>),
}

impl Kept {
    pub(super) fn take(&self) -> Taken {
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
    pub(super) fn give_back(&self, mut connection: Connection) {
        let mut state = self.state();
        if state.is_over {
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
    pub(super) fn count(&self) -> usize {
        self.state().at_hand.len()
    }

    /// Lets go of them; what is given back from now on goes to the pool.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_over = true;
        state.at_hand.clear();
        state.waiting.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
