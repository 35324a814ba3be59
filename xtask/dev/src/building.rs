//! Running the tools that build, and saying in a sentence why one failed.

use std::{
    io::{self, BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::news::Fault;

/// The tool that runs now, if one does, so that it can be stopped with what it started.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    #[default]
    Idle,
    Tool(Pid),
    Stopped,
}

impl Running {
    /// Stops what runs; nothing is started any more.
    pub fn stop(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Tool(group) = *state {
            // Already gone is as good.
            let _ = kill_process_group(group, Signal::TERM);
        }
        *state = State::Stopped;
    }

    /// Whether no more is to be built.
    pub fn is_stopped(&self) -> bool {
        matches!(*self.lock(), State::Stopped)
    }

    /// Runs a tool to its end; what it says is shown as it comes.
    pub fn run(&self, what: &str, command: &mut Command) -> Result<(), Fault> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped()).process_group(0);
        let not_run = |error: io::Error| Fault {
            sentence: format!("{what}: a tool cannot be run ({error}). {KEPT}"),
            said: String::new(),
        };
        let mut child = {
            let mut state = self.lock();
            if matches!(*state, State::Stopped) {
                return Err(not_run(io::ErrorKind::Interrupted.into()));
            }
            let child = command.spawn().map_err(not_run)?;
            *state = State::Tool(Pid::from_child(&child));
            child
        };
        let mut said = Vec::new();
        if let Some(errors) = child.stderr.take() {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                eprintln!("  {line}");
                said.push(line);
            }
        }
        let ended = child.wait();
        let mut state = self.lock();
        if !matches!(*state, State::Stopped) {
            *state = State::Idle;
        }
        match ended {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(explain(what, &status.to_string(), &said)),
            Err(error) => Err(not_run(error)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a developer sees meanwhile.
const KEPT: &str = "The last good build stays until this is mended.";

/// The most lines of a tool's words that a page shows.
const LINES_MAX: usize = 60;

/// The first error and where it is; else the tool's last words, or how it ended.
fn explain(what: &str, ended: &str, said: &[String]) -> Fault {
    let is_error = |line: &String| line.starts_with("error") || line.starts_with("Error:");
    let first = said.iter().position(is_error).unwrap_or_default();
    let from_error = said.get(first..).unwrap_or_default();
    let error = from_error.first().filter(|line| is_error(line));
    let place = from_error.iter().find_map(|line| place_in(line));
    let cause = match (error, place) {
        (Some(error), Some(place)) => format!("{place}: {error}"),
        (Some(error), None) => error.clone(),
        (None, _) => said.last().cloned().unwrap_or_else(|| ended.to_owned()),
    };
    let cause = cause.trim_end_matches('.');
    Fault {
        sentence: format!("{what}: {cause}. {KEPT}"),
        said: from_error[..from_error.len().min(LINES_MAX)].join("\n"),
    }
}

/// `  --> frontend/src/app.rs:7:1` of rustc, `  frontend/style/main.scss 7:1  root stylesheet`
/// of sass.
fn place_in(line: &str) -> Option<&str> {
    let line = line.trim_start();
    match line.strip_prefix("--> ") {
        Some(place) => Some(place),
        None => line
            .split_once(".scss ")
            .map(|(_, rest)| rest.find("  ").unwrap_or(rest.len()))
            .map(|end| &line[..line.find(".scss ").unwrap_or_default() + ".scss ".len() + end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(said: &str) -> String {
        let said: Vec<String> = said.lines().map(str::to_owned).collect();
        explain("The pages do not build", "exit status: 101", &said).sentence
    }

    #[test]
    fn the_first_error_is_named_with_its_place() {
        assert_eq!(
            sentence(
                "warning: unused\n --> frontend/src/x.rs:1:1\nerror[E0425]: cannot find `a`\n  --> frontend/src/app.rs:7:1\n"
            ),
            "The pages do not build: frontend/src/app.rs:7:1: error[E0425]: cannot find `a`. \
             The last good build stays until this is mended."
        );
        assert_eq!(
            sentence(
                "Error: Undefined variable.\n  ╷\n7 │   color: $x;\n  frontend/style/_forms.scss 7:10  @import\n"
            ),
            "The pages do not build: frontend/style/_forms.scss 7:10: Error: Undefined variable. \
             The last good build stays until this is mended."
        );
    }

    #[test]
    fn a_tool_that_says_nothing_is_named_itself() {
        assert!(sentence("").contains("exit status: 101"));
    }

    #[test]
    fn once_stopped_no_tool_is_started() {
        let running = Running::default();
        assert!(running.run("x", &mut Command::new("true")).is_ok());
        running.stop();
        assert!(running.run("x", &mut Command::new("true")).is_err());
    }
}
