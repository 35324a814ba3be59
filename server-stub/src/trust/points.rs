//! Where revocation lists are fetched from, and when next.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_lc_rs::digest;
use tokio::sync::{Notify, watch};

use crate::{
    clock::MINUTE,
    config::{ADDRESSES_MAX, POINTS_MAX},
    hex::hex,
    web_address::{Address, NamedBy},
};

/// Certificates whose addresses are remembered to be known.
const SEEN_MAX: usize = 10_000;

const FIRST_RETRY: i64 = MINUTE / 2;
const LAST_RETRY: i64 = 30 * MINUTE;

/// By how much a clock may be set back without everything being fetched at once.
const SET_BACK: i64 = MINUTE;

/// SHA-256 over an authority's fingerprint and an address: what a list is kept under.
///
/// Both, since an authority with a new key may go on under its old address.
pub(super) type PointKey = [u8; 32];

/// All points, and whom to wake when one changes.
pub(super) struct Points {
    inner: Mutex<Inner>,
    /// The longest time from one fetch to the next, milliseconds.
    longest: i64,
    wake: Notify,
    /// Counts the fetches that ended, well or not.
    ended: watch::Sender<u64>,
}

#[derive(Default)]
struct Inner {
    points: BTreeMap<PointKey, Point>,
    /// When a list that was kept from an earlier run is to be fetched again.
    kept: BTreeMap<PointKey, i64>,
    /// Fingerprints of certificates whose addresses are among the points.
    seen: HashSet<[u8; 32]>,
}

#[derive(Debug, Clone)]
struct Point {
    issuer: [u8; 32],
    address: Address,
    named_by: NamedBy,
    /// When it is fetched next, Unix milliseconds.
    due: i64,
    failures: u32,
    under_way: bool,
    /// Somebody asked for it while it was under way: what comes may be of before.
    again: bool,
}

impl Point {
    /// Whether it waits and its time has come. A time further ahead than any can be was
    /// reckoned by a clock that has been set back since.
    fn is_due(&self, now: i64, longest: i64) -> bool {
        let reckoned_wrong = self.due > now.saturating_add(longest).saturating_add(SET_BACK);
        !self.under_way && (self.due <= now || reckoned_wrong)
    }
}

/// A list to fetch.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) key: PointKey,
    /// The authority whose list it must be, by the SHA-256 of its certificate.
    pub(super) issuer: [u8; 32],
    pub(super) address: Address,
    pub(super) named_by: NamedBy,
}

