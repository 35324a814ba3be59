//! From the start of the host to its first frame, beside hosts that only say back what they hear.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
};

use super::{
    cpu::{milliseconds, of_process},
    row::{Row, median},
    turns::turns,
};
use crate::{Outcome, desk::Desk, product};

const RUNS: usize = 50;
/// In milliseconds, whatever stands beside it.
const GOAL: f64 = 10.0;
/// Beside the browser's echo host.
const TIMES: f64 = 2.0;

/// A host, and what it must hear before it says something.
struct Host {
    command: Command,
    question: &'static str,
}

pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let mut python = Command::new("python3");
    python.args(["-c", include_str!("echo_host.py")]);
    let bare = std::env::current_exe()?.with_file_name("bare_echo");
    let mut hosts = [
        (Command::new(product::host()?), ""),
        (python, "{}"),
        (Command::new(bare), "{}"),
    ]
    .map(|(mut command, question)| {
        command.envs(desk.workstation.environment().iter().cloned());
        Host { command, question }
    });
    let mut figures = [const { Vec::new() }; 3];
    for host in turns::<3>(RUNS) {
        figures[host].push(hosts[host].first_frame()?);
    }
    let [ours, python, bare] = figures.map(median);
    let figure = "host: CPU from its start to the version frame";
    Ok(vec![
        Row::of(figure, ours, "ms")
            .at_most(GOAL)
            .limited_by("starting a process"),
        Row::of(
            "the same beside the browser's echo host (Python)",
            ours,
            "ms",
        )
        .beside(python)
        .at_most_times(TIMES),
        Row::of("the same beside the barest echo host in Rust", ours, "ms")
            .beside(bare)
            .at_most_times(TIMES)
            .limited_by("starting a process"),
    ])
}

impl Host {
    /// What it has used of the processor when its first frame has come, in milliseconds.
    fn first_frame(&mut self) -> Outcome<f64> {
        let mut host = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(mut input), Some(output)) = (host.stdin.take(), host.stdout.as_mut()) else {
            return Err("no pipes to the host".into());
        };
        if !self.question.is_empty() {
            input.write_all(&(self.question.len() as u32).to_ne_bytes())?;
            input.write_all(self.question.as_bytes())?;
        }
        output.read_exact(&mut [0; 4])?;
        let used = of_process(host.id())?;
        // The end of its input is its end.
        drop(input);
        host.wait()?;
        Ok(milliseconds(used))
    }
}
