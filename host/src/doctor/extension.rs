//! The extension as the person's browsers have it: does its version go with this host's?

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::browser::{Family, Product};
use super::report::{Check, State};
use super::surroundings::Surroundings;
use crate::extension_id::{CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID};

const ID: &str = "extension";

/// How many bytes of a profile's file are read at most: a few megabytes are usual.
const LENGTH_MAX: u64 = 64 * 1024 * 1024;

/// The extension in one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    profile: PathBuf,
    version: String,
}

impl Installed {
    /// Whether it and this host refuse each other (`extension/answers.js`).
    pub fn is_too_far(&self) -> bool {
        let host = release(env!("CARGO_PKG_VERSION"));
        release(&self.version).zip(host).is_some_and(
            |((major, minor), (hosts_major, hosts_minor))| {
                major != hosts_major || minor.abs_diff(hosts_minor) > 1
            },
        )
    }

    /// What there is to say of it; `lack` where it is too far.
    pub fn check(&self, browser: &str, lack: State) -> Check {
        let host = env!("CARGO_PKG_VERSION");
        let subject = format!("{browser}, extension in {}", self.profile.display());
        let version = &self.version;
        if !self.is_too_far() {
            return Check::ok(ID, subject, format!("{version}, goes with host {host}"));
        }
        let older = match release(version) < release(host) {
            true => "update the extension",
            false => "update the host, by its package",
        };
        let found = format!("{version} does not go with host {host}");
        Check::with(lack, ID, subject, found, older)
    }
}

/// Major and minor of a version.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The extension in each of the person's profiles of a browser, as far as their files tell.
pub fn find(surroundings: &Surroundings, product: &Product) -> Vec<Installed> {
    let profiles = product.profiles(surroundings).into_iter();
    profiles
        .flat_map(|folder| subfolders(&folder))
        .filter_map(|profile| {
            let version = match product.family {
                Family::Chromium => in_chromium(&profile),
                Family::Firefox => in_firefox(&profile),
            }?;
            Some(Installed { profile, version })
        })
        .collect()
}

#[derive(Deserialize)]
struct Preferences {
    extensions: Extensions,
}

#[derive(Deserialize)]
struct Extensions {
    #[serde(default)]
    settings: std::collections::HashMap<String, Value>,
}

/// A browser keeps what it has installed in one of two files, and there where it stands: a
/// folder of its own for a package, anywhere for an unpacked one.
fn in_chromium(profile: &Path) -> Option<String> {
    ["Secure Preferences", "Preferences"]
        .into_iter()
        .find_map(|name| {
            let preferences: Preferences = read(&profile.join(name))?;
            let entry = preferences.extensions.settings.get(CHROMIUM_EXTENSION_ID)?;
            let folder = Path::new(entry["path"].as_str()?);
            let folder = profile.join("Extensions").join(folder);
            let manifest: Value = read(&folder.join("manifest.json"))?;
            manifest["version"].as_str().map(str::to_owned)
        })
}

fn in_firefox(profile: &Path) -> Option<String> {
    let known: Value = read(&profile.join("extensions.json"))?;
    let ours = known["addons"]
        .as_array()?
        .iter()
        .find(|addon| addon["id"] == GECKO_EXTENSION_ID)?;
    ours["version"].as_str().map(str::to_owned)
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LENGTH_MAX).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::browser::PRODUCTS;
    use super::super::surroundings::tests::Workstation;
    use super::*;

    fn versions(workstation: &Workstation, browser: &str) -> Vec<String> {
        let product = PRODUCTS.iter().find(|product| product.name == browser);
        let found = find(&workstation.surroundings(), product.unwrap());
        found.into_iter().map(|found| found.version).collect()
    }

    fn chromium_preferences(path: &str) -> String {
        json!({"profile": {"name": "Anna"},
            "extensions": {"settings": {CHROMIUM_EXTENSION_ID: {"path": path}}}})
        .to_string()
    }

    #[test]
    fn packed_and_unpacked_extensions_are_found_in_every_profile() {
        let workstation = Workstation::new();
        let chromium = "/home/anna/.config/chromium";
        let packed = "abc/0.2.0_0";
        workstation.file(
            &format!("{chromium}/Default/Secure Preferences"),
            chromium_preferences(packed),
        );
        workstation.file(
            &format!("{chromium}/Default/Extensions/{packed}/manifest.json"),
            r#"{"version": "0.2.0"}"#,
        );
        let unpacked = workstation.folder("/opt/extension");
        workstation.file("/opt/extension/manifest.json", r#"{"version": "0.1.0"}"#);
        workstation.file(
            &format!("{chromium}/Profile 1/Preferences"),
            chromium_preferences(unpacked.to_str().unwrap()),
        );
        workstation.file(&format!("{chromium}/Profile 2/Preferences"), "no JSON");
        assert_eq!(versions(&workstation, "Chromium"), ["0.2.0", "0.1.0"]);
        assert_eq!(versions(&workstation, "Chrome"), [""; 0]);
    }

    #[test]
    fn firefox_lists_its_extensions() {
        let workstation = Workstation::new();
        let known = json!({"addons": [{"id": "other@example.org", "version": "9"},
            {"id": GECKO_EXTENSION_ID, "version": "0.1.0"}]});
        workstation.file(
            "/home/anna/.mozilla/firefox/x.default-esr/extensions.json",
            known.to_string(),
        );
        workstation.folder("/home/anna/.config/mozilla/firefox/y");
        assert_eq!(versions(&workstation, "Firefox"), ["0.1.0"]);
    }

    #[test]
    fn one_minor_version_apart_is_bearable() {
        let (major, minor) = release(env!("CARGO_PKG_VERSION")).unwrap();
        let check = |version: String| {
            let profile = PathBuf::from("/p");
            Installed { profile, version }.check("Chromium", State::Wrong)
        };
        for version in [
            format!("{major}.{minor}.9"),
            format!("{major}.{}.0", minor + 1),
            "unreadable".to_owned(),
        ] {
            assert_eq!(check(version).state, State::Ok);
        }
        let newer = check(format!("{major}.{}.0", minor + 2));
        assert_eq!(newer.state, State::Wrong);
        assert!(newer.remedy.unwrap().starts_with("update the host"));
        assert_eq!(check(format!("{}.0.0", major + 1)).state, State::Wrong);
    }
}
