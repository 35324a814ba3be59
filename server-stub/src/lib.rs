//! The portal's server: challenges, registrations, sessions, pages.
//!
//! Routes take a request apart and call the store and the verifier; the decisions of
//! trust are the verifier's, what is remembered is the store's.

pub mod app;
pub mod assistance;
pub mod audit;
pub mod authentication;
pub mod challenge;
pub mod clock;
pub mod commands;
pub mod config;
pub mod credentials;
pub mod description;
pub mod disk;
pub mod file_lock;
mod hex;
pub mod housekeeping;
pub mod http;
pub mod judgement;
pub mod operators_file;
mod packages;
pub mod pages;
pub mod problem;
pub mod readiness;
pub mod router;
pub mod routes;
pub mod seal;
pub mod secret_file;
pub mod serve;
pub mod session;
pub mod signals;
pub mod store;
pub mod telemetry;
pub mod texts;
pub mod trust;
mod web_address;
