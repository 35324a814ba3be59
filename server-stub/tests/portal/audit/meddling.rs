//! What cannot be done to the log unseen, by whoever owns database or folder

use server_stub::clock;

use super::{
    A_LOGIN, another_program, as_its_owner, expect, sign, told, verify, with_a_log,
    without_triggers,
};
use crate::support::Portal;

#[tokio::test]
async fn the_database_refuses_to_change_or_remove_an_entry() {
    let (portal, ..) = with_a_log().await;
    for statement in [
        "UPDATE audit_entries SET at = at + 1 WHERE sequence = 3",
        "DELETE FROM audit_entries WHERE sequence = 11",
        "DELETE FROM audit_entries",
        "UPDATE audit_chains SET sequence = sequence - 1",
        "DELETE FROM audit_chains",
    ] {
        let mut database = portal.lock_nothing().await;
        assert!(!database.takes(statement).await, "{statement}");
    }
    expect(&portal, 0, "11 entries, 1 to 11");
}

#[tokio::test]
async fn what_its_owner_does_to_it_is_found() {
    for (statement, part) in [
        (
            "UPDATE audit_entries SET at = at + 1 WHERE sequence = 3",
            "entry 3 was changed",
        ),
        (
            "UPDATE audit_entries SET entry = REPLACE(entry, '127.0.0.1', '127.0.0.2')
             WHERE sequence = 5",
            "entry 5 was changed",
        ),
        (
            "DELETE FROM audit_entries WHERE sequence = 4",
            "entries 4 to 4 are missing",
        ),
        (
            "DELETE FROM audit_entries WHERE sequence < 4",
            "the chain begins with entry 4",
        ),
        (
            "DELETE FROM audit_entries WHERE sequence > 8",
            "the chain ends with entry 8, but entry 11 was signed",
        ),
        (
            "DELETE FROM audit_entries",
            "entry 11 was signed, and the chain has no entry at all",
        ),
        ("DELETE FROM audit_chains", "audit_chains"),
        (
            "UPDATE audit_entries SET node = 'another' WHERE sequence = 11",
            "another",
        ),
    ] {
        let (portal, ..) = with_a_log().await;
        without_triggers(&portal, statement).await;
        expect(&portal, 1, part);
    }
}

#[tokio::test]
async fn the_server_goes_on_after_its_chain_was_cut_and_tells_of_it_in_the_chain() {
    let (portal, mut browser, card) = with_a_log().await;
    let cut = "DELETE FROM audit_entries WHERE sequence > 8";
    without_triggers(&portal, cut).await;
    let back = "UPDATE audit_chains SET sequence = 8,
         hash = (SELECT hash FROM audit_entries WHERE sequence = 8)";
    as_its_owner(&portal, &[back]).await;
    browser.log_in(&card).await.expect(201);
    browser.log_in(&card).await.expect(201);
    let told = told(&portal).await;
    assert_eq!(
        told[8..],
        [
            "chain-found-changed server",
            "logged-in card",
            "logged-in card"
        ]
    );
    sign(&portal);
    let (code, words) = verify(&portal, &[]);
    assert_eq!(code, Some(1), "{words}");
    for part in [
        "entry 9 tells that the chain did not end as its node had left it",
        "two different entries 11 were signed",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
}

#[tokio::test]
async fn what_was_not_signed_before_a_start_is_told_for_good() {
    for (seconds, code, part) in [
        (
            1,
            0,
            "note: another: entries 1 to 2 were not signed when the node began",
        ),
        (
            30,
            1,
            "another: entry 3 tells that entries 1 to 2 were not signed",
        ),
    ] {
        let portal = Portal::start().await;
        sign(&portal);
        let store = another_program(&portal).await;
        let now = clock::now();
        for at in [now, now + seconds * 1000] {
            store.audit(&A_LOGIN, at).await.unwrap();
        }
        // As if it was killed, or somebody wrote them meanwhile.
        drop(store);
        for _ in 0..2 {
            let store = another_program(&portal).await;
            store.audit(&A_LOGIN, now).await.unwrap();
            store.close().await;
        }
        expect(&portal, code, part);
        expect(&portal, code, "another: 5 entries, 1 to 5");
    }
}

#[tokio::test]
async fn what_is_named_and_not_there_is_a_mistake_and_no_empty_log_is_whole() {
    let (portal, ..) = with_a_log().await;
    let (code, told) = verify(&portal, &["--heads", "mistyped.jsonl"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("mistyped.jsonl"), "{told}");
    let (code, told) = verify(&portal, &["--node", "mistyped"]);
    assert_eq!(code, Some(2), "{told}");
    let (code, told) = verify(&portal, &["--node", "n", "--export", "e.jsonl"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("cannot be used with"), "{told}");
    std::fs::remove_file(portal.folder().join("audit-heads.jsonl")).unwrap();
    without_triggers(&portal, "DELETE FROM audit_entries").await;
    as_its_owner(&portal, &["DELETE FROM audit_chains"]).await;
    expect(&portal, 2, "no chain");
}

#[tokio::test]
async fn a_lost_or_edited_file_of_heads_is_told() {
    let (portal, ..) = with_a_log().await;
    let file = portal.folder().join("audit-heads.jsonl");
    let heads = std::fs::read_to_string(&file).unwrap();
    assert_eq!(heads.lines().count(), 10);
    let edited = heads.replacen("\"sequence\":3", "\"sequence\":4", 1);
    portal.write("audit-heads.jsonl", edited.as_bytes());
    expect(
        &portal,
        1,
        "line 2: the head is signed by none of the given keys",
    );
    portal.write("audit-heads.jsonl", format!("{heads}{{\"nod").as_bytes());
    expect(&portal, 0, "the last line is torn");
    std::fs::remove_file(&file).unwrap();
    expect(&portal, 2, "no signed head was given");
    // A copy that was kept elsewhere will do.
    portal.write("copy.jsonl", heads.as_bytes());
    let copy = portal.folder().join("copy.jsonl");
    let (code, told) = verify(&portal, &["--heads", copy.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{told}");
    std::fs::remove_file(portal.folder().join("audit.pub")).unwrap();
    expect(&portal, 2, "audit.pub");
}
