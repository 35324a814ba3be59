//! Points in time, as lists write them.

use der::DateTime;

/// Reads an `xs:dateTime` of UTC, `2026-01-31T00:00:00Z`, as Unix time.
///
/// TS 119 612 §5.1.3 demands this form; a fraction of the second, which it forbids, is read over.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let time = match time.split_once('.') {
        Some((seconds, fraction)) => {
            let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
            if !digits || fraction.is_empty() {
                return None;
            }
            seconds
        }
        None => time,
    };
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let small = |number: u16| u8::try_from(number).ok();
    let time = DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
    );
    i64::try_from(time.ok()?.unix_duration().as_secs()).ok()
}

fn numbers(text: &str, separator: char, lengths: [usize; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, length) in numbers.iter_mut().zip(lengths) {
        let part = parts.next()?;
        if part.len() != length || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_point_in_time_is_read_in_utc() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2016-06-30T22:00:00Z"), Some(1_467_324_000));
        assert_eq!(parse("2026-02-28T23:59:59.250Z"), Some(1_772_323_199));
    }

    #[test]
    fn every_other_form_is_refused() {
        for text in [
            "",
            "Z",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+01:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.xZ",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00:00Z",
            "26-01-01T00:00:00Z",
            "+026-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-01-01 00:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
