//! What a call may cost in statements to the database, and in commits, each of which waits for
//! the disk.
// What fails here fails the test; the support serves the larger suite too.
#![allow(clippy::unwrap_used, dead_code, unused_imports)]

#[path = "portal/support/mod.rs"]
mod support;

/// What [`support::Portal::start`] keeps its data in.
const ENGINE: support::Engine = support::Engine::Sqlite;

use std::{
    fmt::Debug,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use protocol::service::Profile;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use support::{Engine, MARIO, Portal, logins_at_once};

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);
static COMMITS: AtomicUsize = AtomicUsize::new(0);

/// Counts the statements that the database library and the store itself tell of.
struct Counter;

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        matches!(metadata.target(), "sqlx::query" | "tessera::statement")
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut kind = Kind::Statement;
        event.record(&mut kind);
        match kind {
            Kind::Statement => STATEMENTS.fetch_add(1, Ordering::SeqCst),
            Kind::Commit => COMMITS.fetch_add(1, Ordering::SeqCst),
            Kind::Opening => 0,
        };
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

enum Kind {
    Statement,
    Commit,
    /// Opens a connection, or asks one that lay idle for a second whether it still leads to the
    /// primary, which no call costs by itself; or begins or divides a transaction.
    Opening,
}

impl Visit for Kind {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}");
        let value = value.trim_matches('"');
        if field.name() != "summary" {
            return;
        }
        let opening = [
            "PRAGMA",
            "SELECT CASE WHEN NOT",
            "BEGIN",
            "SAVEPOINT",
            "RELEASE",
        ];
        if value.starts_with("COMMIT") {
            *self = Kind::Commit;
        } else if opening.iter().any(|begin| value.starts_with(begin)) {
            *self = Kind::Opening;
        }
    }
}

fn statements() -> usize {
    STATEMENTS.swap(0, Ordering::SeqCst)
}

fn commits() -> usize {
    COMMITS.swap(0, Ordering::SeqCst)
}

/// One test, since the counter is the process's.
#[tokio::test]
async fn a_login_takes_few_statements_and_a_challenge_none() {
    tracing::subscriber::set_global_default(Counter).unwrap();
    // On PostgreSQL a login first waits for its turn; session and event are one statement there,
    // and so are the audit log's end and its entry.
    for (engine, turn, apart) in [(Engine::Sqlite, 0, 2), (Engine::Postgres, 1, 0)] {
        let portal = Portal::start_on(engine, &[]).await;
        let card = portal.person(MARIO, Profile::Amministrazione).await;
        let mut browser = portal.browser();
        browser.register(&card).await.expect(201);
        assert!(statements() > 5, "statements are counted");
        commits();

        portal.browser().challenge().await;
        assert_eq!(statements(), 0, "a challenge, {engine:?}");

        browser.log_in(&card).await.expect(201);
        // See that the challenge this browser still holds was judged; spend the new one; look
        // the person up; open the session, and in the same transaction write it down for the
        // person's messages, move the audit log's end and put an entry there.
        assert_eq!(statements(), 5 + turn + apart, "a login, {engine:?}");
        // That of the spent nonce and that of the session; on PostgreSQL the first is a statement
        // that commits by itself.
        assert_eq!(commits(), 2 - turn, "a login, {engine:?}");

        browser.log_in(&card).await.expect(201);
        // And end the earlier session of this browser.
        let in_place = statements();
        assert_eq!(
            in_place,
            6 + turn + apart,
            "a login in the place of another, {engine:?}"
        );

        assert!(browser.is_logged_in().await);
        assert_eq!(statements(), 1, "who am I, {engine:?}");

        browser.get("/api/messages").await.expect(200);
        assert_eq!(statements(), 2, "messages, {engine:?}");
    }
    logins_at_once_share_their_commits().await;
}

async fn logins_at_once_share_their_commits() {
    let portal = Portal::start_on(Engine::Sqlite, &[]).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.browser().register(&card).await.expect(201);
    let lock = portal.lock_database().await;
    commits();
    let logins = logins_at_once(&portal, &[&card; 20]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(lock);
    for login in logins {
        login.await.unwrap().expect(201);
    }
    // Forty by themselves.
    let commits = commits();
    assert!((2..=10).contains(&commits), "{commits}");
}
