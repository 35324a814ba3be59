//! What the portal's pages are measured beside: a bare page of Leptos, made as ours are, and one
//! of Bootstrap Italia's files as its package has them. Each in a folder of its own below
//! `target/pages-beside/`, text with its Brotli twin.

use std::{fs, path::Path};

use super::{
    emptied,
    folder::{Folder, create, failed, files, read},
    program, text,
};
use crate::process::{Failed, root, step, target};

/// Its name, and that of its files.
const BARE: &str = "bare";

/// The package's own files that a page of it loads.
const ITALIA: &str = "node_modules/bootstrap-italia";

/// Builds both.
pub fn build() -> Result<(), Failed> {
    step("Building the pages that ours are measured beside");
    let work = target().join("pages-beside-work");
    create(&work)?;
    bare(&work)?;
    bootstrap_italia()
}

fn bare(work: &Path) -> Result<(), Failed> {
    let source = root().join("tests/bare-page");
    let mut page = Folder::begin(target().join("pages-beside").join(BARE))?;
    let compiled = program::compile("bare-page", &[], &[])?;
    let bound = emptied(&work.join("bound"))?;
    program::bind(&compiled, BARE, &bound, &[])?;
    let wasm = program::optimised(work, &bound.join(format!("{BARE}_bg.wasm")))?;
    let wasm = page.asset(&format!("{BARE}.wasm"), &wasm)?;
    let start = bound.join("start.js");
    fs::copy(source.join("start.js"), &start).map_err(|error| failed(&start, error))?;
    let script = program::bundled(work, &start)?.replace("{{wasm}}", &wasm);
    let script = page.asset(&format!("{BARE}.js"), script.as_bytes())?;
    let html = read(&source.join("index.html"))?;
    let html = String::from_utf8_lossy(&html)
        .replace("{{wasm}}", &wasm)
        .replace("{{script}}", &script);
    page.write("index.html", html.as_bytes())?;
    page.finish()
}

fn bootstrap_italia() -> Result<(), Failed> {
    let mut page = Folder::begin(target().join("pages-beside/bootstrap-italia"))?;
    let html = root().join("tests/src/bench/pages/bootstrap_italia.html");
    page.write("index.html", &read(&html)?)?;
    let package = root().join(ITALIA);
    let mut loaded = vec![
        package.join("dist/css/bootstrap-italia.min.css"),
        package.join("dist/js/bootstrap-italia.bundle.min.js"),
    ];
    let fonts = files(&package.join("dist/fonts"))?;
    loaded.extend(
        fonts
            .into_iter()
            .filter(|font| font.extension().is_some_and(|end| end == "woff2")),
    );
    for file in loaded {
        let name = file.strip_prefix(&package).unwrap_or(&file);
        let address = Path::new("bootstrap-italia").join(name);
        page.write(text(&address), &read(&file)?)?;
    }
    page.finish()
}
