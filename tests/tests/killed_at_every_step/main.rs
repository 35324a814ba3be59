//! Something is killed, at every step: the page is told what happened, no process is left, no
//! card stays logged in, no try is lost, and the next login works.

mod blows;
mod steps;

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    desk::Desk,
    situation::{Deed::*, Victim},
    suite,
};

use blows::{Blow, HOST, MODULES, PCSCD, WINDOW, row};
use steps::STEPS;

/// The modules cannot notice it themselves.
const HOST_OF_MODULES_THAT_STAND_STILL: Blow = Blow {
    name: "the_host_of_modules_that_stand_still",
    falls: &[Stop(Victim::Modules), Kill(Victim::Host)],
    ..HOST
};

const BLOWS: [Blow; 5] = [
    MODULES,
    HOST,
    HOST_OF_MODULES_THAT_STAND_STILL,
    WINDOW,
    PCSCD,
];

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
