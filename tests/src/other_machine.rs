//! What programs see of their machine, changed for those programs alone.
//!
//! A library that is loaded before a program's others changes what it sees; the machine itself
//! and whatever else runs on it stay as they are. That needs no administrator's rights, and
//! leaves the administrator's files the administrator's, which a namespace of one's own does not.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Outcome, middleware::opensc, product, program::run};

/// Sees one path's files elsewhere.
const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/other_machine/files.c");

/// Where Chromium reads what an administrator says.
const POLICIES: &str = "/etc/chromium/policies/managed";

/// The fifth byte of an ELF file in a library of 32 bits.
const OF_32_BITS: u8 = 1;

/// What is different there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// OpenSC is not installed.
    NoModule,
    /// OpenSC is there for programs of 32 bits.
    ModuleOfOtherBitness,
    /// The clock is thirty years behind.
    ClockBehind,
}

impl Difference {
    /// Writes the program that is the host on such a machine, with all it needs in `folder`:
    /// it takes the host's place in the browser's manifest, and becomes the host.
    pub fn host(self, folder: &Path) -> Outcome<PathBuf> {
        let (library, settings) = match self {
            Difference::NoModule => (files_seen_elsewhere(&opensc(), folder, "absent", &[])?, ""),
            Difference::ModuleOfOtherBitness => {
                let mut module = fs::read(opensc())?;
                *module.get_mut(4).ok_or("OpenSC's module is no library")? = OF_32_BITS;
                let name = "module.so";
                fs::write(folder.join(name), module)?;
                let loading = ["-DLOADING_ALONE"];
                let library = files_seen_elsewhere(&opensc(), folder, name, &loading)?;
                (library, "")
            }
            Difference::ClockBehind => (
                library_of_faked_times()?,
                "FAKETIME=-10950d FAKETIME_DONT_FAKE_MONOTONIC=1",
            ),
        };
        let (library, host) = (library.display(), product::host()?);
        let host = host.display();
        let path = folder.join(format!("host-{self:?}"));
        let script =
            format!("#!/bin/sh -e\nexport LD_PRELOAD={library} {settings}\nexec {host} \"$@\"\n");
        fs::write(&path, script)?;
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755))?;
        Ok(path)
    }
}

/// Makes the library that lets Chromium see this policy as its administrator's, and no other.
pub fn policy_of_chromium(folder: &Path, policy: &str) -> Outcome<PathBuf> {
    let name = "policies";
    fs::create_dir_all(folder.join(name))?;
    fs::write(folder.join(name).join("policy.json"), policy)?;
    files_seen_elsewhere(Path::new(POLICIES), folder, name, &[])
}

/// Makes the library that shows at `path` what has this name in `folder`.
fn files_seen_elsewhere(
    path: &Path,
    folder: &Path,
    name: &str,
    options: &[&str],
) -> Outcome<PathBuf> {
    let library = folder.join(format!("{name}-seen.so"));
    let defined = |what, path: &Path| format!("-D{what}=\"{}\"", path.display());
    // What links Rust's programs is there wherever they are built.
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library);
    compiler.arg(defined("PATH", path));
    compiler.arg(defined("INSTEAD", &folder.join(name)));
    run(compiler.args(options).arg(FILES))?;
    Ok(library)
}

fn library_of_faked_times() -> Outcome<PathBuf> {
    let folders = fs::read_dir("/usr/lib")?.flatten();
    let mut places = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    let library = places.find(|place| place.is_file());
    Ok(library.ok_or("libfaketime is not installed: apt-get install faketime")?)
}
