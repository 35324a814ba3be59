//! A login by card on PostgreSQL, in one message to the server and back.
//!
//! Nearly all logins succeed, and then all that one changes is one statement: so nobody waits for
//! the way to the database more than once, nor for a turn that is held meanwhile. Whatever comes
//! between (a row that another has, a nonce that is spent, a chain that is elsewhere) changes
//! nothing, and the login is made by steps, which tell what it was.

use protocol::api::{Act, Actor};

use super::{CardLogin, OperatorRow, Store, StoreFault};
use crate::{
    audit::{End, PlacedEntry, Written},
    store::engine::{Held, Row, Statement, sql},
};

/// Each step is made for each row of the one before. A person's rows that another has are left
/// out, not waited for: who waited here would hold the turn of the chain, which those may wait
/// for. Only another node's attempt with the same nonce is waited for, a few milliseconds.
///
/// Where the chain is elsewhere the session would have no entry: then there is a division by
/// zero, so that the statement is undone.
const LOGIN: &str = "
WITH subject AS (
    SELECT o.* FROM operators o JOIN registrations r ON r.codice_fiscale = o.codice_fiscale
    WHERE o.codice_fiscale = $1 AND o.active AND NOT r.document_pending
        AND r.certificate_fingerprint = $2
    FOR NO KEY UPDATE OF o, r SKIP LOCKED
), spent AS (
    INSERT INTO spent_challenges (nonce_hash, forget_at, given_up)
    SELECT $3, $4, false FROM subject ON CONFLICT DO NOTHING RETURNING 1
), session AS (
    INSERT INTO sessions
        (token_hash, codice_fiscale, certificate_fingerprint, opened_at, last_seen_at)
    SELECT $5, $1, $2, $6, $6 FROM spent RETURNING 1
), event AS (
    INSERT INTO events (codice_fiscale, at, act, actor, by_card, seen)
    SELECT $1, $6, $7, $8, true, false FROM session RETURNING 1
), moved AS (
    UPDATE audit_chains SET sequence = $12, hash = $13
    WHERE node = $9 AND sequence = $10 AND hash = $11 AND EXISTS (SELECT FROM event)
    RETURNING node
), entry AS (
    INSERT INTO audit_entries (node, sequence, at, entry, previous_hash, hash)
    SELECT node, $12, $14, $15, $11, $13 FROM moved RETURNING 1
)
SELECT subject.*, CASE WHEN EXISTS (SELECT FROM session)
    THEN 1 / (SELECT count(*) FROM entry) ELSE 0 END = 1 AS opened
FROM subject";

/// `division_by_zero` (PostgreSQL 15, Appendix A).
const DIVISION_BY_ZERO: &str = "22012";

impl Store {
    /// Opens the session; none: nothing has happened, on SQLite never anything, nor where another
    /// session ends by it: that one's row may be in another person's hands.
    pub(super) async fn log_in_by_one_message(
        &self,
        login: &CardLogin<'_>,
    ) -> Result<Option<OperatorRow>, StoreFault> {
        if login.session.instead_of.is_some() {
            return Ok(None);
        }
        let Some(mut held) = self.engine.postgres_connection().await? else {
            return Ok(None);
        };
        let until = held.until();
        let now = login.session.now;
        let entry = Written {
            entry: login.session.entry(),
            at: now,
        };
        let put = async |end, entry: &_| opened(&mut held, &statement(login, end, entry)).await;
        let row = self.chain()?.put_by(entry, now, until, put).await?;
        row.as_ref().map(OperatorRow::read).transpose()
    }
}

async fn opened(held: &mut Held, statement: &Statement<'_>) -> Result<Option<Row>, StoreFault> {
    match held.fetch_optional(statement).await {
        Ok(Some(row)) => Ok(row.get::<bool>("opened")?.then_some(row)),
        Err(StoreFault::Engine(sqlx::Error::Database(fault)))
            if fault.code().as_deref() == Some(DIVISION_BY_ZERO) =>
        {
            Ok(None)
        }
        other => other,
    }
}

fn statement<'q>(login: &'q CardLogin<'_>, end: End, entry: &'q PlacedEntry) -> Statement<'q> {
    let new = &login.session;
    sql(LOGIN)
        .bind(login.who.as_str())
        .bind(login.fingerprint)
        .bind(&login.challenge.nonce_hash)
        .bind(login.challenge.forget_at)
        .bind(&new.token_hash)
        .bind(new.now)
        .bind(Act::LoggedIn.name())
        .bind(Actor::Oneself.name())
        .bind(&entry.node)
        .bind(end.sequence)
        .bind(Vec::from(end.hash.0))
        .bind(entry.sequence)
        .bind(&entry.hash[..])
        .bind(entry.at)
        .bind(&entry.entry)
}
