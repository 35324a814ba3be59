//! The programs, built so that they are the same wherever the checkout stands.

use std::{ffi::OsString, path::PathBuf, process::Command};

use super::extension::Packing;
use crate::{
    build,
    process::{Failed, command, output, products, root, step, target, wait},
};

/// The program that reads the card, and its window, which must stand beside it.
pub const HOST: &str = "tessera-host";
pub const WINDOW: &str = "tessera-window";

/// Cargo's profile for them, and the folder that it fills.
const PROFILE: &str = "packed";

/// Builds host and window, and answers the folder they are in; the host answers the extension
/// of these ids alone. `system` is Rust's name of another system than this machine's.
pub fn build(packing: &Packing, system: Option<&str>) -> Result<PathBuf, Failed> {
    let mut cargo = cargo(packing);
    cargo
        .env("CARGO_TARGET_DIR", target())
        .args(["build", "--locked", "--profile", PROFILE])
        .args([format!("--package={HOST}"), format!("--package={WINDOW}")]);
    let mut flags = flags();
    let mut folder = target();
    if let Some(system) = system {
        cargo.args(["--target", system]);
        folder.push(system);
        // The linker writes the time into a Windows program, unless it is told not to.
        flags.push("\x1f-Clink-arg=-Wl,--no-insert-timestamp");
    }
    wait(cargo.env("CARGO_ENCODED_RUSTFLAGS", flags))?;
    Ok(folder.join(PROFILE))
}

/// The same with this machine's folders in them, of the libraries that the tests' other programs
/// are made of: compiling those once more would take as long again. The host that stands in the
/// same place is another from now on, until it is built again.
pub fn build_for_tests(packing: &Packing) -> Result<PathBuf, Failed> {
    wait(cargo(packing).args(build::PROGRAMS))?;
    Ok(products().join("release"))
}

fn cargo(packing: &Packing) -> Command {
    step("Building tessera-host and tessera-window for a package");
    let mut cargo = command("cargo");
    cargo
        .env("TESSERA_CHROMIUM_EXTENSION_ID", packing.key.chromium_id())
        .env("TESSERA_GECKO_EXTENSION_ID", packing.gecko_id());
    cargo
}

/// Names for the folders of this machine that would else stand in the programs.
fn flags() -> OsString {
    let cargo = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let folders = [(Some(root().to_owned()), "/tessera"), (cargo, "/cargo")];
    let mut flags = OsString::new();
    let mut add = |folder: PathBuf, name: &str| {
        if !flags.is_empty() {
            flags.push("\x1f");
        }
        flags.push("--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
        flags.push(name);
    };
    for (folder, name) in folders {
        if let Some(folder) = folder {
            add(folder, name);
        }
    }
    // Where the standard library's source is installed, rustc names it by its place here.
    if let Some(folder) = standard_library()
        && let Some(commit) = compilers_commit()
    {
        add(folder, &format!("/rustc/{commit}"));
    }
    flags
}

fn standard_library() -> Option<PathBuf> {
    let sysroot = output("rustc", &["--print", "sysroot"])?;
    let folder = PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust");
    folder.is_dir().then_some(folder)
}

fn compilers_commit() -> Option<String> {
    let told = output("rustc", &["--version", "--verbose"])?;
    let commit = told
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "))?;
    Some(commit.to_owned())
}
