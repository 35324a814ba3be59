//! What is written before the server is compiled: the pages it embeds and the words it says.

mod pages;
mod texts;

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let room = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let written = PathBuf::from(env::var("OUT_DIR")?);
    let pages = pages::program(&room.join("../target/portal"))?;
    fs::write(written.join("pages.rs"), pages)?;

    let folder = room.join("texts");
    println!("cargo::rerun-if-changed={}", folder.display());
    let read = |name| fs::read_to_string(folder.join(name));
    let [it, de, en] = [read("it.toml")?, read("de.toml")?, read("en.toml")?];
    let texts = texts::program([("it", &it), ("de", &de), ("en", &en)])?;
    fs::write(written.join("texts.rs"), texts)?;
    Ok(())
}
