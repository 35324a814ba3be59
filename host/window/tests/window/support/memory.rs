//! What lies in another process's memory.

use std::fs::{self, File};
use std::io::{self, BufRead};
use std::os::unix::fs::FileExt;

/// How far apart the characters of a secret can lie: as bytes, UTF-16, UTF-32, or each in an
/// allocation of its own.
const STRIDES: [usize; 14] = [1, 2, 4, 8, 12, 16, 24, 32, 40, 48, 64, 96, 128, 256];

/// Where a secret was found, one entry a find: the name of the mapping, its flags, the stride.
pub type Finds = Vec<(String, String, usize)>;

/// Searches all writable memory of a process; an error where the system refuses it.
pub fn search(process: u32, secret: &[u8]) -> io::Result<Finds> {
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{process}/smaps"))?;
    let mut finds = Finds::new();
    let mut region: Option<(u64, u64, String)> = None;
    for line in maps.lines() {
        if let Some(range) = read_range(line) {
            region = Some(range);
        }
        if let (Some(flags), Some((start, end, name))) = (line.strip_prefix("VmFlags:"), &region) {
            if !flags.split_whitespace().any(|flag| flag == "wr") {
                continue;
            }
            let mut bytes = vec![0; (end - start) as usize];
            if memory.read_exact_at(&mut bytes, *start).is_err() {
                continue;
            }
            for stride in find_all(&bytes, secret) {
                finds.push((name.clone(), flags.to_owned(), stride));
            }
        }
    }
    Ok(finds)
}

/// Reads `start-end perms offset device inode name`; none for the lines about a mapping.
fn read_range(line: &str) -> Option<(u64, u64, String)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let start = u64::from_str_radix(start, 16).ok()?;
    let end = u64::from_str_radix(end, 16).ok()?;
    let name = rest.split_whitespace().nth(4).unwrap_or("anonymous");
    Some((start, end, name.to_owned()))
}

/// The stride of each find.
fn find_all(bytes: &[u8], secret: &[u8]) -> Vec<usize> {
    let mut strides = Vec::new();
    let mut rest = bytes;
    // `skip_until` looks for a byte with the speed of a release build even in a test's.
    while rest.skip_until(secret[0]).unwrap() > 0 {
        strides.extend(STRIDES.into_iter().filter(|stride| {
            let mut following = secret[1..].iter().zip(1..);
            following.all(|(byte, index)| rest.get(index * stride - 1) == Some(byte))
        }));
    }
    strides
}

/// Whether this process may read every other one's memory.
pub fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ids = status
        .lines()
        .find(|line| line.starts_with("Uid:"))
        .unwrap();
    ids.split_whitespace().nth(2) == Some("0")
}
