//! A file of end-to-end tests: built by Cargo, run in a world of its own.

use std::{
    path::Path,
    process::{Output, Stdio},
};

use crate::process::{Failed, command};

/// A test file's program.
pub struct TestFile {
    /// The file's name, without what comes before and after.
    pub name: String,
    program: String,
}

impl TestFile {
    /// Builds those that these arguments of `cargo test` choose.
    pub fn build(chosen: &[&str]) -> Result<Vec<TestFile>, Failed> {
        let output = command("cargo")
            .args(["test", "--release", "--no-run"])
            .args(chosen)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(|cargo| cargo.wait_with_output())
            .map_err(|error| Failed(format!("cargo could not be started: {error}")))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            eprint!("{said}");
            return Err(Failed("the end-to-end tests do not build".to_owned()));
        }
        let files: Vec<TestFile> = said.lines().filter_map(read).collect();
        match files.is_empty() {
            true => Err(Failed("cargo names no end-to-end test".to_owned())),
            false => Ok(files),
        }
    }

    /// Runs its tests whose names contain `filter`, one after the other.
    pub fn run(&self, filter: &str) -> std::io::Result<Output> {
        command("bash")
            .args(["tests/isolated.sh", &self.program])
            .args(["--test-threads=1", filter])
            .stdin(Stdio::null())
            .output()
    }
}

/// Whether two worlds can stand side by side. Without namespaces of their own (an ordinary
/// user, most containers) they would meet.
pub fn worlds_stand_apart() -> bool {
    let namespaces = [
        "--mount",
        "--net",
        "--pid",
        "--fork",
        "--mount-proc",
        "true",
    ];
    command("unshare")
        .args(namespaces)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether a package can be installed without being installed on this machine.
pub fn a_fresh_root_stands() -> bool {
    command("tests/fresh_root.sh")
        .arg("true")
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Cargo names each file with its program: `Executable tests/x.rs (target/…/x-hash)`.
fn read(line: &str) -> Option<TestFile> {
    let (_, program) = line.trim().strip_prefix("Executable ")?.split_once('(')?;
    let program = program.strip_suffix(')')?;
    let (name, _) = Path::new(program).file_name()?.to_str()?.rsplit_once('-')?;
    Some(TestFile {
        name: name.to_owned(),
        program: program.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_words_name_file_and_program() {
        let line = "  Executable tests/access.rs (target/release/deps/access-0f3a)";
        let file = read(line).unwrap();
        assert_eq!(file.name, "access");
        assert_eq!(file.program, "target/release/deps/access-0f3a");
        assert!(read("    Finished `release` profile").is_none());
    }
}
