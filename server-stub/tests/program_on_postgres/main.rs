//! The program as an administrator meets it, with a real PostgreSQL.
#![allow(clippy::unwrap_used)] // what fails here fails the test

#[path = "../program/access_services.rs"]
mod access_services;
mod address;
#[path = "../program/audit.rs"]
mod audit;
mod copying;
mod dump;
#[path = "../program/fetching.rs"]
mod fetching;
#[path = "../program/import.rs"]
mod import;
#[path = "../program/installation.rs"]
#[allow(dead_code)] // it serves the suite of the program
mod installation;
#[path = "../program/log.rs"]
mod log;
#[path = "../program/metrics.rs"]
mod metrics;
mod nodes;
#[path = "../program/operators.rs"]
mod operators;
#[path = "../program/prometheus.rs"]
#[allow(dead_code)] // it serves what is deployed
mod prometheus;
#[path = "../trust/server.rs"]
#[allow(dead_code)] // it serves the suite of trust
mod server;
#[path = "../program/serving.rs"]
mod serving;
#[path = "../program/visitor.rs"]
mod visitor;

/// Where an installation keeps its data.
fn database() -> String {
    let server = postgres_server::shared();
    server.url(&server.empty_database())
}
