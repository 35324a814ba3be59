//! The programs a person starts, in `release/` of what Cargo builds.

use crate::{
    pages,
    process::{Failed, isolated, products, run, step},
};

/// Built together always: Cargo builds a library anew where other packages ask other features
/// of it.
pub const PROGRAMS: [&str; 5] = [
    "build",
    "--release",
    "--package=server-stub",
    "--package=tessera-host",
    "--package=tessera-window",
];

/// Pages first: the server embeds them.
pub fn programs() -> Result<(), Failed> {
    pages::build()?;
    programs_alone()
}

/// The same where the pages are as they were.
pub fn programs_alone() -> Result<(), Failed> {
    step("Building server-stub, tessera-host and tessera-window");
    run("cargo", &PROGRAMS)
}

/// The server as it is installed.
pub fn served() -> Result<(), Failed> {
    step("Building server-stub as it is installed: some minutes");
    run(
        "cargo",
        &["build", "--profile=served", "--package=server-stub"],
    )
}

/// The PKCS#11 module that the tests load in a real one's place.
pub fn module_that_misbehaves() -> Result<(), Failed> {
    step("Building the module that misbehaves");
    run(
        "cargo",
        &[&PROGRAMS[..], &["--example=quirky_module"]].concat(),
    )
}

/// A program of the end-to-end suite.
pub fn end_to_end_program(name: &str) -> Result<(), Failed> {
    step("Building the virtual CNS and what drives the browser");
    run(
        "cargo",
        &["build", "--release", "--package=end-to-end", "--bin", name],
    )
}

/// Runs it with a smart-card service of its own.
pub fn run_isolated(name: &str, arguments: &[&str]) -> Result<(), Failed> {
    let program = products().join("release").join(name);
    isolated(program.to_str().unwrap_or_default(), arguments)
}
