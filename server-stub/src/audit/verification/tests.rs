mod log;

use proptest::prelude::*;

use super::*;
use crate::audit::{AuditKey, End, SignedHead, key::tests::new_key};
use log::{HEAD_EACH, Log, STEP, a_login, change_byte, node, removal};

#[test]
fn a_log_that_nobody_touched_is_whole_and_so_is_every_beginning_of_it() {
    let key = new_key();
    let log = Log::of(&key, 25);
    for length in 1..=25 {
        // As a crash leaves it: what was signed was written before.
        let mut crashed = log.clone();
        crashed.rows.truncate(length);
        crashed.record_last_row();
        crashed
            .heads
            .heads
            .retain(|(_, head)| head.head.sequence <= length as i64);
        let report = crashed.verify(&key);
        assert_eq!(report.faults, [], "{length}");
        let signed = length as i64 / HEAD_EACH > 0;
        let expected = if signed {
            Outcome::Whole
        } else {
            Outcome::Unchecked
        };
        assert_eq!(report.outcome(), expected, "{length}");
    }
    let report = log.verify(&key);
    assert_eq!(report.notes, []);
    let chain = &report.chains[0];
    assert_eq!((chain.first, chain.last, chain.entries), (1, 25, 25));
}

#[test]
fn a_chain_that_was_signed_before_its_first_entry_is_whole_without_any_and_after_a_crash() {
    let key = new_key();
    let mut log = Log::of(&key, 5);
    log.heads.heads.clear();
    log.sign(&key, "node-1", End::EMPTY);
    assert_eq!(log.verify(&key).outcome(), Outcome::Whole);
    log.rows.clear();
    assert_eq!(log.told(&key), [FaultKind::Record]);
    log.records.clear();
    assert_eq!(log.verify(&key).outcome(), Outcome::Whole);
}

#[test]
fn no_byte_of_any_column_can_be_another() {
    let key = new_key();
    let log = Log::of(&key, 5);
    for row in 0..5 {
        for by in [1, 0x20, 0x80] {
            for place in 0.. {
                let mut changed = log.clone();
                if !change_byte(&mut changed.rows[row], place, by) {
                    break;
                }
                let outcome = changed.verify(&key).outcome();
                assert_eq!(outcome, Outcome::Broken, "row {row}, byte {place} ^ {by}");
            }
        }
    }
}

#[test]
fn a_changed_column_is_told_by_the_entry_it_is_in() {
    type Change = fn(&mut PlacedEntry);
    let key = new_key();
    let log = Log::of(&key, 30);
    let changes: [(&str, Change); 4] = [
        ("time", |row| row.at += 1),
        ("entry", |row| row.entry = row.entry.replace("card", "code")),
        ("hash", |row| row.hash[7] ^= 1),
        ("a short hash", |row| row.hash.truncate(31)),
    ];
    for (what, change) in changes {
        for entry in [1, 2, 15, 20, 29, 30] {
            let mut changed = log.clone();
            change(&mut changed.rows[entry - 1]);
            changed.record_hash_of_last_row();
            let entry = entry as i64;
            assert_eq!(
                changed.told(&key),
                [FaultKind::Changed { entry }],
                "{what} of {entry}"
            );
        }
    }
    let mut changed = log.clone();
    changed.rows[14].previous_hash[0] ^= 1;
    let entry = 15;
    let expected = [FaultKind::Detached { entry }, FaultKind::Changed { entry }];
    assert_eq!(changed.told(&key), expected);
}

