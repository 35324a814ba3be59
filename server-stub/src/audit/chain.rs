//! A chain: entries that each cover the one before

use serde::{Deserialize, Serialize};

use super::{Hash, Node, hash};

const LABEL: &str = "tessera audit entry 1";

/// An entry in its place, as it is kept.
///
/// The node is kept as text and the numbers as the database has them, since somebody may
/// have written there what this program never does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedEntry {
    /// Whose chain.
    pub node: String,
    /// The place in it, from 1.
    pub sequence: i64,
    /// When, in Unix milliseconds.
    pub at: i64,
    /// What [`super::Entry::to_json`] wrote.
    pub entry: String,
    /// The hash of the entry before.
    pub previous_hash: Vec<u8>,
    /// The hash of all of this.
    pub hash: Vec<u8>,
}

/// The end of a chain: where the next entry is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct End {
    /// The last entry's place; 0: there is none yet.
    pub sequence: i64,
    /// The last entry's hash.
    pub hash: Hash,
}

impl End {
    /// Of a chain that has no entry.
    pub const EMPTY: End = End {
        sequence: 0,
        hash: Hash::NONE,
    };

    /// Puts an entry at the end of the chain.
    pub fn append(&mut self, node: &Node, at: i64, entry: String) -> PlacedEntry {
        let previous = self.hash;
        self.sequence += 1;
        self.hash = hash_of(
            node.as_str(),
            self.sequence,
            at,
            entry.as_bytes(),
            &previous.0,
        );
        PlacedEntry {
            node: node.as_str().to_owned(),
            sequence: self.sequence,
            at,
            entry,
            previous_hash: previous.0.to_vec(),
            hash: self.hash.0.to_vec(),
        }
    }
}

/// Entries at a chain's end that were not signed when the program that writes it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tail {
    /// The first of them.
    pub first: i64,
    /// The last of them.
    pub last: i64,
    /// When the first was written, in Unix milliseconds.
    pub since: i64,
    /// When the last was written, in Unix milliseconds.
    pub until: i64,
}

/// How an entry that tells of a tail begins.
const FOUND_UNSIGNED: &str = r#"{"act":"found-unsigned","#;
/// Over how long a crash leaves entries unsigned, in milliseconds, also where the disk is slow.
const OF_A_CRASH: i64 = 10 * 1000;

impl Tail {
    /// The rows after an entry, if there are any.
    pub fn after(sequence: i64, rows: &[PlacedEntry]) -> Option<Tail> {
        let rows = || rows.iter().filter(|row| row.sequence > sequence);
        Some(Tail {
            first: rows().map(|row| row.sequence).min()?,
            last: rows().map(|row| row.sequence).max()?,
            since: rows().map(|row| row.at).min()?,
            until: rows().map(|row| row.at).max()?,
        })
    }

    /// The tail that an entry tells of.
    pub(super) fn read(entry: &str) -> Option<Tail> {
        if !entry.starts_with(FOUND_UNSIGNED) {
            return None;
        }
        serde_json::from_str(entry).ok()
    }

    /// Whether it is as short as one that a crash leaves. More nobody can tell of it.
    pub fn may_be_of_a_crash(&self) -> bool {
        self.until.saturating_sub(self.since) <= OF_A_CRASH
    }
}

impl PlacedEntry {
    /// What the hash must be.
    pub(super) fn right_hash(&self) -> Hash {
        hash_of(
            &self.node,
            self.sequence,
            self.at,
            self.entry.as_bytes(),
            &self.previous_hash,
        )
    }
}

fn hash_of(node: &str, sequence: i64, at: i64, entry: &[u8], previous: &[u8]) -> Hash {
    hash::hashing(LABEL)
        .bytes(node.as_bytes())
        .number(sequence.cast_unsigned())
        .time(at)
        .bytes(previous)
        .bytes(entry)
        .into_inner()
        .finish()
}
