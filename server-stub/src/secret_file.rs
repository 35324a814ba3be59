//! Files that are secrets: whether others can read them

use std::path::Path;

/// The mode of a file that others can read or write, which is no secret then; none where they
/// cannot, or there is no such file.
#[cfg(unix)]
pub fn open_mode(file: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o777;
    (mode & 0o007 != 0 || mode & 0o020 != 0).then_some(mode)
}

/// Elsewhere that is not looked at.
#[cfg(not(unix))]
pub fn open_mode(_: &Path) -> Option<u32> {
    None
}
