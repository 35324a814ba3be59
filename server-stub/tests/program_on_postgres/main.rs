//! The program as an administrator meets it, with a real PostgreSQL.
#![allow(clippy::unwrap_used)] // what fails here fails the test

#[path = "../program/access_services.rs"]
mod access_services;
mod address;
#[path = "../program/installation.rs"]
mod installation;
mod nodes;
#[path = "../program/operators.rs"]
mod operators;
#[path = "../program/serving.rs"]
mod serving;

/// Where an installation keeps its data.
fn database() -> String {
    let server = postgres_server::shared();
    server.url(&server.empty_database())
}
