//! The rows of the misbehaving module, again and again: what fails once in many times is found
//! here, and not by a person at a desk.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use crate::{
    end_to_end,
    process::{Failed, run, step},
    setup,
    test_file::{TestFile, worlds_stand_apart},
};

/// The file with the table, and how its rows' names begin.
const FILE: &str = "card_in_the_field";
const ROWS: &str = "misbehaving_";

/// How many rounds run at a time where nothing else is said, each in a world of its own.
const AT_A_TIME: usize = 3;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Rounds {
    count: usize,
    at_a_time: usize,
}

impl Rounds {
    /// Reads `N [--at-a-time N]`.
    pub fn read(words: &[&str]) -> Option<Rounds> {
        let number = |word: &str| word.parse().ok().filter(|number| *number > 0);
        let (count, at_a_time) = match *words {
            [count] => (number(count)?, AT_A_TIME),
            [count, "--at-a-time", worlds] => (number(count)?, number(worlds)?),
            _ => return None,
        };
        Some(Rounds { count, at_a_time })
    }
}

/// Builds what they need, then plays them; after the first that fails no other is begun.
pub fn play(rounds: &Rounds) -> Result<(), Failed> {
    setup::for_field()?;
    step("Building host, window, the misbehaving module and the table");
    for chosen in [
        &["--package=tessera-host", "--package=tessera-window"][..],
        &["--package=tessera-host", "--example=quirky_module"],
    ] {
        run("cargo", &[&["build", "--release"], chosen].concat())?;
    }
    let chosen = format!("--test={FILE}");
    let files = end_to_end::built(&["--package=end-to-end", &chosen])?;
    let [table] = &files[..] else {
        return Err(Failed(format!("cargo names not one file {FILE}")));
    };
    let at_a_time = if worlds_stand_apart() {
        rounds.at_a_time.min(rounds.count)
    } else {
        1
    };
    step(&format!(
        "The misbehaving module's rows, {} times, {at_a_time} at a time",
        rounds.count
    ));
    let (begun, passed, rows) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let failures = Mutex::new(Vec::new());
    let lock = || failures.lock().unwrap_or_else(PoisonError::into_inner);
    thread::scope(|scope| {
        for _ in 0..at_a_time {
            scope.spawn(|| {
                while lock().is_empty() {
                    let round = begun.fetch_add(1, Ordering::SeqCst) + 1;
                    if round > rounds.count {
                        return;
                    }
                    match play_once(table, round) {
                        Ok(count) => {
                            passed.fetch_add(1, Ordering::SeqCst);
                            rows.fetch_add(count, Ordering::SeqCst);
                        }
                        Err(failure) => lock().push(failure),
                    }
                }
            });
        }
    });
    let (passed, rows) = (passed.into_inner(), rows.into_inner());
    println!("\n{passed} of {} rounds passed, {rows} rows", rounds.count);
    let failures = failures
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Failed(failures.join("; "))),
    }
}

/// Plays them once, and says how it went; answers how many there were.
fn play_once(table: &TestFile, round: usize) -> Result<usize, String> {
    let began = Instant::now();
    let output = table
        .run(ROWS)
        .map_err(|error| format!("round {round} could not be started: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let seconds = began.elapsed().as_secs();
    let told = Told::read(&said);
    if output.status.success() && told.failed.is_empty() && told.passed > 0 {
        println!("round {round}: {} rows passed ({seconds} s)", told.passed);
        return Ok(told.passed);
    }
    println!(
        "round {round}:\n{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let rows = match told.failed.is_empty() {
        true => "no row".to_owned(),
        false => told.failed.join(", "),
    };
    Err(format!(
        "round {round} ended with {} after {} rows: {rows} failed",
        output.status, told.passed
    ))
}

/// What a test program tells of its tests, a line each.
#[derive(Debug, PartialEq, Eq)]
struct Told<'a> {
    passed: usize,
    failed: Vec<&'a str>,
}

impl Told<'_> {
    fn read(said: &str) -> Told<'_> {
        let mut told = Told {
            passed: 0,
            failed: Vec::new(),
        };
        for line in said.lines() {
            let Some((name, verdict)) = line
                .strip_prefix("test ")
                .and_then(|line| line.split_once(" ... "))
            else {
                continue;
            };
            match verdict.trim() {
                "ok" => told.passed += 1,
                "FAILED" => told.failed.push(name.trim()),
                _ => {}
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_counted_from_one() {
        let (count, at_a_time) = (50, AT_A_TIME);
        assert_eq!(Rounds::read(&["50"]), Some(Rounds { count, at_a_time }));
        let at_a_time = 4;
        assert_eq!(
            Rounds::read(&["50", "--at-a-time", "4"]),
            Some(Rounds { count, at_a_time })
        );
        for words in [
            &[][..],
            &["0"],
            &["many"],
            &["50", "4"],
            &["50", "--at-a-time", "0"],
        ] {
            assert_eq!(Rounds::read(words), None, "{words:?}");
        }
    }

    #[test]
    fn the_rows_that_failed_are_named() {
        let said = "\nrunning 3 tests\n\
                    test misbehaving_prints     ... ok\n\
                    test misbehaving_cannot_pad ... FAILED\n\
                    test misbehaving_hangs      ... ok\n\
                    \nfailures:\n\n---- misbehaving_cannot_pad ----\ndeed 2\n\
                    \ntest result: FAILED. 2 passed; 1 failed; finished in 9.00s\n";
        let told = Told::read(said);
        assert_eq!(told.passed, 2);
        assert_eq!(told.failed, ["misbehaving_cannot_pad"]);
    }
}
