//! Makes the portal's pages: WASM with its loader, words, style sheet, fonts, HTML.
//!
//! All of it lands in `target/portal/`, where the server's build takes it from: `assets/` under
//! names that carry a hash of the content, so that browsers may keep them for ever, and `pages/`,
//! the HTML of every page in every language. Each text file has its Brotli twin beside it. A file
//! that would not change is left alone, so that the server is not built again for nothing.

pub mod beside;
#[cfg(test)]
mod budget;
mod folder;
mod program;

use std::{
    fs,
    path::{Path, PathBuf},
};

use folder::{Folder, create, failed, files, read};

use crate::process::{Failed, products, root, run, step, target};

/// Titillium Web as Bootstrap Italia carries it, and the faces `frontend/style` names.
const FONTS: &str = "node_modules/bootstrap-italia/dist/fonts/Titillium_Web";
const FACES: [&str; 2] = [
    "titillium-web-v10-latin-ext_latin-regular.woff2",
    "titillium-web-v10-latin-ext_latin-600.woff2",
];

/// Builds the pages.
pub fn build() -> Result<(), Failed> {
    let work = target().join("portal-work");
    create(&work)?;
    let mut portal = Folder::begin(target().join("portal"))?;

    step("Building the pages: WebAssembly");
    let (wasm, script) = program::build(&work, &mut portal)?;

    step("Building the pages: style sheet");
    for face in FACES {
        let font = read(&root().join(FONTS).join(face))?;
        portal.write(&format!("assets/fonts/{face}"), &font)?;
    }
    portal.write("assets/icon.svg", &read(&root().join("frontend/icon.svg"))?)?;
    let stylesheet = portal.asset("main.css", &read(&style_sheet(&work)?)?)?;

    step("Building the pages: words and HTML");
    build_prerender()?;
    let mut fillings = vec![
        format!("stylesheet={stylesheet}"),
        format!("script={script}"),
        format!("wasm={wasm}"),
    ];
    let words = emptied(&work.join("words"))?;
    prerender(&["words", text(&words)])?;
    for file in files(&words)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let address = portal.asset(&format!("{name}.txt"), &read(&file)?)?;
        fillings.push(format!("{name}={address}"));
    }
    let html = emptied(&work.join("html"))?;
    let template = root().join("frontend/index.html");
    let mut arguments = vec!["pages", text(&html), text(&template)];
    arguments.extend(fillings.iter().map(String::as_str));
    prerender(&arguments)?;
    for file in files(&html)? {
        let page = file.strip_prefix(&html).unwrap_or(&file);
        portal.write(text(&Path::new("pages").join(page)), &read(&file)?)?;
    }
    portal.finish()
}

/// In development mode: it runs for a second, and compiles in a third of the time.
fn build_prerender() -> Result<(), Failed> {
    run(
        "cargo",
        &[
            "build",
            "--package=frontend",
            "--bin=prerender",
            "--no-default-features",
            "--features=ssr",
        ],
    )
}

fn prerender(arguments: &[&str]) -> Result<(), Failed> {
    run(text(&products().join("debug/prerender")), arguments)
}

fn emptied(folder: &Path) -> Result<PathBuf, Failed> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| failed(folder, error))?;
    }
    create(folder)?;
    Ok(folder.to_owned())
}

/// Bootstrap Italia's parts that we use, without the rules that no page needs.
fn style_sheet(work: &Path) -> Result<PathBuf, Failed> {
    let whole = work.join("main.css");
    run(
        text(&tool("sass")),
        &[
            "--style=compressed",
            "--no-source-map",
            "--quiet",
            "--load-path=node_modules",
            "--load-path=node_modules/bootstrap-italia/src/scss",
            "frontend/style/main.scss",
            text(&whole),
        ],
    )?;
    let used = work.join("used");
    create(&used)?;
    run(
        text(&tool("purgecss")),
        &[
            "--config",
            "frontend/style/purgecss.config.cjs",
            "--css",
            text(&whole),
            "--output",
            text(&used),
        ],
    )?;
    Ok(used.join("main.css"))
}

fn tool(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
