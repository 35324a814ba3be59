use super::*;
use crate::audit::{AuditKey, Author, Deed, End, Entry, Node, key::tests::new_key};

const OLD: i64 = 1_000_000;

fn node() -> Node {
    Node::parse("node-1").unwrap()
}

fn entry(deed: Deed<'_>) -> String {
    let entry = Entry {
        deed,
        who: None,
        by: Author::Server,
        from: None,
        evidence: None,
    };
    entry.to_json()
}

/// Rows of which every tenth, and the last, has a mark.
fn chain(length: i64) -> (Vec<PlacedEntry>, Marks) {
    let (mut end, mut marks) = (End::EMPTY, Marks::default());
    let rows = (1..=length).map(|at| {
        let row = end.append(&node(), at, entry(Deed::LoggedIn));
        if at % 10 == 0 || at == length {
            marks.add_found([end]);
        }
        row
    });
    let rows = rows.collect();
    (rows, marks)
}

fn judge(
    rows: &[PlacedEntry],
    before: i64,
    marks: &Marks,
    cut: Option<&str>,
    key: &AuditKey,
) -> Result<Option<i64>, Vec<FaultKind>> {
    let keys = key.public();
    let known = Known {
        marks,
        cut,
        keys: &keys,
    };
    match Removal::of(rows, before, &known) {
        Ok(removal) => Ok(removal.map(|removal| removal.through)),
        Err(faults) => Err(faults.into_iter().map(|fault| fault.kind).collect()),
    }
}

#[test]
fn what_is_old_goes_up_to_the_last_signed_entry() {
    let key = new_key();
    let (rows, marks) = chain(25);
    let through = |before| judge(&rows, before, &marks, None, &key).unwrap();
    for (before, expected) in [(0, None), (10, None), (11, Some(10)), (25, Some(20))] {
        assert_eq!(through(before), expected, "{before}");
    }
    assert_eq!(through(OLD), Some(25));
}

#[test]
fn what_is_not_as_it_was_signed_stays_however_old_it_looks() {
    let key = new_key();
    let (rows, marks) = chain(25);
    let refused = |change: &dyn Fn(&mut Vec<PlacedEntry>)| {
        let mut rows = rows.clone();
        change(&mut rows);
        judge(&rows, 20, &marks, None, &key).unwrap_err()
    };
    // Made to look old, with its hash or without.
    let changed = refused(&|rows| rows[4].at = -5);
    assert_eq!(changed, [FaultKind::Changed { entry: 5 }]);
    let anew = refused(&|rows| {
        let mut end = End::EMPTY;
        for row in rows {
            *row = end.append(&node(), row.at - 5, row.entry.clone());
        }
    });
    assert_eq!(anew, [FaultKind::Rewritten { first: 1, head: 10 }]);
    let missing = refused(&|rows| drop(rows.remove(3)));
    assert_eq!(missing, [FaultKind::Missing { first: 4, last: 4 }]);
}

#[test]
fn a_beginning_that_nobody_signed_for_is_not_made_good_by_a_later_cut() {
    let key = new_key();
    let (mut rows, marks) = chain(25);
    let first = Hash(rows[5].previous_hash.clone().try_into().unwrap());
    let cut = |by: &AuditKey, through| {
        let cut = Cut::sign(by, &node(), through, first, 5, 6);
        entry(Deed::EntriesRemoved(&cut))
    };
    rows.drain(..5);
    let judge = |cut: Option<String>| judge(&rows, 20, &marks, cut.as_deref(), &key);
    assert_eq!(judge(Some(cut(&key, 5))), Ok(Some(10)));
    let beginning = Err(vec![FaultKind::Beginning { first: 6 }]);
    assert_eq!(judge(None), beginning);
    assert_eq!(judge(Some(cut(&key, 4))), beginning);
    assert_eq!(judge(Some(cut(&new_key(), 5))), beginning);
}

#[test]
fn a_far_mark_marks_the_way_to_it() {
    let (rows, _) = chain(1200);
    let approach = |rows: &[PlacedEntry], mark| {
        let mut approach = Approach::default();
        rows.iter().for_each(|row| approach.take_row(row));
        approach.arrive(mark)
    };
    let last = rows.last().unwrap();
    let mark = End {
        sequence: 1200,
        hash: Hash(last.hash.clone().try_into().unwrap()),
    };
    let found = approach(&rows, mark).unwrap();
    let places: Vec<_> = found.iter().map(|end| end.sequence).collect();
    assert_eq!(places, [500, 1000]);
    let mut changed = rows.clone();
    changed[700].at = 0;
    assert!(approach(&changed, mark).is_err());
    assert!(approach(&rows[..1100], mark).is_err());
    let stranger = End {
        hash: Hash([1; 32]),
        ..mark
    };
    assert!(approach(&rows, stranger).is_err());
}