#[test]
fn entries_that_are_gone_swapped_or_put_between_are_told() {
    type Tamper = fn(&mut Log);
    let key = new_key();
    let table: Vec<(&str, Tamper, Vec<FaultKind>)> = vec![
        (
            "one removed",
            |log| drop(log.rows.remove(14)),
            vec![FaultKind::Missing {
                first: 15,
                last: 15,
            }],
        ),
        (
            "many removed",
            |log| drop(log.rows.drain(4..20)),
            vec![FaultKind::Missing { first: 5, last: 20 }],
        ),
        (
            "the first removed",
            |log| drop(log.rows.remove(0)),
            vec![FaultKind::Beginning { first: 2 }],
        ),
        (
            "two swapped, places and all",
            |log| log.rows.swap(3, 4),
            vec![
                FaultKind::Missing { first: 4, last: 4 },
                FaultKind::OutOfOrder { entry: 4, after: 5 },
                FaultKind::Missing { first: 5, last: 5 },
            ],
        ),
        (
            "the contents of two swapped",
            |log| {
                let (one, two) = (log.rows[3].clone(), log.rows[4].clone());
                log.rows[3] = PlacedEntry { sequence: 4, ..two };
                log.rows[4] = PlacedEntry { sequence: 5, ..one };
            },
            vec![
                FaultKind::Detached { entry: 4 },
                FaultKind::Changed { entry: 4 },
                FaultKind::Detached { entry: 5 },
                FaultKind::Changed { entry: 5 },
                FaultKind::Detached { entry: 6 },
            ],
        ),
        (
            "one removed and the rest moved up",
            |log| {
                log.rows.remove(14);
                for row in &mut log.rows[14..] {
                    row.sequence -= 1;
                }
                log.record_last_row();
            },
            [FaultKind::Detached { entry: 15 }]
                .into_iter()
                .chain((15..30).map(|entry| FaultKind::Changed { entry }))
                .chain([FaultKind::CutOff { last: 29, head: 30 }])
                .collect(),
        ),
        (
            "one written anew, with its own hash",
            |log| {
                let mut end = End {
                    sequence: 13,
                    hash: Hash(log.rows[12].hash.clone().try_into().unwrap()),
                };
                log.rows[13] = end.append(&node("node-1"), 5, a_login());
            },
            vec![FaultKind::Detached { entry: 15 }],
        ),
        (
            "the record of the end alone",
            |log| log.records[0].1 -= 1,
            vec![FaultKind::Record],
        ),
        (
            "no record of the end",
            |log| log.records.clear(),
            vec![FaultKind::Record],
        ),
    ];
    for (what, tamper, expected) in table {
        let mut log = Log::of(&key, 30);
        tamper(&mut log);
        assert_eq!(log.told(&key), expected, "{what}");
    }
}

#[test]
fn a_chain_written_anew_with_all_its_hashes_is_told_by_its_heads() {
    let key = new_key();
    for (from, first, head) in [(0, 1, 10), (10, 11, 20), (24, 21, 30), (29, 21, 30)] {
        let mut log = Log::of(&key, 30);
        log.rows[from].at += 1;
        log.chain_anew(from);
        assert_eq!(
            log.told(&key),
            [FaultKind::Rewritten { first, head }],
            "from row {from}"
        );
    }
    // With one more entry in it, or one less, too.
    let mut log = Log::of(&key, 30);
    log.rows.remove(24);
    log.chain_anew(24);
    assert_eq!(log.told(&key), [FaultKind::CutOff { last: 29, head: 30 }]);
    let mut log = Log::of(&key, 30);
    let again = log.rows[24].clone();
    log.rows.insert(24, again);
    log.chain_anew(24);
    let expected = [FaultKind::Rewritten {
        first: 21,
        head: 30,
    }];
    assert_eq!(log.told(&key), expected);
}

#[test]
fn an_end_that_is_cut_off_is_told_by_its_heads() {
    let key = new_key();
    for last in [1, 29] {
        let mut log = Log::of(&key, 30);
        log.rows.truncate(last);
        log.record_last_row();
        let last = last as i64;
        assert_eq!(log.told(&key), [FaultKind::CutOff { last, head: 30 }]);
    }
    let mut log = Log::of(&key, 30);
    log.add_chain(&key, "node-2", 12);
    assert_eq!(log.verify(&key).outcome(), Outcome::Whole);
    log.rows.retain(|row| row.node == "node-1");
    log.records.retain(|(node, ..)| node == "node-1");
    let report = log.verify(&key);
    assert_eq!(
        report.faults,
        [Fault {
            node: Some("node-2".to_owned()),
            kind: FaultKind::Gone { head: 12 }
        }]
    );
    assert_eq!(
        report.faults[0].to_string(),
        "node-2: entry 12 was signed, and the chain has no entry at all"
    );
}

#[test]
fn an_older_backup_that_is_written_on_has_two_heads_for_one_place() {
    let key = new_key();
    let mut log = Log::of(&key, 30);
    log.rows.truncate(15);
    let mut end = log.end();
    for place in 16..=30 {
        log.rows
            .push(end.append(&node("node-1"), place * STEP + 1, a_login()));
    }
    log.sign(&key, "node-1", end);
    log.record_last_row();
    let told = log.told(&key);
    assert!(
        told.contains(&FaultKind::TwoHeads { sequence: 30 }),
        "{told:?}"
    );
}

#[test]
fn heads_that_are_edited_or_forged_are_told() {
    let key = new_key();
    let mut log = Log::of(&key, 30);
    let stranger = new_key();
    log.heads.heads[1].1 = log.heads.heads[1].1.head.clone().sign(&stranger);
    log.heads.unreadable.push(7);
    let file = "heads.jsonl".to_owned();
    let expected = [
        FaultKind::HeadUnreadable {
            file: file.clone(),
            line: 7,
        },
        FaultKind::HeadForged { file, line: 2 },
    ];
    assert_eq!(log.told(&key), expected);

    // A signature fits its own head only.
    let log = Log::of(&key, 30);
    let line = log.heads.heads[0].1.to_line();
    let moved = line.replace("\"sequence\":10", "\"sequence\":11");
    assert_ne!(moved, line);
    let moved = SignedHead::parse(&moved).unwrap();
    assert!(!moved.is_signed_by(&key.public()));
}

