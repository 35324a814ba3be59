//! Who has to wait for whom.
//!
//! SQLite has one writer at a time, so that a change sees all that was there when it began.
//! PostgreSQL has many: there, what is decided on a person's rows first takes that person's
//! row of `operators`, and the statement after it sees what the one before left behind
//! (READ COMMITTED). So all that concerns one person happens one after the other on all
//! nodes: a login that meets a disabling is over before it, or finds the operator disabled.

use protocol::CodiceFiscale;

use super::{Statement, sql};

/// What a change concerns, and so which others it must not meet half-way.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Turn<'a> {
    /// One person.
    Person(&'a CodiceFiscale),
    /// Two: an administrator and the operator of that id.
    Administrator(&'a CodiceFiscale, &'a [u8]),
    /// Failed passwords of a user id, by its keyed hash: there may be no such person.
    UserId(&'a [u8; 32]),
    /// Nothing that anybody else changes.
    Nobody,
}

impl<'a> Turn<'a> {
    /// What PostgreSQL is to wait for; rows in one order, so that no two wait for each other.
    ///
    /// `NO KEY`, as the rows that refer to an operator share its key while they are written.
    pub(super) fn lock(self) -> Option<Statement<'a>> {
        match self {
            Turn::Person(codice_fiscale) => Some(
                sql("SELECT 1 FROM operators WHERE codice_fiscale = $1 FOR NO KEY UPDATE")
                    .bind(codice_fiscale.as_str()),
            ),
            Turn::Administrator(codice_fiscale, id) => Some(
                sql(
                    "SELECT 1 FROM operators WHERE codice_fiscale = $1 OR id = $2
                     ORDER BY codice_fiscale FOR NO KEY UPDATE",
                )
                .bind(codice_fiscale.as_str())
                .bind(id),
            ),
            Turn::UserId(key) => {
                let (number, _) = key.split_first_chunk::<8>()?;
                Some(advisory(i64::from_be_bytes(*number)))
            }
            Turn::Nobody => None,
        }
    }
}

/// A lock on a number, until the transaction ends.
fn advisory<'q>(number: i64) -> Statement<'q> {
    sql("SELECT pg_advisory_xact_lock($1)").bind(number)
}
