//! The packages a technician takes: `target/dist/` (contract §6).

mod archive;
mod crx;
mod extension;
mod key;
mod update;
mod wish;

use std::{fs, path::PathBuf};

use self::{extension::Packing, key::Key, wish::Wish};
use crate::process::{Failed, step, target};

/// The extension for Chromium browsers, and what announces it to them.
const CRX: [&str; 2] = ["tessera.crx", "update.xml"];
/// The extension for Firefox, likewise.
const XPI: [&str; 2] = ["tessera.xpi", "updates.json"];

/// Makes one kind of package.
pub fn make(kind: &str, words: &[&str]) -> Result<(), Failed> {
    let wish = Wish::read(words)?;
    match kind {
        "crx" => crx(&wish),
        "xpi" => xpi(&wish),
        _ => Err(Failed(format!("there is no package {kind:?}: crx, or xpi"))),
    }
}

fn crx(wish: &Wish) -> Result<(), Failed> {
    step("The extension for Chromium, Chrome and Edge");
    let packing = Packing::begin(wish, key(wish)?)?;
    let package = packing.crx()?;
    let update = update::for_chromium(&packing, &packing.address(CRX[0]));
    told(&packing);
    println!("  id: {}", packing.key.chromium_id());
    write(CRX[0], &package)?;
    write(CRX[1], update.as_bytes())
}

fn xpi(wish: &Wish) -> Result<(), Failed> {
    step("The extension for Firefox");
    let packing = Packing::begin(wish, key(wish)?)?;
    let package = packing.xpi()?;
    let update = update::for_firefox(&packing, &packing.address(XPI[0]), &package);
    told(&packing);
    println!("  id: {}", packing.gecko_id());
    println!("  Firefox itself installs it once Mozilla has signed it: docs/postazioni.md");
    write(XPI[0], &package)?;
    write(XPI[1], update.as_bytes())
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

/// Puts a file into `target/dist/`, and says so.
fn write(name: &str, content: &[u8]) -> Result<(), Failed> {
    let folder = folder()?;
    let path = folder.join(name);
    fs::write(&path, content).map_err(|error| Failed(format!("{}: {error}", path.display())))?;
    println!("  written: {}", path.display());
    Ok(())
}

fn folder() -> Result<PathBuf, Failed> {
    let folder = target().join("dist");
    fs::create_dir_all(&folder)
        .map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
    Ok(folder)
}
