//! What holds on either engine: a program of tests for each includes all of it by this path.

mod assistance;
pub mod audit;
mod challenges;
mod credentials_document;
mod every_answer;
mod import;
mod messages;
mod operators;
mod password;
mod profile;
mod registrations;
mod revocation;
mod services;
mod session;
mod the_order;
mod turns;
