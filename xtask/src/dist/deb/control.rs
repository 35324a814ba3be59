//! What the package says of itself: name, version, dependencies, checksums, changes, licences.

use std::{fs, os::unix::fs::MetadataExt};

use super::{HOST, NAME, PROGRAMS, WINDOW, read, tree::Tree};
use crate::process::{Failed, command, told_by};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the programs open while they run, and so no tool of Debian's sees: the service of the
/// readers, the window's libraries, keyboards and fonts (`host/src/doctor/host.rs`).
const OPENED: &str = "pcscd, libpcsclite1, libx11-6, libx11-xcb1, libxcursor1, libxi6, \
                      libxkbcommon0, libxkbcommon-x11-0, xkb-data, libfontconfig1, \
                      fonts-dejavu-core";

/// The middleware of Debian that reads a CNS, and a browser.
const RECOMMENDED: &str = "opensc-pkcs11, \
     chromium | google-chrome-stable | microsoft-edge-stable | firefox-esr | firefox";

const DESCRIPTION: &str = "\
login to the Sistema Tessera Sanitaria with a CNS smart card
 Italian health operators log in to the portal of the Sistema Tessera
 Sanitaria with their Carta Nazionale dei Servizi: one click, one PIN, in a
 window that says who is asking.
 .
 This package holds the program that reads the card, its window, and the
 extension for Chromium, Chrome, Edge and Firefox, which the browsers install
 by policy as soon as the package is there.
";

/// `tessera_<version>_<architecture>.deb`.
pub fn file_name() -> Result<String, Failed> {
    Ok(format!("{NAME}_{VERSION}_{}.deb", architecture()?))
}

/// Writes `DEBIAN/`.
pub fn write(tree: &Tree) -> Result<(), Failed> {
    let files = tree.files()?;
    tree.write("DEBIAN/control", control(tree, &files)?)?;
    let configuration = files.iter().filter(|file| file.starts_with("etc/"));
    let configuration = configuration.map(|file| format!("/{file}\n"));
    tree.write("DEBIAN/conffiles", configuration.collect::<String>())?;
    tree.write("DEBIAN/md5sums", checksums(tree, &files)?)?;
    tree.script("DEBIAN/postrm", &read("deploy/debian/postrm")?)
}

/// The list of changes in Debian's form, which has one entry: this version.
pub fn changelog(moment: u64) -> Result<String, Failed> {
    let date = told_by(
        "date",
        &["--utc", "--rfc-email", &format!("--date=@{moment}")],
    )?;
    Ok(format!(
        "{NAME} ({VERSION}) unstable; urgency=medium\n\n  \
         * Version {VERSION}.\n\n \
         -- {}  {date}\n",
        maintainer(),
    ))
}

/// The licences, in Debian's machine-readable form.
pub fn copyright(licence: &str) -> String {
    let licence: String = licence
        .lines()
        .map(|line| match line.trim_end() {
            "" => " .\n".to_owned(),
            line => format!(" {line}\n"),
        })
        .collect();
    format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
         Upstream-Name: Tessera\n\
         Comment: tessera-window contains the toolkit slint, Copyright SixtyFPS GmbH, under the\n \
         GPL-3.0, which the EUPL-1.2 names as compatible; the whole text of the GPL-3.0 is in\n \
         /usr/share/common-licenses/GPL-3. The other libraries inside the programs, with their\n \
         licences, are listed in libraries.gz beside this file.\n\
         \n\
         Files: *\n\
         Copyright: the authors of Tessera\n\
         License: EUPL-1.2\n\
         \n\
         License: EUPL-1.2\n\
         {licence}"
    )
}

fn control(tree: &Tree, files: &[String]) -> Result<String, Failed> {
    Ok(format!(
        "Package: {NAME}\n\
         Version: {VERSION}\n\
         Architecture: {}\n\
         Maintainer: {}\n\
         Installed-Size: {}\n\
         Depends: {}, {OPENED}\n\
         Recommends: {RECOMMENDED}\n\
         Section: utils\n\
         Priority: optional\n\
         Description: {DESCRIPTION}",
        architecture()?,
        maintainer(),
        kibibytes(tree, files)?,
        linked(tree)?,
    ))
}

/// Whoever makes the package, as Debian's tools ask for it.
fn maintainer() -> String {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let name = variable("DEBFULLNAME").unwrap_or_else(|| "Tessera".to_owned());
    let address = variable("DEBEMAIL").unwrap_or_else(|| "tessera@sistemats.it".to_owned());
    format!("{name} <{address}>")
}

fn architecture() -> Result<String, Failed> {
    told_by("dpkg", &["--print-architecture"])
}

/// The packages of the libraries the programs are linked to.
fn linked(tree: &Tree) -> Result<String, Failed> {
    let folder = tempfile::tempdir().map_err(|error| Failed(error.to_string()))?;
    let fault = |error| Failed(format!("{}: {error}", folder.path().display()));
    // It only works beside a source package's description.
    fs::create_dir(folder.path().join("debian")).map_err(fault)?;
    fs::write(
        folder.path().join("debian/control"),
        format!("Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n"),
    )
    .map_err(fault)?;
    let programs = [HOST, WINDOW].map(|program| tree.at(&format!("{PROGRAMS}/{program}")));
    let told = command("dpkg-shlibdeps")
        .current_dir(folder.path())
        .arg("-O")
        .args(programs)
        .output()
        .map_err(|error| {
            Failed(format!(
                "dpkg-shlibdeps could not be started: {error}; install the package dpkg-dev"
            ))
        })?;
    let text = String::from_utf8_lossy(&told.stdout);
    text.lines()
        .find_map(|line| line.strip_prefix("shlibs:Depends="))
        .map(str::to_owned)
        .ok_or_else(|| {
            Failed(format!(
                "dpkg-shlibdeps: {}",
                String::from_utf8_lossy(&told.stderr)
            ))
        })
}

/// As dpkg counts them: each file's size rounded up.
fn kibibytes(tree: &Tree, files: &[String]) -> Result<u64, Failed> {
    let sizes = files.iter().map(|file| {
        let path = tree.at(file);
        let metadata = fs::metadata(&path);
        let metadata = metadata.map_err(|error| Failed(format!("{}: {error}", path.display())))?;
        Ok(metadata.size().div_ceil(1024))
    });
    sizes.sum()
}

fn checksums(tree: &Tree, files: &[String]) -> Result<Vec<u8>, Failed> {
    let sums = command("md5sum")
        .current_dir(tree.at(""))
        .arg("--")
        .args(files.iter().filter(|file| !file.starts_with("etc/")))
        .output()
        .map_err(|error| Failed(format!("md5sum could not be started: {error}")))?;
    match sums.status.success() {
        true => Ok(sums.stdout),
        false => Err(Failed(String::from_utf8_lossy(&sums.stderr).into_owned())),
    }
}
