//! The time, as the portal keeps and writes it.

pub mod vouched;

use std::{
    sync::{PoisonError, RwLock},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use time::{Date, Duration, Month, OffsetDateTime, format_description::well_known::Rfc3339};

/// Milliseconds of a minute.
pub const MINUTE: i64 = 60 * 1000;

/// Milliseconds of an hour.
pub const HOUR: i64 = 60 * MINUTE;

/// Milliseconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// How far two clocks that agree may be apart, in milliseconds.
const AGREEMENT: i64 = 100;

/// What time the database's server said it was, and when.
static TOLD: RwLock<Option<(i64, Instant)>> = RwLock::new(None);

/// Now, in Unix milliseconds: the time of the database's server, where there is one, carried on
/// by a clock that nobody sets. So nodes agree on what has expired, whatever becomes of a
/// node's own clock.
pub fn now() -> i64 {
    match *TOLD.read().unwrap_or_else(PoisonError::into_inner) {
        Some((told, at)) => told.saturating_add(millis(at.elapsed().as_millis())),
        None => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |passed| millis(passed.as_millis())),
    }
}

/// Goes by what the database's server said to a question that was asked then.
///
/// Meanwhile the answer has aged, by half its way at best: one that was long on its way says
/// less than the time that is carried on.
pub fn agree(told: i64, asked: Instant) {
    let way = asked.elapsed() / 2;
    let uncertain = millis(way.as_millis()) + AGREEMENT;
    let agrees = told.abs_diff(now()) <= uncertain.unsigned_abs();
    let mut last = TOLD.write().unwrap_or_else(PoisonError::into_inner);
    if last.is_none() || !agrees {
        *last = Some((told, asked + way));
    }
}

fn millis(count: u128) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC, of Unix milliseconds.
pub fn rfc3339(millis: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// The day it is in Italy, of Unix milliseconds.
pub fn day_in_italy(millis: i64) -> Date {
    let utc = OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let ahead = if is_summer_time(utc) { 2 } else { 1 };
    (utc + Duration::hours(ahead)).date()
}

/// Whether summer time is kept: from the last Sunday of March, 01:00 UTC, to the last of
/// October, the same hour (Directive 2000/84/EC).
fn is_summer_time(utc: OffsetDateTime) -> bool {
    let turn = |month| {
        let last_day = Date::from_calendar_date(utc.year(), month, 31).ok()?;
        let past_sunday = last_day.weekday().number_days_from_sunday();
        let sunday = last_day - Duration::days(past_sunday.into());
        Some(sunday.midnight().assume_utc() + Duration::HOUR)
    };
    turn(Month::March).is_some_and(|begin| begin <= utc)
        && turn(Month::October).is_some_and(|end| utc < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_795_440_000_500), "2026-11-23T13:20:00.5Z");
    }

    #[test]
    fn the_day_begins_when_it_does_in_italy() {
        for (utc, day) in [
            ("2026-11-27T22:59:59Z", "2026-11-27"),
            ("2026-11-27T23:00:00Z", "2026-11-28"),
            ("2026-12-31T23:30:00Z", "2027-01-01"),
            ("2026-07-15T21:59:59Z", "2026-07-15"),
            ("2026-07-15T22:00:00Z", "2026-07-16"),
            // The nights before and after each turn of the clocks.
            ("2026-03-28T22:30:00Z", "2026-03-28"),
            ("2026-03-29T22:30:00Z", "2026-03-30"),
            ("2026-10-24T22:30:00Z", "2026-10-25"),
            ("2026-10-25T22:30:00Z", "2026-10-25"),
        ] {
            let at = OffsetDateTime::parse(utc, &Rfc3339).unwrap();
            let millis = at.unix_timestamp() * 1000;
            assert_eq!(day_in_italy(millis).to_string(), day, "{utc}");
        }
    }

    #[test]
    fn the_clocks_are_turned_at_one_oclock_utc_of_the_last_sunday() {
        for (utc, is_summer) in [
            ("2026-03-29T00:59:59Z", false),
            ("2026-03-29T01:00:00Z", true),
            ("2026-10-25T00:59:59Z", true),
            ("2026-10-25T01:00:00Z", false),
            // A 31st that is a Sunday itself.
            ("2027-10-31T00:59:59Z", true),
            ("2027-10-31T01:00:00Z", false),
        ] {
            let at = OffsetDateTime::parse(utc, &Rfc3339).unwrap();
            assert_eq!(is_summer_time(at), is_summer, "{utc}");
        }
    }
}
