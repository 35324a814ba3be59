//! Measures the figures of the README's table: `cargo xtask bench [--long] [FIGURES]`.

use std::process::ExitCode;

use end_to_end::bench::{self, Plan};

fn main() -> ExitCode {
    let mut plan = Plan::default();
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "--long" => plan.long = true,
            _ => plan.only = Some(word),
        }
    }
    match bench::run(&plan) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nThe bench failed: {failure}");
            ExitCode::FAILURE
        }
    }
}
