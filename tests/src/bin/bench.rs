//! Measures the figures of the README's table: `cargo xtask bench`.

use std::process::ExitCode;

use end_to_end::bench;

fn main() -> ExitCode {
    match bench::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nThe bench failed: {failure}");
            ExitCode::FAILURE
        }
    }
}
