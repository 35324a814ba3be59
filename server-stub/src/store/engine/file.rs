//! The database's file: whether connections still hold the one its name points to

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Notices that the database's file was taken away, or another put in its place.
///
/// An open connection keeps the file it opened, wherever the name points now: what is
/// written through it would be gone with the next start, and nobody told.
pub(super) struct DatabaseFile {
    path: PathBuf,
    seen: Mutex<Seen>,
}

/// What the name pointed to when last looked at.
struct Seen {
    file: Option<Identity>,
    since: Instant,
}

impl DatabaseFile {
    pub(super) fn new(path: &Path) -> DatabaseFile {
        DatabaseFile {
            path: path.to_owned(),
            seen: Mutex::new(Seen {
                file: Identity::of(path).ok(),
                since: Instant::now(),
            }),
        }
    }

    /// Whether a connection opened so long ago holds the file that is there now.
    ///
    /// One that does not is to be closed: opening it anew fails while the file is away,
    /// and succeeds once it, or a backup of it, is back.
    pub(super) fn is_held_since(&self, age: Duration) -> bool {
        let file = Identity::of(&self.path).ok();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.file != file {
            *seen = Seen {
                file,
                since: Instant::now(),
            };
        }
        seen.file.is_some() && age <= seen.since.elapsed()
    }
}

/// What tells one file from another of the same name.
#[cfg(unix)]
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    fn of(path: &Path) -> io::Result<Identity> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path)?;
        Ok(Identity {
            device: found.dev(),
            inode: found.ino(),
        })
    }
}

/// Windows lets nobody remove or rename a database that is open: being there is enough.
#[cfg(not(unix))]
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity;

#[cfg(not(unix))]
impl Identity {
    fn of(path: &Path) -> io::Result<Identity> {
        std::fs::metadata(path).map(|_| Identity)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_a_connection_opened_since_the_file_came_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portal.db");
        let aside = folder.path().join("aside.db");
        std::fs::write(&path, "one").unwrap();
        let watched = DatabaseFile::new(&path);
        assert!(watched.is_held_since(Duration::ZERO));

        let opened = Instant::now();
        std::fs::rename(&path, &aside).unwrap();
        assert!(!watched.is_held_since(Duration::ZERO), "it is away");

        std::fs::write(&path, "two").unwrap();
        assert!(!watched.is_held_since(opened.elapsed()), "it is another");
        assert!(watched.is_held_since(Duration::ZERO));

        std::fs::rename(&aside, &path).unwrap();
        assert!(!watched.is_held_since(opened.elapsed()));
        assert!(watched.is_held_since(Duration::ZERO), "it is back");
    }
}
