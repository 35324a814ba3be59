//! The native rooms: whose tests need neither a card's middleware nor a browser.

use crate::{
    play::longest_first,
    process::{Failed, gently, wait},
    test_file::{TestFile, World},
};

/// The rooms whose tests need a card, a reader or a browser, and steps of their own.
const OTHERS: [&str; 4] = [
    "--exclude=end-to-end",
    "--exclude=dev-portal",
    "--exclude=frontend",
    "--exclude=gallery",
];

/// Those that take longest.
const LONGEST: [&str; 10] = [
    "server-stub portal_on_postgres",
    "host/window window",
    "server-stub program",
    "server-stub program_on_postgres",
    "server-stub faults",
    "server-stub deployment",
    "host login",
    "server-stub portal",
    "xtask xtask",
    "host install",
];

/// Builds their test files, as the programs are built (`--release`): what is tested is what is
/// shipped, and a fresh machine compiles each library once.
pub fn build() -> Result<Vec<TestFile>, Failed> {
    let mut files = TestFile::build(gently("cargo"), &rooms(&[]), World::Machine)?;
    longest_first(&mut files, &LONGEST);
    Ok(files)
}

/// The examples in their documentation, which have no program of their own.
pub fn test_documentation() -> Result<(), Failed> {
    let mut cargo = gently("cargo");
    cargo.args(["test", "--release", "--quiet"]);
    wait(cargo.args(rooms(&["--doc"])))
}

fn rooms<'a>(options: &[&'a str]) -> Vec<&'a str> {
    [&["--workspace"], options, &OTHERS].concat()
}
