//! A root of our own, in which packages are installed and from which they are purged.
//!
//! `tests/fresh_root.sh` makes it of this machine's files; what is changed stays apart, and can
//! be compared with what was there before.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::{
        fs::{FileTypeExt, MetadataExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

const CHANGES: &str = "/run/tessera-root/changes";
const BEFORE: &str = "/run/tessera-root/before";

/// What any package leaves: records of packages, logs, caches; what is no part of the root; and
/// the administrator's home, where the programs of the tests have their caches.
const KEPT_BY_THE_SYSTEM: [&str; 8] = [
    "/var/lib/dpkg",
    "/var/lib/apt",
    "/var/log",
    "/var/cache",
    "/run",
    "/tmp",
    "/var/tmp",
    "/root",
];

/// Starts this program again inside, unless it is there already; answers only when it is.
pub fn enter() -> io::Result<()> {
    if Path::new(CHANGES).is_dir() {
        return Ok(());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fresh_root.sh");
    let program = std::env::current_exe()?;
    Err(Command::new(script)
        .arg(program)
        .args(std::env::args_os().skip(1))
        .exec())
}

/// How a changed file stands now.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new, or another than it was.
    Written,
    /// It was there before, and is gone.
    Gone,
}

/// All that differs from before, but for what any package leaves.
pub fn changes() -> io::Result<BTreeMap<PathBuf, Change>> {
    let mut changes = BTreeMap::new();
    gather(Path::new("/"), &mut changes)?;
    Ok(changes)
}

fn gather(folder: &Path, changes: &mut BTreeMap<PathBuf, Change>) -> io::Result<()> {
    for entry in fs::read_dir(below(CHANGES, folder))? {
        let path = folder.join(entry?.file_name());
        if KEPT_BY_THE_SYSTEM.iter().any(|kept| path.starts_with(kept)) {
            continue;
        }
        let now = below(CHANGES, &path);
        let kind = now.symlink_metadata()?.file_type();
        let before = below(BEFORE, &path);
        // So an overlay remembers what was removed.
        if kind.is_char_device() {
            changes.insert(path, Change::Gone);
            continue;
        }
        if !is_same(&now, &before)? {
            changes.insert(path.clone(), Change::Written);
        }
        if kind.is_dir() {
            gather(&path, changes)?;
        }
    }
    Ok(())
}

/// An overlay copies whatever is touched: what it holds need not differ.
fn is_same(now: &Path, before: &Path) -> io::Result<bool> {
    let Ok(was) = before.symlink_metadata() else {
        return Ok(false);
    };
    let is = now.symlink_metadata()?;
    let kept = |file: &fs::Metadata| (file.mode(), file.uid(), file.gid());
    if kept(&is) != kept(&was) {
        return Ok(false);
    }
    if is.is_symlink() {
        return Ok(fs::read_link(now)? == fs::read_link(before)?);
    }
    Ok(is.is_dir() || fs::read(now)? == fs::read(before)?)
}

fn below(root: &str, path: &Path) -> PathBuf {
    Path::new(root).join(path.strip_prefix("/").unwrap_or(path))
}
