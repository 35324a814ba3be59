//! Watching the arguments and the environment of every process, as long as it lives.

use std::{
    collections::BTreeSet,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::secret::{Finding, Secret};
use crate::processes;

/// Often enough to see a program that only passes a key on.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// A watch that is being kept.
pub struct ProcessWatch {
    over: Arc<AtomicBool>,
    watching: JoinHandle<Seen>,
}

/// What was seen during a watch.
#[derive(Default)]
pub struct Seen {
    /// The programs whose arguments were read.
    pub programs: BTreeSet<String>,
    /// The programs whose environment was read.
    pub environments: BTreeSet<String>,
    /// Where the secret was.
    pub findings: Vec<Finding>,
}

impl ProcessWatch {
    /// Begins to watch.
    pub fn begin(secret: Secret) -> ProcessWatch {
        let over = Arc::new(AtomicBool::new(false));
        let watching = {
            let over = Arc::clone(&over);
            thread::spawn(move || {
                let mut seen = Seen::default();
                while !over.load(Ordering::Relaxed) {
                    seen.look(&secret);
                    thread::sleep(BETWEEN_LOOKS);
                }
                seen
            })
        };
        ProcessWatch { over, watching }
    }

    /// Ends the watch.
    pub fn end(self) -> Seen {
        self.over.store(true, Ordering::Relaxed);
        self.watching.join().unwrap_or_default()
    }
}

impl Seen {
    fn look(&mut self, secret: &Secret) {
        for folder in processes::all() {
            let read = |file: &str| fs::read(folder.join(file)).ok();
            let (Some(name), Some(arguments)) = (read("comm"), read("cmdline")) else {
                continue;
            };
            let program = String::from_utf8_lossy(&name).trim().to_owned();
            let place = format!("the arguments of {program}");
            self.findings.extend(secret.look_in(&place, &arguments));
            if let Some(environment) = read("environ") {
                let place = format!("the environment of {program}");
                self.findings.extend(secret.look_in(&place, &environment));
                self.environments.insert(program.clone());
            }
            self.programs.insert(program);
        }
    }
}
