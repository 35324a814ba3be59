//! The browsers of a Linux workstation, whose manifests and policies are files in folders.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use protocol::NATIVE_HOST_NAME;

use super::{Family, Found, Installation, ManifestPlace, PolicySource};
use crate::doctor::surroundings::Surroundings;

/// A browser the extension runs in, and the places it reads.
pub struct Product {
    /// Its name.
    pub name: &'static str,
    /// Which form of manifest and policy it reads.
    pub family: Family,
    programs: &'static [&'static str],
    /// Debian packages it comes in.
    packages: &'static [&'static str],
    /// The person's own manifests, below their configuration folder for Chromium browsers,
    /// below their home folder for Firefox.
    persons: &'static str,
    /// The person's profiles, below their configuration folder.
    profiles: &'static str,
    /// Folders of native hosts' manifests, for everybody.
    manifests: &'static [&'static str],
    /// Where policies are: folders for Chromium browsers, files for Firefox.
    policies: &'static [&'static str],
    snap: Option<&'static str>,
    flatpak: &'static str,
}

/// The browsers we serve; the folders are those of their own documentation, as measured with
/// the versions of Debian 12.
pub const PRODUCTS: [Product; 4] = [
    Product {
        name: "Chromium",
        family: Family::Chromium,
        programs: &[
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/lib/chromium/chromium",
            "/usr/lib64/chromium-browser/chromium-browser",
        ],
        packages: &["chromium", "chromium-browser"],
        persons: "chromium/NativeMessagingHosts",
        profiles: "chromium",
        manifests: &["/etc/chromium/native-messaging-hosts"],
        policies: &["/etc/chromium/policies/managed"],
        snap: Some("chromium"),
        flatpak: "org.chromium.Chromium",
    },
    Product {
        name: "Chrome",
        family: Family::Chromium,
        programs: &[
            "/opt/google/chrome/chrome",
            "/usr/bin/google-chrome-stable",
            "/usr/bin/google-chrome",
        ],
        packages: &["google-chrome-stable"],
        persons: "google-chrome/NativeMessagingHosts",
        profiles: "google-chrome",
        manifests: &["/etc/opt/chrome/native-messaging-hosts"],
        policies: &["/etc/opt/chrome/policies/managed"],
        snap: None,
        flatpak: "com.google.Chrome",
    },
    Product {
        name: "Edge",
        family: Family::Chromium,
        programs: &[
            "/opt/microsoft/msedge/msedge",
            "/usr/bin/microsoft-edge-stable",
            "/usr/bin/microsoft-edge",
        ],
        packages: &["microsoft-edge-stable"],
        persons: "microsoft-edge/NativeMessagingHosts",
        profiles: "microsoft-edge",
        manifests: &["/etc/opt/edge/native-messaging-hosts"],
        policies: &["/etc/opt/edge/policies/managed"],
        snap: None,
        flatpak: "com.microsoft.Edge",
    },
    Product {
        name: "Firefox",
        family: Family::Firefox,
        programs: &[
            "/usr/lib/firefox-esr/firefox-esr",
            "/usr/lib/firefox/firefox",
            "/usr/lib64/firefox/firefox",
            "/opt/firefox/firefox",
            "/usr/bin/firefox-esr",
            "/usr/bin/firefox",
        ],
        packages: &["firefox-esr", "firefox"],
        persons: ".mozilla/native-messaging-hosts",
        profiles: "mozilla/firefox",
        manifests: &[
            "/usr/lib/mozilla/native-messaging-hosts",
            "/usr/lib64/mozilla/native-messaging-hosts",
        ],
        policies: &[
            "/etc/firefox/policies/policies.json",
            "/usr/lib/firefox-esr/distribution/policies.json",
            "/usr/share/firefox-esr/distribution/policies.json",
            "/usr/lib/firefox/distribution/policies.json",
            "/usr/lib64/firefox/distribution/policies.json",
            "/opt/firefox/distribution/policies.json",
        ],
        snap: Some("firefox"),
        flatpak: "org.mozilla.firefox",
    },
];

/// A program that is no longer than this may be a script that starts a snap.
const SCRIPT_LENGTH_MAX: u64 = 16 * 1024;

/// Finds the browsers; none of them is started.
pub fn find(surroundings: &Surroundings) -> Vec<Found> {
    let packages = fs::read_to_string(surroundings.at("/var/lib/dpkg/status")).unwrap_or_default();
    PRODUCTS
        .iter()
        .flat_map(|product| {
            [
                product.as_program(surroundings, &packages),
                product.as_snap(surroundings),
                product.as_flatpak(surroundings),
            ]
        })
        .flatten()
        .collect()
}

impl Product {
    /// Where it looks for our manifest, the person's own first.
    pub fn manifests(&self, surroundings: &Surroundings) -> Vec<ManifestPlace> {
        let above = match self.family {
            Family::Chromium => &surroundings.configuration_folder,
            Family::Firefox => &surroundings.home,
        };
        let file = format!("{NATIVE_HOST_NAME}.json");
        let place = |folder: PathBuf, is_persons| ManifestPlace {
            path: folder.join(&file),
            is_persons,
            named_by: None,
        };
        let persons = above.as_ref().map(|above| above.join(self.persons));
        let everybodys = self.manifests.iter().map(|folder| surroundings.at(folder));
        persons
            .into_iter()
            .map(|folder| place(folder, true))
            .chain(everybodys.map(|folder| place(folder, false)))
            .collect()
    }

