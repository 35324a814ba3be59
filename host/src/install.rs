//! Makes the host known to the browsers, by a manifest in each one's folder.
//!
//! Where the folders are and what a manifest looks like is the `native_messaging` crate's
//! knowledge; Chromium browsers and Firefox each refuse the other's members.

use std::fmt;
use std::io;
use std::path::PathBuf;

use native_messaging::{install::paths, manifest_paths};
use protocol::NATIVE_HOST_NAME;

use crate::extension_id::{CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID};

/// For whom the host is made known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The person who installs it.
    User,
    /// Everybody on this workstation.
    System,
}

/// The browsers we serve, by the crate's names.
const BROWSERS: [&str; 4] = ["chromium", "chrome", "edge", "firefox"];

/// Names another table of folders to the crate; ours is the built-in one.
const OTHER_TABLE: &str = "NATIVE_MESSAGING_BROWSERS_CONFIG";

const DESCRIPTION: &str = "Tessera: login with the Carta Nazionale dei Servizi";

/// What was done to one file.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// A manifest was written.
    Written(PathBuf),
    /// A manifest was taken away.
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
    /// The crate's table of folders would come from elsewhere.
    #[error("{OTHER_TABLE} is set; unset it, the browsers' folders are known")]
    OtherTable,
    /// A file could not be written or removed.
    #[error("{browser}: {error}")]
    Browser {
        /// Whose manifest.
        browser: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// This program's own path is not known.
    #[error("the path of this program is not known: {0}")]
    Program(io::Error),
}

/// Writes the manifests; they name this program where it now stands.
pub fn install(scope: Scope) -> Result<Vec<Change>, InstallFault> {
    check_table()?;
    let program = std::env::current_exe().map_err(InstallFault::Program)?;
    let origin = format!("chrome-extension://{CHROMIUM_EXTENSION_ID}/");
    each_browser(|browser| {
        native_messaging::install(
            NATIVE_HOST_NAME,
            DESCRIPTION,
            &program,
            std::slice::from_ref(&origin),
            &[GECKO_EXTENSION_ID.to_owned()],
            &[browser],
            scope.into(),
        )?;
        let path = paths::manifest_path(browser, scope.into(), NATIVE_HOST_NAME)?;
        Ok(vec![Change::Written(path)])
    })
}

/// Removes the manifests.
pub fn uninstall(scope: Scope) -> Result<Vec<Change>, InstallFault> {
    check_table()?;
    each_browser(|browser| {
        let paths = manifest_paths(browser, scope.into(), NATIVE_HOST_NAME)?;
        let changes = paths
            .into_iter()
            .map(|path| match path.exists() {
                true => Change::Removed(path),
                false => Change::Absent(path),
            })
            .collect();
        native_messaging::remove(NATIVE_HOST_NAME, &[browser], scope.into())?;
        Ok(changes)
    })
}

fn each_browser(
    mut act: impl FnMut(&'static str) -> io::Result<Vec<Change>>,
) -> Result<Vec<Change>, InstallFault> {
    let mut changes = Vec::new();
    for browser in BROWSERS {
        changes.extend(act(browser).map_err(|error| InstallFault::Browser { browser, error })?);
    }
    Ok(changes)
}

fn check_table() -> Result<(), InstallFault> {
    match std::env::var_os(OTHER_TABLE) {
        Some(_) => Err(InstallFault::OtherTable),
        None => Ok(()),
    }
}

impl From<Scope> for native_messaging::Scope {
    fn from(scope: Scope) -> native_messaging::Scope {
        match scope {
            Scope::User => native_messaging::Scope::User,
            Scope::System => native_messaging::Scope::System,
        }
    }
}
