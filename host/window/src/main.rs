//! `tessera-window`: takes no argument, reads views, writes answers (`protocol::window`).
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    tessera_window::end_plainly_on_panic();
    tessera_window::forget_toolkit_variables();
    let outcome = tessera_window::refuse_inspection()
        .map_err(tessera_window::WindowError::from)
        .and_then(|()| tessera_window::run());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tessera-window: {error}");
            ExitCode::FAILURE
        }
    }
}
