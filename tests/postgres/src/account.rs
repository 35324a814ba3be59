//! Whose processes the server's are: PostgreSQL refuses to run as root.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Debian's programs of PostgreSQL 15.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// The account Debian makes for it.
const ACCOUNT: &str = "postgres";

/// A program of PostgreSQL, run as its own account where the test runs as root.
pub(crate) fn program(name: &str) -> Command {
    let program: PathBuf = Path::new(PROGRAMS).join(name);
    assert!(
        program.exists(),
        "{} is missing: apt-get install postgresql-15",
        program.display()
    );
    as_owner(&program)
}

/// Any program, run as that account.
pub(crate) fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups"]);
    command.arg(program).env("HOME", "/nonexistent");
    command
}

/// Lets that account have a folder.
pub(crate) fn give(folder: &Path) {
    if is_root() {
        let given = Command::new("chown").arg(ACCOUNT).arg(folder).status();
        assert!(given.unwrap().success(), "chown {ACCOUNT}");
    }
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output().unwrap();
    user.stdout == b"0\n"
}
