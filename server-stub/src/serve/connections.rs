//! Open connections: how many there may be, and which goes when there are too many.
//!
//! A connection that waits, for a request's head, for the rest of one or for the answer to be
//! read, costs its owner nothing. So when all seats are taken, a newcomer gets the seat of
//! whoever has waited longest; only where everybody is being answered is it turned away.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Notify;

/// How many connections there may be.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// In all.
    pub in_all: usize,
    /// From one address; proxies that are believed are not counted by it.
    pub per_address: usize,
}

/// Whose a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    /// Somebody at this address, as limits are counted.
    At(IpAddr),
    /// A proxy that is believed: it brings everybody's requests, and keeps its seats.
    Proxy,
}

/// All seats.
pub struct Connections {
    room: Room,
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    taken: HashMap<u64, Taken>,
    /// Who waits, longest first: a turn and a seat.
    waiting: BTreeMap<u64, u64>,
    addresses: HashMap<IpAddr, Address>,
    next: u64,
}

struct Taken {
    guest: Guest,
    /// Its place among those that wait, when it does.
    turn: u64,
    waits: bool,
    leave: Arc<Notify>,
}

#[derive(Default)]
struct Address {
    open: usize,
    waiting: BTreeMap<u64, u64>,
}

/// One connection's place; given back when it is dropped.
pub struct Seat {
    connections: Arc<Connections>,
    number: u64,
    leave: Arc<Notify>,
    exchanges: AtomicU64,
}

impl Connections {
    /// So much room, all of it free.
    pub fn new(room: Room) -> Arc<Connections> {
        Arc::new(Connections {
            room,
            seats: Mutex::default(),
        })
    }

    /// A seat for a newcomer, who waits from now on; none when everybody is busy.
    pub fn admit(self: &Arc<Connections>, guest: Guest) -> Option<Seat> {
        let mut seats = self.lock();
        if let Guest::At(address) = guest
            && let Some(known) = seats.addresses.get(&address)
            && known.open >= self.room.per_address
        {
            let longest = known.waiting.first_key_value().map(|(_, seat)| *seat);
            seats.ask_to_leave(longest?);
        }
        if seats.taken.len() >= self.room.in_all {
            let longest = seats.waiting.first_key_value().map(|(_, seat)| *seat);
            seats.ask_to_leave(longest?);
        }
        let number = seats.draw();
        let leave = Arc::new(Notify::new());
        if let Guest::At(address) = guest {
            seats.addresses.entry(address).or_default().open += 1;
        }
        let taken = Taken {
            guest,
            turn: number,
            waits: false,
            leave: Arc::clone(&leave),
        };
        seats.taken.insert(number, taken);
        seats.wait(number);
        drop(seats);
        Some(Seat {
            connections: Arc::clone(self),
            number,
            leave,
            exchanges: AtomicU64::new(0),
        })
    }

