//! A log as it is written, and as somebody changes it who can write the database

use crate::audit::{
    AuditKey, Author, Cut, Deed, End, Entry, Hash, Head, Node, PlacedEntry, ReadHeads,
    verification::{FaultKind, Report, Verification},
};

/// A second between entries; a head each ten, and one at the end.
pub(super) const STEP: i64 = 1000;
pub(super) const HEAD_EACH: i64 = 10;

/// A log as database and heads' file hold it.
#[derive(Clone)]
pub(super) struct Log {
    pub(super) rows: Vec<PlacedEntry>,
    pub(super) records: Vec<(String, i64, Vec<u8>)>,
    pub(super) heads: ReadHeads,
}

pub(super) fn node(name: &str) -> Node {
    Node::parse(name).unwrap()
}

pub(super) fn a_login() -> String {
    let entry = Entry {
        deed: Deed::LoggedIn,
        who: None,
        by: Author::Card,
        from: None,
        evidence: None,
    };
    entry.to_json()
}

pub(super) fn removal(cut: &Cut) -> String {
    let entry = Entry {
        deed: Deed::EntriesRemoved(cut),
        who: None,
        by: Author::Server,
        from: None,
        evidence: None,
    };
    entry.to_json()
}

impl Log {
    pub(super) fn of(key: &AuditKey, length: i64) -> Log {
        let mut log = Log {
            rows: Vec::new(),
            records: Vec::new(),
            heads: ReadHeads::default(),
        };
        log.add_chain(key, "node-1", length);
        log
    }

    pub(super) fn add_chain(&mut self, key: &AuditKey, name: &str, length: i64) {
        let mut end = End::EMPTY;
        for place in 1..=length {
            let row = end.append(&node(name), place * STEP, a_login());
            self.rows.push(row);
            if place % HEAD_EACH == 0 || place == length {
                self.sign(key, name, end);
            }
        }
        self.record(name, end);
    }

    pub(super) fn sign(&mut self, key: &AuditKey, name: &str, end: End) {
        let head = Head::of(&node(name), end, end.sequence * STEP).sign(key);
        let line = self.heads.heads.len() + 1;
        self.heads.heads.push((line, head));
    }

    pub(super) fn record(&mut self, name: &str, end: End) {
        self.records.retain(|(of, ..)| of != name);
        self.records
            .push((name.to_owned(), end.sequence, end.hash.0.to_vec()));
    }

    /// Puts the record of the one chain where its last row is.
    pub(super) fn record_last_row(&mut self) {
        let end = self.end();
        self.record("node-1", end);
    }

    pub(super) fn end(&self) -> End {
        let last = self.rows.last().unwrap();
        End {
            sequence: last.sequence,
            hash: Hash(last.hash.clone().try_into().unwrap()),
        }
    }

    /// As somebody would who can write the database: all hashes fit again from this row on.
    pub(super) fn chain_anew(&mut self, from: usize) {
        let mut end = match from.checked_sub(1) {
            Some(before) => End {
                sequence: self.rows[before].sequence,
                hash: Hash(self.rows[before].hash.clone().try_into().unwrap()),
            },
            None => End::EMPTY,
        };
        for row in &mut self.rows[from..] {
            *row = end.append(&node(&row.node), row.at, row.entry.clone());
        }
        self.record_last_row();
    }

    /// Whatever the last row's hash is by now.
    pub(super) fn record_hash_of_last_row(&mut self) {
        let last = self.rows.last().unwrap();
        self.records[0].2.clone_from(&last.hash);
    }

    pub(super) fn verify(&self, key: &AuditKey) -> Report {
        let mut verification = Verification::new(key.public());
        verification.take_heads("heads.jsonl", &self.heads, None);
        for (node, sequence, hash) in &self.records {
            verification.take_record(node, *sequence, hash);
        }
        for row in &self.rows {
            verification.take_row(row);
        }
        verification.finish()
    }

    pub(super) fn told(&self, key: &AuditKey) -> Vec<FaultKind> {
        let report = self.verify(key);
        report.faults.into_iter().map(|fault| fault.kind).collect()
    }
}

/// Changes a byte of a row, counted through all its columns; false past the last.
pub(super) fn change_byte(row: &mut PlacedEntry, place: usize, by: u8) -> bool {
    let mut numbers = [row.sequence.to_be_bytes(), row.at.to_be_bytes()];
    let mut texts = [
        std::mem::take(&mut row.node).into_bytes(),
        std::mem::take(&mut row.entry).into_bytes(),
    ];
    let [sequence, at] = &mut numbers;
    let [node, entry] = &mut texts;
    let byte = sequence
        .iter_mut()
        .chain(at)
        .chain(node)
        .chain(entry)
        .chain(&mut row.previous_hash)
        .chain(&mut row.hash)
        .nth(place);
    let found = byte.map(|byte| *byte ^= by).is_some();
    [row.sequence, row.at] = numbers.map(i64::from_be_bytes);
    // As the store reads a text that is none.
    [row.node, row.entry] = texts.map(|text| String::from_utf8_lossy(&text).into_owned());
    found
}
