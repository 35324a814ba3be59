//! The table of faults: each provoked for real while people register and log in, and each
//! ending with a count. Whoever was told that they are registered must be found afterwards.
//!
//! Two nodes of the program, a PostgreSQL with a synchronous standby and HAProxy with the file
//! that ships are started by each row that needs them.
#![allow(clippy::unwrap_used)] // what fails here fails the test

#[path = "../program/installation.rs"]
#[allow(dead_code)] // it serves the suite of the program
mod installation;
mod ledger;
mod load;
mod place;
mod proxy;
mod rows;
#[path = "../deployment/shipped.rs"]
#[allow(dead_code)] // it serves the suite of what is deployed
mod shipped;
mod stage;
mod table;
mod wire;

use std::{process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Trial};

use table::Table;

/// How many rows run beside one another: they wait most of their time.
const AT_ONCE: usize = 5;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let table = Arc::new(Table::default());
    let trials = rows::ALL.iter().map(|(name, row)| {
        let table = Arc::clone(&table);
        Trial::test(*name, move || Ok(table.note(name, row())?))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    table.print();
    conclusion.exit_code()
}

/// Where an installation keeps its data if nobody says otherwise.
fn database() -> String {
    "sqlite:portal.db".to_owned()
}
