//! Test files, run as they come, some at a time.
//!
//! Most of a test's time is waiting, for a window, a card, a database that is gone: two side by
//! side take half as long.

use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Instant,
};

use crate::{process::Failed, test_file::TestFile};

/// A filter that lets all through.
const EVERY_TEST: &str = "";

/// Runs those that are there.
pub fn play(files: Vec<TestFile>, at_a_time: usize) -> Result<(), Failed> {
    let (there, coming) = channel();
    for file in files {
        // The receiver is two lines away.
        let _ = there.send(file);
    }
    drop(there);
    play_coming(&Mutex::new(coming), at_a_time)
}

/// Runs them as they come, until none will; what those that fail said is the error, since a log
/// may be kept by its end alone.
pub fn play_coming(coming: &Mutex<Receiver<TestFile>>, at_a_time: usize) -> Result<(), Failed> {
    let failed = Mutex::new(Vec::new());
    // Who waits for the next has the lock, and lets it go before the file runs.
    let next = || lock(coming).recv().ok();
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
        false => Err(Failed(failed.join("\n"))),
    }
}

/// Those named go first, in this order: what is begun last decides when all is over.
pub fn longest_first(files: &mut [TestFile], longest: &[&str]) {
    let place = |file: &TestFile| longest.iter().position(|name| *name == file.name);
    files.sort_by_key(|file| place(file).unwrap_or(longest.len()));
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
    use std::{fs, process::Command};

    use super::*;

    /// Programs of these scripts, named after what is the matter with them.
    fn files(folder: &std::path::Path, scripts: &[(&str, &str)]) -> Vec<TestFile> {
        let file = |(name, script): &(&str, &str)| {
            let (text, program) = (folder.join("text"), folder.join(name));
            fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
            // By a process of its own: a program that this one had open for writing could not be
            // started while another test's child still has it so.
            let mut install = Command::new("install");
            let installed = install.arg("--mode=755").args([&text, &program]).status();
            assert!(installed.unwrap().success());
            TestFile::of_program(name, &program)
        };
        scripts.iter().map(file).collect()
    }

    const GOOD: &str = "echo 'test result: ok. 1 passed'";

    #[test]
    fn a_file_passes_that_says_so_and_ends_well() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(
            folder.path(),
            &[
                ("good", GOOD),
                ("silent", "echo 'running 3 tests'"),
                ("red", "echo 'test result: FAILED'; echo why >&2; exit 101"),
                ("killed", &format!("{GOOD}; kill -9 $$")),
                ("good_too", GOOD),
            ],
        );
        let said = play(files, 2).unwrap_err().to_string();
        for name in ["silent", "red", "killed"] {
            assert!(said.contains(&format!("{name}, ")), "{said}");
        }
        assert!(said.contains("why"), "{said}");
        assert!(!said.contains("good"), "{said}");
    }

    #[test]
    fn what_comes_later_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("ran");
        let script = format!("touch {}; {GOOD}", mark.display());
        let (there, coming) = channel();
        thread::scope(|scope| {
            let coming = Mutex::new(coming);
            let played = scope.spawn(move || play_coming(&coming, 2));
            for file in files(folder.path(), &[("first", GOOD), ("last", &script)]) {
                there.send(file).unwrap();
            }
            drop(there);
            played.join().unwrap().unwrap();
        });
        assert!(mark.exists());
    }

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
