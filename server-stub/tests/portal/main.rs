//! The API against the contract (§4): a real listening server, a real database file,
//! real certificates.

#![allow(clippy::unwrap_used)] // what fails here fails the test

mod challenges;
mod credentials_document;
mod every_answer;
mod password;
mod registrations;
mod revocation;
mod session;
mod support;
mod the_order;
