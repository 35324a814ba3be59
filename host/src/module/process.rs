//! The host's end of a module's process.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;

use super::ARGUMENT;
use super::family::Family;
use super::messages::{Junk, Order, REPORT_LENGTH_MAX, Report};
use crate::pin::{LockedBytes, Pin};

/// What is heard of a module's process.
#[derive(Debug)]
pub enum Heard {
    /// It tells something.
    Report(Report),
    /// It does not keep to the words agreed; nothing more is listened to.
    Junk(Junk),
    /// Its output has ended, and so has it or soon will.
    Ended,
}

/// A module's process; it is killed when this is dropped, with whatever it has started.
pub struct ModuleProcess {
    family: Family,
    orders: Option<ChildStdin>,
    ended: Option<ExitStatus>,
}

impl ModuleProcess {
    /// Starts it with `module`, its real path, to load. What it tells is given to `hear`, on
    /// a thread of its own; last of all comes [`Heard::Junk`] or [`Heard::Ended`].
    ///
    /// The process ends with the thread that calls this.
    pub fn start(
        module: &Path,
        hear: impl FnMut(Heard) + Send + 'static,
    ) -> io::Result<ModuleProcess> {
        let mut command = Command::new(std::env::current_exe()?);
        let (mut process, output) = ModuleProcess::spawn(command.arg(ARGUMENT))?;
        thread::Builder::new()
            .name("module".to_owned())
            .spawn(move || listen(output, hear))?;
        let module = module.to_owned();
        process.order(&Order::Load { module }, None)?;
        Ok(process)
    }

    fn spawn(command: &mut Command) -> io::Result<(ModuleProcess, ChildStdout)> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut family = Family::start(command)?;
        let (orders, output) = family.take_pipes();
        let process = ModuleProcess {
            family,
            orders,
            ended: None,
        };
        Ok((process, output.ok_or(ErrorKind::BrokenPipe)?))
    }

    /// One that takes orders and carries none out, for tests of who gives them.
    #[cfg(test)]
    pub fn that_says_nothing() -> ModuleProcess {
        let mut command = Command::new("sh");
        let command = command.args(["-c", "cat > /dev/null"]);
        let (process, _) = ModuleProcess::spawn(command).expect("every system has `sh`");
        process
    }

    /// Tells it to do something. An order is far shorter than a pipe is deep: this does not
    /// wait, whatever the process is caught in.
    pub fn order(&mut self, order: &Order, pin: Option<&Pin>) -> io::Result<()> {
        let orders = self.orders.as_mut().ok_or(ErrorKind::BrokenPipe)?;
        let line = order.line();
        let Some(pin) = pin else {
            return orders.write_all(&line);
        };
        // One write from one locked page, so that the PIN is nowhere else.
        let mut page = LockedBytes::new();
        let length = line.len() + pin.length();
        let bytes = page
            .as_mut_slice()
            .get_mut(..length)
            .ok_or(ErrorKind::InvalidInput)?;
        let (first, second) = bytes.split_at_mut(line.len());
        first.copy_from_slice(&line);
        second.copy_from_slice(pin.expose());
        orders.write_all(bytes)
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.family.has_ended()
    }

    /// Ends it by force, and whatever it has started; how it ended, which may have been before.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        // Without the pipe its own thread ends it too, if only this could not.
        self.orders = None;
        let status = self.family.kill()?;
        self.ended = Some(status);
        Ok(status)
    }
}

impl Drop for ModuleProcess {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Gives out each line until the end.
fn listen(output: impl Read, mut hear: impl FnMut(Heard)) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = (&mut output).take(REPORT_LENGTH_MAX as u64);
        match limited.read_until(b'\n', &mut line) {
            Ok(_) if line.last() == Some(&b'\n') => {
                line.pop();
                match Report::read(&line) {
                    Ok(report) => hear(Heard::Report(report)),
                    Err(junk) => return hear(Heard::Junk(junk)),
                }
            }
            Ok(REPORT_LENGTH_MAX) => return hear(Heard::Junk(Junk::TooMuch("reports"))),
            // A line without its end was never said.
            Ok(_) | Err(_) => return hear(Heard::Ended),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn heard(output: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        listen(output, |heard| all.push(format!("{heard:?}")));
        all
    }

    #[test]
    fn what_it_has_started_ends_with_it() {
        let mut command = Command::new("sh");
        let command = command.args(["-c", "sleep 1000 & echo $!; read line"]);
        let (mut process, output) = ModuleProcess::spawn(command).unwrap();
        let mut started = String::new();
        BufReader::new(output).read_line(&mut started).unwrap();
        let status = format!("/proc/{}/status", started.trim());
        let lives = || {
            // One that nobody has collected yet has ended as well.
            std::fs::read_to_string(&status).is_ok_and(|status| !status.contains("State:\tZ"))
        };
        assert!(lives() && !process.has_ended());
        assert!(!process.kill().unwrap().success());
        assert!(process.has_ended());
        let killed = Instant::now();
        while lives() {
            assert!(killed.elapsed() < Duration::from_secs(30), "it lives on");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn reports_are_heard_until_the_end() {
        assert_eq!(
            heard(b"\"alive\"\n\"unchanged\"\n\"ali"),
            ["Report(Alive)", "Report(Unchanged)", "Ended"]
        );
    }

    #[test]
    fn after_junk_nothing_is_listened_to() {
        assert_eq!(heard(b"hello\n\"alive\"\n"), ["Junk(Malformed)"]);
        let endless = vec![b' '; 2 * REPORT_LENGTH_MAX];
        assert_eq!(heard(&endless), ["Junk(TooMuch(\"reports\"))"]);
    }
}
