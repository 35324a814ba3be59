//! Every test, in the order that tells soonest.

use std::thread;

use crate::{
    build, end_to_end, fuzz,
    process::{Failed, command, run, step, wait},
    setup,
};

/// The rooms whose tests need no card, reader or browser.
const NATIVE: [&str; 9] = [
    "--package=protocol",
    "--package=cns",
    "--package=verifier",
    "--package=pki",
    "--package=server-stub",
    "--package=tessera-host",
    "--package=tessera-window",
    "--package=fuzz",
    "--package=xtask",
];

const IN_THE_BROWSER: &str = "--target=wasm32-unknown-unknown";

/// Runs them all; the first that fails ends it.
///
/// Native tests are built as the programs are (`--release`): what is tested is what is
/// shipped, and a fresh machine compiles each library once.
pub fn all() -> Result<(), Failed> {
    setup::for_test()?;

    step("Form: cargo fmt");
    run("cargo", &["fmt", "--all", "--check"])?;

    step("The extension: types and behaviour");
    run("node_modules/.bin/tsc", &["--project", "extension"])?;
    run("node", &["--test", "extension/test/"])?;

    build::programs()?;

    step("The native rooms, each with its own tests");
    let mut arguments = vec!["test", "--release", "--quiet"];
    arguments.extend(NATIVE);
    run("cargo", &arguments)?;

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

    fuzz::all()?;

    step("The pages, in a real browser");
    // The runner's own 20 s a file are short for a busy machine.
    wait(
        command("wasm-pack")
            .args(["test", "--headless", "--chrome", "frontend"])
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
    )?;

    let files = end_to_end::build()?;
    step("End to end: virtual CNS, real middleware, real browser; and the lints beside it");
    thread::scope(|scope| {
        let linted = scope.spawn(all_lints);
        end_to_end::play(files)?;
        linted
            .join()
            .unwrap_or_else(|_| Err(Failed("the lints broke off".to_owned())))
    })?;

    step("Every test passed");
    Ok(())
}

/// Native and browser.
fn all_lints() -> Result<(), Failed> {
    lints(&["--workspace", "--all-targets"])?;
    lints(&["--package=frontend", "--all-targets", IN_THE_BROWSER])?;
    lints(&["--package=protocol", IN_THE_BROWSER])?;
    println!("lints: native and browser, none");
    Ok(())
}

/// With what the processor has left: beside them a person's patience is measured.
fn lints(packages: &[&str]) -> Result<(), Failed> {
    // In release mode, since what the libraries' build scripts made is there already.
    let mut arguments = vec!["-n", "19", "cargo", "clippy", "--release", "--quiet"];
    arguments.extend(packages);
    arguments.extend(["--", "--deny=warnings"]);
    run("nice", &arguments)
}
