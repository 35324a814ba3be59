//! A desktop session: its D-Bus, and the accessibility tree that screen readers read.

use std::{
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{ChildStdin, ChildStdout, Stdio},
};

use serde::Deserialize;

use crate::program::{Program, mortal, run};

/// Reads the tree with the libraries a screen reader uses.
const READER: &str = include_str!("desktop/accessibility.py");

/// A running session bus with accessibility switched on.
pub struct Desktop {
    _bus: Program,
    bus_address: String,
    reader: Program,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A node of the accessibility tree, all that it gives away.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Node {
    /// The number of the process whose window it is in.
    pub process: u32,
    /// What kind of thing it is, such as `password text` or `push button`.
    pub role: String,
    /// Its accessible name.
    pub name: String,
    /// Its accessible description.
    pub description: String,
    /// Its text, its value, or both.
    pub text: Vec<String>,
    /// Such as `focused`.
    pub states: Vec<String>,
}

impl Desktop {
    /// Starts bus and accessibility; `environment` names home, runtime folder and display.
    pub fn start(folder: &Path, environment: &[(String, String)]) -> io::Result<Desktop> {
        let with_environment = |program: &str| {
            let mut command = mortal(program);
            command.envs(environment.iter().cloned());
            command.env_remove("AT_SPI_BUS_ADDRESS");
            command
        };
        let mut command = with_environment("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let mut bus = Program::start_talking("dbus", &mut command, folder)?;
        let mut bus_address = String::new();
        if let Some(output) = bus.child().stdout.take() {
            BufReader::new(output).read_line(&mut bus_address)?;
        }
        let bus_address = bus_address.trim().to_owned();
        if bus_address.is_empty() {
            return Err(io::Error::other(format!("dbus-daemon: {}", bus.log())));
        }

        let mut command = with_environment("dbus-send");
        command.env("DBUS_SESSION_BUS_ADDRESS", &bus_address);
        command.args([
            "--session",
            "--print-reply",
            "--dest=org.a11y.Bus",
            "/org/a11y/bus",
            "org.freedesktop.DBus.Properties.Set",
            "string:org.a11y.Status",
            "string:IsEnabled",
            "variant:boolean:true",
        ]);
        run(&mut command)?;

        let mut command = with_environment("/usr/bin/python3");
        command.env("DBUS_SESSION_BUS_ADDRESS", &bus_address);
        command.args(["-c", READER]).stdin(Stdio::piped());
        let mut reader = Program::start_talking("accessibility", &mut command, folder)?;
        let (Some(questions), Some(answers)) =
            (reader.child().stdin.take(), reader.child().stdout.take())
        else {
            return Err(io::Error::other("the accessibility reader has no pipes"));
        };
        Ok(Desktop {
            _bus: bus,
            bus_address,
            reader,
            questions,
            answers: BufReader::new(answers),
        })
    }

    /// The session bus, for DBUS_SESSION_BUS_ADDRESS.
    pub fn bus_address(&self) -> &str {
        &self.bus_address
    }

    /// Every node of every window of the host, in the order of the tree.
    pub fn window_nodes(&mut self) -> io::Result<Vec<Node>> {
        let mut answer = String::new();
        self.questions
            .write_all(b"tree\n")
            .and_then(|()| self.answers.read_line(&mut answer))
            .and_then(|_| Ok(serde_json::from_str(&answer)?))
            .map_err(|error| {
                let said = self.reader.log();
                io::Error::other(format!("the accessibility tree: {error}\n{said}"))
            })
    }
}
