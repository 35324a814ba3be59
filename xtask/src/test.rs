//! Every test.

use std::{
    sync::{
        Mutex,
        mpsc::{Sender, channel},
    },
    thread,
};

use crate::{
    build, dist, end_to_end, fuzz, native,
    play::play_coming,
    process::{Failed, both, command, gently, heard, run, step, wait},
    setup, systems,
    test_file::{TestFile, a_fresh_root_stands},
};

/// How many files of the native rooms run at a time.
const AT_A_TIME: usize = 2;

const IN_THE_BROWSER: &str = "--target=wasm32-unknown-unknown";

/// Runs them all; the first step that fails ends it.
///
/// The end-to-end tests wait most of their time: what only computes is done beside them, and
/// both are heard out.
pub fn all() -> Result<(), Failed> {
    setup::systems_for_test()?;
    thread::scope(|scope| {
        let installed = scope.spawn(setup::for_test);
        both(what_needs_nothing_installed(), heard(installed))
    })?;
    package()?;

    step("The pages as HTML, as the build makes them");
    // In development mode, as `prerender` was built a moment ago.
    run(
        "cargo",
        &[
            "test",
            "--quiet",
            "--package=frontend",
            "--lib",
            "--no-default-features",
            "--features=ssr",
        ],
    )?;

    step("The pages, in a real browser");
    // The runner's own 20 s a file are short for a busy machine.
    wait(
        command("wasm-pack")
            .args(["test", "--headless", "--chrome", "frontend"])
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
    )?;

    build::module_that_misbehaves()?;
    let files = end_to_end::build()?;
    step("End to end: virtual CNS, real middleware, real browser; beside it what only computes");
    let (built, coming) = channel();
    let coming = Mutex::new(coming);
    thread::scope(|scope| {
        let beside = scope.spawn(|| beside(built));
        let played = end_to_end::play(files);
        step("The native rooms, each with its own tests, and Windows' programs under Wine");
        let played = both(played, play_coming(&coming, AT_A_TIME));
        both(played, heard(beside))
    })?;

    step(match a_fresh_root_stands() {
        true => "Every test passed",
        false => {
            "Every test passed but those of the Debian package, for which this machine has no room"
        }
    });
    Ok(())
}

/// What is done while the machine is given what it lacks.
fn what_needs_nothing_installed() -> Result<(), Failed> {
    setup::for_build()?;

    step("Form: cargo fmt");
    run("cargo", &["fmt", "--all", "--check"])?;

    step("The extension: types and behaviour");
    run("node_modules/.bin/tsc", &["--project", "extension"])?;
    run("node", &["--test", "extension/test/"])?;

    build::programs()
}

/// Makes the packages, and installs, uses and purges them.
pub fn packages() -> Result<(), Failed> {
    setup::for_test_of_packages()?;
    build::programs()?;
    package()?;
    let files = end_to_end::build_for_packages()?;
    step("The packages: installed, used by managed browsers, purged");
    end_to_end::play(files)?;
    step("Every test of the packages passed");
    Ok(())
}

/// The package that is tested, whose host answers an extension of its own.
fn package() -> Result<(), Failed> {
    dist::for_tests()?;
    // It stands where the other tests look for theirs.
    build::programs_alone()
}

/// What needs nothing but the processor, and of that what a person's patience, measured end to
/// end meanwhile, leaves: see [`gently`]. Test files first, which are waited for.
fn beside(built: Sender<TestFile>) -> Result<(), Failed> {
    hand_over(native::build()?, &built);
    hand_over(systems::tests_under_wine()?, &built);
    drop(built);
    native::test_documentation()?;
    lints(&["--workspace", "--all-targets"])?;
    lints(&[&["--workspace"][..], &systems::TESTS_UNDER_WINE].concat())?;
    lints(&["--package=frontend", "--all-targets", IN_THE_BROWSER])?;
    lints(&["--package=protocol", IN_THE_BROWSER])?;
    println!("lints, native and browser: none");
    systems::lints()?;
    fuzz::all()
}

fn hand_over(files: Vec<TestFile>, to: &Sender<TestFile>) {
    for file in files {
        // Whoever takes them outlives the sender.
        let _ = to.send(file);
    }
}

fn lints(packages: &[&str]) -> Result<(), Failed> {
    // In release mode, since what the libraries' build scripts made is there already.
    let clippy = ["clippy", "--release", "--quiet"];
    let strictly = ["--", "--deny=warnings"];
    wait(gently("cargo").args([&clippy, packages, &strictly].concat()))
}
