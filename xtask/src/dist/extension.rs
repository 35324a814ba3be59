//! The extension as each kind of browser gets it: its files, and its manifest for them.

use std::{fs, path::Path};

use protocol::Origin;
use serde_json::{Value, json};
use url::Url;

use super::{
    archive::{self, File},
    crx,
    key::Key,
    wish::Wish,
};
use crate::process::{Failed, root};

/// Where it is packed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Chromium,
    Firefox,
}

/// An extension about to be packed.
pub struct Packing {
    /// Whose pages may ask.
    pub origins: Vec<Origin>,
    /// What signs it, and gives it its ids.
    pub key: Key,
    served_at: Url,
    manifest: Value,
}

impl Packing {
    /// Reads the manifest of the unpacked extension.
    pub fn begin(wish: &Wish, key: Key) -> Result<Packing, Failed> {
        Ok(Packing {
            origins: wish.origins.clone(),
            key,
            served_at: wish.served_at.clone(),
            manifest: manifest()?,
        })
    }

    /// The package for Chromium browsers.
    pub fn crx(&self) -> Result<Vec<u8>, Failed> {
        let archive = archive::pack(self.files(Family::Chromium)?)?;
        crx::sign(&archive, &self.key)
    }

    /// The package for Firefox; Mozilla signs it, not we.
    pub fn xpi(&self) -> Result<Vec<u8>, Failed> {
        archive::pack(self.xpi_files()?)
    }

    /// What is in it.
    pub fn xpi_files(&self) -> Result<Vec<File>, Failed> {
        self.files(Family::Firefox)
    }

    /// The extension's version.
    pub fn version(&self) -> &str {
        self.manifest["version"].as_str().unwrap_or_default()
    }

    /// The extension's id in Firefox: the manifest's for the manifest's own key, and for
    /// another one of its own, since Mozilla signs one id for one publisher only.
    pub fn gecko_id(&self) -> String {
        let own = self.manifest["browser_specific_settings"]["gecko"]["id"]
            .as_str()
            .unwrap_or_default();
        match manifests_public_key().is_ok_and(|key| key == self.key.public()) {
            true => own.to_owned(),
            false => format!("{}@{}", self.key.chromium_id(), domain(own)),
        }
    }

    /// Where on the web a file will be.
    pub fn address(&self, name: &str) -> String {
        format!("{}{name}", self.served_at)
    }

    fn files(&self, family: Family) -> Result<Vec<File>, Failed> {
        let manifest = match family {
            Family::Chromium => self.for_chromium(),
            Family::Firefox => self.for_firefox(),
        };
        let mut names = scripts()?;
        for language in ["de", "en", "it"] {
            names.push(format!("_locales/{language}/messages.json"));
        }
        names.extend(named_files(&manifest));
        let mut files = names
            .into_iter()
            .map(|name| Ok((name.clone(), read(&name)?)))
            .collect::<Result<Vec<File>, Failed>>()?;
        files.push(("manifest.json".to_owned(), format!("{manifest:#}\n").into()));
        Ok(files)
    }

    fn for_chromium(&self) -> Value {
        let mut manifest = self.manifest.clone();
        // The signer gives the id; a key written here could only contradict it.
        take(&mut manifest, "key");
        take(&mut manifest, "browser_specific_settings");
        take(&mut manifest["background"], "scripts");
        manifest["content_scripts"][0]["matches"] = json!(self.patterns());
        // Where a browser that was told by a list what to install looks for a newer version;
        // without it, that is Google's store. Nothing is fetched in plain http.
        if self.served_at.scheme() == "https" {
            manifest["update_url"] = json!(self.address(super::CRX[1]));
        }
        manifest
    }

    fn for_firefox(&self) -> Value {
        let mut manifest = self.manifest.clone();
        for member in ["key", "minimum_chrome_version", "storage"] {
            take(&mut manifest, member);
        }
        take(&mut manifest["background"], "service_worker");
        manifest["content_scripts"][0]["matches"] = json!(self.patterns());
        let gecko = &mut manifest["browser_specific_settings"]["gecko"];
        gecko["id"] = json!(self.gecko_id());
        // Firefox takes updates from nowhere else, and refuses this address in plain http.
        if self.served_at.scheme() == "https" {
            gecko["update_url"] = json!(self.address(super::XPI[1]));
        }
        manifest
    }

