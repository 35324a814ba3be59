//! Programs the suite starts: each in a process group of its own, all its words kept.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::waiting::{TimedOut, wait_for};

/// A command that is told to end when the suite's main thread does, however that comes
/// about. Namespaces see to it better, where they are allowed (`isolated.sh`).
pub fn mortal(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

/// A program that runs until it is stopped; dropped, it and what it started are killed.
pub struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts a program; its standard output and error go to `<name>.log` in `logs`.
    pub fn start(name: &str, command: &mut Command, logs: &Path) -> io::Result<Program> {
        let log = logs.join(format!("{name}.log"));
        let file = File::create(&log)?;
        command.stdout(file.try_clone()?).stderr(file);
        Program::start_with_output(name, command, log)
    }

    /// Starts a program whose standard output the caller reads through [`Program::child`];
    /// its standard error goes to `<name>.log` in `logs`.
    pub fn start_talking(name: &str, command: &mut Command, logs: &Path) -> io::Result<Program> {
        let log = logs.join(format!("{name}.log"));
        command.stdout(Stdio::piped()).stderr(File::create(&log)?);
        Program::start_with_output(name, command, log)
    }

    fn start_with_output(name: &str, command: &mut Command, log: PathBuf) -> io::Result<Program> {
        let child = command.process_group(0).spawn().map_err(|error| {
            let program = command.get_program().display();
            io::Error::new(error.kind(), format!("{program} does not start: {error}"))
        })?;
        Ok(Program {
            name: name.to_owned(),
            child,
            log,
        })
    }

    /// The process itself.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until `ready` answers something; a program that ends meanwhile is an error.
    pub fn wait_until<T>(
        &mut self,
        what: &str,
        mut ready: impl FnMut() -> Option<T>,
    ) -> io::Result<T> {
        let mut ended = None;
        let outcome = wait_for(what, || {
            ended = self.child.try_wait().ok().flatten();
            match ended {
                Some(_) => Some(None),
                None => ready().map(Some),
            }
        });
        match outcome {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(self.failure(&format!("ended with {}", told(ended)))),
            Err(TimedOut { .. }) => Err(self.failure(&format!("no {what} in time"))),
        }
    }

    /// Stops it and everything it started, at once.
    pub fn kill(&mut self) {
        // Already gone is as good.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }

    fn failure(&self, what: &str) -> io::Error {
        io::Error::other(format!("{}: {what}\n{}", self.name, self.log()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

fn told(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "an unknown status".into(), |status| status.to_string())
}

/// Runs a program to its end and answers its standard output; any failure is an error that
/// carries what it wrote.
pub fn run(command: &mut Command) -> io::Result<String> {
    let output = command.output().map_err(|error| {
        let program = command.get_program().display();
        io::Error::new(error.kind(), format!("{program} does not start: {error}"))
    })?;
    let standard_output = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(standard_output);
    }
    let program = command.get_program().display();
    let standard_error = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!(
        "{program} ended with {}\n{standard_output}{standard_error}",
        output.status
    )))
}
