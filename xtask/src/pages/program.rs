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
    // Without the feature `every-text`: the words come as assets.
    let features = ["--no-default-features", "--features=csr,split"];
    let whole = compile(NAME, &features, &["-Clink-arg=--emit-relocs"])?;
    let main = divide(&whole, &split)?;
    let bound = emptied(&work.join("bound"))?;
    // The function table above all: the parts are joined on to it.
    bind(&main, NAME, &bound, &["--keep-lld-exports"])?;
    let wasm = optimised(work, &bound.join(format!("{NAME}_bg.wasm")))?;
    let wasm = portal.asset(&format!("{NAME}.wasm"), &wasm)?;
    let start = with_its_imports(&split, &bound)?;
    let mut script = bundled(work, &start)?.replace("{{wasm}}", &wasm);
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

/// A package's whole program as it ships, before any of it is bound to a browser.
pub fn compile(package: &str, features: &[&str], to_rustc: &[&str]) -> Result<PathBuf, Failed> {
    let package_word = format!("--package={package}");
    let mut words = vec![
        "rustc",
        &package_word,
        "--lib",
        "--crate-type=cdylib",
        "--target=wasm32-unknown-unknown",
        "--profile=pages",
    ];
    words.extend(features);
    words.push("--");
    words.extend(to_rustc);
    run("cargo", &words)?;
    let name = package.replace('-', "_");
    let compiled = format!("wasm32-unknown-unknown/pages/{name}.wasm");
    Ok(products().join(compiled))
}

/// Makes the program one that a browser's script starts.
pub fn bind(program: &Path, name: &str, folder: &Path, options: &[&str]) -> Result<(), Failed> {
    let mut words = vec!["--target=web", "--no-typescript"];
    words.extend(options);
    words.extend(["--out-name", name, "--out-dir", text(folder), text(program)]);
    run("wasm-bindgen", &words)
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

/// Our own start of the program, beside what wasm-bindgen made and what fetches the parts.
fn with_its_imports(split: &Path, bound: &Path) -> Result<PathBuf, Failed> {
    let place = |from: &Path| {
        let to = bound.join(from.file_name().unwrap_or_default());
        fs::copy(from, &to).map_err(|error| failed(from, error))
    };
    place(&root().join("frontend/start.js"))?;
    place(&split.join("__wasm_split.js"))?;
    Ok(bound.join("start.js"))
}

/// A script and all that it imports, in one file: one request.
pub fn bundled(work: &Path, script: &Path) -> Result<String, Failed> {
    let bundle = work.join("bundle.js");
    run(
        text(&tool("esbuild")),
        &[
            text(script),
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
pub fn optimised(work: &Path, wasm: &Path) -> Result<Vec<u8>, Failed> {
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
