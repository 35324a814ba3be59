//! Host and window for the systems that this machine is not: Windows, whose programs run here
//! under Wine, and macOS, for which they are only checked.

use std::path::PathBuf;

use crate::process::{Failed, gently, products, step, wait};
use crate::{
    dist, native,
    play::play,
    setup::{self, MACOS, WINDOWS},
    test_file::TestFile,
};

/// What is run under Wine, by name: they are tests of no other run.
pub const TESTS_UNDER_WINE: [&str; 2] = ["--test=workstation", "--test=package"];

const PROGRAMS: [&str; 2] = ["--package=tessera-host", "--package=tessera-window"];

/// `cargo xtask test windows`: sets up what it needs, and runs it.
pub fn test_windows_alone() -> Result<(), Failed> {
    step("Setting up: what Windows' programs need");
    setup::for_windows()?;
    test_windows()
}

/// Builds host and window for Windows, packs them, and uses both under Wine.
fn test_windows() -> Result<(), Failed> {
    let files = tests_under_wine()?;
    step("Host and window under Wine, by themselves and from their packages");
    play(files, 1)
}

/// Builds host and window for Windows, packs them, and builds what uses both under Wine.
pub fn tests_under_wine() -> Result<Vec<TestFile>, Failed> {
    build()?;
    dist::windows_for_tests(&built())?;
    native::build_those(&TESTS_UNDER_WINE)
}

/// Builds host and window for Windows, and a card's module.
fn build() -> Result<(), Failed> {
    step("Building host and window for Windows");
    // A build of its own for the module, which asks other features of the host's libraries.
    for packages in [&PROGRAMS[..], &["--package=card-module"]] {
        let mut cargo = gently("cargo");
        cargo.args(["build", "--release", "--quiet", "--target", WINDOWS]);
        wait(cargo.args(packages))?;
    }
    Ok(())
}

/// Where Cargo puts programs for Windows.
fn built() -> PathBuf {
    products().join(WINDOWS).join("release")
}

/// Looks at what is for these systems alone, and is built for none of them here.
pub fn lints() -> Result<(), Failed> {
    let mut clippy = gently("cargo");
    clippy
        .args(["clippy", "--release", "--quiet"])
        .args(PROGRAMS);
    for target in [WINDOWS].into_iter().chain(MACOS) {
        clippy.args(["--target", target]);
    }
    wait(clippy.args(["--", "--deny=warnings"]))?;
    println!("lints, Windows and macOS: none");
    Ok(())
}
