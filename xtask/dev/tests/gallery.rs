//! The page of components has all of them, in their states.

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

/// The cases of an enum of the pages' source.
fn cases(file: &str, name: &str) -> Vec<String> {
    let text = fs::read_to_string(frontend().join("src").join(file)).unwrap();
    let begin = format!("pub enum {name} {{\n");
    let (_, after) = text.split_once(&begin).unwrap();
    let (cases, _) = after.split_once("\n}").unwrap();
    let names = cases.lines().filter_map(|line| {
        let name = line.trim().split(|letter: char| !letter.is_alphanumeric());
        name.map(str::to_owned).next()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_state_that_a_component_is_told_is_shown() {
    let gallery = text_of(&frontend().join("gallery/src"));
    for (file, name, silent) in [
        (
            "components/credentials_document.rs",
            "DocumentStage",
            &[][..],
        ),
        ("components/field.rs", "Kind", &[]),
        // With these there is no progress to show.
        ("pages/smart_card/act.rs", "Stage", &["Idle", "Refused"]),
    ] {
        let cases = cases(file, name);
        assert!(cases.len() >= 3, "{name}: {cases:?}");
        for case in cases.iter().filter(|case| !silent.contains(&case.as_str())) {
            assert!(
                gallery.contains(&format!("{name}::{case}")),
                "frontend/gallery does not show {name}::{case}"
            );
        }
    }
}

#[test]
fn what_comes_only_when_something_fails_or_ends_is_shown_too() {
    let gallery = text_of(&frontend().join("gallery/src"));
    let shown: Vec<(&str, &str)> = gallery
        .split("specimen(")
        .skip(1)
        .filter_map(|after| {
            let mut parts = after.split('"');
            Some((parts.nth(1)?, parts.nth(1)?))
        })
        .collect();
    for state in [
        ("SessionNotice", "after the end"),
        ("SessionWarning", "as old as may be"),
        ("SessionWarning", "staying was refused"),
        ("LanguageSwitch", "a language's words did not come"),
        ("ServiceRefusal", "where the card is needed"),
    ] {
        assert!(shown.contains(&state), "frontend/gallery lacks {state:?}");
    }
}
