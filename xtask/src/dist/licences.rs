//! The licences of the libraries inside the programs: most of them ask that their text goes
//! along.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use super::programs::{HOST, WINDOW};
use crate::process::{Failed, output};

/// How files begin in which libraries have their licences.
const FILES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];

/// Every library with its licence, and each text once, with those it is of. `system` is Rust's
/// name of another system than this machine's.
pub fn of_libraries(system: Option<&str>) -> Result<String, Failed> {
    let libraries = libraries(system)?;
    let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut list = String::new();
    for library in &libraries {
        list += &format!("    {}: {}\n", library.name, library.licence);
        for text in &library.texts {
            let of = texts.entry(text.clone()).or_default();
            of.push(&library.name);
        }
    }
    let mut whole = format!(
        "The programs of this package contain Rust's standard library (MIT or Apache-2.0), and\n\
         these libraries:\n\n{list}"
    );
    let mut texts: Vec<(String, Vec<&str>)> = texts.into_iter().collect();
    texts.sort_by(|(_, one), (_, other)| one.cmp(other));
    for (text, of) in texts {
        let line = "-".repeat(72);
        whole += &format!("\n{line}\n{}\n{line}\n\n{text}\n", of.join(", "));
    }
    Ok(whole)
}

struct Library {
    name: String,
    licence: String,
    texts: BTreeSet<String>,
}

/// What the two programs are linked with, in the order of the names.
fn libraries(system: Option<&str>) -> Result<Vec<Library>, Failed> {
    let metadata = metadata(system)?;
    let members = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let nodes = members(&metadata["resolve"]["nodes"]);
    let packages = members(&metadata["packages"]);
    let mut waiting: Vec<Value> = packages
        .iter()
        .filter(|package| [HOST, WINDOW].iter().any(|name| package["name"] == *name))
        .map(|package| package["id"].clone())
        .collect();
    let mut linked = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !linked.insert(id.to_string()) {
            continue;
        }
        let node = nodes.iter().find(|node| node["id"] == id);
        for dependency in node
            .map(|node| members(&node["deps"]))
            .into_iter()
            .flatten()
        {
            let kinds = members(&dependency["dep_kinds"]);
            // Those for tests and for the build have another kind.
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                waiting.push(dependency["pkg"].clone());
            }
        }
    }
    let mut libraries = packages
        .iter()
        // What has no source elsewhere is our own.
        .filter(|package| linked.contains(&package["id"].to_string()))
        .filter(|package| package["source"].is_string())
        .map(library)
        .collect::<Result<Vec<Library>, Failed>>()?;
    libraries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(libraries)
}

fn library(package: &Value) -> Result<Library, Failed> {
    let text = |member: &str| package[member].as_str().unwrap_or_default();
    let manifest = Path::new(text("manifest_path"));
    let folder = manifest.parent().unwrap_or(manifest);
    let fault = |error| Failed(format!("{}: {error}", folder.display()));
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_uppercase();
        if path.is_file() && FILES.iter().any(|begin| name.starts_with(begin)) {
            let bytes = fs::read(&path).map_err(fault)?;
            let text = String::from_utf8_lossy(&bytes).replace('\r', "");
            texts.insert(text.trim_matches('\n').to_owned());
        }
    }
    Ok(Library {
        name: format!("{} {}", text("name"), text("version")),
        licence: match text("license") {
            "" => "see its text below".to_owned(),
            licence => licence.to_owned(),
        },
        texts,
    })
}

fn metadata(system: Option<&str>) -> Result<Value, Failed> {
    let told = output("rustc", &["--version", "--verbose"]).unwrap_or_default();
    let platform = told.lines().find_map(|line| line.strip_prefix("host: "));
    let platform = system.or(platform);
    let platform = platform.ok_or_else(|| Failed("rustc does not tell its platform".to_owned()))?;
    let words = ["metadata", "--locked", "--format-version=1"];
    let metadata = output(
        "cargo",
        &[&words[..], &["--filter-platform", platform]].concat(),
    );
    metadata
        .and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| Failed("cargo metadata does not tell the libraries".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_listed_with_their_texts() {
        let told = of_libraries(None).unwrap();
        for line in [
            "    slint 1.18.1: GPL-3.0-only OR LicenseRef-Slint-Royalty-free-2.0",
            "    cryptoki ",
            "    tokio ",
        ] {
            assert!(told.contains(line), "{line}");
        }
        assert!(told.contains("Permission is hereby granted, free of charge"));
        // For tests, for the build, and our own.
        for absent in ["    insta ", "    slint-build ", "    protocol "] {
            assert!(!told.contains(absent), "{absent}");
        }
    }
}
