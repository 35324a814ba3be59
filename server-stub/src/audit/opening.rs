//! A program's part of the audit log, before it has looked into the database

use std::{fs, io, path::PathBuf};

use super::{AuditKey, Fault, HeadsFile, HeadsFileFault, KeyFault, Node, ReadHeads};
use crate::{config::AuditConfig, file_lock::FileLock, telemetry::METERS};

/// Which program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The server.
    Server,
    /// A command.
    Command,
}

/// Key, file and chain of a program, which is the only one of this machine that has the chain.
pub struct Opening {
    /// Whose chain.
    pub node: Node,
    /// What signs.
    pub key: AuditKey,
    /// Where heads are put.
    pub file: HeadsFile,
    /// What was in it.
    pub heads: ReadHeads,
    /// For commands: whose account of this machine gave it.
    pub account: String,
    pub(super) alone: FileLock,
}

/// The audit log cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum AuditFault {
    /// The key.
    #[error("audit.key: {0}")]
    Key(#[from] KeyFault),
    /// The file of heads.
    #[error("audit.heads: {0}")]
    Heads(#[from] HeadsFileFault),
    /// Another server has this name.
    #[error("audit.node: another server runs here as {0}; give each its own name")]
    Taken(Node),
    /// The file that keeps others out.
    #[error("audit.heads: {}: {fault}", file.display())]
    Lock {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        fault: io::Error,
    },
}

impl Opening {
    /// Reads key and heads. A command waits until another is done; a server does not.
    pub fn of(config: &AuditConfig, program: Program) -> Result<Opening, AuditFault> {
        let node = match program {
            Program::Server => &config.node,
            Program::Command => &config.commands,
        };
        let key = AuditKey::load_or_make(&config.key)?;
        let file = HeadsFile::at(&config.heads);
        let alone = keep_others_out(config, node, program)?;
        Ok(Opening {
            node: node.clone(),
            key,
            heads: file.read()?,
            file,
            account: account(),
            alone,
        })
    }
}

fn keep_others_out(
    config: &AuditConfig,
    node: &Node,
    program: Program,
) -> Result<FileLock, AuditFault> {
    let mut name = config.heads.clone().into_os_string();
    name.push(format!(".{node}.lock"));
    let file = PathBuf::from(name);
    let fault = |fault| AuditFault::Lock {
        file: file.clone(),
        fault,
    };
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let lock = options.open(&file).map_err(fault)?;
    match program {
        Program::Command => FileLock::take(lock).map_err(fault),
        Program::Server => FileLock::try_take(lock)
            .map_err(fault)?
            .ok_or_else(|| AuditFault::Taken(node.clone())),
    }
}

/// Whose account runs this program, and who logged in to the machine, as far as that can be
/// told.
fn account() -> String {
    #[cfg(unix)]
    let uid = {
        use std::os::unix::fs::MetadataExt;
        fs::metadata("/proc/self").ok().map(|process| process.uid())
    };
    #[cfg(not(unix))]
    let uid = None;
    let login = fs::read_to_string("/proc/self/loginuid").ok();
    let sudo = std::env::var("SUDO_USER").ok();
    account_of(uid, login.as_deref(), sudo.as_deref())
}

/// The uid is often that of the service, by `runuser`. Who logged in the kernel keeps, through
/// all changes of account; what the environment says is anybody's word.
fn account_of(uid: Option<u32>, login: Option<&str>, sudo: Option<&str>) -> String {
    let mut account = match uid {
        Some(uid) => format!("uid {uid}"),
        None => "an unknown uid".to_owned(),
    };
    // The highest number: nobody has logged in (proc_pid_loginuid(5)).
    let login = login.and_then(|login| login.trim().parse::<u32>().ok());
    if let Some(login) = login.filter(|login| *login != u32::MAX) {
        account.push_str(&format!(", logged in as uid {login}"));
    }
    if let Some(user) = sudo {
        account.push_str(&format!(", said to be {}", user.escape_debug()));
    }
    account
}

/// Says what is wrong with a program's own chain; the program goes on.
pub fn report(faults: &[Fault]) {
    for fault in faults {
        tracing::error!(%fault, "the audit log is not whole: see `server-stub audit verify`");
    }
    METERS.audit_found(faults.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_logged_in_is_told_apart_from_what_is_only_said() {
        for (login, sudo, expected) in [
            (
                Some("1000\n"),
                Some("anna"),
                "uid 998, logged in as uid 1000, said to be anna",
            ),
            (Some("4294967295"), None, "uid 998"),
            (Some("x"), Some("a\nb"), "uid 998, said to be a\\nb"),
            (None, None, "uid 998"),
        ] {
            assert_eq!(account_of(Some(998), login, sudo), expected);
        }
    }
}