    /// Frees the seat of whoever has waited longest; false when nobody waits.
    pub fn make_room(&self) -> bool {
        let mut seats = self.lock();
        let longest = seats.waiting.first_key_value().map(|(_, seat)| *seat);
        if let Some(number) = longest {
            seats.ask_to_leave(number);
        }
        longest.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seats {
    fn draw(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Takes a place at the end of those that wait, for when it does.
    fn renew(&mut self, number: u64) {
        self.stop_waiting(number);
        let turn = self.draw();
        if let Some(taken) = self.taken.get_mut(&number) {
            taken.turn = turn;
        }
    }

    fn wait(&mut self, number: u64) {
        let Some(taken) = self.taken.get_mut(&number) else {
            return;
        };
        if let Guest::At(address) = taken.guest {
            taken.waits = true;
            self.waiting.insert(taken.turn, number);
            let address = self.addresses.entry(address).or_default();
            address.waiting.insert(taken.turn, number);
        }
    }

    fn stop_waiting(&mut self, number: u64) {
        let Some(taken) = self.taken.get_mut(&number) else {
            return;
        };
        if let Guest::At(address) = taken.guest
            && std::mem::take(&mut taken.waits)
        {
            self.waiting.remove(&taken.turn);
            if let Some(address) = self.addresses.get_mut(&address) {
                address.waiting.remove(&taken.turn);
            }
        }
    }

    /// The seat is free at once, though its connection is closed a moment later.
    fn ask_to_leave(&mut self, number: u64) {
        if let Some(leave) = self.free(number) {
            leave.notify_one();
        }
    }

    fn free(&mut self, number: u64) -> Option<Arc<Notify>> {
        self.stop_waiting(number);
        let taken = self.taken.remove(&number)?;
        if let Guest::At(address) = taken.guest
            && let Some(known) = self.addresses.get_mut(&address)
        {
            known.open -= 1;
            if known.open == 0 {
                self.addresses.remove(&address);
            }
        }
        Some(taken.leave)
    }
}

impl Seat {
    /// A request's head is here.
    pub fn begins(&self) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        self.connections.lock().renew(self.number);
    }

    /// The rest of the request is waited for; it does not become more recent by coming slowly.
    pub fn waits_for_more(&self) {
        self.connections.lock().wait(self.number);
    }

    /// The reader of the answer takes no more of it for now; neither does that become more
    /// recent by being taken slowly.
    pub fn waits_for_reader(&self) {
        self.connections.lock().wait(self.number);
    }

    /// From now on nobody else gets this seat.
    pub fn is_busy(&self) {
        self.connections.lock().stop_waiting(self.number);
    }

    /// The request was answered to the last byte, and the next one is waited for.
    pub fn is_through(&self) {
        let mut seats = self.connections.lock();
        seats.renew(self.number);
        seats.wait(self.number);
    }

    /// How many requests there were.
    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// Returns when the seat is another's.
    pub async fn lost(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.lock().free(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(last: u8) -> Guest {
        Guest::At(IpAddr::from([192, 0, 2, last]))
    }

    fn room(in_all: usize, per_address: usize) -> Arc<Connections> {
        Connections::new(Room {
            in_all,
            per_address,
        })
    }

    async fn is_lost(seat: &Seat) -> bool {
        tokio::select! {
            biased;
            () = seat.lost() => true,
            () = std::future::ready(()) => false,
        }
    }

    #[tokio::test]
    async fn a_newcomer_gets_the_seat_of_whoever_waited_longest() {
        let connections = room(2, 2);
        let first = connections.admit(at(1)).unwrap();
        let second = connections.admit(at(2)).unwrap();
        // Asked something and answered: from now on the second has waited longer.
        first.begins();
        first.is_through();
        let third = connections.admit(at(3)).unwrap();
        assert!(!is_lost(&first).await && is_lost(&second).await && !is_lost(&third).await);
    }

    #[tokio::test]
    async fn who_is_being_answered_keeps_the_seat() {
        let connections = room(2, 2);
        let seats = [1, 2].map(|last| connections.admit(at(last)).unwrap());
        seats.iter().for_each(Seat::begins);
        assert!(connections.admit(at(3)).is_none());
        assert!(!connections.make_room());
        for seat in &seats {
            assert!(!is_lost(seat).await);
        }
    }

    #[tokio::test]
    async fn who_sends_slowly_waits_since_the_head() {
        let connections = room(2, 2);
        let slow = connections.admit(at(1)).unwrap();
        let idle = connections.admit(at(2)).unwrap();
        slow.begins();
        slow.waits_for_more();
        idle.begins();
        idle.is_through();
        for _ in 0..3 {
            slow.is_busy();
            slow.waits_for_more();
        }
        let _newcomer = connections.admit(at(3)).unwrap();
        assert!(is_lost(&slow).await && !is_lost(&idle).await);
    }

    #[tokio::test]
    async fn an_address_that_has_its_share_loses_its_own_seats_only() {
        let connections = room(10, 2);
        let other = connections.admit(at(9)).unwrap();
        let first = connections.admit(at(1)).unwrap();
        let second = connections.admit(at(1)).unwrap();
        let third = connections.admit(at(1)).unwrap();
        assert!(!is_lost(&other).await && is_lost(&first).await);
        second.begins();
        third.begins();
        assert!(connections.admit(at(1)).is_none(), "it has two answered");
        assert!(connections.admit(at(2)).is_some());
    }

    #[tokio::test]
    async fn a_proxy_has_no_share_and_keeps_its_seats() {
        let connections = room(4, 1);
        let seats = [(); 3].map(|()| connections.admit(Guest::Proxy).unwrap());
        let first = connections.admit(at(1)).unwrap();
        let _second = connections.admit(at(2)).unwrap();
        assert!(is_lost(&first).await);
        for seat in &seats {
            assert!(!is_lost(seat).await);
        }
    }

    #[test]
    fn nothing_is_remembered_of_who_left() {
        let connections = room(3, 2);
        for round in 0..20 {
            let seats = [1, 1, 2, 3].map(|last| connections.admit(at(last)).unwrap());
            seats[round % 4].begins();
            seats[(round + 1) % 4].waits_for_more();
            drop(seats);
        }
        let seats = connections.lock();
        assert!(seats.taken.is_empty() && seats.waiting.is_empty());
        assert!(seats.addresses.is_empty());
    }
}
