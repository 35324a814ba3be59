//! The packages a technician takes: `target/dist/` (contract §6).

mod archive;
mod crx;
mod deb;
mod extension;
mod key;
mod licences;
mod moment;
mod msi;
mod programs;
mod signed;
mod update;
mod wish;

use std::{fs, io, path::Path};

use self::{extension::Packing, key::Key, wish::Wish};
use crate::{
    process::{Failed, step, target},
    setup,
};

/// The extension for Chromium browsers, and what announces it to them.
const CRX: [&str; 2] = ["tessera.crx", "update.xml"];
/// The extension for Firefox, likewise.
const XPI: [&str; 2] = ["tessera.xpi", "updates.json"];

/// Makes one kind of package.
pub fn make(kind: &str, words: &[&str]) -> Result<(), Failed> {
    let wish = Wish::read(words)?;
    if wish.signed_xpi.is_some() && kind != "deb" {
        return Err(Failed(format!("--signed-xpi is for deb, not for {kind}")));
    }
    match kind {
        "crx" => crx(&wish),
        "xpi" => xpi(&wish),
        "deb" => setup::for_debian_package().and_then(|()| deb::make(&wish)),
        "msi" => setup::for_windows_package().and_then(|()| msi::make(&wish)),
        _ => Err(Failed(format!(
            "there is no package {kind:?}, but crx, xpi, deb and msi"
        ))),
    }
}

fn crx(wish: &Wish) -> Result<(), Failed> {
    step("The extension for Chromium, Chrome and Edge");
    let packing = Packing::begin(wish, key(wish)?)?;
    let package = packing.crx()?;
    let update = update::for_chromium(&packing, &packing.address(CRX[0]));
    told(&packing);
    println!("  id: {}", packing.key.chromium_id());
    write(wish, CRX[0], &package)?;
    write(wish, CRX[1], update.as_bytes())
}

fn xpi(wish: &Wish) -> Result<(), Failed> {
    step("The extension for Firefox");
    let packing = Packing::begin(wish, key(wish)?)?;
    let package = packing.xpi()?;
    let update = update::for_firefox(&packing, &packing.address(XPI[0]), &package);
    told(&packing);
    println!("  id: {}", packing.gecko_id());
    println!("  Firefox itself installs it once Mozilla has signed it: docs/postazioni.md");
    write(wish, XPI[0], &package)?;
    write(wish, XPI[1], update.as_bytes())
}

fn key(wish: &Wish) -> Result<Key, Failed> {
    let Some(file) = &wish.key else {
        let key = Key::for_development()?;
        println!(
            "  signed with this machine's development key, {}: not for workstations",
            key.file().display()
        );
        return Ok(key);
    };
    let key = Key::read(file)?;
    if key.is_readable_by_others() {
        println!(
            "  whoever reads {0} can pack an extension that the host answers: chmod 600 {0}",
            file.display()
        );
    }
    Ok(key)
}

fn told(packing: &Packing) {
    for origin in &packing.origins {
        match origin.is_https() {
            true => println!("  for {origin}"),
            false => println!("  for {origin}, which is for a developer's machine only"),
        }
    }
}

pub use self::msi::for_tests as windows_for_tests;

/// The Debian package that is tested: for pages of this machine, away from those for others.
pub fn for_tests() -> Result<(), Failed> {
    let mut wish = Wish::read(&["--origin", "http://localhost"])?;
    wish.folder = target().join("test-packages");
    // One of another version would be tested in this one's place.
    match fs::remove_dir_all(&wish.folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failed(format!("{}: {error}", wish.folder.display())));
        }
        _ => {}
    }
    deb::make_for_tests(&wish)
}

/// Puts a file into the folder of packages, and says so.
fn write(wish: &Wish, name: &str, content: &[u8]) -> Result<(), Failed> {
    let path = create(&wish.folder)?.join(name);
    fs::write(&path, content).map_err(|error| Failed(format!("{}: {error}", path.display())))?;
    println!("  written: {}", path.display());
    Ok(())
}

fn create(folder: &Path) -> Result<&Path, Failed> {
    fs::create_dir_all(folder).map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
    Ok(folder)
}
