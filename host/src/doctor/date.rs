//! Dates for a technician's eyes, in UTC.

use std::time::Duration;

use der::DateTime;

/// The day of a time in Unix seconds, `YYYY-MM-DD`.
pub fn date(seconds: i64) -> String {
    calendar(seconds).map_or_else(
        || "a day nobody can name".to_owned(),
        |day| format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
    )
}

/// Day and minute of a time in Unix seconds.
pub fn date_and_time(seconds: i64) -> String {
    let time = calendar(seconds).map_or_else(String::new, |time| {
        format!(" {:02}:{:02} UTC", time.hour(), time.minutes())
    });
    date(seconds) + &time
}

/// From 1970 to 9999, as in certificates.
fn calendar(seconds: i64) -> Option<DateTime> {
    let since = Duration::from_secs(u64::try_from(seconds).ok()?);
    DateTime::from_unix_duration(since).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_as_in_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_795_392_000 + 59 * 60 + 59, "2026-11-23 00:59 UTC"),
            (-1, "a day nobody can name"),
            (i64::MAX, "a day nobody can name"),
        ] {
            assert_eq!(date_and_time(seconds), day);
        }
    }
}
