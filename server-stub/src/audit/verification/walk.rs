//! A chain, walked from its first entry to its last

use std::collections::BTreeMap;

use super::{ChainReport, FaultKind, Faults, Note};
use crate::audit::{Cut, Hash, PlacedEntry, Tail, entry::tells_of_a_change};

/// What a chain has shown so far.
pub(in crate::audit) struct Walk {
    node: String,
    first: i64,
    before_first: Vec<u8>,
    entries: u64,
    /// The last row's place, and the hash it has and the one it should have.
    last: i64,
    last_hash: Vec<u8>,
    right_hash: Hash,
    cuts: Vec<Cut>,
    /// The last entry with a signed head that fits.
    signed: i64,
    unsigned: Option<Unsigned>,
    was_rewritten: bool,
    notes: Vec<Note>,
}

/// Entries after the last signed head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsigned {
    /// The first of them.
    pub(super) first: i64,
    since: i64,
    until: i64,
}

impl Unsigned {
    /// Over how long they were written, in milliseconds.
    pub(super) fn span(&self) -> i64 {
        self.until.saturating_sub(self.since)
    }
}

type Heads<'a> = Option<&'a BTreeMap<i64, Hash>>;

impl Walk {
    /// Begins with the first row there is.
    pub(in crate::audit) fn begin(
        row: &PlacedEntry,
        heads: Heads<'_>,
        faults: &mut Faults,
    ) -> Walk {
        let mut walk = Walk {
            node: row.node.clone(),
            first: row.sequence,
            before_first: row.previous_hash.clone(),
            entries: 0,
            last: row.sequence,
            last_hash: Vec::new(),
            right_hash: Hash::NONE,
            cuts: Vec::new(),
            signed: row.sequence.saturating_sub(1),
            unsigned: None,
            was_rewritten: false,
            notes: Vec::new(),
        };
        if row.sequence < 1 || (row.sequence == 1 && row.previous_hash != Hash::NONE.0) {
            walk.fault(
                faults,
                FaultKind::Detached {
                    entry: row.sequence,
                },
            );
        }
        walk.look_at(row, heads, faults);
        walk
    }

    /// Goes on to the next row.
    pub(in crate::audit) fn step(
        &mut self,
        row: &PlacedEntry,
        heads: Heads<'_>,
        faults: &mut Faults,
    ) {
        let expected = self.last.saturating_add(1);
        if row.sequence <= self.last {
            let (entry, after) = (row.sequence, self.last);
            self.fault(faults, FaultKind::OutOfOrder { entry, after });
        } else if row.sequence > expected {
            let (first, last) = (expected, row.sequence.saturating_sub(1));
            self.fault(faults, FaultKind::Missing { first, last });
        } else if row.previous_hash != self.last_hash && row.previous_hash != self.right_hash.0 {
            // The one that names the right hash of a changed entry is not to blame itself.
            let entry = row.sequence;
            self.fault(faults, FaultKind::Detached { entry });
        }
        self.look_at(row, heads, faults);
    }

    /// The row by itself, and by the head that was signed of it.
    fn look_at(&mut self, row: &PlacedEntry, heads: Heads<'_>, faults: &mut Faults) {
        let right_hash = row.right_hash();
        let is_sound = row.hash == right_hash.0;
        if !is_sound {
            let entry = row.sequence;
            self.fault(faults, FaultKind::Changed { entry });
        }
        match heads.and_then(|heads| heads.get(&row.sequence)) {
            Some(head) if row.hash == head.0 && is_sound => {
                self.signed = row.sequence;
                self.unsigned = None;
            }
            Some(head) => {
                if is_sound && row.hash != head.0 && !self.was_rewritten {
                    self.was_rewritten = true;
                    let first = self.signed.saturating_add(1);
                    let head = row.sequence;
                    self.fault(faults, FaultKind::Rewritten { first, head });
                }
                self.stays_unsigned(row);
            }
            None => self.stays_unsigned(row),
        }
        if tells_of_a_change(&row.entry) {
            let entry = row.sequence;
            self.fault(faults, FaultKind::FoundChanged { entry });
        }
        if let Some(tail) = Tail::read(&row.entry) {
            let Tail { first, last, .. } = tail;
            if tail.may_be_of_a_crash() {
                let node = self.node.clone();
                self.notes.push(Note::FoundUnsigned { node, first, last });
            } else {
                let entry = row.sequence;
                self.fault(faults, FaultKind::FoundUnsigned { entry, first, last });
            }
        }
        self.cuts.extend(Cut::read(&row.entry));
        self.entries += 1;
        self.last = row.sequence;
        self.last_hash.clone_from(&row.hash);
        self.right_hash = right_hash;
    }

    fn stays_unsigned(&mut self, row: &PlacedEntry) {
        let unsigned = self.unsigned.get_or_insert(Unsigned {
            first: row.sequence,
            since: row.at,
            until: row.at,
        });
        unsigned.since = unsigned.since.min(row.at);
        unsigned.until = unsigned.until.max(row.at);
    }

    fn fault(&self, faults: &mut Faults, kind: FaultKind) {
        faults.add(Some(&self.node), kind);
    }

    pub(in crate::audit) fn first(&self) -> i64 {
        self.first
    }

    /// What the first row says is the hash of the one before.
    pub(in crate::audit) fn before_first(&self) -> &[u8] {
        &self.before_first
    }

    pub(in crate::audit) fn last(&self) -> i64 {
        self.last
    }

    pub(in crate::audit) fn ends_with(&self, hash: &[u8]) -> bool {
        self.last_hash == hash
    }

    pub(super) fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    pub(super) fn notes(&self) -> &[Note] {
        &self.notes
    }

    pub(super) fn unsigned(&self) -> Option<Unsigned> {
        self.unsigned
    }

    pub(super) fn was_rewritten(&self) -> bool {
        self.was_rewritten
    }

    pub(in crate::audit) fn report(&self) -> ChainReport {
        ChainReport {
            node: self.node.clone(),
            first: self.first,
            last: self.last,
            entries: self.entries,
        }
    }
}
