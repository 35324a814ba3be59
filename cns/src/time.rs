//! Points in time, as people read them.

use std::time::Duration;

use der::DateTime;

/// RFC 3339 in UTC, of Unix seconds; what no calendar has, as the number it is.
pub fn rfc3339(seconds: i64) -> String {
    let since = u64::try_from(seconds).ok().map(Duration::from_secs);
    let time = since.and_then(|since| DateTime::from_unix_duration(since).ok());
    time.map_or_else(|| seconds.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn a_point_in_time_is_written_in_utc() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_795_440_000), "2026-11-23T13:20:00Z");
        assert_eq!(rfc3339(-1), "-1");
        assert_eq!(rfc3339(i64::MAX), i64::MAX.to_string());
    }
}
