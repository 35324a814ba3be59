//! Where the programs and the extension under test stand: in this checkout.

use std::path::{Path, PathBuf};

use crate::Outcome;

/// The portal's server.
pub fn server() -> Outcome<PathBuf> {
    program("server-stub")
}

/// The same as it is installed, of the profile `served`: for the bench alone, which has it built.
pub fn served() -> Outcome<PathBuf> {
    built("served/server-stub")
}

/// The native host.
pub fn host() -> Outcome<PathBuf> {
    program("tessera-host")
}

/// The host's window.
pub fn window() -> Outcome<PathBuf> {
    program("tessera-window")
}

/// The Debian package that `cargo xtask test packages` makes.
pub fn debian_package() -> Outcome<PathBuf> {
    let folder = checkout().join("target/test-packages");
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut packages = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "deb"));
    packages
        .next()
        .ok_or_else(|| "run `cargo xtask test packages`: there is no package to test".into())
}

/// The module of the host's tests that misbehaves as it is told.
pub fn quirky_module() -> Outcome<PathBuf> {
    let path = example("libquirky_module.so");
    match path.is_file() {
        true => Ok(path),
        false => Err(
            "run `cargo build --release --package tessera-host --example quirky_module` first"
                .into(),
        ),
    }
}

/// An example of a room, as `cargo xtask bench` builds it.
pub fn example(name: &str) -> PathBuf {
    release().join("examples").join(name)
}

/// The unpacked extension.
pub fn extension() -> PathBuf {
    checkout().join("extension")
}

/// The extension that does no more than the browser's own native messaging, unpacked.
pub fn bare_extension() -> PathBuf {
    checkout().join("tests/src/bench/relay/bare_extension")
}

/// A page that the portal's is measured beside, as `cargo xtask bench` builds it.
pub fn page_beside(name: &str) -> Outcome<PathBuf> {
    let folder = checkout().join("target/pages-beside").join(name);
    match folder.join("index.html").is_file() {
        true => Ok(folder),
        false => Err(format!(
            "{} is not built: `cargo xtask bench` builds it",
            folder.display()
        )
        .into()),
    }
}

/// A file of an npm package, as `cargo xtask test` installed it.
pub fn node_module(path: &str) -> Outcome<PathBuf> {
    let file = checkout().join("node_modules").join(path);
    match file.is_file() {
        true => Ok(file),
        false => Err(format!(
            "{} is missing: run `cargo xtask build` first",
            file.display()
        )
        .into()),
    }
}

/// A program of a Python package, as `cargo xtask test` installed it.
pub fn python_program(name: &str) -> Outcome<PathBuf> {
    let program = checkout().join("target/python/bin").join(name);
    match program.is_file() {
        true => Ok(program),
        false => Err(format!(
            "{} is missing: `cargo xtask test` installs it",
            program.display()
        )
        .into()),
    }
}

/// The file the bench writes its figures to.
pub fn figures() -> PathBuf {
    checkout().join("target/bench.json")
}

/// The folder the suite keeps pictures in.
pub fn pictures() -> PathBuf {
    checkout().join("target/demo")
}

/// The folder the suite keeps pictures of the host's window in.
pub fn pictures_of_the_window() -> PathBuf {
    checkout().join("target/pictures/window")
}

/// The folder the suite keeps pictures of situations in: the window at each deed that reads it.
pub fn pictures_of_situations() -> PathBuf {
    checkout().join("target/pictures/situations")
}

/// The folder the suite keeps pictures of the portal's pages in.
pub fn pictures_of_the_portal() -> PathBuf {
    checkout().join("target/pictures/portal")
}

fn program(name: &str) -> Outcome<PathBuf> {
    built(&format!("release/{name}"))
}

fn built(path: &str) -> Outcome<PathBuf> {
    let path = cargo_products::folder(&checkout()).join(path);
    if !path.is_file() {
        let path = path.display();
        return Err(format!("{path} is not built: run `cargo xtask build` first").into());
    }
    Ok(path)
}

fn release() -> PathBuf {
    cargo_products::folder(&checkout()).join("release")
}

fn checkout() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
