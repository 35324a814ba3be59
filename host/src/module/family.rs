//! A process together with whatever it starts: it is ended as one.

use std::io;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus};

/// A process and what it has started.
pub struct Family {
    process: Child,
    #[cfg(windows)]
    job: crate::windows::Job,
}

#[cfg(unix)]
impl Family {
    /// Starts the command's program as the first of a group of its own.
    pub fn start(command: &mut Command) -> io::Result<Family> {
        use std::os::unix::process::CommandExt;
        let process = command.process_group(0).spawn()?;
        Ok(Family { process })
    }

    /// Whether the first of it has ended.
    pub fn has_ended(&self) -> bool {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        // It is not collected yet: so long its number, which is its group's too, is nobody's.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // An error says that there is no such process any more.
        !matches!(waitid(WaitId::Pid(self.group()), options), Ok(None))
    }

    /// Ends all of it by force; how the first of it ended, which may have been before. To be
    /// called once: from then on its number may be somebody else's.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        use rustix::process::{Signal, kill_process_group};
        // Refused only where there is nobody to be killed.
        let _ = kill_process_group(self.group(), Signal::KILL);
        self.process.wait()
    }

    fn group(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.process)
    }
}

#[cfg(windows)]
impl Family {
    /// Starts the command's program in a job of its own. What it starts before it is in the
    /// job is left out: it is to wait for a word on its standard input first.
    pub fn start(command: &mut Command) -> io::Result<Family> {
        use std::os::windows::process::CommandExt;
        // A browser's host has no console: its children would open one each.
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        let job = crate::windows::Job::new()?;
        let mut process = command.creation_flags(CREATE_NO_WINDOW).spawn()?;
        match job.take(&process) {
            Ok(()) => Ok(Family { process, job }),
            Err(error) => {
                let _ = process.kill();
                let _ = process.wait();
                Err(error)
            }
        }
    }

    /// Whether the first of it has ended.
    pub fn has_ended(&self) -> bool {
        crate::windows::has_ended(&self.process)
    }

    /// Ends all of it by force; how the first of it ended, which may have been before.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        // Refused only where there is nobody to be killed.
        let _ = self.job.kill();
        self.process.wait()
    }
}

impl Family {
    /// The pipes to and from its first process, once.
    pub fn take_pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>) {
        (self.process.stdin.take(), self.process.stdout.take())
    }
}
