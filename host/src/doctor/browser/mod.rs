//! The browsers of a workstation: which there are, how each was installed, and where each looks
//! for our manifest and for its administrator's wishes.

#[cfg(not(any(windows, target_os = "macos")))]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

#[cfg(all(test, target_os = "linux"))]
pub use linux::PRODUCTS;
#[cfg(not(any(windows, target_os = "macos")))]
pub use linux::{Product, find};
#[cfg(target_os = "macos")]
pub use macos::{Product, find};
#[cfg(windows)]
pub use windows::{Product, find};

/// Which form of manifest and policy a browser reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Chromium and what is made of it.
    Chromium,
    /// Firefox.
    Firefox,
}

/// How a browser was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
// Snaps and flatpaks are Linux's.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub enum Installation {
    /// As a program like others: by a package or by hand.
    Program(PathBuf),
    /// In a snap, which keeps it from starting programs outside.
    Snap,
    /// In a flatpak, likewise.
    Flatpak,
}

/// A browser on this workstation.
pub struct Found {
    /// Which one.
    pub product: &'static Product,
    /// How it was installed.
    pub installation: Installation,
    /// Its version, where a file tells it.
    pub version: Option<String>,
}

/// Where a browser looks for our manifest.
pub struct ManifestPlace {
    /// The manifest's file.
    pub path: PathBuf,
    /// Whether it is the person's own.
    pub is_persons: bool,
    /// What names the file, where the browser does not look for one by itself.
    pub named_by: Option<String>,
}

/// One of the places where a browser is told its administrator's wishes.
pub struct PolicySource {
    /// Its name.
    pub name: PathBuf,
    /// What it says, or why that cannot be read.
    pub read: Result<Map<String, Value>, String>,
}

// What a Mac has is no file of this kind.
#[cfg(not(target_os = "macos"))]
impl PolicySource {
    /// A file with a JSON object.
    pub fn file(path: PathBuf) -> PolicySource {
        let read = fs::read_to_string(&path).map_err(|error| error.to_string());
        let read =
            read.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
        PolicySource { name: path, read }
    }
}

/// What Firefox says of itself beside its program.
fn application_version(program: &Path) -> Option<String> {
    let about = fs::read_to_string(program.with_file_name("application.ini")).ok()?;
    let version = about.lines().find_map(|line| line.strip_prefix("Version="));
    version.map(str::to_owned)
}
