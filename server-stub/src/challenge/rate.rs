//! How many challenges one address may ask for, of all nodes together.
//!
//! All that is known of an address is when it has all of its challenges back: each one it is
//! issued moves that moment on, and one that would move it further than a minute away is refused
//! (the generic cell rate algorithm, ITU-T I.371). A node decides by what it knows itself; what
//! others issued it hears a second later (`nodes`), and then the moment may well be further away
//! than a minute. So what an address got too early at several nodes, it waits for afterwards.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{http::address::ClientAddress, seal::SealKey};

const MINUTE: Duration = Duration::from_secs(60);

/// Others are told nothing of an address that gets no more than this part of the limit within a
/// minute. On so many nodes, all together get no more than the limit by it.
const UNTOLD: u32 = 20;

/// An address by its keyed hash, the same on all nodes of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressKey(pub [u8; 16]);

impl AddressKey {
    /// Of the address, or network, that limits are counted by.
    pub fn of(address: ClientAddress, key: &SealKey) -> AddressKey {
        let address = address.limit_key().to_string();
        // Its own name before it: not to be found again beside a failed password.
        let hash = key.keyed_hash(&[b"challenges of", address.as_bytes()]);
        let mut half = [0; 16];
        half.copy_from_slice(&hash[..16]);
        AddressKey(half)
    }
}

/// What an address used, as the time until it has that back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Who.
    pub address: AddressKey,
    /// How much.
    pub time: Duration,
}

/// A limit per address and minute; what was used comes back evenly over the minute.
pub struct ChallengeRate {
    limit: u32,
    /// How long one takes to come back.
    each: Duration,
    has_nodes: bool,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    addresses: HashMap<AddressKey, Address>,
    /// Of whom others are to be told.
    news: HashSet<AddressKey>,
}

struct Address {
    back_at: Instant,
    /// How many it was issued here of which others were not told.
    untold: u32,
    /// Whether others are told of each.
    is_shared: bool,
}

impl ChallengeRate {
    /// The limit of so many a minute, of this node alone or of several.
    pub fn new(per_minute: NonZeroU32, has_nodes: bool) -> ChallengeRate {
        ChallengeRate {
            limit: per_minute.get(),
            each: MINUTE / per_minute.get(),
            has_nodes,
            known: Mutex::default(),
        }
    }

    /// Counts a challenge, or tells for how long there is none.
    pub fn count(&self, address: AddressKey, now: Instant) -> Result<(), Duration> {
        let mut known = self.known();
        let known = &mut *known;
        let entry = known.entry(address, now);
        let back_at = entry.back_at.max(now) + self.each;
        let wait = back_at.saturating_duration_since(now + self.each * self.limit);
        if !wait.is_zero() {
            return Err(wait);
        }
        entry.back_at = back_at;
        if self.has_nodes {
            entry.untold = entry.untold.saturating_add(1);
            if entry.is_shared || entry.untold > self.limit / UNTOLD {
                known.news.insert(address);
            }
        }
        Ok(())
    }

    /// What others are to be told now, of so many addresses at the most, those first that used
    /// the most. It is told once, whether or not it arrives: told twice, it would be taken from
    /// the address twice.
    pub fn take_news(&self, most: usize, now: Instant) -> Vec<Used> {
        let mut known = self.known();
        let Known { addresses, news } = &mut *known;
        let untold = |address: &AddressKey| addresses.get(address).map_or(0, |it| it.untold);
        let mut told: Vec<AddressKey> = news.iter().copied().collect();
        if told.len() > most {
            told.select_nth_unstable_by_key(most, |address| Reverse(untold(address)));
            told.truncate(most);
        }
        let take = |address: AddressKey| {
            news.remove(&address);
            let entry = addresses.get_mut(&address)?;
            entry.share(self.each, now);
            let time = self.each * std::mem::take(&mut entry.untold);
            (!time.is_zero()).then_some(Used { address, time })
        };
        told.into_iter().filter_map(take).collect()
    }

