//! Every test, in the order that tells soonest.

use std::process::Command;

use crate::{
    build,
    process::{Failed, isolated, root, run, step, wait},
    setup,
};

/// The rooms whose tests need no card, reader or browser.
const NATIVE: [&str; 7] = [
    "--package=protocol",
    "--package=cns",
    "--package=verifier",
    "--package=pki",
    "--package=server-stub",
    "--package=tessera-host",
    "--package=tessera-window",
];

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

    step("The pages, in a real browser");
    // The runner's own 20 s a file are short for a busy machine.
    wait(
        Command::new("wasm-pack")
            .args(["test", "--headless", "--chrome", "frontend"])
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .current_dir(root()),
    )?;

    step("End to end: virtual CNS, real middleware, real browser");
    run(
        "cargo",
        &["test", "--release", "--package=end-to-end", "--no-run"],
    )?;
    isolated(
        "cargo",
        &[
            "test",
            "--release",
            "--package=end-to-end",
            "--",
            "--test-threads=1",
        ],
    )?;

    step("Lints: native and browser");
    lints(&["--workspace", "--all-targets"])?;
    lints(&[
        "--package=frontend",
        "--package=protocol",
        "--all-targets",
        "--target=wasm32-unknown-unknown",
    ])?;

    step("Every test passed");
    Ok(())
}

fn lints(packages: &[&str]) -> Result<(), Failed> {
    let mut arguments = vec!["clippy", "--quiet"];
    arguments.extend(packages);
    arguments.extend(["--", "--deny=warnings"]);
    run("cargo", &arguments)
}
