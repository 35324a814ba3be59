//! The end-to-end tests: each file in a world of its own, where smart-card services, screens and
//! networks do not meet.

use crate::{
    play::{longest_first, play as play_files},
    process::{Failed, command, step},
    test_file::{TestFile, World, a_fresh_root_stands, worlds_stand_apart},
};

/// How many files run at a time, where each can have a world of its own.
const AT_A_TIME: usize = 2;

/// Those that take longest.
const LONGEST: [&str; 8] = [
    "card_in_the_field",
    "killed_in_the_browser",
    "portal_walk",
    "portal_services",
    "api_description",
    "killed_at_every_step",
    "developing",
    "nobody_acts",
];

/// Those that test a package, which is made for them first ([`crate::dist::for_tests`]).
const OF_PACKAGES: [&str; 1] = ["debian_package"];

/// Builds all; those that test packages where this machine lets them.
pub fn build() -> Result<Vec<TestFile>, Failed> {
    step("Building the end-to-end tests");
    let mut files = built(&["--package=end-to-end", "--package=dev-portal"])?;
    if !a_fresh_root_stands() {
        println!(
            "  No root of its own is allowed here: the packages are neither installed nor purged.\n  \
             As an administrator who may mount: cargo xtask test packages"
        );
        files.retain(|file| !OF_PACKAGES.contains(&file.name.as_str()));
    }
    Ok(files)
}

/// Builds those that test packages.
pub fn build_for_packages() -> Result<Vec<TestFile>, Failed> {
    step("Building the end-to-end tests of the packages");
    let files = OF_PACKAGES.map(|name| format!("--test={name}"));
    let mut words = vec!["--package=end-to-end"];
    words.extend(files.iter().map(String::as_str));
    built(&words)
}

/// The files that these arguments choose.
pub fn built(chosen: &[&str]) -> Result<Vec<TestFile>, Failed> {
    let chosen = [&["--release"], chosen].concat();
    TestFile::build(command("cargo"), &chosen, World::Own)
}

/// Runs them.
pub fn play(mut files: Vec<TestFile>) -> Result<(), Failed> {
    longest_first(&mut files, &LONGEST);
    let at_a_time = if worlds_stand_apart() { AT_A_TIME } else { 1 };
    play_files(files, at_a_time)
}
