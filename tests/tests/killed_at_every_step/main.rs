//! Something is killed, at every step: the page is told what happened, no process is left, no
//! card stays logged in, no try is lost, and the next login works.
//!
//! What a browser can show as well is in `in_the_browser.rs`.

mod blows;
mod steps;

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    desk::Desk,
    situation::{Deed::*, Victim},
    suite,
};
use protocol::FailureCode;

use blows::{Blow, HOST, row};
use steps::STEPS;

/// The modules cannot notice it themselves.
const HOST_OF_MODULES_THAT_STAND_STILL: Blow = Blow {
    name: "the_host_of_modules_that_stand_still",
    falls: &[Stop(Victim::Modules), Kill(Victim::Host)],
    ..HOST
};

const WINDOW: Blow = Blow {
    name: "the_window",
    falls: &[Kill(Victim::Window)],
    found: |_| vec![Answered(FailureCode::WindowUnavailable)],
};

const BLOWS: [Blow; 2] = [HOST_OF_MODULES_THAT_STAND_STILL, WINDOW];

fn main() -> ExitCode {
    let rows = STEPS
        .iter()
        .flat_map(|step| BLOWS.iter().map(move |blow| row(step, blow)));
    suite::run_all(rows.enumerate().map(|(number, row)| {
        let test = move |desk: &mut Desk| -> Outcome<()> {
            row.play(&mut desk.workstation, &desk.issuer, row.language(number))
        };
        (row.name, test)
    }))
}
