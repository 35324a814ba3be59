//! The portal's pages, if they are built: all under `target/portal/assets/` and
//! `target/portal/pages/`.

use std::{
    error::Error,
    fmt::Write,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// The table of what is there, for `src/pages.rs`.
pub fn program(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in ["assets", "pages"] {
        let folder = root.join(folder);
        // What is watched must exist: Cargo takes what does not for changed at every build.
        fs::create_dir_all(&folder)?;
        println!("cargo::rerun-if-changed={}", folder.display());
        collect(&folder, &mut files)?;
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in files.iter().filter(|file| !is_compressed(file)) {
        let name = file
            .strip_prefix(root)?
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/");
        let compressed = PathBuf::from(format!("{}.br", file.display()));
        let compressed = if files.contains(&compressed) {
            format!("Some(include_bytes!({:?}))", compressed.canonicalize()?)
        } else {
            "None".to_owned()
        };
        // Tells one build's page from another's; nobody is harmed by who makes two alike.
        let mut hasher = DefaultHasher::new();
        fs::read(file)?.hash(&mut hasher);
        writeln!(
            table,
            "    File {{ path: {:?}, plain: include_bytes!({:?}), brotli: {compressed}, \
             tag: {:?} }},",
            format!("/{name}"),
            file.canonicalize()?,
            format!("W/\"{:016x}\"", hasher.finish()),
        )?;
    }
    table.push_str("]\n");
    Ok(table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn is_compressed(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br")
}
