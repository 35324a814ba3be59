//! What lies in the memory of a process, and who may look there.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    process::Stdio,
};

use memchr::memchr_iter;

use super::secret::{Finding, Secret};
use crate::program::without_inspection;

/// How far apart the characters of a secret can lie: as bytes, UTF-16, UTF-32, or each in an
/// allocation or an event of its own.
const STRIDES: [usize; 13] = [2, 4, 8, 12, 16, 24, 32, 40, 48, 64, 96, 128, 256];

/// Larger mappings are read in pieces; a secret on the border of two is not seen.
const PIECE: u64 = 64 << 20;

/// Looks for a secret in all that a process can write, in every shape and at every stride;
/// `digits` are its characters, `0` to `9`.
pub fn search(process: u32, secret: &Secret, digits: &str) -> io::Result<Vec<Finding>> {
    let name = fs::read_to_string(format!("/proc/{process}/comm"))?;
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut findings = Vec::new();
    for (start, end, mapping) in maps.lines().filter_map(writable) {
        let mut place = start;
        while place < end {
            let length = (end - place).min(PIECE);
            let mut bytes = vec![0; length as usize];
            // What cannot be read, such as a device, holds nothing of ours.
            if memory.read_exact_at(&mut bytes, place).is_ok() {
                let place = format!("the memory of {}, {mapping}", name.trim());
                findings.extend(secret.look_in(&place, &bytes));
                findings.extend(look_spread(&place, &bytes, digits));
            }
            place += length;
        }
    }
    Ok(findings)
}

/// Whether another program of the same person may look into a process (ptrace(2), "Ptrace
/// access mode checking"): never where it refuses inspection and core dumps alike
/// (`PR_SET_DUMPABLE`).
pub fn may_be_inspected(process: u32) -> io::Result<bool> {
    let mut look = without_inspection("head");
    look.arg("--bytes=0").arg(format!("/proc/{process}/mem"));
    look.stderr(Stdio::null());
    Ok(look.status()?.success())
}

/// Start, end and name of a mapping that can be written.
fn writable(line: &str) -> Option<(u64, u64, &str)> {
    let mut fields = line.split_whitespace();
    let (range, rights) = (fields.next()?, fields.next()?);
    let (start, end) = range.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    let name = fields.nth(3).unwrap_or("anonymous");
    (rights.contains('w')).then_some((number(start)?, number(end)?, name))
}

/// The characters, or X11's key codes for them (`1` is 10, … `0` is 19), with something in
/// between.
fn look_spread(place: &str, bytes: &[u8], digits: &str) -> Vec<Finding> {
    let characters = digits.as_bytes().to_vec();
    let key_code = |digit: &u8| match digit {
        b'0' => 19,
        digit => digit - b'1' + 10,
    };
    let key_codes: Vec<u8> = characters.iter().map(key_code).collect();
    let forms = [
        ("as characters apart", &characters, &STRIDES[..]),
        (
            "as key codes",
            &key_codes,
            &[&[1], &STRIDES[..]].concat()[..],
        ),
    ];
    let mut findings = Vec::new();
    for (shape, form, strides) in forms {
        let is_at = |start: usize, stride: &usize| {
            let mut following = form.iter().zip(0..);
            following.all(|(byte, index)| bytes.get(start + index * stride) == Some(byte))
        };
        let found = memchr_iter(form[0], bytes)
            .any(|start| strides.iter().any(|stride| is_at(start, stride)));
        if found {
            findings.push(Finding {
                place: place.to_owned(),
                shape,
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_at_every_stride_and_as_keys() {
        for stride in STRIDES {
            let mut bytes = vec![b'.'; 8 * stride + 3];
            for (index, digit) in b"70294618".iter().enumerate() {
                bytes[3 + index * stride] = *digit;
            }
            assert_eq!(look_spread("here", &bytes, "70294618").len(), 1, "{stride}");
        }
        let keys = [16, 19, 11, 18, 13, 15, 10, 17];
        assert_eq!(look_spread("here", &keys, "70294618").len(), 1);
        assert!(look_spread("here", &keys[1..], "70294618").is_empty());
    }

    #[test]
    fn only_what_can_be_written_is_read() {
        let line = "7f00-8f00 rw-p 00000000 00:00 0    [heap]";
        assert_eq!(writable(line), Some((0x7F00, 0x8F00, "[heap]")));
        assert_eq!(writable("7f00-8f00 r-xp 0 08:01 3 /usr/bin/sh"), None);
    }
}
