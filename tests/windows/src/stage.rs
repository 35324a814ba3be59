//! A workstation with a screen, and tests that play on it one after the other.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use serde_json::json;

use crate::{Host, Screen, Wine};

/// What tests play on.
pub struct Stage {
    /// The workstation. It ends before its display.
    pub wine: Wine,
    /// Its display.
    pub screen: Screen,
}

/// A test's name, and what it does.
pub type Test = (&'static str, fn(&Stage));

impl Stage {
    /// Plays tests, with the words of the command line.
    pub fn play<const N: usize>(self, tests: [Test; N]) -> ExitCode {
        let mut arguments = Arguments::from_args();
        // One after the other: they share a registry.
        arguments.test_threads = Some(1);
        let stage = Arc::new(self);
        let trials = tests.map(|(name, test)| {
            let stage = Arc::clone(&stage);
            Trial::test(name, move || {
                test(&stage);
                Ok(())
            })
        });
        let conclusion = libtest_mimic::run(&arguments, trials.into());
        // The tests have let it go: Wine ends here, and its folder with it.
        drop(stage);
        conclusion.exit_code()
    }
}

/// A host that has greeted.
#[track_caller]
pub fn greeted(stage: &Stage, arguments: &[&str]) -> Host {
    let mut host = Host::start(stage.wine.host(arguments));
    let hello = host.frame();
    assert_eq!(hello, json!({"version": env!("CARGO_PKG_VERSION")}));
    host
}
