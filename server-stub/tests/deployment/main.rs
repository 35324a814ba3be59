//! What ships in `deploy/`, run: the systemd unit, nginx and HAProxy in front of two nodes
#![allow(clippy::unwrap_used)] // what fails here fails the test

mod guide;
#[path = "../program/installation.rs"]
#[allow(dead_code)] // it serves the suite of the program
mod installation;
mod nodes;
mod proxies;
mod read_only;
mod shipped;
mod unit;
mod visitor;

/// Where an installation keeps its data, if not on a server that nodes share.
fn database() -> String {
    "sqlite:portal.db".to_owned()
}
