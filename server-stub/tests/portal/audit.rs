//! The audit log in its database: what is written to it, and what cannot be done to it unseen

mod deeds;
mod export;
mod given_up;
mod meddling;
mod removal;

use std::process::{Command, Output};

use protocol::service::Profile;
use serde_json::Value;
use server_stub::{
    audit::{Author, Deed, Entry, Node, Opening, Program},
    clock,
    store::Store,
};

use crate::support::{Browser, MARIO, Portal};

pub const A_LOGIN: Entry<'_> = Entry {
    deed: Deed::LoggedIn,
    who: None,
    by: Author::Card,
    from: None,
    evidence: None,
};

async fn entries(portal: &Portal) -> Vec<Value> {
    let node = portal.app.config.audit.node.as_str();
    let rows = portal.app.store.audit_entries(node, 0, i64::MAX).await;
    let rows = rows.unwrap().into_iter();
    rows.map(|row| serde_json::from_str(&row.entry).unwrap())
        .collect()
}

/// Each entry's act, the code of a refusal, and by whom.
pub async fn told(portal: &Portal) -> Vec<String> {
    let part = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => members.keys().cloned().collect(),
        _ => String::new(),
    };
    let entries = entries(portal).await;
    let line = |entry: &Value| {
        let parts = ["act", "attempt", "code", "by"].map(|member| part(&entry[member]));
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    };
    entries.iter().map(line).collect()
}

pub fn sign(portal: &Portal) {
    portal.app.store.sign_audit_end(clock::now()).unwrap();
}

/// A command of the program, by the portal's configuration.
fn run(portal: &Portal, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_server-stub"))
        .args(arguments)
        .arg("--config")
        .arg(portal.folder().join("tessera.toml"))
        .output()
        .unwrap()
}

/// What `audit verify` says, and its exit code.
fn verify(portal: &Portal, arguments: &[&str]) -> (Option<i32>, String) {
    let run = run(portal, &[&["audit", "verify"], arguments].concat());
    let told = [run.stdout, run.stderr].concat();
    (run.status.code(), String::from_utf8(told).unwrap())
}

/// Expects this of `audit verify`: its exit code, and a part of what it says.
pub fn expect(portal: &Portal, code: i32, part: &str) {
    let (found, told) = verify(portal, &[]);
    assert_eq!(found, Some(code), "{told}");
    assert!(told.contains(part), "{part} in {told}");
}

/// Somebody who may do everything in the database.
pub async fn as_its_owner(portal: &Portal, statements: &[&str]) {
    let mut database = portal.lock_nothing().await;
    for statement in statements {
        database.execute(statement).await;
    }
    database.execute("COMMIT").await;
}

async fn without_triggers(portal: &Portal, statement: &str) {
    let on = |trigger: &str, table: &str| match crate::ENGINE {
        crate::support::Engine::Sqlite => format!("DROP TRIGGER IF EXISTS {trigger}"),
        crate::support::Engine::Postgres => format!("DROP TRIGGER IF EXISTS {trigger} ON {table}"),
    };
    let drops = [
        on("audit_entries_never_change", "audit_entries"),
        on("audit_entries_stay", "audit_entries"),
        on("audit_chains_only_grow", "audit_chains"),
        on("audit_chains_stay", "audit_chains"),
    ];
    let mut statements: Vec<&str> = drops.iter().map(String::as_str).collect();
    statements.push(statement);
    as_its_owner(portal, &statements).await;
}

/// A portal with eleven signed entries.
async fn with_a_log() -> (Portal, Browser, pki::Card) {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    for _ in 0..9 {
        browser.log_in(&card).await.expect(201);
        sign(&portal);
    }
    expect(&portal, 0, "11 entries, 1 to 11");
    (portal, browser, card)
}

/// A program of its own that writes a chain beside the portal's.
pub async fn another_program(portal: &Portal) -> Store {
    let mut config = portal.app.config.audit.clone();
    config.node = Node::parse("another").unwrap();
    let opening = Opening::of(&config, Program::Server).unwrap();
    let store = Store::open(&portal.app.config.database).await.unwrap();
    store.auditing(opening).await.unwrap()
}
