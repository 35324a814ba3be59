//! The same through the browser, with what can end there besides: the page tells what
//! happened and offers to try again, and the next try works.

mod blows;
mod steps;

use std::process::ExitCode;

use end_to_end::{Outcome, chain::Chain, situation::Deed::*, suite};
use protocol::FailureCode;

use blows::{Blow, HOST, MODULES, PCSCD, WINDOW, row};
use steps::STEPS;

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

const BLOWS: [Blow; 6] = [MODULES, HOST, WINDOW, PCSCD, WORKER, TAB];

fn main() -> ExitCode {
    let rows = STEPS
        .iter()
        .flat_map(|step| BLOWS.iter().map(move |blow| row(step, blow)));
    suite::run_all(rows.map(|row| {
        let test = move |chain: &mut Chain| -> Outcome<()> { row.play_in_browser(chain) };
        (row.name, test)
    }))
}
