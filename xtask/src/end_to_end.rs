//! The end-to-end tests: each file in a world of its own, two at a time.
//!
//! Most of a test's time is waiting, for a window, a card, a module that hangs: two side by
//! side take half as long, and their smart-card services, screens and networks do not meet.

use std::{
    path::Path,
    process::{Output, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use crate::process::{Failed, command, step};

/// How many files run at a time, where each can have a world of its own.
const AT_A_TIME: usize = 2;

/// Those that take longest, first: what is begun last decides when it is over.
const LONGEST: [&str; 4] = [
    "card_in_the_field",
    "portal_walk",
    "killed_at_every_step",
    "developing",
];

/// A test file's program.
struct File {
    name: String,
    program: String,
}

/// Builds them all, then runs them; all that fail are named.
pub fn all() -> Result<(), Failed> {
    step("End to end: virtual CNS, real middleware, real browser");
    let mut waiting = build()?;
    let place = |file: &File| LONGEST.iter().position(|name| *name == file.name);
    // Taken from the end.
    waiting.sort_by_key(|file| std::cmp::Reverse(place(file).unwrap_or(LONGEST.len())));
    let waiting = Mutex::new(waiting);
    let failed = Mutex::new(Vec::new());
    // A call of its own, so that the lock is let go before the file runs.
    let next = || lock(&waiting).pop();
    thread::scope(|scope| {
        for _ in 0..at_a_time() {
            scope.spawn(|| {
                while let Some(file) = next() {
                    if let Err(why) = run(&file) {
                        lock(&failed).push(format!("{} {why}", file.name));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Failed(format!("end to end: {}", failed.join("; ")))),
    }
}

/// Without namespaces of their own (an ordinary user, most containers) they would meet.
fn at_a_time() -> usize {
    let namespaces = [
        "--mount",
        "--net",
        "--pid",
        "--fork",
        "--mount-proc",
        "true",
    ];
    let apart = command("unshare")
        .args(namespaces)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if apart { AT_A_TIME } else { 1 }
}

/// Cargo names each file with its program: `Executable tests/x.rs (target/…/x-hash)`.
fn build() -> Result<Vec<File>, Failed> {
    let output = command("cargo")
        .args(["test", "--release", "--no-run"])
        .args(["--package=end-to-end", "--package=dev-portal"])
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|cargo| cargo.wait_with_output())
        .map_err(|error| Failed(format!("cargo could not be started: {error}")))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        eprint!("{said}");
        return Err(Failed("the end-to-end tests do not build".to_owned()));
    }
    let files: Vec<File> = said.lines().filter_map(read).collect();
    match files.is_empty() {
        true => Err(Failed("cargo names no end-to-end test".to_owned())),
        false => Ok(files),
    }
}

fn read(line: &str) -> Option<File> {
    let (_, program) = line.trim().strip_prefix("Executable ")?.split_once('(')?;
    let program = program.strip_suffix(')')?;
    let (name, _) = Path::new(program).file_name()?.to_str()?.rsplit_once('-')?;
    Some(File {
        name: name.to_owned(),
        program: program.to_owned(),
    })
}

/// Runs one file, and shows what it says when it is over.
fn run(file: &File) -> Result<(), String> {
    let began = Instant::now();
    let Output {
        status,
        stdout,
        stderr,
    } = command("bash")
        .args(["tests/isolated.sh", &file.program, "--test-threads=1"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("could not be started: {error}"))?;
    let (said, errors) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    let seconds = began.elapsed().as_secs();
    match status.success() {
        true => {
            let summary = said.lines().rfind(|line| line.starts_with("test result"));
            println!(
                "{}: {} ({seconds} s)",
                file.name,
                summary.unwrap_or("ended well")
            );
            Ok(())
        }
        false => {
            println!("{}:\n{said}\n{errors}", file.name);
            Err(format!("ended with {status}"))
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_words_name_file_and_program() {
        let line = "  Executable tests/access.rs (target/release/deps/access-0f3a)";
        let file = read(line).unwrap();
        assert_eq!(file.name, "access");
        assert_eq!(file.program, "target/release/deps/access-0f3a");
        assert!(read("    Finished `release` profile").is_none());
    }
}
