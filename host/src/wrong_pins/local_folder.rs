//! The folder in which counts are kept on Windows, and how they are changed there.
//!
//! Nobody but the person and administrators can change the folder; whoever could, could also
//! put another file in the counts' place.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::tally::{CardKey, PinVerdict, TEXT_MAX, Tally};
use crate::trusted_path::{Distrust, Keeper, resolve};

const FOLDER: &str = "Tessera";
const COUNTS: &str = "wrong-pins";
/// What is to take the place of [`COUNTS`]; whoever holds the lock owns the name.
const NEW_COUNTS: &str = "wrong-pins.new";
/// A file of its own, since the counts' is replaced.
const LOCK: &str = "wrong-pins.lock";

/// All that is kept in the folder.
pub const FILES: [&str; 3] = [COUNTS, NEW_COUNTS, LOCK];

/// How often, and how long apart, a lock is asked for that another host holds for a moment.
/// A host that stands still in the middle keeps no login waiting.
const LOCK_ATTEMPTS: usize = 30;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Why nothing can be kept.
#[derive(Debug, thiserror::Error)]
pub enum LocalFault {
    /// Somebody else could change what is kept.
    #[error("the folder for local data is not believed: {0}")]
    Distrusted(#[from] Distrust),
    /// Another host has kept it for too long.
    #[error("another host keeps the folder for local data locked")]
    Locked,
    /// The system says no.
    #[error("the folder for local data: {0}")]
    System(#[from] io::Error),
}

/// `%LOCALAPPDATA%\Tessera`, the person's own.
pub struct LocalFolder(PathBuf);

impl LocalFolder {
    /// Opens the folder below `above`, and makes it where there is none.
    pub fn open(above: &Path) -> Result<LocalFolder, LocalFault> {
        let above = resolve(above, Keeper::Person)?;
        let folder = above.join(FOLDER);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        Ok(LocalFolder(resolve(&folder, Keeper::Person)?))
    }

    /// The counts; none of any card where they cannot be understood.
    pub fn read(&self) -> Result<Tally, LocalFault> {
        let file = match File::open(self.0.join(COUNTS)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Tally::default()),
            Err(error) => return Err(error.into()),
        };
        let mut text = Vec::new();
        file.take(TEXT_MAX as u64 + 1).read_to_end(&mut text)?;
        Ok(Tally::read(&text).unwrap_or_default())
    }

    /// Adds what a card said; nothing that another host adds meanwhile is lost.
    pub fn record(&self, card: &CardKey, verdict: PinVerdict) -> Result<(), LocalFault> {
        let _locked = self.lock()?;
        let mut tally = self.read()?;
        tally.record(card, verdict);
        let new = self.0.join(NEW_COUNTS);
        File::create(&new)?.write_all(tally.write().as_bytes())?;
        Ok(fs::rename(new, self.0.join(COUNTS))?)
    }

    /// The lock; it is let go with the file.
    fn lock(&self) -> Result<File, LocalFault> {
        let mut open = File::options();
        let file = open
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.0.join(LOCK))?;
        for _ in 0..LOCK_ATTEMPTS {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        Err(LocalFault::Locked)
    }
}
