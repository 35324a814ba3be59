//! The browsers of a Mac, whose manifests are files in folders.

use std::path::{Path, PathBuf};

use protocol::NATIVE_HOST_NAME;

use super::{Family, Found, Installation, ManifestPlace, PolicySource, application_version};
use crate::doctor::surroundings::Surroundings;

/// A browser the extension runs in, and the places it reads.
pub struct Product {
    /// Its name.
    pub name: &'static str,
    /// Which form of manifest and policy it reads.
    pub family: Family,
    program: &'static str,
    /// The person's own manifests, below their `Library/Application Support`.
    persons: &'static str,
    /// The person's profiles, likewise.
    profiles: &'static str,
    /// Everybody's.
    everybodys: &'static str,
}

/// The browsers we serve; the folders are those of Chromium's "Native messaging", of Microsoft's
/// for Edge and of MDN's "Native manifests".
const PRODUCTS: [Product; 4] = [
    Product {
        name: "Chromium",
        family: Family::Chromium,
        program: "/Applications/Chromium.app/Contents/MacOS/Chromium",
        persons: "Chromium/NativeMessagingHosts",
        profiles: "Chromium",
        everybodys: "/Library/Application Support/Chromium/NativeMessagingHosts",
    },
    Product {
        name: "Chrome",
        family: Family::Chromium,
        program: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        persons: "Google/Chrome/NativeMessagingHosts",
        profiles: "Google/Chrome",
        everybodys: "/Library/Google/Chrome/NativeMessagingHosts",
    },
    Product {
        name: "Edge",
        family: Family::Chromium,
        program: "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        persons: "Microsoft Edge/NativeMessagingHosts",
        profiles: "Microsoft Edge",
        everybodys: "/Library/Microsoft/Edge/NativeMessagingHosts",
    },
    Product {
        name: "Firefox",
        family: Family::Firefox,
        program: "/Applications/Firefox.app/Contents/MacOS/firefox",
        persons: "Mozilla/NativeMessagingHosts",
        profiles: "Firefox/Profiles",
        everybodys: "/Library/Application Support/Mozilla/NativeMessagingHosts",
    },
];

/// Finds the browsers; none of them is started.
pub fn find(surroundings: &Surroundings) -> Vec<Found> {
    let found = |product: &'static Product| {
        let program = surroundings.at(product.program);
        program.is_file().then(|| Found {
            product,
            version: version(&program),
            installation: Installation::Program(program),
        })
    };
    PRODUCTS.iter().filter_map(found).collect()
}

impl Product {
    /// Where it looks for our manifest, the person's own first.
    pub fn manifests(&self, surroundings: &Surroundings) -> Vec<ManifestPlace> {
        let file = format!("{NATIVE_HOST_NAME}.json");
        let persons = support(surroundings).map(|folder| (folder.join(self.persons), true));
        let everybodys = (surroundings.at(self.everybodys), false);
        let places = persons.into_iter().chain([everybodys]);
        places
            .map(|(folder, is_persons)| ManifestPlace {
                path: folder.join(&file),
                is_persons,
                named_by: None,
            })
            .collect()
    }

    /// The folders that hold the person's profiles, a folder each.
    pub fn profiles(&self, surroundings: &Surroundings) -> Vec<PathBuf> {
        let folder = support(surroundings).map(|folder| folder.join(self.profiles));
        folder.into_iter().collect()
    }

    /// None: a Mac keeps them in property lists of its own making.
    pub fn policies(&self, _: &Surroundings) -> Option<Vec<PolicySource>> {
        None
    }
}

/// Where programs keep what is the person's.
fn support(surroundings: &Surroundings) -> Option<PathBuf> {
    let home = surroundings.home.as_ref()?;
    Some(home.join("Library/Application Support"))
}

/// What Firefox says of itself; the others do in a form of the system's.
fn version(program: &Path) -> Option<String> {
    let resources: PathBuf = program.parent()?.with_file_name("Resources");
    application_version(&resources.join("firefox"))
}
