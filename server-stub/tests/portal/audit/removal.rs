//! What goes in time, and what does not

use protocol::service::Profile;
use server_stub::{
    audit::{FaultKind, Opening, Program},
    clock,
    store::{AuditCut, Store},
};

use super::{A_LOGIN, expect, run, sign, told, with_a_log, without_triggers};
use crate::support::{MARIO, Portal, operator};

const MINUTE: i64 = 60 * 1000;

#[tokio::test]
async fn what_is_old_enough_goes_with_a_signed_record_and_nothing_else_does() {
    let (portal, mut browser, card) = with_a_log().await;
    let store = &portal.app.store;
    let now = clock::now();
    let cut = async |before| store.cut_audit(before, now).await.unwrap();
    assert_eq!(cut(now - MINUTE).await, AuditCut::Removed(0));
    assert_eq!(cut(now + MINUTE).await, AuditCut::Removed(11));
    sign(&portal);
    expect(&portal, 0, "1 entries, 12 to 12");
    browser.log_in(&card).await.expect(201);
    sign(&portal);
    assert_eq!(
        told(&portal).await,
        ["entries-removed server", "logged-in card"]
    );
    expect(&portal, 0, "2 entries, 12 to 13");
    let mut database = portal.lock_nothing().await;
    let one_more = "DELETE FROM audit_entries WHERE sequence = 12";
    assert!(!database.takes(one_more).await);
    drop(database);
    without_triggers(&portal, one_more).await;
    expect(&portal, 1, "the chain begins with entry 13");
}

#[tokio::test]
async fn the_server_signs_no_cut_of_what_was_made_to_look_old() {
    let (portal, ..) = with_a_log().await;
    let now = clock::now();
    let all = "UPDATE audit_entries SET at = at - 100000000 WHERE sequence < 6";
    without_triggers(&portal, all).await;
    let cut = portal.app.store.cut_audit(now - MINUTE, now).await.unwrap();
    let AuditCut::Refused(faults) = cut else {
        panic!("{cut:?}");
    };
    let kinds: Vec<_> = faults.into_iter().map(|fault| fault.kind).collect();
    let expected: Vec<_> = (1..6).map(|entry| FaultKind::Changed { entry }).collect();
    assert_eq!(kinds, expected);
    assert_eq!(told(&portal).await.len(), 11);
    expect(&portal, 1, "entry 5 was changed");
}

#[tokio::test]
async fn a_command_removes_what_is_old_of_the_commands_chain() {
    let portal = Portal::start().await;
    portal.import(operator(MARIO, Profile::Medico)).await;
    sign(&portal);
    let opening = Opening::of(&portal.app.config.audit, Program::Command).unwrap();
    let store = Store::open(&portal.app.config.database).await.unwrap();
    let store = store.auditing(opening).await.unwrap();
    let old = clock::now() - 800 * clock::DAY;
    for _ in 0..3 {
        store.audit(&A_LOGIN, old).await.unwrap();
    }
    store.sign_audit_end(old).unwrap();
    store.audit(&A_LOGIN, clock::now()).await.unwrap();
    store.close().await;
    // A command waits for the chain until nobody else has it.
    drop(store);
    let disabled = run(&portal, &["operators", "disable", MARIO]);
    assert!(disabled.status.success(), "{disabled:?}");
    expect(&portal, 0, ": 3 entries, 4 to 6");
}

#[tokio::test]
async fn a_clock_that_is_years_ahead_has_nothing_removed() {
    let (portal, ..) = with_a_log().await;
    let ahead = clock::now() + 3000 * clock::DAY;
    let cut = portal.app.store.cut_old_audit(6, ahead).await.unwrap();
    assert_eq!(cut, AuditCut::Removed(0));
    expect(&portal, 0, "11 entries, 1 to 11");
}
