//! The figures of the README's table, measured on this machine.

use crate::{
    build, pages,
    process::{self, Failed, step},
    setup,
};

/// Sets up, builds what ships, measures it: with `--long` also what takes an hour,
/// with the name of some figures those alone.
pub fn run(words: &[&str]) -> Result<(), Failed> {
    setup::for_bench()?;
    build::programs()?;
    build::served()?;
    pages::beside::build()?;
    for program in ["bench", "bare_echo", "bare_signer"] {
        build::end_to_end_program(program)?;
    }
    step("Building what measures the server's judgement");
    process::run(
        "cargo",
        &[
            "build",
            "--release",
            "--package=verifier",
            "--package=trusted-list",
            "--examples",
        ],
    )?;
    step("The bench: some minutes, best with nothing else to do");
    build::run_isolated("bench", words)
}
