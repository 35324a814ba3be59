//! The native rooms: whose tests need neither a card's middleware nor a browser.

use crate::{
    play::longest_first,
    process::{Failed, gently, wait},
    test_file::{TestFile, World},
};

/// The rooms whose tests need a card, a reader or a browser, and steps of their own; what only the
/// bench builds; and this one.
const OTHERS: [&str; 7] = [
    "--exclude=bare-page",
    "--exclude=end-to-end",
    "--exclude=dev-portal",
    "--exclude=frontend",
    "--exclude=gallery",
    "--exclude=xtask",
    "--exclude=cargo-products",
];

/// This room, of the libraries that the running program is made of. Among the others it would ask
/// features of theirs for which Cargo compiles the window's toolkit once more.
const THIS: [&str; 2] = ["--package=xtask", "--package=cargo-products"];

/// Those that take longest.
const LONGEST: [&str; 10] = [
    "server-stub portal_on_postgres",
    "host/window window",
    "server-stub program",
    "server-stub program_on_postgres",
    "server-stub faults",
    "server-stub deployment",
    "host middleware",
    "xtask xtask",
    "server-stub portal",
    "host login",
];

/// Builds their test files.
pub fn build() -> Result<Vec<TestFile>, Failed> {
    let mut files = build_those(&[])?;
    files.extend(TestFile::build(gently("cargo"), &THIS, World::Machine)?);
    longest_first(&mut files, &LONGEST);
    Ok(files)
}

/// Builds those that these options choose, as the programs are built (`--release`): what is tested
/// is what is shipped. Whatever is chosen is asked for together with all the rooms, so that a
/// library is compiled once: Cargo does so again for packages that together ask other features.
pub fn build_those(options: &[&str]) -> Result<Vec<TestFile>, Failed> {
    TestFile::build(gently("cargo"), &rooms(options), World::Machine)
}

/// The examples in their documentation, which have no program of their own.
pub fn test_documentation() -> Result<(), Failed> {
    let mut cargo = gently("cargo");
    cargo.args(["test", "--quiet"]);
    wait(cargo.args(rooms(&["--doc"])))
}

fn rooms<'a>(options: &[&'a str]) -> Vec<&'a str> {
    [&["--release", "--workspace"], options, &OTHERS].concat()
}
