//! The API against the contract (§4) with a real PostgreSQL: the same suite as on SQLite.

#![allow(clippy::unwrap_used)] // what fails here fails the test

mod rates;
mod server;
#[path = "../portal/suite.rs"]
mod suite;
#[path = "../portal/support/mod.rs"]
mod support;
mod turns;

/// What [`support::Portal::start`] keeps its data in.
const ENGINE: support::Engine = support::Engine::Postgres;
