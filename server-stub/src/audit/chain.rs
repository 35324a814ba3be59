//! A chain: entries that each cover the one before

use serde::Serialize;

use super::{Hash, Node, hash};

const LABEL: &str = "tessera audit entry 1";

/// An entry in its place, as it is kept.
///
/// The node is kept as text and the numbers as the database has them, since somebody may
/// have written there what this program never does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
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
    pub fn append(&mut self, node: &Node, at: i64, entry: String) -> Row {
        let previous = self.hash;
        self.sequence += 1;
        self.hash = hash_of(
            node.as_str(),
            self.sequence,
            at,
            entry.as_bytes(),
            &previous.0,
        );
        Row {
            node: node.as_str().to_owned(),
            sequence: self.sequence,
            at,
            entry,
            previous_hash: previous.0.to_vec(),
            hash: self.hash.0.to_vec(),
        }
    }
}

impl Row {
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
