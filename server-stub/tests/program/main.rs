//! The program as an administrator meets it: arguments, files, signals, exit codes.
#![allow(clippy::unwrap_used)] // what fails here fails the test

mod access_services;
mod attacks;
mod audit;
mod audit_of_nodes;
mod backup;
mod configuration;
mod deployed;
mod fetching;
mod import;
mod installation;
mod its_file;
mod log;
mod metrics;
mod operators;
mod packages;
mod prometheus;
#[path = "../trust/server.rs"]
#[allow(dead_code)] // it serves the suite of trust
mod server;
mod serving;
mod tls;
mod trust_check;
mod visitor;

/// Where an installation keeps its data.
fn database() -> String {
    "sqlite:portal.db".to_owned()
}