#[test]
fn heads_that_are_cut_off_are_told_once_a_minute_lacks() {
    let key = new_key();
    let mut log = Log::of(&key, 300);
    log.heads.heads.truncate(27);
    let report = log.verify(&key);
    assert_eq!(report.faults, []);
    let node = "node-1".to_owned();
    let (first, last) = (271, 300);
    assert_eq!(report.notes, [Note::NotYetSigned { node, first, last }]);
    assert_eq!(report.outcome(), Outcome::Whole);

    log.heads.heads.truncate(20);
    let expected = [FaultKind::Unsigned {
        first: 201,
        last: 300,
    }];
    assert_eq!(log.told(&key), expected);

    log.heads.heads.clear();
    assert_eq!(log.verify(&key).outcome(), Outcome::Unchecked);
}

#[test]
fn a_beginning_that_was_removed_by_the_rule_is_whole() {
    let key = new_key();
    let cut_at = |log: &Log, through: usize, key: &AuditKey, name: &str| {
        let row = &log.rows[through - 1];
        let hash = Hash(row.hash.clone().try_into().unwrap());
        Cut::sign(key, &node(name), row.sequence, hash, row.at, 40 * STEP)
    };
    let append = |log: &mut Log, cut: &Cut| {
        let mut end = log.end();
        let row = end.append(&node("node-1"), 40 * STEP, removal(cut));
        log.rows.push(row);
        log.sign(&key, "node-1", end);
        log.record_last_row();
    };

    let mut log = Log::of(&key, 30);
    let cut = cut_at(&log, 12, &key, "node-1");
    append(&mut log, &cut);
    assert_eq!(
        log.verify(&key).outcome(),
        Outcome::Whole,
        "not removed yet"
    );
    let mut gone = log.clone();
    gone.rows.drain(..12);
    let report = gone.verify(&key);
    assert_eq!(report.outcome(), Outcome::Whole, "{:?}", report.faults);
    assert_eq!(report.chains[0].first, 13);

    // Removed once more.
    let again = cut_at(&log, 20, &key, "node-1");
    append(&mut gone, &again);
    gone.rows.drain(..8);
    let report = gone.verify(&key);
    assert_eq!(report.outcome(), Outcome::Whole, "{:?}", report.faults);

    // One more than is recorded, or one less.
    for removed in [11, 13] {
        let mut gone = log.clone();
        gone.rows.drain(..removed);
        let first = removed as i64 + 1;
        assert_eq!(gone.told(&key), [FaultKind::Beginning { first }]);
    }

    // Recorded by somebody without the key, or for another chain.
    let stranger = new_key();
    let clean = Log::of(&key, 30);
    for forged in [
        cut_at(&clean, 12, &stranger, "node-1"),
        cut_at(&clean, 12, &key, "node-2"),
    ] {
        let mut gone = clean.clone();
        append(&mut gone, &forged);
        gone.rows.drain(..12);
        assert_eq!(gone.told(&key), [FaultKind::Beginning { first: 13 }]);
    }
}

#[test]
fn many_faults_are_counted_and_not_all_told() {
    let key = new_key();
    let mut log = Log::of(&key, 100);
    for row in &mut log.rows {
        row.at += 1;
    }
    let report = log.verify(&key);
    assert_eq!((report.faults.len(), report.more), (20, 80));
}

#[test]
fn numbers_at_the_end_of_what_there_is_break_nothing() {
    let key = new_key();
    for sequence in [i64::MIN, -1, 0, i64::MAX] {
        let mut log = Log::of(&key, 5);
        log.rows[0].sequence = sequence;
        log.rows[4].sequence = sequence;
        log.rows[4].at = i64::MIN;
        assert_eq!(log.verify(&key).outcome(), Outcome::Broken);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn of_ten_thousand_entries_no_byte_can_be_another(
        row in 0..10_000_usize,
        place in any::<prop::sample::Index>(),
        by in 1..=255_u8,
    ) {
        static LOG: std::sync::LazyLock<(AuditKey, Log)> = std::sync::LazyLock::new(|| {
            let key = new_key();
            let log = Log::of(&key, 10_000);
            (key, log)
        });
        let (key, log) = &*LOG;
        let mut changed = log.clone();
        let target = &mut changed.rows[row];
        let bytes = 16 + target.node.len() + target.entry.len() + 64;
        change_byte(target, place.index(bytes), by);
        prop_assert_eq!(changed.verify(key).outcome(), Outcome::Broken);
    }
}