impl Points {
    /// Points that are fetched as often as this, or more often.
    pub(super) fn new(every: Duration) -> Points {
        Points {
            inner: Mutex::default(),
            longest: millis(every).max(LAST_RETRY),
            wake: Notify::new(),
            ended: watch::Sender::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this certificate's addresses are known already.
    pub(super) fn has_seen(&self, certificate: &[u8; 32]) -> bool {
        self.lock().seen.contains(certificate)
    }

    /// That this certificate's addresses are known now.
    pub(super) fn have_seen(&self, certificate: [u8; 32]) {
        let mut inner = self.lock();
        if inner.seen.len() >= SEEN_MAX {
            // Each is learned again at its next login, at the cost of one verification.
            inner.seen.clear();
        }
        inner.seen.insert(certificate);
    }

    /// Lets a point that is learned later be fetched at this time, since its list was kept.
    pub(super) fn expect(&self, key: PointKey, due: i64) {
        self.lock().kept.insert(key, due);
    }

    /// That a kept list is none any more: its point is fetched as if it had never been.
    pub(super) fn lost(&self, key: &PointKey) {
        let mut inner = self.lock();
        inner.kept.remove(key);
        if let Some(point) = inner.points.get_mut(key) {
            point.due = 0;
            self.wake.notify_one();
        }
    }

    /// Learns where an authority's lists are, and says under which keys: a new point is
    /// fetched at once, unless its list was kept.
    ///
    /// Addresses beyond [`ADDRESSES_MAX`] of one authority, or [`POINTS_MAX`] of all, are left
    /// out, and the log says so.
    pub(super) fn learn(
        &self,
        issuer: &[u8; 32],
        addresses: &[Address],
        named_by: NamedBy,
        now: i64,
    ) -> Vec<PointKey> {
        let mut keys = Vec::new();
        let mut left_out = 0;
        let mut inner = self.lock();
        for address in addresses {
            let key = point_key(issuer, address);
            if !inner.points.contains_key(&key) {
                let of_issuer = inner
                    .points
                    .values()
                    .filter(|point| point.issuer == *issuer);
                if of_issuer.count() >= ADDRESSES_MAX || inner.points.len() >= POINTS_MAX {
                    left_out += 1;
                    continue;
                }
                let point = Point {
                    issuer: *issuer,
                    address: address.clone(),
                    named_by,
                    due: inner.kept.get(&key).copied().unwrap_or(0),
                    failures: 0,
                    under_way: false,
                    again: false,
                };
                inner.points.insert(key, point);
            }
            // Not only a new one: a clock that was set forward has made old ones due before
            // whoever fetches them wakes by itself.
            let point = inner.points.get(&key);
            if point.is_some_and(|point| point.is_due(now, self.longest)) {
                self.wake.notify_one();
            }
            keys.push(key);
        }
        drop(inner);
        if left_out > 0 {
            tracing::warn!(
                issuer = hex(issuer),
                left_out,
                "an authority's certificates name more addresses of lists than are fetched from"
            );
        }
        keys
    }

    /// Takes at most so many points that are due, those first that have been for longest;
    /// each must be said to have ended.
    pub(super) fn take_due(&self, now: i64, at_most: usize) -> Vec<Job> {
        let mut inner = self.lock();
        let mut due: Vec<(&PointKey, &mut Point)> = inner
            .points
            .iter_mut()
            .filter(|(_, point)| point.is_due(now, self.longest))
            .collect();
        due.sort_by_key(|(_, point)| point.due);
        let due = due.into_iter().take(at_most);
        due.map(|(key, point)| {
            point.under_way = true;
            point.again = false;
            Job {
                key: *key,
                issuer: point.issuer,
                address: point.address.clone(),
                named_by: point.named_by,
            }
        })
        .collect()
    }

    /// When the next point is due, Unix milliseconds.
    pub(super) fn next_due(&self) -> Option<i64> {
        let inner = self.lock();
        let waiting = inner.points.values().filter(|point| !point.under_way);
        waiting.map(|point| point.due).min()
    }

    /// Makes every point due; one that is being fetched, once more when that has ended.
    pub(super) fn hurry(&self, now: i64) {
        for point in self.lock().points.values_mut() {
            point.due = point.due.min(now);
            point.again = point.under_way;
        }
        self.wake.notify_one();
    }

    /// Makes those points due whose fetches failed, of authorities that are trusted only now.
    pub(super) fn retry(&self, issuers: &HashSet<[u8; 32]>, now: i64) {
        let mut inner = self.lock();
        let failed = inner
            .points
            .values_mut()
            .filter(|point| point.failures > 0 && issuers.contains(&point.issuer));
        for point in failed {
            point.due = point.due.min(now);
            self.wake.notify_one();
        }
    }

    /// A fetch went well; the list is fetched again at this time.
    pub(super) fn fetched(&self, key: &PointKey, due: i64) {
        self.end(key, |point| {
            point.failures = 0;
            point.due = due;
        });
    }

    /// A fetch failed; it is tried again after a while that doubles.
    pub(super) fn failed(&self, key: &PointKey, now: i64) {
        self.end(key, |point| {
            point.due = now + retry_after(point.failures);
            point.failures = point.failures.saturating_add(1);
        });
    }

    /// Forgets a point whose authority is trusted no more.
    pub(super) fn forget(&self, key: &PointKey) {
        let mut inner = self.lock();
        inner.points.remove(key);
        // Its certificates must be able to name it again, should it be trusted again.
        inner.seen.clear();
        drop(inner);
        self.ended.send_modify(|ended| *ended += 1);
    }

    fn end(&self, key: &PointKey, change: impl FnOnce(&mut Point)) {
        if let Some(point) = self.lock().points.get_mut(key) {
            point.under_way = false;
            change(point);
            if point.again {
                point.due = 0;
            }
        }
        self.ended.send_modify(|ended| *ended += 1);
    }

    /// Returns when a point was learned or hurried.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Returns when none of these is being fetched or about to be.
    pub(super) async fn settled(&self, keys: &[PointKey]) {
        let mut ended = self.ended.subscribe();
        loop {
            ended.mark_unchanged();
            if !self.is_awaited(keys, crate::clock::now()) {
                return;
            }
            if ended.changed().await.is_err() {
                return;
            }
        }
    }

    fn is_awaited(&self, keys: &[PointKey], now: i64) -> bool {
        let inner = self.lock();
        keys.iter()
            .filter_map(|key| inner.points.get(key))
            .any(|point| point.under_way || point.is_due(now, self.longest))
    }
}

/// The key of an authority's list at an address.
pub(super) fn point_key(issuer: &[u8; 32], address: &Address) -> PointKey {
    let mut key = [0; 32];
    let both = [issuer, address.as_str().as_bytes()].concat();
    key.copy_from_slice(digest::digest(&digest::SHA256, &both).as_ref());
    key
}

/// How long to wait after so many failures in a row, in milliseconds.
pub(super) fn retry_after(failures: u32) -> i64 {
    FIRST_RETRY
        .saturating_mul(1_i64.checked_shl(failures.min(16)).unwrap_or(i64::MAX))
        .min(LAST_RETRY)
}

/// When a list is fetched again, Unix milliseconds: ahead of its nextUpdate by a tenth of
/// its time, or sooner if it is fetched more often than that.
///
/// `this_update` and `next_update` are Unix seconds. A list past that point is not fetched
/// again and again: at the usual pace of retries.
pub(super) fn fetch_again(now: i64, every: Duration, this_update: i64, next_update: i64) -> i64 {
    let every = millis(every);
    let ahead = last_tenth(this_update, next_update).saturating_mul(1000);
    now.saturating_add(every)
        .min(ahead)
        .max(now.saturating_add(FIRST_RETRY))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// When the last tenth of a list's time begins, Unix seconds.
pub(super) fn last_tenth(this_update: i64, next_update: i64) -> i64 {
    next_update.saturating_sub(next_update.saturating_sub(this_update).max(0) / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;

    fn address(number: usize) -> Address {
        Address::parse(&format!("http://ca.example/{number}.crl")).unwrap()
    }

    fn points() -> Points {
        Points::new(Duration::from_secs(6 * 3600))
    }

    fn learn(points: &Points, issuer: u8, number: usize, now: i64) -> PointKey {
        let learned = points.learn(&[issuer; 32], &[address(number)], NamedBy::Certificate, now);
        learned[0]
    }

    #[test]
    fn a_list_is_fetched_ahead_of_its_end() {
        let six_hours = Duration::from_secs(6 * 3600);
        // A day's list, fresh: in six hours; with five hours left: ahead of the last tenth.
        let day = 24 * 3600;
        assert_eq!(fetch_again(0, six_hours, 0, day), 6 * HOUR);
        let now = 19 * HOUR;
        let again = fetch_again(now, six_hours, 0, day);
        assert_eq!(again, (day - day / 10) * 1000);
        assert!(now < again && again < day * 1000);
        // In the last tenth, and past it: soon, but not at once.
        for now in [23 * HOUR, 30 * HOUR] {
            assert_eq!(fetch_again(now, six_hours, 0, day), now + FIRST_RETRY);
        }
    }

    #[test]
    fn what_fails_is_tried_again_less_and_less_often() {
        let waits: Vec<i64> = (0..8).map(retry_after).collect();
        let minutes = [1, 2, 4, 8, 16, 32, 60, 60];
        assert_eq!(waits, minutes.map(|halves| halves * MINUTE / 2));
        assert_eq!(retry_after(u32::MAX), LAST_RETRY);
    }

    #[test]
    fn a_point_is_fetched_by_one_at_a_time() {
        let points = points();
        let key = learn(&points, 1, 1, 0);
        assert_eq!(learn(&points, 1, 1, 0), key);
        assert_eq!(points.take_due(0, 9).len(), 1);
        assert!(points.take_due(0, 9).is_empty());
        points.failed(&key, 0);
        assert_eq!(points.next_due(), Some(FIRST_RETRY));
        points.hurry(5);
        assert_eq!(points.take_due(5, 9).len(), 1);
        points.fetched(&key, 77);
        assert_eq!(points.next_due(), Some(77));
    }

    #[test]
    fn what_is_hurried_while_it_is_under_way_is_fetched_once_more() {
        let points = points();
        let key = learn(&points, 1, 1, 0);
        for end in [
            (|points, key| Points::fetched(points, key, HOUR)) as fn(&Points, &PointKey),
            |points: &Points, key: &PointKey| points.failed(key, 0),
        ] {
            assert_eq!(points.take_due(0, 9).len(), 1);
            points.hurry(0);
            end(&points, &key);
            assert_eq!(points.take_due(0, 9).len(), 1, "once more");
            end(&points, &key);
            assert!(points.take_due(0, 9).is_empty(), "and then no more");
            points.hurry(0);
        }
    }

    #[test]
    fn what_has_been_due_for_longest_is_fetched_first() {
        let points = points();
        let keys: Vec<PointKey> = (0..9).map(|number| learn(&points, 1, number, 0)).collect();
        points.take_due(0, 9);
        for (key, due) in keys.iter().zip([5, 3, 8, 1, 9, 2, 7, 4, 6]) {
            points.fetched(key, due);
        }
        let first: Vec<PointKey> = points.take_due(9, 3).iter().map(|job| job.key).collect();
        assert_eq!(first, [keys[3], keys[5], keys[1]]);
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nothing_up() {
        let points = points();
        let (wrong, right) = (48 * HOUR, 24 * HOUR);
        let key = learn(&points, 1, 1, wrong);
        points.take_due(wrong, 9);
        points.fetched(&key, wrong + 6 * HOUR);
        assert!(points.is_awaited(&[key], right));
        assert_eq!(points.take_due(right, 9).len(), 1);
        // Nor is a second more or less a reason to fetch.
        points.fetched(&key, right + 6 * HOUR);
        assert!(points.take_due(right - 1000, 9).is_empty());
    }

    #[tokio::test]
    async fn a_login_wakes_who_fetches_where_a_list_it_needs_is_due() {
        let points = points();
        let key = learn(&points, 1, 1, 0);
        points.take_due(0, 9);
        points.fetched(&key, HOUR);
        let is_woken = async || {
            let woken = tokio::time::timeout(Duration::ZERO, points.woken());
            woken.await.is_ok()
        };
        assert!(is_woken().await, "since it was learned");
        learn(&points, 1, 1, HOUR - 1);
        assert!(!is_woken().await);
        learn(&points, 1, 1, HOUR);
        assert!(is_woken().await);
    }

    #[test]
    fn a_list_that_is_lost_is_fetched_at_once() {
        let points = points();
        let known = learn(&points, 1, 1, 0);
        points.take_due(0, 9);
        points.fetched(&known, HOUR);
        let kept = point_key(&[1; 32], &address(2));
        points.expect(kept, HOUR);
        for key in [known, kept] {
            points.lost(&key);
        }
        assert_eq!(learn(&points, 1, 2, 0), kept);
        assert_eq!(points.take_due(0, 9).len(), 2);
    }

    #[test]
    fn one_address_of_two_authorities_is_two_points() {
        let points = points();
        for issuer in [1, 2] {
            learn(&points, issuer, 1, 0);
        }
        assert_eq!(points.take_due(0, 9).len(), 2);
    }

    #[test]
    fn an_authority_cannot_name_addresses_without_end() {
        let points = points();
        for number in 0..1000 {
            points.learn(&[1; 32], &[address(number)], NamedBy::Certificate, 0);
        }
        assert_eq!(points.take_due(0, 1000).len(), ADDRESSES_MAX);
    }
}
