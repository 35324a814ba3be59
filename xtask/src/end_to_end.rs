//! The end-to-end tests: each file in a world of its own, two at a time.
//!
//! Most of a test's time is waiting, for a window, a card, a module that hangs: two side by
//! side take half as long, and their smart-card services, screens and networks do not meet.

use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use crate::{
    process::{Failed, step},
    test_file::{TestFile, a_fresh_root_stands, worlds_stand_apart},
};

/// How many files run at a time, where each can have a world of its own.
const AT_A_TIME: usize = 2;

/// Those that take longest, first: what is begun last decides when it is over.
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

/// A filter that lets all through.
const EVERY_TEST: &str = "";

/// Builds all; those that test packages where this machine lets them.
pub fn build() -> Result<Vec<TestFile>, Failed> {
    step("Building the end-to-end tests");
    let mut files = TestFile::build(&["--package=end-to-end", "--package=dev-portal"])?;
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
    TestFile::build(&words)
}

/// Runs them; what those that fail said is the error, since a log may be kept by its end alone.
pub fn play(mut waiting: Vec<TestFile>) -> Result<(), Failed> {
    let place = |file: &TestFile| LONGEST.iter().position(|name| *name == file.name);
    // Taken from the end.
    waiting.sort_by_key(|file| std::cmp::Reverse(place(file).unwrap_or(LONGEST.len())));
    let waiting = Mutex::new(waiting);
    let failed = Mutex::new(Vec::new());
    // A call of its own, so that the lock is let go before the file runs.
    let next = || lock(&waiting).pop();
    let at_a_time = if worlds_stand_apart() { AT_A_TIME } else { 1 };
    thread::scope(|scope| {
        for _ in 0..at_a_time {
            scope.spawn(|| {
                while let Some(file) = next() {
                    if let Err(why) = run(&file) {
                        lock(&failed).push(why);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Failed(format!("end to end:\n{}", failed.join("\n")))),
    }
}

/// Runs one file, and shows what it says when it is over.
fn run(file: &TestFile) -> Result<(), String> {
    let began = Instant::now();
    let output = file
        .run(EVERY_TEST)
        .map_err(|error| format!("{} could not be started: {error}", file.name))?;
    let (said, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let seconds = began.elapsed().as_secs();
    // One that ended before it was through says no result.
    let result = said.lines().rfind(|line| line.starts_with("test result"));
    match result.filter(|_| output.status.success()) {
        Some(result) => {
            println!("{}: {result} ({seconds} s)", file.name);
            Ok(())
        }
        None => {
            println!(
                "{}: failed ({seconds} s); why is said in the end",
                file.name
            );
            Err(format!(
                "{}, {}:\n{}\n{errors}",
                file.name,
                output.status,
                without_those_that_passed(&said)
            ))
        }
    }
}

/// What a file of tests said, of a test that passed nothing.
fn without_those_that_passed(said: &str) -> String {
    let passed = |line: &&str| line.starts_with("test ") && line.ends_with(" ok");
    let lines: Vec<&str> = said.lines().filter(|line| !passed(line)).collect();
    lines.join("\n")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file_that_failed_only_what_explains_it_is_said() {
        let said =
            "running 3 tests\ntest a ... ok\ntest b ... FAILED\ntest c ... ok\n\n---- b ----\nwhy";
        assert_eq!(
            without_those_that_passed(said),
            "running 3 tests\ntest b ... FAILED\n\n---- b ----\nwhy"
        );
    }
}
