//! The command line of the portal's server.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use mimalloc::MiMalloc;
use server_stub::commands::{self, Command, Failure};

/// A login is some 300 allocations that live no longer than it: this one takes a twentieth of a
/// login's processor time away, for some 20 MB of memory.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The Sistema TS portal's server: access by CNS smart card.
#[derive(Parser)]
#[command(name = "server-stub", version)]
struct Arguments {
    /// The configuration; without it `tessera.toml` of this folder, if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(fault) => {
            eprintln!("no threads to run on: {fault}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(commands::run(
        arguments.command,
        arguments.config.as_deref(),
    ));
    // A list that is still being fetched is waited for by nobody.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            match failure {
                Failure::Config(_) => ExitCode::from(2),
                Failure::Other(_) => ExitCode::FAILURE,
            }
        }
    }
}
