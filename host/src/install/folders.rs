//! Where browsers find manifests by looking into folders: Linux and macOS.
//!
//! Where the folders are and what a manifest looks like is the `native_messaging` crate's
//! knowledge.

use std::path::Path;

use native_messaging::{install::paths, manifest_paths};
use protocol::NATIVE_HOST_NAME;

use super::{Change, DESCRIPTION, InstallFault, Scope, chromium_origin, each_browser, program};
use crate::extension_id::GECKO_EXTENSION_ID;
use crate::trusted_path::{Keeper, resolve};
use crate::window_process;

/// The browsers we serve, by the crate's names.
const BROWSERS: [&str; 4] = ["chromium", "chrome", "edge", "firefox"];

/// Names another table of folders to the crate; ours is the built-in one.
const OTHER_TABLE: &str = "NATIVE_MESSAGING_BROWSERS_CONFIG";

/// Writes the manifests; they name this program where it now stands.
pub fn install(scope: Scope) -> Result<Vec<Change>, InstallFault> {
    let program = program()?;
    if scope == Scope::System {
        check_place(&program)?;
    }
    check_table()?;
    let origin = chromium_origin();
    each_browser(BROWSERS, |browser| {
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
    each_browser(BROWSERS, |browser| {
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

/// That only the administrator can change what everybody will run: the program, and the window
/// that it starts beside itself, in which a PIN is typed.
fn check_place(program: &Path) -> Result<(), InstallFault> {
    resolve(program, Keeper::Root)?;
    let window = program.with_file_name(window_process::PROGRAM);
    if window.exists() {
        resolve(&window, Keeper::Root)?;
    }
    Ok(())
}

fn check_table() -> Result<(), InstallFault> {
    match std::env::var_os(OTHER_TABLE) {
        Some(_) => Err(InstallFault::OtherTable(OTHER_TABLE)),
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
