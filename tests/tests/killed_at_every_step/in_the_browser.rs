//! The same through the browser, with what can end there besides: the page tells what
//! happened and offers to try again, and the next try works.

mod blows;
mod steps;

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    chain::Chain,
    situation::{Deed::*, Victim},
    suite,
};
use protocol::FailureCode;

use blows::{Blow, HOST, row};
use steps::STEPS;

const MODULES: Blow = Blow {
    name: "the_modules",
    falls: &[Kill(Victim::Modules)],
    found: |_| {
        vec![
            Reads("La carta non si legge"),
            Press("Escape"),
            Answered(FailureCode::ModuleFailed),
        ]
    },
};

const PCSCD: Blow = Blow {
    name: "pcscd",
    // It is started again, as systemd does for the next who asks for it.
    falls: &[KillPcscd, StartPcscd],
    found: |step| match step.without_pcscd {
        Some((text, codes)) => vec![Reads(text), Press("Escape"), AnsweredOneOf(codes)],
        None => vec![Ended],
    },
};

const WORKER: Blow = Blow {
    name: "the_extensions_worker",
    falls: &[StopWorker],
    found: |_| vec![Answered(FailureCode::ExtensionUnavailable)],
};

/// Nobody is left to be told anything.
const TAB: Blow = Blow {
    name: "the_tab",
    falls: &[CloseTab],
    found: |_| vec![Ended],
};

const BLOWS: [Blow; 5] = [MODULES, HOST, PCSCD, WORKER, TAB];

fn main() -> ExitCode {
    let rows = STEPS
        .iter()
        .flat_map(|step| BLOWS.iter().map(move |blow| row(step, blow)));
    suite::run_all(rows.map(|row| {
        let test = move |chain: &mut Chain| -> Outcome<()> { row.play_in_browser(chain) };
        (row.name, test)
    }))
}
