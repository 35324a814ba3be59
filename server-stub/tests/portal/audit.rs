//! The audit log in its database: what is written to it, and what cannot be done to it unseen

use std::process::{Command, Output};

use protocol::service::{Profile, ServiceId};
use serde_json::{Value, json};
use server_stub::{
    audit::{Deed, End, Entry, FaultKind, Hand, Hash, Node, Opening, Program},
    clock,
    store::{AuditCut, OperatorRow, Store},
};

use crate::support::{ANNA, Browser, MARIO, Portal, cf, operator};

const OWN: &str = "quattro gatti sul divano blu";
const MINUTE: i64 = 60 * 1000;

async fn entries(portal: &Portal) -> Vec<Value> {
    let node = portal.app.config.audit.node.as_str();
    let rows = portal.app.store.audit_entries(node, 0, i64::MAX).await;
    let rows = rows.unwrap().into_iter();
    rows.map(|row| serde_json::from_str(&row.entry).unwrap())
        .collect()
}

/// Each entry's act, the code of a refusal, and by whom.
async fn told(portal: &Portal) -> Vec<String> {
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

fn sign(portal: &Portal) {
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

fn expect(portal: &Portal, code: i32, part: &str) {
    let (found, told) = verify(portal, &[]);
    assert_eq!(found, Some(code), "{told}");
    assert!(told.contains(part), "{part} in {told}");
}

#[tokio::test]
async fn each_deed_is_an_entry_that_says_who_from_where_and_on_what_evidence() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, first) = portal.registered(&card).await;
    browser
        .change_password(MARIO, &first.password, OWN)
        .await
        .expect(204);
    browser.log_in_with(MARIO, OWN).await.expect(201);
    browser.log_in(&card).await.expect(201);
    let change = json!({ "telefono_ufficio": "06 654321", "email": "m@asl.example" });
    browser
        .call("PUT", "/api/profile", Some(change))
        .await
        .expect(200);
    browser
        .call("POST", "/api/credentials-document", None)
        .await
        .expect(201);
    browser
        .call("DELETE", "/api/session?everywhere=true", None)
        .await
        .expect(204);
    assert_eq!(
        told(&portal).await,
        [
            "operators-imported command",
            "card-registered card",
            "password-changed password",
            "logged-in password",
            "logged-in card",
            "profile-changed card",
            "credentials-reprinted card",
            "sessions-ended card",
        ]
    );
    let entries = entries(&portal).await;
    for entry in &entries[1..] {
        assert_eq!(entry["who"], MARIO);
        assert_eq!(entry["from"]["address"], "127.0.0.1");
        assert_eq!(entry["from"]["request"].as_str().unwrap().len(), 32);
    }
    let evidence = &entries[4]["evidence"];
    let issuer = portal.app.trust.snapshot().anchors()[0].fingerprint();
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|it| format!("{it:02x}")).collect() };
    assert_eq!(evidence["issuer"], hex(&issuer));
    assert_eq!(evidence["revocation"]["source"], "crl");
    assert!(evidence["revocation"]["next_update"].is_i64());
    for hash in ["certificate", "nonce"] {
        assert_eq!(evidence[hash].as_str().unwrap().len(), 64, "{hash}");
    }
    sign(&portal);
    expect(&portal, 0, "8 entries, 1 to 8");
}

#[tokio::test]
async fn what_an_administrator_does_is_about_the_other() {
    let portal = Portal::start().await;
    portal.import(operator(MARIO, Profile::Medico)).await;
    let anna = OperatorRow {
        services: vec![ServiceId::GestioneCredenziali],
        ..operator(ANNA, Profile::Amministrazione)
    };
    portal.import(anna).await;
    let mut annas = portal.logged_in(&portal.card(ANNA)).await;
    let words = json!({ "words": MARIO });
    let found = annas
        .call("POST", "/api/operators/search", Some(words))
        .await;
    let id = found.expect(200).json()["operators"][0]["id"].clone();
    let path = format!("/api/operators/{}/active", id.as_str().unwrap());
    for active in [false, true] {
        let body = json!({ "active": active });
        annas.call("PUT", &path, Some(body)).await.expect(200);
    }
    let store = &portal.app.store;
    let now = clock::now();
    assert!(store.disable_operator(&cf(MARIO), now).await.unwrap());
    let entries = entries(&portal).await;
    let last: Vec<_> = entries[entries.len() - 3..]
        .iter()
        .map(|entry| (entry["act"].as_str().unwrap(), &entry["by"]))
        .collect();
    let by_anna = json!({ "administrator": ANNA });
    assert_eq!(
        last[..2],
        [
            ("operator-disabled", &by_anna),
            ("operator-enabled", &by_anna)
        ]
    );
    assert_eq!(last[2].0, "operator-disabled");
    assert!(last[2].1["command"].as_str().unwrap().starts_with("uid "));
    assert!(
        entries[entries.len() - 3..]
            .iter()
            .all(|it| it["who"] == MARIO)
    );
}