    /// Hears what all nodes together issued, this one's own part included, as it was then.
    pub fn hear(&self, used: &[Used], then: Instant) {
        let mut known = self.known();
        let known = &mut *known;
        for Used { address, time } in used {
            let entry = known.entry(*address, then);
            entry.share(self.each, then);
            let back_at = then + *time + self.each * entry.untold;
            entry.back_at = entry.back_at.max(back_at);
            if entry.untold > 0 {
                known.news.insert(*address);
            }
        }
    }

    /// Forgets addresses that have all of theirs back; to be called once a minute.
    pub fn forget_idle(&self, now: Instant) {
        let mut known = self.known();
        let Known { addresses, news } = &mut *known;
        addresses.retain(|_, address| {
            if !address.is_shared {
                address.untold = 0;
            }
            address.back_at > now
        });
        addresses.shrink_to_fit();
        news.retain(|address| addresses.get(address).is_some_and(|it| it.untold > 0));
        news.shrink_to_fit();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn entry(&mut self, address: AddressKey, now: Instant) -> &mut Address {
        self.addresses.entry(address).or_insert(Address {
            back_at: now,
            untold: 0,
            is_shared: false,
        })
    }
}

impl Address {
    /// From now on others are told of each; of those until now, of what has not come back.
    fn share(&mut self, each: Duration, now: Instant) {
        if self.is_shared {
            return;
        }
        self.is_shared = true;
        let used = self.back_at.saturating_duration_since(now);
        let used = used.as_nanos().div_ceil(each.as_nanos().max(1));
        self.untold = self.untold.min(u32::try_from(used).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: AddressKey = AddressKey([7; 16]);
    const SECOND: Duration = Duration::from_secs(1);

    fn rate(per_minute: u32) -> ChallengeRate {
        ChallengeRate::new(NonZeroU32::new(per_minute).unwrap(), true)
    }

    /// How many it gets of so many.
    fn issued(rate: &ChallengeRate, tries: u32, now: Instant) -> u32 {
        (0..tries)
            .map(|_| u32::from(rate.count(KEY, now).is_ok()))
            .sum()
    }

    fn used(time: Duration) -> [Used; 1] {
        [Used { address: KEY, time }]
    }

    #[test]
    fn a_limit_is_issued_at_once_and_comes_back_evenly() {
        let now = Instant::now();
        for limit in [1, 3, 7, 60, 1200, 70_001] {
            let rate = rate(limit);
            assert_eq!(issued(&rate, limit + 2, now), limit);
            let each = MINUTE / limit;
            assert_eq!(rate.count(KEY, now), Err(each));
            assert_eq!(issued(&rate, 2, now + each), 1, "{limit}");
            assert_eq!(issued(&rate, limit, now + each + MINUTE), limit);
        }
    }

    #[test]
    fn one_address_takes_nothing_from_another() {
        let (rate, now) = (rate(3), Instant::now());
        assert_eq!(issued(&rate, 4, now), 3);
        assert_eq!(rate.count(AddressKey([8; 16]), now), Ok(()));
    }

    #[test]
    fn what_others_issued_is_taken_off_once_however_often_it_is_heard() {
        let (rate, now) = (rate(60), Instant::now());
        assert_eq!(issued(&rate, 10, now), 10);
        rate.take_news(9, now);
        for _ in 0..3 {
            // Ten of here, and thirty of elsewhere.
            rate.hear(&used(40 * SECOND), now);
        }
        assert_eq!(issued(&rate, 60, now), 20);
    }

    #[test]
    fn what_was_issued_since_others_were_told_counts_besides() {
        let (rate, now) = (rate(60), Instant::now());
        assert_eq!(issued(&rate, 10, now), 10);
        assert_eq!(rate.take_news(9, now), used(10 * SECOND));
        assert_eq!(issued(&rate, 5, now), 5);
        rate.hear(&used(40 * SECOND), now);
        assert_eq!(issued(&rate, 60, now), 15);
    }

    #[test]
    fn what_came_too_early_is_waited_for() {
        let (rate, now) = (rate(60), Instant::now());
        assert_eq!(issued(&rate, 60, now), 60);
        rate.take_news(9, now);
        rate.hear(&used(180 * SECOND), now);
        assert_eq!(rate.count(KEY, now), Err(121 * SECOND));
        rate.forget_idle(now + 100 * SECOND);
        assert_eq!(issued(&rate, 9, now + 120 * SECOND), 0);
        assert_eq!(issued(&rate, 9, now + 121 * SECOND), 1);
    }

    #[test]
    fn of_who_asks_for_little_nobody_is_told() {
        let (rate, now) = (rate(60), Instant::now());
        for minute in 0..5 {
            let now = now + MINUTE * minute;
            assert_eq!(issued(&rate, 3, now), 3);
            assert_eq!(rate.take_news(9, now), []);
            rate.forget_idle(now);
        }
        let now = now + MINUTE * 5;
        assert_eq!(issued(&rate, 4, now), 4);
        assert_eq!(rate.take_news(9, now), used(4 * SECOND));
        assert_eq!(issued(&rate, 1, now), 1);
        assert_eq!(rate.take_news(9, now), used(SECOND), "each, from then on");
        assert_eq!(rate.take_news(9, now), [], "and once");
    }

    #[test]
    fn of_whom_others_tell_each_is_told_too() {
        let (rate, now) = (rate(60), Instant::now());
        assert_eq!(issued(&rate, 2, now), 2);
        rate.hear(&used(10 * SECOND), now);
        assert_eq!(rate.take_news(9, now), used(2 * SECOND));
    }

    #[test]
    fn what_has_come_back_is_not_told_as_used() {
        let (rate, begin) = (rate(60), Instant::now());
        // As many as come back: with others who do the same, more than the limit.
        let mut told = Vec::new();
        for second in 0..20 {
            let now = begin + SECOND * second;
            assert_eq!(issued(&rate, 1, now), 1);
            told.extend(rate.take_news(9, now));
        }
        let whole: Duration = told.iter().map(|used| used.time).sum();
        assert_eq!(told.len(), 17, "from the fourth on");
        assert_eq!(whole, 17 * SECOND, "not the three before, which are back");
    }

    #[test]
    fn where_there_is_much_to_tell_the_most_comes_first() {
        let (rate, now) = (rate(60), Instant::now());
        for address in 1..=10 {
            for _ in 0..3 + address {
                rate.count(AddressKey([address; 16]), now).unwrap();
            }
        }
        let mut first: Vec<u8> = rate
            .take_news(3, now)
            .iter()
            .map(|used| used.address.0[0])
            .collect();
        first.sort_unstable();
        assert_eq!(first, [8, 9, 10]);
        assert_eq!(rate.take_news(99, now).len(), 7);
    }

    #[test]
    fn who_has_all_back_is_forgotten() {
        let (rate, now) = (rate(60), Instant::now());
        for number in 0..1000_u128 {
            let address = AddressKey(number.to_be_bytes());
            for _ in 0..10 {
                rate.count(address, now).unwrap();
            }
        }
        rate.hear(&used(40 * SECOND), now);
        rate.forget_idle(now + 20 * SECOND);
        assert_eq!(rate.known().addresses.len(), 1);
        rate.forget_idle(now + MINUTE);
        let known = rate.known();
        assert!(known.addresses.is_empty() && known.news.is_empty());
    }

    #[test]
    fn where_there_are_no_others_nothing_is_kept_for_them() {
        let rate = ChallengeRate::new(NonZeroU32::new(60).unwrap(), false);
        let now = Instant::now();
        assert_eq!(issued(&rate, 61, now), 60);
        assert_eq!(rate.take_news(9, now), []);
    }
}
