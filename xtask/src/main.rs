//! What a person types to build, try and test Tessera.

mod bench;
mod build;
mod dev;
mod dist;
mod end_to_end;
mod field;
mod fuzz;
mod native;
mod pages;
mod play;
mod process;
mod setup;
mod systems;
mod test;
mod test_file;

use std::process::ExitCode;

use process::Failed;

const USAGE: &str = "\
cargo xtask demo     set up what is missing, build, and register and log in with a virtual CNS
cargo xtask test     set up what is missing, build, and run every test
cargo xtask test packages
                     set up what is missing, make the packages, install and use them in a
                     root of their own, and purge them
cargo xtask test windows
                     of these what runs under Wine: host and window as Windows programs,
                     and their packages
cargo xtask dev [--port PORT]
                     set up what is missing, and show the portal to a front-end developer:
                     built again and reloaded when a file changes; /componenti shows every
                     component, /dev who may log in
cargo xtask bench [--long] [FIGURES]
                     set up what is missing, build, and measure the README's figures, those
                     that take an hour too, or some of them by their name
cargo xtask field N [--at-a-time N]
                     set up what is missing, build, and play the misbehaving module's rows
                     so often, each time in a world of its own, until one fails
cargo xtask fuzz     try the same mutated input at every reader as the tests do
cargo xtask fuzz TARGET [FILE… | --keep]
                     try at one reader without end, or these files; keep of what was
                     found so far what reaches more code
cargo xtask dist crx|xpi|deb|msi [--origin URL…] [--key FILE] [--served-at URL]
                     pack the extension for Chromium browsers or Firefox, or host, window and
                     extension for Debian, or host and window for Windows, into target/dist/:
                     for these origins instead of the portal's own, with the ids of this RSA
                     key; what announces the extension to browsers names this folder of the
                     web, and of msi it is what tells browsers to install it from there. Of deb
                     also --signed-xpi FILE: the extension for Firefox as Mozilla has signed it
cargo xtask pages    build the portal's pages alone, into target/portal/
cargo xtask build    set up what is missing and build the pages and the three programs";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["demo"] => demo(),
        ["test"] => test::all(),
        ["test", "packages"] => test::packages(),
        ["test", "windows"] => systems::test_windows_alone(),
        ["dev", words @ ..] => dev::run_portal(words),
        ["bench", words @ ..] => bench::run(words),
        ["field", words @ ..] => match field::Rounds::read(words) {
            Some(rounds) => field::play(&rounds),
            None => return explain(),
        },
        ["fuzz"] => setup::for_fuzzing().and_then(|()| fuzz::all()),
        ["fuzz", target, "--keep"] => setup::for_fuzzing().and_then(|()| fuzz::keep(target)),
        ["fuzz", target, words @ ..] => {
            setup::for_fuzzing().and_then(|()| fuzz::one(target, words))
        }
        ["dist", kind, words @ ..] => dist::make(kind, words),
        ["pages"] => setup::for_build().and_then(|()| pages::build()),
        ["build"] => setup::for_build().and_then(|()| build::programs()),
        _ => return explain(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("\nxtask: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn explain() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn demo() -> Result<(), Failed> {
    setup::for_demo()?;
    build::programs()?;
    build::end_to_end_program("demo")?;
    process::step("The demo: one registration, one login");
    build::run_isolated("demo", &[])
}
