//! What a call may cost in statements to the database.
// What fails here fails the test; the support serves the larger suite too.
#![allow(clippy::unwrap_used, dead_code, unused_imports)]

#[path = "portal/support/mod.rs"]
mod support;

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

use support::{MARIO, Portal};

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

/// Whether a statement is the opening of one more connection, which no call costs by itself.
struct Opening(bool);

impl Visit for Opening {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}");
        self.0 |= field.name() == "summary" && value.trim_matches('"').starts_with("PRAGMA");
    }
}

fn statements() -> usize {
    STATEMENTS.swap(0, Ordering::SeqCst)
}

/// One test, since the counter is the process's.
#[tokio::test]
async fn a_login_takes_few_statements_and_a_challenge_none() {
    tracing::subscriber::set_global_default(Counter).unwrap();
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    assert!(statements() > 5, "statements are counted");

    browser.challenge().await;
    assert_eq!(statements(), 0, "a challenge");

    browser.log_in(&card).await.expect(201);
    // Spend the nonce; look the person up; open the session, and in the same transaction
    // write it down for the person's messages.
    assert_eq!(statements(), 4, "a login");

    browser.log_in(&card).await.expect(201);
    // And end the earlier session of this browser.
    assert_eq!(statements(), 5, "a login in the place of another");

    assert!(browser.is_logged_in().await);
    assert_eq!(statements(), 1, "who am I");

    browser.get("/api/messages").await.expect(200);
    assert_eq!(statements(), 2, "messages");
}