    /// The match patterns of the origins; patterns name no port (`extension/background.js`).
    fn patterns(&self) -> Vec<String> {
        let mut patterns: Vec<String> = self
            .origins
            .iter()
            .filter_map(|origin| Url::parse(origin.as_str()).ok())
            .map(|url| {
                format!(
                    "{}://{}/*",
                    url.scheme(),
                    url.host_str().unwrap_or_default()
                )
            })
            .collect();
        patterns.sort();
        patterns.dedup();
        patterns
    }
}

/// The public key that the unpacked extension's id derives from.
pub fn manifests_public_key() -> Result<Vec<u8>, Failed> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let manifest = manifest()?;
    STANDARD
        .decode(manifest["key"].as_str().unwrap_or_default())
        .map_err(|error| Failed(format!("extension/manifest.json: key: {error}")))
}

fn manifest() -> Result<Value, Failed> {
    serde_json::from_slice(&read("manifest.json")?)
        .map_err(|error| Failed(format!("extension/manifest.json: {error}")))
}

/// Icons, and the policy's schema where the browser knows one.
fn named_files(manifest: &Value) -> Vec<String> {
    let icons = manifest["icons"].as_object();
    let icons = icons.into_iter().flat_map(|icons| icons.values());
    icons
        .chain([&manifest["storage"]["managed_schema"]])
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Every script of the extension; its tests are in a folder of their own.
fn scripts() -> Result<Vec<String>, Failed> {
    let folder = folder();
    let fault = |error| Failed(format!("{}: {error}", folder.display()));
    let mut scripts = Vec::new();
    for entry in fs::read_dir(&folder).map_err(fault)? {
        let name = entry.map_err(fault)?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".js") {
            scripts.push(name.into_owned());
        }
    }
    Ok(scripts)
}

fn read(name: &str) -> Result<Vec<u8>, Failed> {
    let path = folder().join(name);
    fs::read(&path).map_err(|error| Failed(format!("{}: {error}", path.display())))
}

fn folder() -> std::path::PathBuf {
    Path::new(root()).join("extension")
}

fn take(object: &mut Value, member: &str) {
    if let Some(object) = object.as_object_mut() {
        object.remove(member);
    }
}

fn domain(id: &str) -> &str {
    id.split_once('@').map_or(id, |(_, domain)| domain)
}

#[cfg(test)]
pub mod tests {
    use tempfile::{TempDir, tempdir};

    use super::super::{archive::tests::unpack, crx::tests::read as read_crx, key::tests::key_in};
    use super::*;

    /// A packing by these words, with a key of its own in the folder.
    pub fn packing(folder: &TempDir, words: &[&str]) -> Packing {
        let key = key_in(folder.path());
        Packing::begin(&Wish::read(words).unwrap(), key).unwrap()
    }

    fn manifest_of(files: &[File]) -> Value {
        let file = files.iter().find(|(name, _)| name == "manifest.json");
        serde_json::from_slice(&file.unwrap().1).unwrap()
    }

    fn names(files: &[File]) -> Vec<&str> {
        files.iter().map(|(name, _)| name.as_str()).collect()
    }

    const FILES: [&str; 13] = [
        "_locales/de/messages.json",
        "_locales/en/messages.json",
        "_locales/it/messages.json",
        "answers.js",
        "background.js",
        "content.js",
        "failures.js",
        "host.js",
        "icons/128.png",
        "icons/16.png",
        "icons/32.png",
        "icons/48.png",
        "manifest.json",
    ];

