//! The page of components has all of them.

#![allow(clippy::unwrap_used)] // how a test fails

use std::{fs, path::Path};

fn frontend() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend")
}

fn text_of(folder: &Path) -> String {
    let files = fs::read_dir(folder).unwrap();
    let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap_or_default());
    texts.collect()
}

/// The names after `#[component]` of what `components/mod.rs` hands out.
#[test]
fn every_component_that_pages_use_is_shown() {
    let components = frontend().join("src/components");
    let handed_out = fs::read_to_string(components.join("mod.rs")).unwrap();
    let handed_out: Vec<&str> = handed_out
        .lines()
        .skip_while(|line| !line.starts_with("pub use"))
        .flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric()))
        .collect();
    let text = text_of(&components);
    let gallery = text_of(&frontend().join("gallery/src"));
    let mut shown = 0;
    for after in text.split("#[component]\npub fn ").skip(1) {
        let end = after
            .find(|letter: char| !letter.is_alphanumeric())
            .unwrap();
        let name = &after[..end];
        if handed_out.contains(&name) {
            assert!(
                gallery.contains(&format!("<{name}")),
                "frontend/gallery does not show {name}"
            );
            shown += 1;
        }
    }
    assert!(shown >= 9, "only {shown} components were found");
}
