//! Running other programs, and saying what is being done.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    thread::ScopedJoinHandle,
    time::Instant,
};

/// A step that did not succeed; the program itself has said why.
#[derive(Debug)]
pub struct Failed(pub String);

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Well where both are; what went wrong in each.
pub fn both(one: Result<(), Failed>, other: Result<(), Failed>) -> Result<(), Failed> {
    match (one, other) {
        (Err(one), Err(other)) => Err(Failed(format!("{one}\n{other}"))),
        (one, other) => one.and(other),
    }
}

/// What a thread came to.
pub fn heard(thread: ScopedJoinHandle<'_, Result<(), Failed>>) -> Result<(), Failed> {
    thread
        .join()
        .unwrap_or_else(|_| Err(Failed("what ran beside broke off".to_owned())))
}

/// The checkout's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask stands in the checkout's root")
}

/// Where Cargo puts what it builds.
pub fn products() -> PathBuf {
    cargo_products::folder(root())
}

/// Where everything else goes that is made here.
pub fn target() -> PathBuf {
    root().join("target")
}

/// Says what comes next, with the time since the start.
pub fn step(what: &str) {
    static START: OnceLock<Instant> = OnceLock::new();
    let seconds = START.get_or_init(Instant::now).elapsed().as_secs();
    println!("\n[{:02}:{:02}] {what}", seconds / 60, seconds % 60);
}

/// A program to be run in the checkout's root. What `cargo install` put in its place goes
/// before others of that name, and need not be on this shell's PATH.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = home.map(|home| home.join("bin")).into_iter();
    let folders = folders.chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(folders) {
        command.env("PATH", path);
    }
    command
}

/// A program that takes of the processor what others leave.
pub fn gently(program: &str) -> Command {
    let mut gentle = command("nice");
    gentle.args(["-n", "19", program]);
    gentle
}

/// Runs a program to its end.
pub fn run(program: &str, arguments: &[&str]) -> Result<(), Failed> {
    wait(command(program).args(arguments))
}

/// Runs a prepared command to its end.
pub fn wait(command: &mut Command) -> Result<(), Failed> {
    let line = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failed(format!("{line} ended with {status}"))),
        Err(error) => Err(Failed(format!("{line} could not be started: {error}"))),
    }
}

/// What a program prints on its standard output; `None` when it fails or is missing.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

/// What a program answers, on one line.
pub fn told_by(program: &str, arguments: &[&str]) -> Result<String, Failed> {
    output(program, arguments)
        .map(|told| told.trim().to_owned())
        .filter(|told| !told.is_empty())
        .ok_or_else(|| {
            Failed(format!(
                "{program} {} tells nothing; is {program} installed?",
                arguments.join(" ")
            ))
        })
}

/// Runs a program with a smart-card service of its own, away from the machine's readers.
pub fn isolated(program: &str, arguments: &[&str]) -> Result<(), Failed> {
    let mut line = vec!["tests/isolated.sh", program];
    line.extend(arguments);
    run("bash", &line)
}
