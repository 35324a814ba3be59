//! The browsers of a Windows workstation: their programs, manifests and policies are named in
//! the registry.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::NATIVE_HOST_NAME;
use serde_json::{Map, Value};

use super::{Family, Found, Installation, ManifestPlace, PolicySource, application_version};
use crate::doctor::surroundings::Surroundings;
use crate::registry::{self, Hive};

/// A browser the extension runs in, and the places it reads.
pub struct Product {
    /// Its name.
    pub name: &'static str,
    /// Which form of manifest and policy it reads.
    pub family: Family,
    /// By which Windows knows its program (`App Paths`); Chromium has Chrome's.
    program: Option<&'static str>,
    /// Where it is without being known, below folders for programs.
    folder: &'static str,
    /// Its key for native hosts, below `Software`.
    hosts: &'static str,
    /// Its policies' key, below `Software\Policies`.
    policies: &'static str,
    /// The person's profiles, below the folder that a variable names.
    profiles: (&'static str, &'static str),
}

/// The browsers we serve (for the keys: `install::keys`, Chromium's and Microsoft's policy lists,
/// Mozilla's `policy-templates`).
const PRODUCTS: [Product; 4] = [
    Product {
        name: "Chromium",
        family: Family::Chromium,
        program: None,
        folder: r"Chromium\Application\chrome.exe",
        hosts: r"Chromium\NativeMessagingHosts",
        policies: "Chromium",
        profiles: ("LOCALAPPDATA", r"Chromium\User Data"),
    },
    Product {
        name: "Chrome",
        family: Family::Chromium,
        program: Some("chrome.exe"),
        folder: r"Google\Chrome\Application\chrome.exe",
        hosts: r"Google\Chrome\NativeMessagingHosts",
        policies: r"Google\Chrome",
        profiles: ("LOCALAPPDATA", r"Google\Chrome\User Data"),
    },
    Product {
        name: "Edge",
        family: Family::Chromium,
        program: Some("msedge.exe"),
        folder: r"Microsoft\Edge\Application\msedge.exe",
        hosts: r"Microsoft\Edge\NativeMessagingHosts",
        policies: r"Microsoft\Edge",
        profiles: ("LOCALAPPDATA", r"Microsoft\Edge\User Data"),
    },
    Product {
        name: "Firefox",
        family: Family::Firefox,
        program: Some("firefox.exe"),
        folder: r"Mozilla Firefox\firefox.exe",
        hosts: r"Mozilla\NativeMessagingHosts",
        policies: r"Mozilla\Firefox",
        profiles: ("APPDATA", r"Mozilla\Firefox\Profiles"),
    },
];

/// Where programs are, for everybody and for one person.
const PROGRAM_FOLDERS: [&str; 3] = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];

/// Finds the browsers; none of them is started.
pub fn find(_: &Surroundings) -> Vec<Found> {
    let found = |product: &'static Product| {
        let program = product.program()?;
        let version = match product.family {
            Family::Chromium => folder_version(&program),
            Family::Firefox => application_version(&program),
        };
        Some(Found {
            product,
            installation: Installation::Program(program),
            version,
        })
    };
    PRODUCTS.iter().filter_map(found).collect()
}

impl Product {
    fn program(&self) -> Option<PathBuf> {
        let known = self.program.into_iter().flat_map(|name| {
            let key = format!(r"Software\Microsoft\Windows\CurrentVersion\App Paths\{name}");
            [Hive::Person, Hive::Machine]
                .map(|hive| hive.path(&key).ok().flatten())
                .into_iter()
                .flatten()
                // Some are written in quotation marks.
                .map(|path| PathBuf::from(path.to_string_lossy().trim_matches('"')))
        });
        let usual = PROGRAM_FOLDERS
            .into_iter()
            .filter_map(|variable| Some(folder(variable)?.join(self.folder)));
        known.chain(usual).find(|path| path.is_file())
    }

    /// Where it looks for our manifest, the person's own first: as a key names it, that of
    /// 32-bit programs as well.
    pub fn manifests(&self, _: &Surroundings) -> Vec<ManifestPlace> {
        let hosts = self.hosts;
        let own = format!(r"Software\{hosts}\{NATIVE_HOST_NAME}");
        let of_32_bit = format!(r"Software\WOW6432Node\{hosts}\{NATIVE_HOST_NAME}");
        [
            (Hive::Person, &own),
            (Hive::Machine, &of_32_bit),
            (Hive::Machine, &own),
        ]
        .into_iter()
        .filter_map(|(hive, key)| {
            let path = hive.path(key).ok().flatten()?;
            Some(ManifestPlace {
                path,
                is_persons: hive == Hive::Person,
                named_by: Some(hive.display(key)),
            })
        })
        .collect()
    }

    /// The folders that hold the person's profiles, a folder each.
    pub fn profiles(&self, _: &Surroundings) -> Vec<PathBuf> {
        let (variable, below) = self.profiles;
        let folder = folder(variable).map(|folder| folder.join(below));
        folder.into_iter().collect()
    }

    /// Its policies: the person's, then the machine's, which go before them.
    pub fn policies(&self, _: &Surroundings) -> Option<Vec<PolicySource>> {
        let key = format!(r"Software\Policies\{}", self.policies);
        let mut sources: Vec<PolicySource> = Vec::new();
        if self.family == Family::Firefox
            && let Some(program) = self.program()
        {
            let file = program.with_file_name(r"distribution\policies.json");
            sources.extend(file.is_file().then(|| PolicySource::file(file)));
        }
        for hive in [Hive::Person, Hive::Machine] {
            let read = match registry::tree(hive, &key) {
                Ok(None) => continue,
                Ok(Some(tree)) => Ok(self.as_in_a_file(tree.policy())),
                Err(error) => Err(error.to_string()),
            };
            sources.push(PolicySource {
                name: hive.display(&key).into(),
                read,
            });
        }
        Some(sources)
    }

    /// Firefox's file has one member more around them.
    fn as_in_a_file(&self, policies: Map<String, Value>) -> Map<String, Value> {
        match self.family {
            Family::Chromium => policies,
            Family::Firefox => Map::from_iter([("policies".to_owned(), Value::Object(policies))]),
        }
    }
}

/// The folder that a variable names.
fn folder(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).filter(|path| !path.is_empty())?;
    Some(PathBuf::from(folder))
}

/// The version of a Chromium browser: its files are in a folder of that name.
fn folder_version(program: &Path) -> Option<String> {
    let entries = fs::read_dir(program.parent()?).ok()?;
    let numbers = |name: &str| -> Option<Vec<u32>> {
        let numbers = name.split('.').map(|part| part.parse().ok());
        numbers
            .collect::<Option<Vec<u32>>>()
            .filter(|all| all.len() == 4)
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| numbers(name).is_some())
        .max_by_key(|name| numbers(name))
}
