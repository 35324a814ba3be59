//! What may be removed from a chain's beginning: what is old, and is as it was signed

use std::collections::BTreeMap;

use super::{
    Cut, Fault, FaultKind, Hash, Marks, PlacedEntry, PublicKeys,
    verification::{Faults, Walk},
};

/// The last entry that may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// Its place.
    pub through: i64,
    /// Its hash.
    pub hash: Hash,
    /// When it was written.
    pub until: i64,
}

/// What is known of a chain besides its rows.
pub struct Known<'a> {
    /// Where it is as it was signed.
    pub marks: &'a Marks,
    /// Its newest record of a cut, as an entry.
    pub cut: Option<&'a str>,
    /// What may have signed that.
    pub keys: &'a PublicKeys,
}

impl Removal {
    /// Looks at a chain's first rows for what was written before a time; none: nothing is to
    /// go yet.
    ///
    /// A cut is signed, so that whoever makes entries look old, or writes them anew, would
    /// have the server vouch for their removal: what is not as it was signed stays.
    pub fn of(
        rows: &[PlacedEntry],
        before: i64,
        known: &Known<'_>,
    ) -> Result<Option<Removal>, Vec<Fault>> {
        let old = rows.iter().take_while(|row| row.at < before).count();
        let old = &rows[..old];
        let marks: BTreeMap<i64, Hash> = old
            .iter()
            .filter_map(|row| Some((row.sequence, known.marks.get(row.sequence)?)))
            .collect();
        let Some(first) = old.first() else {
            return Ok(None);
        };
        let faults = walk(old, &marks, |walk, faults| {
            let accounts_for = |cut: Cut| {
                let through = first.sequence - 1;
                cut.accounts_for(&first.node, through, walk.before_first(), known.keys)
            };
            if first.sequence > 1 && !known.cut.and_then(Cut::read).is_some_and(accounts_for) {
                let first = first.sequence;
                faults.add(Some(&rows[0].node), FaultKind::Beginning { first });
            }
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        let signed = |row: &&PlacedEntry| marks.contains_key(&row.sequence);
        let last = old.iter().rfind(signed);
        Ok(last.map(|row| Removal {
            through: row.sequence,
            hash: marks[&row.sequence],
            until: row.at,
        }))
    }
}

fn walk(
    rows: &[PlacedEntry],
    marks: &BTreeMap<i64, Hash>,
    look: impl FnOnce(&Walk, &mut Faults),
) -> Vec<Fault> {
    let mut faults = Faults::default();
    let mut rows = rows.iter();
    if let Some(first) = rows.next() {
        let mut walk = Walk::begin(first, Some(marks), &mut faults);
        rows.for_each(|row| walk.step(row, Some(marks), &mut faults));
        look(&walk, &mut faults);
    }
    faults.of_content()
}

/// Follows a chain to a mark that is further away than what is removed at once.
#[derive(Default)]
pub struct Approach {
    walk: Option<Walk>,
    faults: Faults,
    found: Vec<super::End>,
    seen: usize,
}

/// Each so many entries on the way are marked too.
const STEP: usize = 500;

impl Approach {
    /// Looks at the next row.
    pub fn take_row(&mut self, row: &PlacedEntry) {
        match &mut self.walk {
            Some(walk) => walk.step(row, None, &mut self.faults),
            None => self.walk = Some(Walk::begin(row, None, &mut self.faults)),
        }
        self.seen += 1;
        if self.seen.is_multiple_of(STEP)
            && let Some(hash) = Hash::from_slice(&row.hash)
        {
            let sequence = row.sequence;
            self.found.push(super::End { sequence, hash });
        }
    }

    /// The places on the way, if it led to the mark.
    pub fn arrive(mut self, mark: super::End) -> Result<Vec<super::End>, Vec<Fault>> {
        let leads_there = self
            .walk
            .as_ref()
            .is_some_and(|walk| walk.last() == mark.sequence && walk.ends_with(&mark.hash.0));
        if let Some(walk) = self.walk.filter(|_| !leads_there) {
            let (node, first, head) = (walk.report().node, walk.first(), mark.sequence);
            self.faults
                .add(Some(&node), FaultKind::Rewritten { first, head });
        }
        let faults = self.faults.of_content();
        if faults.is_empty() {
            Ok(self.found)
        } else {
            Err(faults)
        }
    }
}

#[cfg(test)]
mod tests;
