//! The API against the contract (§4): a real listening server, a real database file,
//! real certificates.

#![allow(clippy::unwrap_used)] // what fails here fails the test

mod an_older_database;
mod description;
mod its_file;
mod sharing_a_commit;
#[path = "suite.rs"]
mod suite;
mod support;

/// What [`support::Portal::start`] keeps its data in.
const ENGINE: support::Engine = support::Engine::Sqlite;
