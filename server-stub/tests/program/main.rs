//! The program as an administrator meets it: arguments, files, signals, exit codes.
#![allow(clippy::unwrap_used)] // what fails here fails the test

mod access_services;
mod configuration;
mod installation;
mod operators;
mod serving;
mod tls;
