//! Looking for a secret in the memory of a process that stands still.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{FileExt, MetadataExt},
};

use memchr::memchr_iter;
use rustix::process::Signal;

use super::secret::{Finding, Secret};
use crate::{Outcome, processes, waiting::wait_until};

/// How far apart the characters of a secret can lie: side by side, as UTF-16 or UTF-32, each
/// in a word, an event or an allocation of its own.
const APART_MAX: usize = 512;
/// The X key code of the digit 1; those of 2 … 9 and 0 follow.
const KEY_CODE_OF_1: u8 = 10;

/// A process that stands still until this is dropped.
pub struct Frozen {
    /// Its number.
    pub process: u32,
    /// The program, and what sets it apart from others of the same.
    pub name: String,
}

/// A part of a process's memory.
#[derive(Debug)]
pub struct Mapping {
    start: u64,
    end: u64,
    /// Such as `[heap]`, or the file.
    pub name: String,
    /// The flags of `VmFlags` in proc(5), such as `lo` for locked.
    pub flags: Vec<String>,
}

/// Where in its memory a secret was.
#[derive(Debug)]
#[allow(missing_docs)] // each named by its type
pub struct MemoryFinding {
    pub mapping: Mapping,
    pub finding: Finding,
}

impl Frozen {
    /// Stops all of these, parents first, and waits until they stand.
    pub fn freeze(processes: Vec<(u32, String)>) -> Outcome<Vec<Frozen>> {
        let frozen: Vec<Frozen> = processes
            .into_iter()
            .map(|(process, name)| Frozen { process, name })
            .collect();
        for one in &frozen {
            processes::send(one.process, Signal::STOP);
        }
        for one in &frozen {
            let stands = || {
                one.status("State")
                    .is_ok_and(|state| state.starts_with('T'))
            };
            wait_until(&format!("standstill of {}", one.name), stands)?;
        }
        Ok(frozen)
    }

    /// How much memory it keeps from being written to disk, in kB.
    pub fn locked(&self) -> Outcome<u32> {
        let told = self.status("VmLck")?;
        Ok(told.trim_end_matches(" kB").parse()?)
    }

    /// Whether it refuses its memory to core files, debuggers and other processes of the same
    /// person. Of one that does proc(5) says that it belongs to root and root's group, so
    /// that a test must not itself be of that group.
    pub fn refuses_inspection(&self) -> Outcome<bool> {
        let memory = fs::metadata(format!("/proc/{}/mem", self.process))?;
        Ok((memory.uid(), memory.gid()) == (0, 0))
    }

    /// Everywhere the secret is.
    pub fn search(&self, secret: &Secret, text: &str) -> Outcome<Vec<MemoryFinding>> {
        let memory = File::open(format!("/proc/{}/mem", self.process))?;
        let rows = rows_of(text);
        let mut findings = Vec::new();
        for mapping in self.mappings()? {
            let mut bytes = vec![0; usize::try_from(mapping.end - mapping.start)?];
            // Some of the kernel's own cannot be read by anybody.
            if memory.read_exact_at(&mut bytes, mapping.start).is_err() {
                continue;
            }
            let place = format!("{}: {}", self.name, mapping.name);
            let found = secret.look_in(&place, &bytes).or_else(|| {
                let is_written = mapping.has("wr");
                let shape = rows
                    .iter()
                    .find(|(_, row)| is_written && holds(&bytes, row));
                shape.map(|(shape, _)| Finding { place, shape })
            });
            findings.extend(found.map(|finding| MemoryFinding { mapping, finding }));
        }
        Ok(findings)
    }

    /// Its mappings that can be read.
    fn mappings(&self) -> io::Result<Vec<Mapping>> {
        let told = fs::read_to_string(format!("/proc/{}/smaps", self.process))?;
        let mut mappings = Vec::new();
        let mut current = None;
        for line in told.lines() {
            match line.strip_prefix("VmFlags:") {
                None => current = Mapping::read(line).or(current),
                Some(flags) => mappings.extend(current.take().map(|mapping| Mapping {
                    flags: flags.split_whitespace().map(str::to_owned).collect(),
                    ..mapping
                })),
            }
        }
        mappings.retain(|mapping| mapping.has("rd"));
        Ok(mappings)
    }

    fn status(&self, field: &str) -> io::Result<String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process))?;
        let line = status.lines().find(|line| line.starts_with(field));
        let told = line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()));
        told.ok_or_else(|| io::Error::other(format!("no {field} of {}", self.name)))
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        processes::send(self.process, Signal::CONT);
    }
}

impl Mapping {
    /// Whether it has a flag of proc(5).
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }

    /// Reads `start-end permissions offset device inode name`; none for the lines about it.
    fn read(line: &str) -> Option<Mapping> {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        Some(Mapping {
            start: u64::from_str_radix(start, 16).ok()?,
            end: u64::from_str_radix(end, 16).ok()?,
            name: rest
                .split_whitespace()
                .nth(4)
                .unwrap_or("anonymous")
                .to_owned(),
            flags: Vec::new(),
        })
    }
}

/// The secret's characters one by one, in the numbers programs keep keys in.
fn rows_of(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    // A digit's keysym is its character's number.
    let characters = text.as_bytes().to_vec();
    let codes = text
        .bytes()
        .map(|digit| KEY_CODE_OF_1 + (digit - b'0' + 9) % 10);
    let mut rows = vec![
        ("as a row of characters", characters),
        ("as a row of key codes", codes.collect()),
    ];
    let backwards = rows
        .clone()
        .into_iter()
        .map(|(_, row)| ("as a row, backwards", row.into_iter().rev().collect()));
    rows.extend(backwards);
    rows
}

/// Whether the row lies in these bytes, its numbers evenly apart.
fn holds(bytes: &[u8], row: &[u8]) -> bool {
    let Some((&first, following)) = row.split_first() else {
        return false;
    };
    memchr_iter(first, bytes).any(|start| {
        (1..=APART_MAX).any(|apart| {
            let mut following = following.iter().zip(1..);
            following.all(|(number, place)| bytes.get(start + place * apart) == Some(number))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_seen_however_far_apart_and_as_key_codes() {
        for apart in [1, 2, 4, 64, APART_MAX] {
            for (_, row) in rows_of("73918462") {
                let mut bytes = vec![0xAA; 3];
                for number in &row {
                    bytes.push(*number);
                    bytes.resize(bytes.len() + apart - 1, 0);
                }
                assert!(holds(&bytes, &row), "{apart} apart");
                bytes[3] ^= 1;
                assert!(!holds(&bytes, &row), "{apart} apart");
            }
        }
    }

    #[test]
    fn key_codes_are_those_of_the_digits() {
        let rows = rows_of("10");
        assert_eq!(rows[1].1, [10, 19]);
    }

    #[test]
    fn a_mapping_is_read_from_its_line() {
        let line = "7f10-8f10 rw-p 00000000 00:00 0      [heap]";
        let mapping = Mapping::read(line).unwrap();
        assert_eq!((mapping.start, mapping.end), (0x7f10, 0x8f10));
        assert_eq!(mapping.name, "[heap]");
        assert!(Mapping::read("Size:                  4 kB").is_none());
    }
}
