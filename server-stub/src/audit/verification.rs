//! Whether the log is whole: what was changed, removed, put elsewhere or written anew

mod report;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use super::{Cut, Hash, Node, PlacedEntry, PublicKeys, ReadHeads};
pub(super) use report::Faults;
pub use report::{ChainReport, Fault, FaultKind, Note, Outcome, Report};
pub(super) use walk::Walk;

/// How long entries may have gone without a signed head before that counts as a fault. Heads are
/// signed each second while there is anything to sign; a crash leaves about that much.
const UNSIGNED_FOR: i64 = 60 * 1000;

/// Checks a log, row after row.
///
/// Heads are to be given first, and read from their file before the rows are read from the
/// database: a head that is signed meanwhile would seem to have lost its entry.
pub struct Verification {
    keys: PublicKeys,
    heads: BTreeMap<String, BTreeMap<i64, Hash>>,
    walks: BTreeMap<String, Walk>,
    records: BTreeMap<String, (i64, Vec<u8>)>,
    faults: Faults,
    notes: Vec<Note>,
    /// Whether chains are looked at from some entry on only.
    is_of_ends: bool,
}

impl Verification {
    /// Begins, with the keys that may have signed.
    pub fn new(keys: PublicKeys) -> Verification {
        Verification {
            keys,
            heads: BTreeMap::new(),
            walks: BTreeMap::new(),
            records: BTreeMap::new(),
            faults: Faults::default(),
            notes: Vec::new(),
            is_of_ends: false,
        }
    }

    /// Begins one that is given rows only from the last signed entry on.
    pub fn of_end(keys: PublicKeys) -> Verification {
        Verification {
            is_of_ends: true,
            ..Verification::new(keys)
        }
    }

    /// Takes in the heads of a file, all or a node's; a chain is held to all that are given.
    pub fn take_heads(&mut self, file: &str, read: &ReadHeads, only: Option<&Node>) {
        let name = || file.to_owned();
        for line in &read.unreadable {
            let (file, line) = (name(), *line);
            self.faults
                .add(None, FaultKind::HeadUnreadable { file, line });
        }
        if read.is_torn {
            self.notes.push(Note::TornHeads { file: name() });
        }
        let is_meant = |node: &Node| only.is_none_or(|only| only == node);
        let meant = read.heads.iter().filter(|(_, it)| is_meant(&it.head.node));
        for (line, signed) in meant {
            if !signed.is_signed_by(&self.keys) {
                let (file, line) = (name(), *line);
                self.faults.add(None, FaultKind::HeadForged { file, line });
                continue;
            }
            let head = &signed.head;
            let of_node = self.heads.entry(head.node.as_str().to_owned()).or_default();
            let earlier = of_node.insert(head.sequence, head.hash);
            if earlier.is_some_and(|earlier| earlier != head.hash) {
                let sequence = head.sequence;
                self.faults
                    .add(Some(head.node.as_str()), FaultKind::TwoHeads { sequence });
            }
        }
    }

    /// Takes in what the database itself says is the end of a chain.
    pub fn take_record(&mut self, node: &str, sequence: i64, hash: &[u8]) {
        let record = (sequence, hash.to_owned());
        self.records.insert(node.to_owned(), record);
    }

    /// Looks at a row; those of a chain are to come in its order.
    pub fn take_row(&mut self, row: &PlacedEntry) {
        let Some(walk) = self.walks.get_mut(&row.node) else {
            let walk = Walk::begin(row, self.heads.get(&row.node), &mut self.faults);
            self.walks.insert(row.node.clone(), walk);
            return;
        };
        walk.step(row, self.heads.get(&row.node), &mut self.faults);
    }

    pub(super) fn add(&mut self, kind: FaultKind) {
        self.faults.add(None, kind);
    }

    pub(super) fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    pub(super) fn keys(&self) -> &PublicKeys {
        &self.keys
    }

    pub(super) fn walks(&self) -> &BTreeMap<String, Walk> {
        &self.walks
    }

    /// Says what was found in an export, which has only a part of each chain.
    pub(super) fn finish_export(mut self) -> Report {
        let walks = self.walks.values();
        self.notes
            .extend(walks.flat_map(|walk| walk.notes().to_vec()));
        let chains = self.walks.values().map(Walk::report).collect();
        Report::new(chains, self.faults, self.notes)
    }

    /// Says what was found.
    pub fn finish(self) -> Report {
        let Verification {
            keys,
            heads,
            walks,
            records,
            mut faults,
            mut notes,
            is_of_ends,
        } = self;
        let nodes: BTreeSet<&String> = walks
            .keys()
            .chain(heads.keys())
            .chain(records.keys())
            .collect();
        for node in nodes {
            let highest = heads
                .get(node)
                .and_then(|heads| heads.keys().next_back().copied());
            let record = records.get(node);
            let mut add = |kind| faults.add(Some(node), kind);
            match (walks.get(node), highest) {
                (Some(walk), _) => {
                    if !is_of_ends {
                        check_beginning(walk, node, &keys, &mut add);
                    }
                    check_record(walk, record, &mut add);
                    notes.extend_from_slice(walk.notes());
                    notes.extend(check_end(walk, node, highest, &mut add));
                }
                (None, Some(head)) if head > 0 => add(FaultKind::Gone { head }),
                (None, _) if record.is_some() => add(FaultKind::Record),
                // Signed before its first entry.
                (None, _) => {}
            }
        }
        if walks.is_empty() && heads.is_empty() && records.is_empty() {
            notes.push(Note::NoChain);
        }
        let chains = walks.values().map(Walk::report).collect();
        Report::new(chains, faults, notes)
    }
}

/// A chain begins with its first entry, or where a signed record says.
fn check_beginning(walk: &Walk, node: &str, keys: &PublicKeys, add: &mut impl FnMut(FaultKind)) {
    let first = walk.first();
    if first <= 1 {
        return;
    }
    let (through, hash) = (first - 1, walk.before_first());
    let accounts_for = |cut: &Cut| cut.accounts_for(node, through, hash, keys);
    if !walk.cuts().iter().any(accounts_for) {
        add(FaultKind::Beginning { first });
    }
}

fn check_record(walk: &Walk, record: Option<&(i64, Vec<u8>)>, add: &mut impl FnMut(FaultKind)) {
    let fits =
        record.is_some_and(|(sequence, hash)| *sequence == walk.last() && walk.ends_with(hash));
    if !fits {
        add(FaultKind::Record);
    }
}

/// A chain goes at least to its highest signed head, and hardly further.
fn check_end(
    walk: &Walk,
    node: &str,
    highest: Option<i64>,
    add: &mut impl FnMut(FaultKind),
) -> Option<Note> {
    let node = node.to_owned();
    let last = walk.last();
    let Some(head) = highest else {
        return Some(Note::NoHeads { node });
    };
    if head > last {
        add(FaultKind::CutOff { last, head });
    }
    let unsigned = walk.unsigned()?;
    let first = unsigned.first;
    if unsigned.span() <= UNSIGNED_FOR {
        return Some(Note::NotYetSigned { node, first, last });
    }
    if !walk.was_rewritten() && head < last {
        add(FaultKind::Unsigned { first, last });
    }
    None
}

#[cfg(test)]
mod tests;
