//! The folder in which counts are kept, and how they are changed there.
//!
//! Everything goes through the folder's descriptor and follows no link below it, so that
//! nobody can lead a name elsewhere after it was looked at.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{
    AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, RawMode, Stat, flock, fstat, mkdirat,
    openat, renameat, unlinkat,
};
use rustix::io::Errno;
use rustix::process::geteuid;

use super::tally::{CardKey, PinVerdict, TEXT_MAX, Tally};

const FOLDER: &str = "tessera";
const COUNTS: &str = "wrong-pins";
/// What is to take the place of [`COUNTS`]; whoever holds the lock owns the name.
const NEW_COUNTS: &str = "wrong-pins.new";

/// How often, and how long apart, a lock is asked for that another host holds for a moment.
/// A host that was stopped in the middle keeps no login waiting.
const LOCK_ATTEMPTS: usize = 30;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Why nothing can be kept.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeFault {
    /// Only absolute paths say the same in every folder.
    #[error("{} is not an absolute path", super::ABOVE)]
    NotAbsolute,
    /// Somebody else's.
    #[error("the folder for running programs belongs to user {owner}")]
    Owner {
        /// The owner's number.
        owner: u32,
    },
    /// Others could change what is kept.
    #[error("the folder for running programs can be written by others (mode {mode:o})")]
    Writable {
        /// Its permissions.
        mode: RawMode,
    },
    /// Another host has kept it for too long.
    #[error("another host keeps the folder for running programs locked")]
    Locked,
    /// The system says no.
    #[error("the folder for running programs: {0}")]
    System(#[from] io::Error),
}

impl From<Errno> for RuntimeFault {
    fn from(error: Errno) -> RuntimeFault {
        RuntimeFault::System(error.into())
    }
}

/// `$XDG_RUNTIME_DIR/tessera`, the person's own.
pub struct RuntimeFolder(OwnedFd);

impl RuntimeFolder {
    /// Opens the folder below `runtime`, and makes it where there is none.
    ///
    /// Both must belong to the person and be writable by nobody else (XDG Base Directory
    /// Specification: `XDG_RUNTIME_DIR` is owned by the user, mode 0700).
    pub fn open(runtime: &Path) -> Result<RuntimeFolder, RuntimeFault> {
        if !runtime.is_absolute() {
            return Err(RuntimeFault::NotAbsolute);
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let above = openat(CWD, runtime, flags, Mode::empty())?;
        require_own(&fstat(&above)?)?;
        match mkdirat(&above, FOLDER, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let folder = openat(&above, FOLDER, flags, Mode::empty())?;
        require_own(&fstat(&folder)?)?;
        Ok(RuntimeFolder(folder))
    }

    /// The counts; none of any card where they cannot be understood.
    pub fn read(&self) -> Result<Tally, RuntimeFault> {
        // Not blocking: a pipe in the file's place would wait for its other end.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match openat(&self.0, COUNTS, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT | Errno::LOOP) => return Ok(Tally::default()),
            Err(error) => return Err(error.into()),
        };
        let status = fstat(&file)?;
        if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile
            || require_own(&status).is_err()
        {
            return Ok(Tally::default());
        }
        let mut text = Vec::new();
        let limit = TEXT_MAX as u64 + 1;
        File::from(file).take(limit).read_to_end(&mut text)?;
        Ok(Tally::read(&text).unwrap_or_default())
    }

    /// Adds what a card said; nothing that another host adds meanwhile is lost.
    pub fn record(&self, card: &CardKey, verdict: PinVerdict) -> Result<(), RuntimeFault> {
        self.lock()?;
        let recorded = self.read().and_then(|mut tally| {
            tally.record(card, verdict);
            self.replace(&tally.write())
        });
        flock(&self.0, FlockOperation::Unlock)?;
        recorded
    }

    fn replace(&self, text: &str) -> Result<(), RuntimeFault> {
        // One left by a host that was killed.
        match unlinkat(&self.0, NEW_COUNTS, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let file = openat(&self.0, NEW_COUNTS, flags, Mode::RUSR | Mode::WUSR)?;
        File::from(file).write_all(text.as_bytes())?;
        renameat(&self.0, NEW_COUNTS, &self.0, COUNTS)?;
        Ok(())
    }

    fn lock(&self) -> Result<(), RuntimeFault> {
        for _ in 0..LOCK_ATTEMPTS {
            match flock(&self.0, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(()),
                Err(Errno::WOULDBLOCK | Errno::INTR) => std::thread::sleep(LOCK_PAUSE),
                Err(error) => return Err(error.into()),
            }
        }
        Err(RuntimeFault::Locked)
    }
}

fn require_own(status: &Stat) -> Result<(), RuntimeFault> {
    if status.st_uid != geteuid().as_raw() {
        return Err(RuntimeFault::Owner {
            owner: status.st_uid,
        });
    }
    let mode = Mode::from_raw_mode(status.st_mode);
    if mode.intersects(Mode::WGRP | Mode::WOTH) {
        return Err(RuntimeFault::Writable {
            mode: mode.as_raw_mode(),
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "runtime_folder_tests.rs"]
mod tests;
