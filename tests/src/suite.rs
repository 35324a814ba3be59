//! Runs the tests of one file, one after the other, on a stage they share.
//!
//! A stage (pcscd, screen, browser) takes longer to set up than most tests to run. It is
//! built for the first test that runs, used again by the next, and built anew after a test
//! that failed: what a failure leaves behind is nobody else's problem.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::Outcome;

/// A test: its name, a sentence in snake case, and what it does.
pub type Test<S> = (&'static str, fn(&mut S) -> Outcome<()>);

/// What the tests of a file share.
pub trait Stage: Sized + Send + 'static {
    /// Sets it up.
    fn start() -> Outcome<Self>;

    /// Checks after each test that it left nothing behind.
    fn expect_at_rest(&mut self) -> Outcome<()>;
}

/// Runs the tests that the command line asks for; answers the program's exit code.
pub fn run<S: Stage>(tests: &[Test<S>]) -> ExitCode {
    run_all(tests.iter().copied())
}

/// The same for tests that are more than a function, such as the rows of a table.
pub fn run_all<S, T>(tests: impl IntoIterator<Item = (&'static str, T)>) -> ExitCode
where
    S: Stage,
    T: Fn(&mut S) -> Outcome<()> + Send + 'static,
{
    let mut arguments = Arguments::from_args();
    // They share one screen and one reader.
    arguments.test_threads = Some(1);
    let stage = Arc::new(Mutex::new(None));
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            let stage = Arc::clone(&stage);
            Trial::test(name, move || {
                let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
                run_on(&mut stage, &test)
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn run_on<S: Stage>(
    stage: &mut Option<S>,
    test: &impl Fn(&mut S) -> Outcome<()>,
) -> Result<(), Failed> {
    let mut ready = match stage.take() {
        Some(stage) => stage,
        None => S::start().map_err(|failure| Failed::from(format!("the stage: {failure}")))?,
    };
    match catch_unwind(AssertUnwindSafe(|| {
        test(&mut ready).and_then(|()| ready.expect_at_rest())
    })) {
        Ok(Ok(())) => {
            *stage = Some(ready);
            Ok(())
        }
        Ok(Err(failure)) => Err(failure.to_string().into()),
        Err(panic) => resume_unwind(panic),
    }
}