#[tokio::test]
async fn a_refusal_is_an_entry_once_somebody_showed_something() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser
        .log_in(&card)
        .await
        .expect_refusal("card-not-registered");
    let unknown = portal.card(ANNA);
    browser
        .register(&unknown)
        .await
        .expect_refusal("operator-unknown");
    let token = browser.token(&card).await;
    let mut bent = token.clone();
    bent["signature"] = "AAAA".into();
    let body = json!({ "token": bent });
    let answer = browser.call("POST", "/api/session", Some(body)).await;
    answer.expect_refusal("signature-invalid");
    let body = json!({ "token": token });
    let answer = browser.call("POST", "/api/session", Some(body)).await;
    answer.expect_refusal("challenge-used");
    browser
        .log_in_with(MARIO, "una-prova")
        .await
        .expect_refusal("credentials-invalid");
    let expected = [
        "operators-imported command",
        "refused login card-not-registered card",
        "refused registration operator-unknown card",
        "refused login signature-invalid card",
        "refused login challenge-used card",
        "refused login credentials-invalid password",
    ];
    assert_eq!(told(&portal).await, expected);
    let entries = entries(&portal).await;
    let who: Vec<_> = entries.iter().map(|entry| entry["who"].clone()).collect();
    assert_eq!(who[1..3], [json!(MARIO), json!(ANNA)]);
    assert_eq!(who[3], Value::Null, "a card that did not sign is nobody's");
    assert!(entries[3]["evidence"]["certificate"].is_string());

    // What anybody can have refused for nothing leaves none.
    let mut stranger = portal.browser();
    let body = json!({ "token": token });
    let answer = stranger.call("POST", "/api/session", Some(body)).await;
    answer.expect_refusal("challenge-missing");
    let answer = stranger.call("POST", "/api/session", Some(json!({}))).await;
    answer.expect_refusal("token-malformed");
    let answer = stranger
        .call("POST", "/api/credentials-document", None)
        .await;
    answer.expect_refusal("not-authenticated");
    assert_eq!(told(&portal).await, expected);
}

#[tokio::test]
async fn of_passwords_that_are_not_even_judged_a_minute_leaves_so_many_entries() {
    let portal = Portal::start_with(&[("TESSERA_LIMITS__PASSWORDS_PER_QUARTER_HOUR", "1")]).await;
    let mut browser = portal.browser();
    let begin = std::time::Instant::now();
    for _ in 0..100 {
        browser.log_in_with(MARIO, "una-prova").await;
    }
    let told = told(&portal).await;
    // The first of them was judged, of a user id that nobody has.
    let throttled = told.iter().filter(|it| it.starts_with("refused login"));
    let (count, seconds) = (throttled.count(), begin.elapsed().as_secs() as usize);
    assert!(
        (60..=61 + seconds).contains(&count),
        "{count} in {seconds} s"
    );
}

#[tokio::test]
async fn what_anybody_can_repeat_leaves_so_many_entries_and_then_a_count() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.registered(&card).await;
    let mut browser = portal.browser();
    let token = browser.token(&card).await;
    browser
        .call("POST", "/api/session", Some(json!({ "token": token })))
        .await
        .expect(201);
    let before = told(&portal).await.len();
    let begin = std::time::Instant::now();
    for _ in 0..100 {
        let body = json!({ "token": token });
        let answer = browser.call("POST", "/api/session", Some(body)).await;
        answer.expect_refusal("challenge-used");
    }
    let written = told(&portal).await.len() - before;
    let seconds = begin.elapsed().as_secs() as usize;
    assert!(
        (60..=61 + seconds).contains(&written),
        "{written} in {seconds} s"
    );

    // What is left of the minute's sixty is used up; each refusal of a person is written.
    let mut others = 0;
    let mut left_out = false;
    while !left_out {
        let before = told(&portal).await.len();
        let answer = browser.log_in_with(ANNA, "una-prova").await;
        answer.expect_refusal("credentials-invalid");
        left_out = told(&portal).await.len() == before;
        others += usize::from(left_out);
        if !left_out {
            let body = json!({ "token": token });
            browser.call("POST", "/api/session", Some(body)).await;
            others += usize::from(told(&portal).await.len() == before + 1);
        }
    }
    let before = told(&portal).await.len();
    browser
        .log_in_with(MARIO, "una-prova")
        .await
        .expect_refusal("credentials-invalid");
    browser
        .register(&portal.card(ANNA))
        .await
        .expect_refusal("operator-unknown");
    portal.app.audit_unwritten().await;
    portal.app.audit_unwritten().await;
    assert_eq!(
        told(&portal).await[before..],
        [
            "refused login credentials-invalid password",
            "refused registration operator-unknown card",
            "refusals-not-written server",
        ]
    );
    let last = entries(&portal).await.pop().unwrap();
    assert_eq!(last["refusals"], 100 - written + others);
    sign(&portal);
    expect(&portal, 0, "the audit log is whole");
}

