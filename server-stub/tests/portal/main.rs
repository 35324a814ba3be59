//! The API against the contract (§4): a real listening server, a real database file,
//! real certificates.

#![allow(clippy::unwrap_used)] // what fails here fails the test

mod an_older_database;
mod assistance;
mod challenges;
mod credentials_document;
mod every_answer;
mod messages;
mod operators;
mod password;
mod profile;
mod registrations;
mod revocation;
mod services;
mod session;
mod support;
mod the_order;
