//! The portal for a front-end developer; the program itself stands in `xtask/dev`.

use std::os::unix::process::CommandExt;

use crate::{
    process::{Failed, command, products, run, step},
    setup,
};

/// Sets up, builds, and becomes that program: one process to be stopped, and no other.
pub fn run_portal(words: &[&str]) -> Result<(), Failed> {
    setup::for_dev()?;
    step("Building the server and what shows the pages");
    // One by one, as the server alone is built again when it changes: what its libraries can
    // do depends on what is built with it.
    for package in ["--package=server-stub", "--package=dev-portal"] {
        run("cargo", &["build", package])?;
    }
    step("The portal: Ctrl-C ends it");
    let program = products().join("debug/dev-portal");
    let error = command(program.to_str().unwrap_or_default())
        .args(words)
        .exec();
    Err(Failed(format!(
        "{} could not be started: {error}",
        program.display()
    )))
}
