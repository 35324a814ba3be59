//! Trusted list, revocation lists and OCSP responders, each a real server on loopback.
// What fails here fails the test; the support serves the larger suite too.
#![allow(clippy::unwrap_used, dead_code, unused_imports)]

#[path = "../portal/support/mod.rs"]
mod support;

mod check;
mod guard;
mod large_list;
mod ocsp;
mod responder;
mod restart;
mod revocation_lists;
mod scene;
mod server;
mod trusted_list;

/// What [`support::Portal::start`] keeps its data in.
const ENGINE: support::Engine = support::Engine::Sqlite;
