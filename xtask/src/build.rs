//! The programs a person starts, in `target/release/`.

use crate::{
    pages,
    process::{Failed, run, step},
};

/// Pages first: the server embeds them.
pub fn programs() -> Result<(), Failed> {
    pages::build()?;
    step("Building server-stub, tessera-host and tessera-window");
    run(
        "cargo",
        &[
            "build",
            "--release",
            "--package=server-stub",
            "--package=tessera-host",
            "--package=tessera-window",
        ],
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
