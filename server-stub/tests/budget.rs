//! What a call may cost in statements to the database.
// What fails here fails the test; the support serves the larger suite too.
#![allow(clippy::unwrap_used, dead_code, unused_imports)]

#[path = "portal/support/mod.rs"]
mod support;

/// What [`support::Portal::start`] keeps its data in.
const ENGINE: support::Engine = support::Engine::Sqlite;

use std::{
    fmt::Debug,
    sync::atomic::{AtomicUsize, Ordering},
};

use protocol::service::Profile;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use support::{Engine, MARIO, Portal};

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

/// Counts the statements the database library tells of.
struct Counter;

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut opening = Opening(false);
        event.record(&mut opening);
        if !opening.0 {
            STATEMENTS.fetch_add(1, Ordering::SeqCst);
        }
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// Whether a statement opens a connection, or asks one that lay idle for a second whether it
/// still leads to the primary, which no call costs by itself; or begin and end of a
/// transaction, which are no statements on SQLite.
struct Opening(bool);

impl Visit for Opening {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}");
        let begins = ["PRAGMA", "SELECT CASE WHEN NOT", "COMMIT", "BEGIN"];
        self.0 |= field.name() == "summary"
            && begins
                .iter()
                .any(|begin| value.trim_matches('"').starts_with(begin));
    }
}

fn statements() -> usize {
    STATEMENTS.swap(0, Ordering::SeqCst)
}

/// One test, since the counter is the process's.
#[tokio::test]
async fn a_login_takes_few_statements_and_a_challenge_none() {
    tracing::subscriber::set_global_default(Counter).unwrap();
    // On PostgreSQL a login first waits for its turn.
    for (engine, turn) in [(Engine::Sqlite, 0), (Engine::Postgres, 1)] {
        let portal = Portal::start_on(engine, &[]).await;
        let card = portal.person(MARIO, Profile::Amministrazione).await;
        let mut browser = portal.browser();
        browser.register(&card).await.expect(201);
        assert!(statements() > 5, "statements are counted");

        portal.browser().challenge().await;
        assert_eq!(statements(), 0, "a challenge, {engine:?}");

        browser.log_in(&card).await.expect(201);
        // See that the challenge this browser still holds was judged; spend the new one; look
        // the person up; open the session, and in the same transaction write it down for the
        // person's messages, move the audit log's end and put an entry there.
        assert_eq!(statements(), 7 + turn, "a login, {engine:?}");

        browser.log_in(&card).await.expect(201);
        // And end the earlier session of this browser.
        let in_place = statements();
        assert_eq!(
            in_place,
            8 + turn,
            "a login in the place of another, {engine:?}"
        );

        assert!(browser.is_logged_in().await);
        assert_eq!(statements(), 1, "who am I, {engine:?}");

        browser.get("/api/messages").await.expect(200);
        assert_eq!(statements(), 2, "messages, {engine:?}");
    }
}
