//! Makes the portal's pages: WASM, its loader, style sheet, fonts and `index.html`.
//!
//! All of it lands in `target/portal/`, where the server's build takes it from. Names carry a
//! hash of the content, so that browsers may keep them for ever; each text file has its
//! Brotli twin beside it. A file that would not change is left alone, so that the server is
//! not built again for nothing.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::process::{Failed, root, run, step, target};

/// Titillium Web as Bootstrap Italia carries it, and the faces `frontend/style` names.
const FONTS: &str = "node_modules/bootstrap-italia/dist/fonts/Titillium_Web";
const FACES: [&str; 3] = [
    "titillium-web-v10-latin-ext_latin-regular.woff2",
    "titillium-web-v10-latin-ext_latin-600.woff2",
    "titillium-web-v10-latin-ext_latin-700.woff2",
];

/// What wasm-opt may use: what every browser we name supports.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the pages.
pub fn build() -> Result<(), Failed> {
    let work = target().join("portal-work");
    create(&work)?;
    let mut pages = Pages::begin()?;

    step("Building the pages: WebAssembly");
    let wasm = web_assembly(&work)?;
    let wasm = pages.asset("frontend.wasm", &read(&wasm)?)?;
    let loader = pages.asset("frontend.js", &read(&work.join("frontend.js"))?)?;
    let start = filled("start.js", &[("loader", &loader), ("wasm", &wasm)])?;
    let script = pages.asset("start.js", start.as_bytes())?;

    step("Building the pages: style sheet");
    for face in FACES {
        let font = read(&root().join(FONTS).join(face))?;
        pages.write(&format!("assets/fonts/{face}"), &font)?;
    }
    pages.write("assets/icon.svg", &read(&root().join("frontend/icon.svg"))?)?;
    let stylesheet = pages.asset("main.css", &read(&style_sheet(&work)?)?)?;

    let addresses = [
        ("stylesheet", &stylesheet),
        ("script", &script),
        ("loader", &loader),
        ("wasm", &wasm),
    ];
    let index = filled("index.html", &addresses)?;
    pages.write("index.html", index.as_bytes())?;
    pages.finish()
}

/// A file of `frontend/` with its `{{placeholders}}` filled in.
fn filled(name: &str, addresses: &[(&str, &String)]) -> Result<String, Failed> {
    let template = read(&root().join("frontend").join(name))?;
    let mut text = String::from_utf8_lossy(&template).into_owned();
    for (placeholder, address) in addresses {
        text = text.replace(&format!("{{{{{placeholder}}}}}"), address);
    }
    Ok(text)
}

fn web_assembly(work: &Path) -> Result<PathBuf, Failed> {
    run(
        "cargo",
        &[
            "build",
            "--package=frontend",
            "--target=wasm32-unknown-unknown",
            "--profile=pages",
        ],
    )?;
    let built = target().join("wasm32-unknown-unknown/pages/frontend.wasm");
    run(
        "wasm-bindgen",
        &[
            "--target=web",
            "--no-typescript",
            "--out-name=frontend",
            "--out-dir",
            text(work),
            text(&built),
        ],
    )?;
    let bound = work.join("frontend_bg.wasm");
    let optimised = work.join("frontend.wasm");
    let stamp = work.join("frontend.sha256");
    let digest = hash(&read(&bound)?);
    if optimised.exists() && fs::read_to_string(&stamp).is_ok_and(|of| of == digest) {
        return Ok(optimised);
    }
    let mut arguments = vec!["-Oz", text(&bound), "-o", text(&optimised)];
    arguments.extend(WASM_FEATURES);
    run(text(&tool("wasm-opt")), &arguments)?;
    fs::write(&stamp, digest).map_err(|error| failed(&stamp, error))?;
    Ok(optimised)
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

/// The folder being filled; what an earlier build left and this one did not write goes.
struct Pages {
    folder: PathBuf,
    written: Vec<PathBuf>,
}

impl Pages {
    fn begin() -> Result<Pages, Failed> {
        let folder = target().join("portal");
        create(&folder.join("assets/fonts"))?;
        Ok(Pages {
            folder,
            written: Vec::new(),
        })
    }

    /// Writes a file under a name that changes with its content; its absolute address.
    fn asset(&mut self, name: &str, content: &[u8]) -> Result<String, Failed> {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let address = format!("assets/{stem}-{}.{extension}", &hash(content)[..16]);
        self.write(&address, content)?;
        Ok(format!("/{address}"))
    }

    fn write(&mut self, address: &str, content: &[u8]) -> Result<(), Failed> {
        self.place(self.folder.join(address), content)?;
        if !address.ends_with(".woff2") {
            self.place(self.folder.join(format!("{address}.br")), &brotli(content)?)?;
        }
        Ok(())
    }

    fn place(&mut self, path: PathBuf, content: &[u8]) -> Result<(), Failed> {
        if !fs::read(&path).is_ok_and(|there| there == content) {
            fs::write(&path, content).map_err(|error| failed(&path, error))?;
        }
        self.written.push(path);
        Ok(())
    }

    fn finish(self) -> Result<(), Failed> {
        for path in files(&self.folder)? {
            if !self.written.contains(&path) {
                fs::remove_file(&path).map_err(|error| failed(&path, error))?;
            }
        }
        Ok(())
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

fn brotli(content: &[u8]) -> Result<Vec<u8>, Failed> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, 11, 22);
    writer
        .write_all(content)
        .map_err(|error| Failed(format!("Brotli: {error}")))?;
    drop(writer);
    Ok(packed)
}

fn hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn tool(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    fs::read(path).map_err(|error| failed(path, error))
}

fn create(folder: &Path) -> Result<(), Failed> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))
}

fn failed(path: &Path, error: std::io::Error) -> Failed {
    Failed(format!("{}: {error}", path.display()))
}
