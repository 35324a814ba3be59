//! The files of `deploy/`, with this test's addresses and paths in the place of theirs

use std::path::{Path, PathBuf};

pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../deploy")
        .join(name)
}

pub fn text(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// The file with each of these in the place of what ships; all of it must be there.
pub fn with(name: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(text(name), |text, (shipped, ours)| {
        assert!(text.contains(shipped), "{name} has no {shipped:?}");
        text.replace(shipped, ours)
    })
}

/// A program of a Debian package.
pub fn program(name: &str, package: &str) -> PathBuf {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is not here: apt-get install {package}"))
}
