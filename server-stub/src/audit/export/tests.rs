use super::*;
use crate::audit::{Author, Deed, Entry, Head, Node, ReadHeads, key::tests::new_key};

fn rows(name: &str, length: i64) -> Vec<PlacedEntry> {
    let node = Node::parse(name).unwrap();
    let mut end = End::EMPTY;
    (0..length)
        .map(|place| {
            let entry = Entry {
                deed: Deed::LoggedIn,
                who: None,
                by: Author::Command("è \"root\""),
                from: None,
                evidence: None,
            };
            end.append(&node, place, entry.to_json())
        })
        .collect()
}

fn export(rows: &[PlacedEntry], key: &AuditKey) -> Vec<u8> {
    let mut export = Export::to(Vec::new());
    for row in rows {
        export.write(row).unwrap();
    }
    let range = Range {
        from: Some(0),
        to: None,
    };
    export.finish(key, (range, None), whole(), 99).unwrap()
}

fn whole() -> Found {
    Found {
        log: Outcome::Whole,
        faults: Vec::new(),
    }
}

fn outcome(file: &[u8], key: &AuditKey) -> Outcome {
    verify_export(file, Verification::new(key.public()))
        .unwrap()
        .outcome()
}

#[test]
fn an_export_verifies_by_itself_and_the_key() {
    let key = new_key();
    let mut all = rows("node-1", 5);
    // From within a chain on.
    all.extend(rows("node-2", 9).split_off(4));
    let file = export(&all, &key);
    let report = verify_export(&file[..], Verification::new(key.public())).unwrap();
    assert_eq!(report.outcome(), Outcome::Whole, "{:?}", report.faults);
    let extents: Vec<_> = report
        .chains
        .iter()
        .map(|chain| (chain.node.as_str(), chain.first, chain.last))
        .collect();
    assert_eq!(extents, [("node-1", 1, 5), ("node-2", 5, 9)]);
    assert_eq!(outcome(&file, &new_key()), Outcome::Broken);
    assert_eq!(outcome(&export(&[], &key), &key), Outcome::Whole);
    let first: serde_json::Value = serde_json::Deserializer::from_slice(&file)
        .into_iter()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(first["entry"]["act"], "logged-in", "{first}");
}

#[test]
fn an_export_says_what_its_log_was_found_to_be() {
    let key = new_key();
    let of = |log, faults: &[&str]| {
        let mut export = Export::to(Vec::new());
        let rows = rows("node-1", 2);
        rows.iter().for_each(|row| export.write(row).unwrap());
        let faults = faults.iter().map(ToString::to_string).collect();
        let range = (Range::default(), Some("node-1"));
        export
            .finish(&key, range, Found { log, faults }, 99)
            .unwrap()
    };
    assert_eq!(outcome(&of(Outcome::Whole, &[]), &key), Outcome::Whole);
    assert_eq!(
        outcome(&of(Outcome::Unchecked, &[]), &key),
        Outcome::Unchecked
    );
    let file = of(Outcome::Broken, &["entry 7 is missing"]);
    let report = verify_export(&file[..], Verification::new(key.public())).unwrap();
    let told = report.faults[0].to_string();
    assert!(
        told.ends_with("was not whole: entry 7 is missing"),
        "{told}"
    );
    let told = report.notes[0].to_string();
    assert!(told.contains("chain of node-1 alone"), "{told}");
    // Nor can that be edited away.
    let edited = String::from_utf8(file).unwrap();
    let edited = edited.replace("\"broken\"", "\"whole\"");
    assert_eq!(outcome(edited.as_bytes(), &key), Outcome::Broken);
}

#[test]
fn an_export_is_held_to_the_heads_that_are_given() {
    let key = new_key();
    let node = Node::parse("node-1").unwrap();
    let rows = rows("node-1", 5);
    let file = export(&rows, &key);
    for (hash, expected) in [
        (rows[3].hash.clone().try_into().unwrap(), Outcome::Whole),
        ([1; 32], Outcome::Broken),
    ] {
        let (sequence, hash) = (4, Hash(hash));
        let head = Head::of(&node, End { sequence, hash }, 9).sign(&key);
        let mut verification = Verification::new(key.public());
        let heads = vec![(1, head)];
        let heads = ReadHeads {
            heads,
            ..ReadHeads::default()
        };
        verification.take_heads("heads", &heads, None);
        let report = verify_export(&file[..], verification).unwrap();
        assert_eq!(report.outcome(), expected, "{:?}", report.faults);
    }
}

#[test]
fn no_byte_of_an_export_can_be_another() {
    let key = new_key();
    let file = export(&rows("node-1", 3), &key);
    for place in 0..file.len() {
        for by in [1, 0x20, 0x80] {
            let mut changed = file.clone();
            changed[place] ^= by;
            assert_eq!(outcome(&changed, &key), Outcome::Broken, "{place} ^ {by}");
        }
        assert_eq!(outcome(&file[..place], &key), Outcome::Broken, "{place}");
    }
}

#[test]
fn no_line_of_an_export_can_be_gone_or_elsewhere_or_twice() {
    let key = new_key();
    let mut all = rows("node-1", 4);
    all.extend(rows("node-2", 1));
    let file = export(&all, &key);
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    for one in 0..lines.len() {
        let mut without = lines.clone();
        without.remove(one);
        assert_eq!(outcome(&without.concat(), &key), Outcome::Broken, "{one}");
        let mut twice = lines.clone();
        twice.insert(one, lines[one]);
        assert_eq!(outcome(&twice.concat(), &key), Outcome::Broken, "{one}");
    }
    // Two of one chain, or an entry and the last line.
    for (one, two) in [(0, 1), (1, 2), (2, 3), (0, 3), (0, 5), (4, 5)] {
        let mut swapped = lines.clone();
        swapped.swap(one, two);
        let swapped = swapped.concat();
        assert_eq!(outcome(&swapped, &key), Outcome::Broken, "{one}, {two}");
    }
}

#[test]
fn what_is_broken_is_not_signed() {
    let rows = rows("node-1", 3);
    let refused = |rows: &[&PlacedEntry]| {
        let mut export = Export::to(Vec::new());
        rows.iter().any(|row| export.write(row).is_err())
    };
    assert!(!refused(&[&rows[0], &rows[1]]));
    assert!(refused(&[&rows[0], &rows[2]]), "one is left out");
    let changes: [fn(&mut PlacedEntry); 5] = [
        |row| row.at += 1,
        |row| row.hash.truncate(3),
        |row| row.entry.push(' '),
        |row| row.entry = "nothing".to_owned(),
        |row| row.node = "another".to_owned(),
    ];
    for change in changes {
        let mut row = rows[0].clone();
        change(&mut row);
        assert!(refused(&[&row]), "{row:?}");
    }
}

#[test]
fn a_line_in_another_form_of_the_same_json_is_not_the_line() {
    let key = new_key();
    let file = String::from_utf8(export(&rows("node-1", 1), &key)).unwrap();
    let forms = [
        file.replacen("{\"", "{ \"", 1),
        file.replacen("node-1", "node\\u002d1", 1),
        file.replacen("}\n", "} \n", 1),
        file.replacen("{\"node\"", "{\"other\":1,\"node\"", 1),
        // The last line too.
        file.replacen("{\"export\"", "{ \"export\"", 1),
    ];
    for form in forms {
        assert_ne!(form, file);
        assert_eq!(outcome(form.as_bytes(), &key), Outcome::Broken, "{form}");
    }
}
