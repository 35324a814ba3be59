//! Every test.

use std::thread;

use crate::{
    build, dist, end_to_end, fuzz,
    process::{Failed, command, gently, run, step, wait},
    setup, systems,
    test_file::a_fresh_root_stands,
};

/// The rooms whose tests need a card, a reader or a browser, and steps of their own below; and
/// what only the bench builds.
const NOT_NATIVE: [&str; 5] = [
    "--exclude=bare-page",
    "--exclude=end-to-end",
    "--exclude=dev-portal",
    "--exclude=frontend",
    "--exclude=gallery",
];

const IN_THE_BROWSER: &str = "--target=wasm32-unknown-unknown";

/// Runs them all; the first step that fails ends it.
///
/// The end-to-end tests wait most of their time: what only computes is done beside them, and
/// both are heard out.
pub fn all() -> Result<(), Failed> {
    setup::for_test()?;

    step("Form: cargo fmt");
    run("cargo", &["fmt", "--all", "--check"])?;

    step("The extension: types and behaviour");
    run("node_modules/.bin/tsc", &["--project", "extension"])?;
    run("node", &["--test", "extension/test/"])?;

    programs_and_package()?;

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
    step("End to end: virtual CNS, real middleware, real browser; beside it lints and fuzzing");
    thread::scope(|scope| {
        let beside = scope.spawn(beside);
        let played = end_to_end::play(files);
        let beside = beside
            .join()
            .unwrap_or_else(|_| Err(Failed("what ran beside broke off".to_owned())));
        both(played, beside)
    })?;

    step("The native rooms, each with its own tests");
    run("cargo", &native(&["--quiet"]))?;

    systems::test_windows()?;

    step(match a_fresh_root_stands() {
        true => "Every test passed",
        false => {
            "Every test passed but those of the Debian package, for which this machine has no room"
        }
    });
    Ok(())
}

/// Well where both are; what went wrong in each.
fn both(one: Result<(), Failed>, other: Result<(), Failed>) -> Result<(), Failed> {
    match (one, other) {
        (Err(one), Err(other)) => Err(Failed(format!("{one}\n{other}"))),
        (one, other) => one.and(other),
    }
}

/// Makes the packages, and installs, uses and purges them.
pub fn packages() -> Result<(), Failed> {
    setup::for_test_of_packages()?;
    programs_and_package()?;
    let files = end_to_end::build_for_packages()?;
    step("The packages: installed, used by managed browsers, purged");
    end_to_end::play(files)?;
    step("Every test of the packages passed");
    Ok(())
}

/// The programs, and a package of them, whose host answers an extension of its own.
fn programs_and_package() -> Result<(), Failed> {
    build::programs()?;
    dist::for_tests()?;
    // It stands where the other tests look for theirs.
    build::programs_alone()
}

/// What needs nothing but the processor, and of that what a person's patience, measured end to
/// end meanwhile, leaves: see [`gently`].
fn beside() -> Result<(), Failed> {
    wait(gently("cargo").args(native(&["--quiet", "--no-run"])))?;
    lints(&["--workspace", "--all-targets"])?;
    lints(&systems::TESTS_UNDER_WINE)?;
    lints(&["--package=frontend", "--all-targets", IN_THE_BROWSER])?;
    lints(&["--package=protocol", IN_THE_BROWSER])?;
    println!("lints, native and browser: none");
    systems::build()?;
    systems::lints()?;
    fuzz::all()
}

/// Built as the programs are (`--release`): what is tested is what is shipped, and a fresh
/// machine compiles each library once.
fn native<'a>(options: &[&'a str]) -> Vec<&'a str> {
    [&["test", "--release", "--workspace"], options, &NOT_NATIVE].concat()
}

fn lints(packages: &[&str]) -> Result<(), Failed> {
    // In release mode, since what the libraries' build scripts made is there already.
    let clippy = ["clippy", "--release", "--quiet"];
    let strictly = ["--", "--deny=warnings"];
    wait(gently("cargo").args([&clippy, packages, &strictly].concat()))
}
