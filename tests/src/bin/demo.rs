//! The demonstration: one registration, one login, one logout, with a virtual CNS.
//!
//! Without a display it does all of it itself and keeps a picture of each page; with one it
//! leaves the browser to the person.

use std::process::ExitCode;

use end_to_end::demo;

fn main() -> ExitCode {
    let display = std::env::var("DISPLAY").unwrap_or_default();
    let outcome = match display.as_str() {
        "" => demo::alone::run(),
        display => demo::for_person::run(display),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nThe demo failed: {failure}");
            ExitCode::FAILURE
        }
    }
}
