//! Places of a chain of which it is known that they are as they were signed

use std::collections::BTreeMap;

use super::{End, Hash, Head, Node, PublicKeys, ReadHeads};
use crate::clock::HOUR;

/// From so many entries on, a mark more is kept of an hour.
const ENTRIES: i64 = 1000;

/// Of which heads one is enough: those of an hour, unless there is much between them.
pub(super) type Group = (i64, i64);

/// The group of a head.
pub(super) fn group(sequence: i64, at: i64) -> Group {
    (at.div_euclid(HOUR), sequence.div_euclid(ENTRIES))
}

/// Ends that were signed, as many as are needed to cut a chain's beginning by.
#[derive(Debug, Default)]
pub struct Marks {
    hashes: BTreeMap<i64, Hash>,
    newest: Option<(i64, Group)>,
}

impl Marks {
    /// The marks in a file of heads: those of a chain that one of these keys signed.
    pub fn of(heads: &ReadHeads, node: &Node, keys: &PublicKeys) -> Marks {
        let mut marks = Marks::default();
        let mut groups = Vec::new();
        for head in heads.of(node) {
            let group = group(head.head.sequence, head.head.at);
            match groups.last_mut() {
                Some((last, held)) if *last == group => *held = head,
                _ => groups.push((group, head)),
            }
        }
        // To verify a signature takes longer than all else.
        for (_, signed) in groups {
            if signed.is_signed_by(keys) {
                let Head {
                    sequence, hash, at, ..
                } = signed.head;
                marks.add(End { sequence, hash }, at);
            }
        }
        marks
    }

    /// An end was signed. What was signed of later places before is history that was taken
    /// back, by an older backup.
    pub fn add(&mut self, end: End, at: i64) {
        let group = group(end.sequence, at);
        if let Some((newest, its_group)) = self.newest
            && its_group == group
        {
            self.hashes.remove(&newest);
        }
        self.hashes.split_off(&end.sequence);
        self.hashes.insert(end.sequence, end.hash);
        self.newest = Some((end.sequence, group));
    }

    /// Places before a mark, found to lead to it.
    pub fn add_found(&mut self, ends: impl IntoIterator<Item = End>) {
        let ends = ends.into_iter().map(|end| (end.sequence, end.hash));
        self.hashes.extend(ends);
    }

    /// The first mark there or after it.
    pub fn next(&self, sequence: i64) -> Option<End> {
        let next = self.hashes.range(sequence..).next();
        next.map(|(&sequence, &hash)| End { sequence, hash })
    }

    /// The mark of a place, if it has one.
    pub(super) fn get(&self, sequence: i64) -> Option<Hash> {
        self.hashes.get(&sequence).copied()
    }

    /// What was removed needs none.
    pub fn forget_through(&mut self, sequence: i64) {
        self.hashes = self.hashes.split_off(&sequence.saturating_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(sequence: i64) -> End {
        End {
            sequence,
            hash: Hash([7; 32]),
        }
    }

    fn places(marks: &Marks) -> Vec<i64> {
        marks.hashes.keys().copied().collect()
    }

    #[test]
    fn of_an_hour_the_last_is_kept_and_of_a_thousand_entries() {
        let mut marks = Marks::default();
        for (sequence, at) in [
            (1, 0),
            (2, 1),
            (999, 2),
            (1001, 3),
            (1002, HOUR),
            (1003, HOUR),
        ] {
            marks.add(end(sequence), at);
        }
        assert_eq!(places(&marks), [999, 1001, 1003]);
        assert_eq!(marks.next(1000), Some(end(1001)));
        marks.forget_through(1001);
        assert_eq!(places(&marks), [1003]);
        assert_eq!(marks.next(1004), None);
    }

    #[test]
    fn what_an_older_backup_took_back_is_no_mark() {
        let mut marks = Marks::default();
        marks.add(end(10), 0);
        marks.add(end(20), HOUR);
        marks.add(end(15), 2 * HOUR);
        assert_eq!(places(&marks), [10, 15]);
    }
}