    /// The folders that hold the person's profiles, a folder each.
    pub fn profiles(&self, surroundings: &Surroundings) -> Vec<PathBuf> {
        let configuration = surroundings.configuration_folder.as_ref();
        // Where Firefox had them before it heeded `$XDG_CONFIG_HOME`, and goes on having them.
        let home = surroundings.home.as_ref();
        let home = home.filter(|_| self.family == Family::Firefox);
        [
            home.map(|folder| folder.join(".mozilla/firefox")),
            configuration.map(|folder| folder.join(self.profiles)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The files of its policies, in the order in which they count.
    pub fn policies(&self, surroundings: &Surroundings) -> Option<Vec<PolicySource>> {
        let places = self.policies.iter().map(|place| surroundings.at(place));
        let files: Vec<PathBuf> = match self.family {
            // Firefox stops at its first file.
            Family::Firefox => places.filter(|path| path.is_file()).take(1).collect(),
            Family::Chromium => {
                let mut files: Vec<PathBuf> = places
                    .filter_map(|folder| fs::read_dir(folder).ok())
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path())
                    .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
                    .collect();
                files.sort();
                files
            }
        };
        Some(files.into_iter().map(PolicySource::file).collect())
    }

    fn as_program(&'static self, surroundings: &Surroundings, packages: &str) -> Option<Found> {
        let program = self.programs.iter().find(|program| {
            let path = surroundings.at(program);
            path.is_file() && !starts_a_snap(&path)
        })?;
        let packaged = self
            .packages
            .iter()
            .find_map(|package| debian_version(packages, package));
        let told = || super::application_version(&surroundings.at(program));
        Some(Found {
            product: self,
            installation: Installation::Program(PathBuf::from(program)),
            version: packaged.or_else(told),
        })
    }

    fn as_snap(&'static self, surroundings: &Surroundings) -> Option<Found> {
        let snap = self.snap?;
        let folder = ["/snap", "/var/lib/snapd/snap"]
            .into_iter()
            .map(|above| surroundings.at(above).join(snap).join("current"))
            .find(|folder| folder.exists())?;
        let about = fs::read_to_string(folder.join("meta/snap.yaml")).unwrap_or_default();
        let version = about.lines().find_map(|line| line.strip_prefix("version:"));
        Some(Found {
            product: self,
            installation: Installation::Snap,
            version: version.map(|text| text.trim().trim_matches(['\'', '"']).to_owned()),
        })
    }

    fn as_flatpak(&'static self, surroundings: &Surroundings) -> Option<Found> {
        let system = surroundings.at("/var/lib/flatpak/app");
        let persons = surroundings
            .home
            .as_ref()
            .map(|home| home.join(".local/share/flatpak/app"));
        [Some(system), persons]
            .into_iter()
            .flatten()
            .any(|folder| folder.join(self.flatpak).exists())
            .then_some(Found {
                product: self,
                installation: Installation::Flatpak,
                version: None,
            })
    }
}

/// Ubuntu's packages of these names hold a script that starts the snap.
fn starts_a_snap(program: &Path) -> bool {
    let is_short =
        |path: &Path| fs::metadata(path).is_ok_and(|metadata| metadata.len() <= SCRIPT_LENGTH_MAX);
    let mut text = Vec::new();
    is_short(program)
        && fs::File::open(program)
            .and_then(|file| file.take(SCRIPT_LENGTH_MAX).read_to_end(&mut text))
            .is_ok()
        && String::from_utf8_lossy(&text).contains("/snap/bin/")
}

/// A package's version in dpkg's list, if it is installed.
fn debian_version(list: &str, package: &str) -> Option<String> {
    let entry = list.split("\n\n").find(|entry| {
        entry
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("Package: "))
            == Some(package)
    })?;
    let field = |name: &str| {
        entry
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let is_installed = field("Status")?.ends_with(" installed");
    is_installed.then(|| field("Version").map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::surroundings::tests::Workstation;

    fn found(workstation: &Workstation) -> Vec<(&'static str, Installation, Option<String>)> {
        let told = |found: Found| (found.product.name, found.installation, found.version);
        let found = find(&workstation.surroundings());
        found.into_iter().map(told).collect()
    }

    #[test]
    fn a_bare_workstation_has_no_browser() {
        assert_eq!(found(&Workstation::new()), []);
    }

    #[test]
    fn package_snap_and_flatpak_are_told_apart() {
        let workstation = Workstation::new();
        workstation.program("/usr/bin/chromium");
        workstation.file(
            "/var/lib/dpkg/status",
            "Package: chromium-driver\nStatus: install ok installed\nVersion: 1\n\n\
             Package: chromium\nStatus: install ok installed\nVersion: 156.0-1\n\n\
             Package: firefox\nStatus: deinstall ok config-files\nVersion: 2\n",
        );
        workstation.file(
            "/snap/firefox/current/meta/snap.yaml",
            "name: firefox\nversion: '154.0'\n",
        );
        workstation.folder("/home/anna/.local/share/flatpak/app/com.microsoft.Edge");
        let version = |text: &str| Some(text.to_owned());
        assert_eq!(
            found(&workstation),
            [
                (
                    "Chromium",
                    Installation::Program("/usr/bin/chromium".into()),
                    version("156.0-1")
                ),
                ("Edge", Installation::Flatpak, None),
                ("Firefox", Installation::Snap, version("154.0")),
            ]
        );
    }

    #[test]
    fn a_script_that_starts_a_snap_is_no_browser() {
        let workstation = Workstation::new();
        workstation.file(
            "/usr/bin/chromium-browser",
            "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n",
        );
        assert_eq!(found(&workstation), []);
    }

    #[test]
    fn firefox_tells_its_version_in_a_file() {
        let workstation = Workstation::new();
        workstation.program("/opt/firefox/firefox");
        workstation.file("/opt/firefox/application.ini", "[App]\nVersion=153.7.0\n");
        assert_eq!(found(&workstation)[0].2.as_deref(), Some("153.7.0"));
    }
}
