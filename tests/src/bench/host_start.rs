//! From the start of the host to its first frame.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use super::{
    cpu::{milliseconds, of_process},
    row::{Row, median},
};
use crate::{Outcome, desk::Desk, product};

const RUNS: usize = 50;
const GOAL: f64 = 10.0;

pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let mut figures = Vec::new();
    for _ in 0..RUNS {
        let mut host = Command::new(product::host()?)
            .envs(desk.workstation.environment().iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut length = [0; 4];
        let output = host.stdout.as_mut().ok_or("no pipe to the host")?;
        output.read_exact(&mut length)?;
        figures.push(milliseconds(of_process(host.id())?));
        // The end of its input is its end.
        drop(host.stdin.take());
        host.wait()?;
    }
    let row = Row::of(
        "host: CPU from its start to the version frame",
        median(figures),
        "ms",
    );
    Ok(vec![row.at_most(GOAL).limited_by("starting a process")])
}
