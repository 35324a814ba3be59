//! The processes of this machine, as /proc tells of them.

use std::{fs, path::PathBuf};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;

/// The processes that run one of these programs, by number and name; not those that have
/// ended and merely wait to be collected.
pub fn running(programs: &[&str]) -> Vec<(u32, String)> {
    all()
        .into_iter()
        .filter_map(|folder| {
            let status = fs::read_to_string(folder.join("status")).ok()?;
            let field = |name: &str| {
                let line = status.lines().find(|line| line.starts_with(name))?;
                Some(line.split_once(':')?.1.trim().to_owned())
            };
            let (name, state) = (field("Name")?, field("State")?);
            let ended = state.starts_with(['Z', 'X']);
            (!ended && programs.contains(&name.as_str())).then_some((number(&folder)?, name))
        })
        .collect()
}

/// Those of them that were started with this argument.
pub fn with_argument(processes: Vec<(u32, String)>, argument: &str) -> Vec<u32> {
    let has_it = |number: &u32| {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .any(|word| word == argument.as_bytes())
    };
    let numbers = processes.into_iter().map(|(number, _)| number);
    numbers.filter(has_it).collect()
}

/// Kills every process of a program, as the system does when memory is short.
pub fn kill(program: &str) -> Outcome<()> {
    let processes = running(&[program]);
    if processes.is_empty() {
        return Err(format!("{program} does not run").into());
    }
    for (number, _) in processes {
        send(number, Signal::KILL);
    }
    Ok(())
}

/// Sends a signal to a process.
pub fn send(number: u32, signal: Signal) {
    if let Some(process) = i32::try_from(number).ok().and_then(Pid::from_raw) {
        // One that ended with its parent is as dead.
        let _ = kill_process(process, signal);
    }
}

/// The folder in /proc of every process.
pub fn all() -> Vec<PathBuf> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| number(path).is_some())
        .collect()
}

fn number(folder: &std::path::Path) -> Option<u32> {
    folder.file_name()?.to_str()?.parse().ok()
}
