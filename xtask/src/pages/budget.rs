//! What a first visit to the login may load, read from what was built.

use std::{fs, path::PathBuf};

use crate::process::target;

const KB: u64 = 1000;

/// What is built: the tests come after the build, which makes it.
fn assets() -> Vec<PathBuf> {
    super::files(&target().join("portal/assets")).expect("the pages are built: cargo xtask pages")
}

/// The bytes on the wire of the assets that begin and end so.
fn on_the_wire(begin: &str, end: &str) -> Vec<u64> {
    let sizes = assets().into_iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?.to_owned();
        let fits = name.starts_with(begin) && name.ends_with(end);
        fits.then(|| fs::metadata(path).map_or(0, |file| file.len()))
    });
    sizes.collect()
}

#[test]
fn the_words_of_a_language_come_apart_and_are_small() {
    for group in ["texts-", "reading-"] {
        let sizes = on_the_wire(group, ".txt.br");
        assert_eq!(sizes.len(), 3, "a file a language");
        for size in sizes {
            assert!((500..=20 * KB).contains(&size), "{group}: {size}");
        }
    }
}

#[test]
fn style_script_and_fonts_keep_within_their_budgets() {
    for (begin, end, count, most) in [
        ("main-", ".css.br", 1, 18 * KB),
        ("frontend-", ".js.br", 1, 10 * KB),
        ("titillium", ".woff2", 2, 40 * KB),
    ] {
        let sizes = on_the_wire(begin, end);
        assert_eq!(sizes.len(), count, "{begin}*{end}");
        let all: u64 = sizes.iter().sum();
        assert!(all <= most, "{begin}*{end}: {all} bytes, of at most {most}");
    }
}

/// What comes before somebody can log in, and what comes when they go further.
#[test]
fn the_program_comes_in_parts_and_keeps_within_its_budget() {
    let parts = on_the_wire("frontend-split_", ".wasm.br");
    assert_eq!(parts.len(), 3, "reading, credentials, services");
    let shared: u64 = on_the_wire("frontend-chunk_", ".wasm.br").iter().sum();
    let all: u64 = on_the_wire("frontend-", ".wasm.br").iter().sum();
    let entrance = all - shared - parts.iter().sum::<u64>();
    assert!(entrance <= 150 * KB, "{entrance} bytes");
    let most = parts.iter().max().unwrap_or(&0) + shared;
    assert!(most <= 60 * KB, "{most} bytes to go further");
}

#[test]
fn the_login_page_takes_ten_requests_at_most_and_all_from_its_own_origin() {
    let page = target().join("portal/pages/it/area-riservata/smart-card.html");
    let page = fs::read_to_string(page).expect("the page is built");
    let named = |attribute: &str| {
        let addresses = page.split(attribute).skip(1);
        let addresses = addresses.map(|rest| rest.split('"').next().unwrap_or_default());
        let loaded = addresses.filter(|address| address.starts_with("/assets/"));
        loaded.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut loaded = named(" href=\"");
    loaded.extend(named(" src=\""));
    // Style, icon, words, program, script.
    assert_eq!(loaded.len(), 5, "{loaded:?}");
    let fonts = on_the_wire("titillium", ".woff2").len();
    // And the page itself, and who is logged in.
    assert!(loaded.len() + fonts + 2 <= 10);
    for part in ["<link", "<script"] {
        for tag in page.split(part).skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            assert!(!tag.contains("://"), "{tag}");
        }
    }
}
