//! A file of tests: built by Cargo, run in a world of its own or where Cargo would run it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::process::{Failed, command, root};

/// A test file's program.
pub struct TestFile {
    /// The file's name, without what comes before and after.
    pub name: String,
    program: PathBuf,
    /// Its package's folder.
    room: PathBuf,
    world: World,
}

/// What a test file's program finds around it.
#[derive(Clone, Copy)]
pub enum World {
    /// A smart-card service, a network and a screen that are nobody else's; its tests are run one
    /// after the other.
    Own,
    /// What `cargo test` would run it in.
    Machine,
}

impl TestFile {
    /// Builds with this `cargo`, which may be a gentle one, those that these arguments of
    /// `cargo test` choose.
    pub fn build(
        mut cargo: Command,
        chosen: &[&str],
        world: World,
    ) -> Result<Vec<TestFile>, Failed> {
        let output = cargo
            .args(["test", "--no-run", "--quiet"])
            .arg("--message-format=json-render-diagnostics")
            .args(chosen)
            .stdout(Stdio::piped())
            .spawn()
            .and_then(|cargo| cargo.wait_with_output())
            .map_err(|error| Failed(format!("cargo could not be started: {error}")))?;
        if !output.status.success() {
            return Err(Failed(format!(
                "the tests of {} do not build",
                chosen.join(" ")
            )));
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let files: Vec<TestFile> = said.lines().filter_map(|line| read(line, world)).collect();
        match files.is_empty() {
            true => Err(Failed(format!(
                "cargo names no test of {}",
                chosen.join(" ")
            ))),
            false => Ok(files),
        }
    }

    /// One that was not built here.
    #[cfg(test)]
    pub fn of_program(name: &str, program: &Path) -> TestFile {
        TestFile {
            name: name.to_owned(),
            program: program.to_owned(),
            room: root().to_owned(),
            world: World::Machine,
        }
    }

    /// Runs its tests whose names contain `filter`.
    pub fn run(&self, filter: &str) -> std::io::Result<Output> {
        let mut program = match self.world {
            World::Own => {
                let mut program = command("bash");
                program.arg("tests/isolated.sh").arg(&self.program);
                program.arg("--test-threads=1");
                program
            }
            World::Machine => {
                let mut program = Command::new(&self.program);
                program.current_dir(&self.room);
                // Else it would be xtask's own.
                program.env("CARGO_MANIFEST_DIR", &self.room);
                program
            }
        };
        program.arg(filter).stdin(Stdio::null()).output()
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

/// Cargo names each program it has made on a line of JSON; of those that are no tests, too.
fn read(line: &str, world: World) -> Option<TestFile> {
    let made: Value = serde_json::from_str(line).ok()?;
    if made["reason"] != "compiler-artifact" || made["profile"]["test"] != true {
        return None;
    }
    let room = Path::new(made["manifest_path"].as_str()?).parent()?;
    let file = made["target"]["name"].as_str()?;
    let name = match world {
        World::Own => file.to_owned(),
        // Rooms have files of the same name.
        World::Machine => {
            let room = room.strip_prefix(root()).unwrap_or(room);
            format!("{} {file}", room.display())
        }
    };
    Some(TestFile {
        name,
        program: PathBuf::from(made["executable"].as_str()?),
        room: room.to_owned(),
        world,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Cargo says of a program, of what is read of it.
    fn line(is_test: bool, executable: &Value) -> String {
        serde_json::json!({
            "reason": "compiler-artifact",
            "manifest_path": root().join("host/Cargo.toml"),
            "target": {"kind": ["test"], "name": "login"},
            "profile": {"opt_level": "2", "test": is_test},
            "executable": executable,
        })
        .to_string()
    }

    #[test]
    fn cargos_words_name_file_program_and_room() {
        let program = "/somewhere/release/deps/login-0f3a";
        let line = line(true, &program.into());
        let file = read(&line, World::Machine).unwrap();
        assert_eq!(file.name, "host login");
        assert_eq!(file.program, Path::new(program));
        assert_eq!(file.room, root().join("host"));
        assert_eq!(read(&line, World::Own).unwrap().name, "login");
    }

    #[test]
    fn what_is_no_test_is_not_run() {
        let program = Value::from("/somewhere/release/tessera-host");
        assert!(read(&line(false, &program), World::Machine).is_none());
        assert!(read(&line(true, &Value::Null), World::Machine).is_none());
        assert!(
            read(
                r#"{"reason":"build-finished","success":true}"#,
                World::Machine
            )
            .is_none()
        );
        assert!(read("not JSON", World::Machine).is_none());
    }
}
