//! Makes the host known to the browsers, by a manifest for each.
//!
//! Chromium browsers and Firefox each refuse the other's members. Where they look for it is
//! what systems differ in: in `folders`, or by `keys` of the registry.

#[cfg(unix)]
mod folders;
#[cfg(windows)]
pub mod keys;

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::extension_id::CHROMIUM_EXTENSION_ID;
#[cfg(unix)]
use crate::trusted_path::Distrust;

#[cfg(unix)]
pub use folders::{install, uninstall};
#[cfg(windows)]
pub use keys::{install, uninstall};

/// For whom the host is made known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The person who installs it.
    User,
    /// Everybody on this workstation.
    System,
}

const DESCRIPTION: &str = "Tessera: login with the Carta Nazionale dei Servizi";

/// What was done to one file or key.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// It was written.
    Written(PathBuf),
    /// It was taken away.
    Removed(PathBuf),
    /// There was none to take away.
    Absent(PathBuf),
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Written(path) => write!(formatter, "written: {}", path.display()),
            Change::Removed(path) => write!(formatter, "removed: {}", path.display()),
            Change::Absent(path) => write!(formatter, "was not there: {}", path.display()),
        }
    }
}

/// Why installing or uninstalling stopped.
#[derive(Debug, thiserror::Error)]
pub enum InstallFault {
    /// The browsers' folders would be other ones than theirs.
    #[cfg(unix)]
    #[error("{0} is set; unset it, the browsers' folders are known")]
    OtherTable(&'static str),
    /// Whoever changes the program would change it for everybody.
    #[cfg(unix)]
    #[error(
        "{0}, and could so decide what everybody on this workstation runs: put tessera-host and \
         tessera-window where only root can write, such as /usr/local/lib/tessera, and install \
         from there"
    )]
    Place(#[from] Distrust),
    /// A file or key could not be written or removed.
    #[error("{browser}: {error}")]
    Browser {
        /// Whose manifest.
        browser: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// A manifest could not be written or removed.
    #[cfg(windows)]
    #[error("{}: {error}", path.display())]
    Manifest {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The person's folder for such files is not known.
    #[cfg(windows)]
    #[error("{0} is not set to an absolute path; run this in the person's own session")]
    NoFolder(&'static str),
    /// This program's own path is not known.
    #[error("the path of this program is not known: {0}")]
    Program(io::Error),
}

/// This program, which the manifests name.
fn program() -> Result<PathBuf, InstallFault> {
    std::env::current_exe().map_err(InstallFault::Program)
}

/// Our extension, as manifests of Chromium browsers name it.
fn chromium_origin() -> String {
    format!("chrome-extension://{CHROMIUM_EXTENSION_ID}/")
}

fn each_browser(
    browsers: impl IntoIterator<Item = &'static str>,
    mut act: impl FnMut(&'static str) -> io::Result<Vec<Change>>,
) -> Result<Vec<Change>, InstallFault> {
    let mut changes = Vec::new();
    for browser in browsers {
        changes.extend(act(browser).map_err(|error| InstallFault::Browser { browser, error })?);
    }
    Ok(changes)
}