    #[test]
    fn chromiums_package_is_for_these_origins_alone() {
        let folder = tempdir().unwrap();
        let packing = packing(
            &folder,
            &["--origin", "https://b.example:8443", "https://a.example"],
        );
        let package = read_crx(&packing.crx().unwrap());
        assert!(package.is_signed);
        let files = unpack(&package.archive);
        let mut expected = FILES.to_vec();
        expected.push("managed_schema.json");
        expected.sort_unstable();
        assert_eq!(names(&files), expected);
        let manifest = manifest_of(&files);
        assert_eq!(
            manifest["content_scripts"],
            json!([{
                "matches": ["https://a.example/*", "https://b.example/*"],
                "js": ["content.js"],
                "all_frames": false,
                "run_at": "document_start",
            }])
        );
        assert_eq!(
            manifest["background"],
            json!({"service_worker": "background.js", "type": "module"})
        );
        assert_eq!(
            manifest["permissions"],
            json!(["nativeMessaging", "storage"])
        );
        for member in ["key", "browser_specific_settings", "host_permissions"] {
            assert_eq!(manifest.get(member), None, "{member}");
        }
        assert_eq!(
            manifest["update_url"],
            "https://b.example:8443/postazione/update.xml"
        );
        assert_eq!(manifest["minimum_chrome_version"], "121");
    }

    #[test]
    fn firefoxs_package_has_its_id_and_none_of_chromiums_members() {
        let folder = tempdir().unwrap();
        let packing = packing(&folder, &["--origin", "https://portal.example"]);
        let files = unpack(&packing.xpi().unwrap());
        assert_eq!(names(&files), FILES);
        let manifest = manifest_of(&files);
        let id = format!("{}@sistemats.it", packing.key.chromium_id());
        assert_eq!(
            manifest["browser_specific_settings"]["gecko"],
            json!({
                "id": id,
                "strict_min_version": "140.0",
                "update_url": "https://portal.example/postazione/updates.json",
                "data_collection_permissions": {"required": ["none"]},
            })
        );
        assert_eq!(
            manifest["background"],
            json!({"scripts": ["background.js"], "type": "module"})
        );
        assert_eq!(
            manifest["content_scripts"][0]["matches"],
            json!(["https://portal.example/*"])
        );
        for member in [
            "key",
            "minimum_chrome_version",
            "storage",
            "host_permissions",
        ] {
            assert_eq!(manifest.get(member), None, "{member}");
        }
    }

    #[test]
    fn nothing_of_a_developers_is_packed_unless_it_is_asked_for() {
        let folder = tempdir().unwrap();
        let packing = packing(&folder, &[]);
        let packages = [
            read_crx(&packing.crx().unwrap()).archive,
            packing.xpi().unwrap(),
        ];
        for files in packages.map(|archive| unpack(&archive)) {
            let manifest = manifest_of(&files);
            assert_eq!(
                manifest["content_scripts"][0]["matches"],
                json!(["https://sistemats.it/*", "https://www.sistemats.it/*"])
            );
            assert!(!manifest.to_string().contains("localhost"));
        }
    }

    #[test]
    fn a_developers_machine_can_be_asked_for_by_name() {
        let folder = tempdir().unwrap();
        let packing = packing(&folder, &["--origin", "http://localhost:8080"]);
        let manifest = packing.for_firefox();
        assert_eq!(
            manifest["content_scripts"][0]["matches"],
            json!(["http://localhost/*"])
        );
        let gecko = &manifest["browser_specific_settings"]["gecko"];
        assert_eq!(gecko.get("update_url"), None);
        assert_eq!(packing.for_chromium().get("update_url"), None);
    }

    #[test]
    fn the_same_key_and_origins_make_the_same_bytes() {
        let folder = tempdir().unwrap();
        let one = packing(
            &folder,
            &["--origin", "https://a.example", "https://b.example"],
        );
        let words = [
            "--origin",
            "https://b.example",
            "--origin",
            "https://a.example",
        ];
        let mut wish = Wish::read(&words).unwrap();
        wish.served_at = one.served_at.clone();
        let key = Key::read(one.key.file()).unwrap();
        let other = Packing::begin(&wish, key).unwrap();
        assert_eq!(one.crx().unwrap(), other.crx().unwrap());
        assert_eq!(one.xpi().unwrap(), other.xpi().unwrap());
    }

    #[test]
    fn every_script_that_is_imported_is_packed() {
        let scripts = scripts().unwrap();
        for script in &scripts {
            let source = String::from_utf8(read(script).unwrap()).unwrap();
            for import in source.split(" from \"./").skip(1) {
                let name = import.split('"').next().unwrap().to_owned();
                assert!(scripts.contains(&name), "{script} imports {name}");
            }
        }
    }
}
