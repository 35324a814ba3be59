//! Entries of the form that nearly all have, read in one go.
//!
//! Of a million entries nearly each is a serial number, a date of this half-century and at most a
//! reason, with lengths of one byte. `der` reads whatever an entry can be and takes many times as
//! long; here that one form is recognised, and nothing else. What is not of it, malformed or not,
//! is left to [`Entry::read`].

use der::DateTime;

use super::entry::{Entry, Revocation, is_shortest};

/// crlEntryExtensions that hold a reasonCode and nothing else, up to its value (RFC 5280 §5.3.1).
const REASON: &[u8] = &[
    0x30, 12, 0x30, 10, 0x06, 3, 0x55, 0x1d, 0x15, 0x04, 3, 0x0a, 1,
];

/// Reads the entry that these bytes begin with, and says how many of them are its own; none where
/// it is of another form.
pub(super) fn read(bytes: &[u8]) -> Option<(Entry<'_>, usize)> {
    let (content, _) = content(0x30, bytes)?;
    let (serial, rest) = self::content(0x02, content)?;
    let (date, rest) = self::content(0x17, rest)?;
    let on_hold = match rest {
        [] => false,
        _ => match rest.strip_prefix(REASON)? {
            [6] => true,
            // Neither what is no reason, nor removeFromCRL.
            [0..=5 | 9 | 10] => false,
            _ => return None,
        },
    };
    let entry = Entry {
        serial: Some(serial).filter(|serial| is_shortest(serial))?,
        revocation: Revocation {
            on_hold,
            since: seconds(date)?,
        },
    };
    Some((entry, 2 + content.len()))
}

/// The content of an element with this tag and a length of one byte, and what follows it.
fn content(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match bytes {
        [first, length @ 0..=0x7f, rest @ ..] if *first == tag => {
            rest.split_at_checked(usize::from(*length))
        }
        _ => None,
    }
}

/// Of a UTCTime as DER has it (X.690 §11.8), in Unix time; none before 2000.
fn seconds(date: &[u8]) -> Option<i64> {
    let (pairs, b"Z") = date.split_at_checked(12)? else {
        return None;
    };
    let mut numbers = [0; 6];
    for (number, pair) in numbers.iter_mut().zip(pairs.chunks_exact(2)) {
        let [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = pair else {
            return None;
        };
        *number = (tens - b'0') * 10 + (ones - b'0');
    }
    let [year @ 0..50, month, day, hour, minute, second] = numbers else {
        return None;
    };
    let time = DateTime::new(2000 + u16::from(year), month, day, hour, minute, second).ok()?;
    i64::try_from(time.unix_duration().as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry with or without a reason.
    fn entry(serial: &[u8], date: &str, reason: Option<u8>) -> Vec<u8> {
        let mut content = [&[2, serial.len() as u8], serial, &[23, 13]].concat();
        content.extend(date.as_bytes());
        if let Some(reason) = reason {
            content.extend([REASON, &[reason]].concat());
        }
        [&[0x30, content.len() as u8], &content[..]].concat()
    }

    fn facts(entry: &Entry<'_>) -> (Vec<u8>, Revocation) {
        (entry.serial.to_vec(), entry.revocation)
    }

    #[test]
    fn what_is_of_the_form_is_read_and_what_follows_is_left() {
        let since = 1_735_689_600;
        for (reason, on_hold) in [(None, false), (Some(1), false), (Some(6), true)] {
            let der = entry(&[5, 6, 7], "250101000000Z", reason);
            let (read, length) = read(&[&der[..], &der].concat())
                .map(|(entry, length)| (facts(&entry), length))
                .unwrap();
            assert_eq!(read, (vec![5, 6, 7], Revocation { on_hold, since }));
            assert_eq!(length, der.len());
        }
    }

    #[test]
    fn whatever_one_byte_is_changed_to_it_is_read_as_by_der_or_left_to_it() {
        let mut left = 0;
        for whole in [
            entry(&[5, 6, 7], "250101000000Z", None),
            entry(&[0, 0x80], "491231235959Z", Some(1)),
            entry(&[0x7f; 20], "000229120000Z", Some(6)),
        ] {
            for place in 0..whole.len() {
                for byte in 0..=0xff {
                    let mut der = whole.clone();
                    der[place] = byte;
                    let Some((entry, length)) = read(&der) else {
                        left += 1;
                        continue;
                    };
                    let by_der = Entry::read(&der[..length]).unwrap().unwrap();
                    assert_eq!(facts(&entry), facts(&by_der), "{der:02x?}");
                }
            }
        }
        assert!(left > 10_000, "{left}");
    }

    #[test]
    fn what_is_cut_short_is_left() {
        let whole = entry(&[5, 6, 7], "250101000000Z", Some(1));
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_none(), "{length}");
        }
    }
}
