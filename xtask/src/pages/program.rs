//! The program that runs in the browser: what every visitor waits for, and the parts that come
//! when they are needed (`frontend/src/parts.rs`), each a WebAssembly file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wasm_split_cli_support::{Options, transform};

use super::{
    emptied,
    folder::{Folder, failed, files, hash, read},
    text, tool,
};
use crate::process::{Failed, products, root, run};

/// What wasm-opt may use: what every browser we name supports.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Its name, and that of the script that starts it.
const NAME: &str = "frontend";

/// Puts the program among the assets; the addresses of its main file and of its script.
pub fn build(work: &Path, portal: &mut Folder) -> Result<(String, String), Failed> {
    let split = emptied(&work.join("split"))?;
    let main = divide(&compile()?, &split)?;
    let bound = emptied(&work.join("bound"))?;
    run(
        "wasm-bindgen",
        &[
            "--target=web",
            "--no-typescript",
            // The function table above all: the parts are joined on to it.
            "--keep-lld-exports",
            "--out-name",
            NAME,
            "--out-dir",
            text(&bound),
            text(&main),
        ],
    )?;
    let wasm = optimised(work, &bound.join(format!("{NAME}_bg.wasm")))?;
    let wasm = portal.asset(&format!("{NAME}.wasm"), &wasm)?;
    let mut script = bundled(work, &split, &bound)?.replace("{{wasm}}", &wasm);
    for part in files(&split)? {
        let name = part.file_name().unwrap_or_default().to_string_lossy();
        if part != main && name.ends_with(".wasm") {
            let address = portal.asset(&format!("{NAME}-{name}"), &optimised(work, &part)?)?;
            script = script.replace(&format!("./{name}"), &address);
        }
    }
    let script = portal.asset(&format!("{NAME}.js"), script.as_bytes())?;
    Ok((wasm, script))
}

/// The whole program, with what tells the splitter where each function is called from.
fn compile() -> Result<PathBuf, Failed> {
    run(
        "cargo",
        &[
            "rustc",
            "--package=frontend",
            "--lib",
            "--crate-type=cdylib",
            "--target=wasm32-unknown-unknown",
            "--profile=pages",
            // Without the feature `every-text`: the words come as assets.
            "--no-default-features",
            "--features=csr,split",
            "--",
            "-Clink-arg=--emit-relocs",
        ],
    )?;
    Ok(products().join("wasm32-unknown-unknown/pages/frontend.wasm"))
}

/// Divides the program into files; the main one's path.
fn divide(whole: &Path, folder: &Path) -> Result<PathBuf, Failed> {
    let main = folder.join(format!("{NAME}.wasm"));
    let program = read(whole)?;
    let script = format!("./{NAME}.js");
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &script;
    transform(options).map_err(|error| Failed(format!("{}: {error:#}", whole.display())))?;
    Ok(main)
}

/// Our own start of the program, what wasm-bindgen made and what fetches the parts, in one
/// file: one request.
fn bundled(work: &Path, split: &Path, bound: &Path) -> Result<String, Failed> {
    let place = |from: &Path| {
        let to = bound.join(from.file_name().unwrap_or_default());
        fs::copy(from, &to).map_err(|error| failed(from, error))
    };
    place(&root().join("frontend/start.js"))?;
    place(&split.join("__wasm_split.js"))?;
    let bundle = work.join("bundle.js");
    run(
        text(&tool("esbuild")),
        &[
            text(&bound.join("start.js")),
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
            &format!("--outfile={}", text(&bundle)),
        ],
    )?;
    let bundle = read(&bundle)?;
    Ok(String::from_utf8_lossy(&bundle).into_owned())
}

/// A file made as small as it goes; what was made so before is kept.
fn optimised(work: &Path, wasm: &Path) -> Result<Vec<u8>, Failed> {
    let name = wasm.file_stem().unwrap_or_default().to_string_lossy();
    let made = work.join(format!("{name}.optimised.wasm"));
    let stamp = work.join(format!("{name}.sha256"));
    let digest = hash(&read(wasm)?);
    let same = fs::read_to_string(&stamp).is_ok_and(|of| of == digest);
    if !(same && made.exists()) {
        let mut arguments = vec!["-Oz", text(wasm), "-o", text(&made)];
        arguments.extend(WASM_FEATURES);
        run(text(&tool("wasm-opt")), &arguments)?;
        fs::write(&stamp, digest).map_err(|error| failed(&stamp, error))?;
    }
    read(&made)
}