#[tokio::test]
async fn fifty_people_at_once_make_one_chain() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.browser().register(&card).await.expect(201);
    let mut logins = Vec::new();
    for _ in 0..50 {
        let mut browser = portal.browser();
        let body = json!({ "token": browser.token(&card).await });
        logins.push(tokio::spawn(async move {
            browser.call("POST", "/api/session", Some(body)).await
        }));
    }
    // Some of them do not wait for the answer.
    for login in logins.iter().skip(40) {
        login.abort();
    }
    for login in logins.into_iter().take(40) {
        login.await.unwrap().expect(201);
    }
    let mut browser = portal.browser();
    browser.log_in(&card).await.expect(201);
    sign(&portal);
    expect(&portal, 0, "the audit log is whole");
    assert!(told(&portal).await.len() >= 43);
}

/// Somebody who may do everything in the database.
async fn as_its_owner(portal: &Portal, statements: &[&str]) {
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

/// A program of its own that writes a chain beside the portal's.
async fn another_program(portal: &Portal) -> Store {
    let mut config = portal.app.config.audit.clone();
    config.node = Node::parse("another").unwrap();
    let opening = Opening::of(&config, Program::Server).unwrap();
    let store = Store::open(&portal.app.config.database).await.unwrap();
    store.auditing(opening).await.unwrap()
}

const A_LOGIN: Entry<'_> = Entry {
    deed: Deed::LoggedIn,
    who: None,
    by: Hand::Card,
    from: None,
    evidence: None,
};

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

#[tokio::test]
async fn an_export_of_a_chain_that_was_written_anew_says_so() {
    let (portal, ..) = with_a_log().await;
    let node = portal.app.config.audit.node.as_str();
    let rows = portal.app.store.audit_entries(node, 0, 9).await.unwrap();
    let mut end = End {
        sequence: 9,
        hash: Hash(rows[8].hash.clone().try_into().unwrap()),
    };
    let mut statements = Vec::new();
    let hex = |bytes: &[u8]| -> String {
        let digits: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
        match crate::ENGINE {
            crate::support::Engine::Sqlite => format!("X'{digits}'"),
            crate::support::Engine::Postgres => format!("'\\x{digits}'"),
        }
    };
    for _ in 10..=11 {
        let row = end.append(&portal.app.config.audit.node, 5, A_LOGIN.to_json());
        statements.push(format!(
            "UPDATE audit_entries SET at = 5, entry = '{}', previous_hash = {}, hash = {}
             WHERE sequence = {}",
            row.entry,
            hex(&row.previous_hash),
            hex(&row.hash),
            row.sequence
        ));
    }
    let record = format!("UPDATE audit_chains SET hash = {}", hex(&end.hash.0));
    statements.push(record);
    without_triggers(&portal, "SELECT 1").await;
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    as_its_owner(&portal, &statements).await;

    let told = run(&portal, &["audit", "export"]);
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    portal.write("export.jsonl", &told.stdout);
    let file = portal.folder().join("export.jsonl");
    let (code, words) = verify(&portal, &["--export", file.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{words}");
    let part = "made of a log that was not whole";
    assert!(
        words.contains(part) && words.contains("written anew"),
        "{words}"
    );
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

#[tokio::test]
async fn an_export_verifies_without_the_database() {
    let (portal, ..) = with_a_log().await;
    let run = |arguments: &[&str]| {
        let run = run(&portal, &[&["audit", "export"], arguments].concat());
        assert!(run.status.success(), "{run:?}");
        run.stdout
    };
    let whole = run(&[]);
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 12);
    assert!(String::from_utf8_lossy(&whole).contains(MARIO));
    let nothing = run(&["--to", "2000-01-01"]);
    assert_eq!(nothing.iter().filter(|byte| **byte == b'\n').count(), 1);

    let elsewhere = tempfile::tempdir().unwrap();
    let key = elsewhere.path().join("audit.pub");
    std::fs::copy(portal.folder().join("audit.pub"), &key).unwrap();
    let check = |export: &[u8]| {
        let file = elsewhere.path().join("export.jsonl");
        std::fs::write(&file, export).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_server-stub"))
            .current_dir(&elsewhere)
            .args(["audit", "verify", "--export"])
            .arg(file)
            .arg("--key")
            .arg(&key)
            .output()
            .unwrap();
        run.status.code()
    };
    assert_eq!(check(&whole), Some(0));
    assert_eq!(check(&nothing), Some(0));
    assert_eq!(check(&whole[..whole.len() / 2]), Some(1));
    let changed = String::from_utf8(whole)
        .unwrap()
        .replacen("127.", "128.", 1);
    assert_eq!(check(changed.as_bytes()), Some(1));
}
