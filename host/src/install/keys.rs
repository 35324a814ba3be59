//! Where browsers find manifests by the registry: Windows.
//!
//! A key names the manifest's file, which may stand anywhere. Two files serve all browsers. The
//! person's stand in a folder of their own; everybody's beside the program, which for that must
//! be where only administrators write.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use protocol::NATIVE_HOST_NAME;
use serde_json::{Value, json};

use super::{Change, DESCRIPTION, InstallFault, Scope, chromium_origin, each_browser, program};
use crate::extension_id::GECKO_EXTENSION_ID;
use crate::registry::Hive;
use crate::wrong_pins;

/// The browsers we serve, and the keys below which each looks for hosts (Chromium's "Native
/// messaging", Microsoft's for Edge, MDN's "Native manifests").
pub const BROWSERS: [(&str, &str); 4] = [
    ("chromium", r"Software\Chromium\NativeMessagingHosts"),
    ("chrome", r"Software\Google\Chrome\NativeMessagingHosts"),
    ("edge", r"Software\Microsoft\Edge\NativeMessagingHosts"),
    ("firefox", r"Software\Mozilla\NativeMessagingHosts"),
];

/// The variable that names the folder in which the person's own is.
const LOCAL: &str = "LOCALAPPDATA";
const FOLDER: &str = "Tessera";

/// Writes the manifests and the keys that name them; they name this program where it now stands.
pub fn install(scope: Scope) -> Result<Vec<Change>, InstallFault> {
    let program = program()?;
    let folder = folder(scope, &program)?;
    let mut changes = Vec::new();
    for (path, manifest) in manifests(&folder, &program) {
        write(&path, &manifest).map_err(|error| InstallFault::Manifest {
            path: path.clone(),
            error,
        })?;
        changes.push(Change::Written(path));
    }
    changes.extend(each_browser(names(), |browser| {
        let key = key(browser);
        let path = file(&folder, browser);
        hive(scope).write(&key, &path.to_string_lossy())?;
        Ok(vec![Change::Written(hive(scope).display(&key).into())])
    })?);
    Ok(changes)
}

/// Removes the keys and the manifests, and the person's folder with what was kept in it.
pub fn uninstall(scope: Scope) -> Result<Vec<Change>, InstallFault> {
    let program = program()?;
    let folder = folder(scope, &program)?;
    let mut changes = each_browser(names(), |browser| {
        let key = key(browser);
        let place = PathBuf::from(hive(scope).display(&key));
        Ok(vec![match hive(scope).remove(&key)? {
            true => Change::Removed(place),
            false => Change::Absent(place),
        }])
    })?;
    let mut paths: Vec<PathBuf> = manifests(&folder, &program).map(|(path, _)| path).into();
    if scope == Scope::User {
        // A count of wrong PINs is nobody's without the host.
        let kept = wrong_pins::FILES.map(|name| folder.join(name));
        paths.extend(kept.into_iter().filter(|path| path.exists()));
    }
    for path in paths {
        changes.push(match fs::remove_file(&path) {
            Ok(()) => Change::Removed(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Change::Absent(path),
            Err(error) => return Err(InstallFault::Manifest { path, error }),
        });
    }
    if scope == Scope::User {
        // One that holds something else is somebody else's as well.
        let _ = fs::remove_dir(&folder);
    }
    Ok(changes)
}

fn names() -> impl Iterator<Item = &'static str> {
    BROWSERS.into_iter().map(|(browser, _)| browser)
}

fn hive(scope: Scope) -> Hive {
    match scope {
        Scope::User => Hive::Person,
        Scope::System => Hive::Machine,
    }
}

/// Our key for a browser, of which the table above has all.
fn key(browser: &str) -> String {
    let mut all = BROWSERS.into_iter();
    let above = all.find(|(name, _)| *name == browser);
    format!(r"{}\{NATIVE_HOST_NAME}", above.map_or("", |(_, key)| key))
}

fn folder(scope: Scope, program: &Path) -> Result<PathBuf, InstallFault> {
    match scope {
        Scope::User => std::env::var_os(LOCAL)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .map(|path| path.join(FOLDER))
            .ok_or(InstallFault::NoFolder(LOCAL)),
        Scope::System => Ok(program.with_file_name("")),
    }
}

fn file(folder: &Path, browser: &str) -> PathBuf {
    let family = if browser == "firefox" {
        "firefox"
    } else {
        "chromium"
    };
    folder.join(format!("{NATIVE_HOST_NAME}.{family}.json"))
}

fn manifests(folder: &Path, program: &Path) -> [(PathBuf, Value); 2] {
    let common = json!({
        "name": NATIVE_HOST_NAME,
        "description": DESCRIPTION,
        "path": program.to_string_lossy(),
        "type": "stdio",
    });
    let (mut chromium, mut firefox) = (common.clone(), common);
    chromium["allowed_origins"] = json!([chromium_origin()]);
    firefox["allowed_extensions"] = json!([GECKO_EXTENSION_ID]);
    [
        (file(folder, "chromium"), chromium),
        (file(folder, "firefox"), firefox),
    ]
}

fn write(path: &Path, manifest: &Value) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, format!("{manifest:#}"))
}
