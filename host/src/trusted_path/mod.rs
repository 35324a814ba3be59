//! Which files are safe to believe: those nobody but their keepers can change.

#[cfg(any(windows, test))]
mod access_list;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::path::{Path, PathBuf};

#[cfg(windows)]
pub use access_list::Account;
#[cfg(unix)]
pub use unix::resolve;
#[cfg(windows)]
pub use windows::resolve;

/// Who may own a file and the folders above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// The system's administrator alone.
    Root,
    /// The administrator, or the person the host runs for.
    Person,
}

/// Why a path is not believed.
#[derive(Debug, thiserror::Error)]
pub enum Distrust {
    /// Only absolute paths say the same in every folder.
    #[error("the path is not absolute")]
    NotAbsolute,
    /// Somebody else owns it.
    #[error("{} belongs to {owner}", path.display())]
    Owner {
        /// The file or folder.
        path: PathBuf,
        /// Its owner.
        owner: String,
    },
    /// Somebody else can write it.
    #[error("{} can be written by {by}", path.display())]
    Writable {
        /// The file or folder.
        path: PathBuf,
        /// By whom.
        by: String,
    },
    /// It cannot be looked at.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Symbolic links that lead round.
    #[cfg(unix)]
    #[error("too many symbolic links")]
    Links,
    /// Another machine says who may write it.
    #[cfg(windows)]
    #[error("{} is not on a disk of this machine", .0.display())]
    NotHere(PathBuf),
}

fn unreadable(path: &Path, error: io::Error) -> Distrust {
    let path = path.to_owned();
    Distrust::Unreadable { path, error }
}
