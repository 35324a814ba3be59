//! Files of a Unix system: who owns them, and the mode that says who may write them.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use super::{Distrust, Keeper, unreadable};

/// Group and others may write.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// In such a folder nobody can replace what belongs to somebody else.
const STICKY: u32 = 0o1000;
/// How many symbolic links one path may lead through, as in the kernel.
const LINKS_MAX: usize = 40;

/// Follows `path` link by link and answers the path without links.
///
/// Every file, folder and link on the way must belong to a keeper and be writable by
/// nobody else, so that what was looked at here is what is opened later. A folder all
/// may write is accepted where it is sticky, such as `/tmp`: what a keeper owns in it
/// stays what it is.
pub fn resolve(path: &Path, keeper: Keeper) -> Result<PathBuf, Distrust> {
    if !path.is_absolute() {
        return Err(Distrust::NotAbsolute);
    }
    let mut resolved = PathBuf::from("/");
    judge(&resolved, keeper)?;
    let mut rest: VecDeque<OsString> = steps(path).collect();
    let mut links = 0;
    while let Some(step) = rest.pop_front() {
        if step == ".." {
            resolved.pop();
            continue;
        }
        let here = resolved.join(&step);
        if !judge(&here, keeper)?.is_symlink() {
            resolved = here;
            continue;
        }
        links += 1;
        if links > LINKS_MAX {
            return Err(Distrust::Links);
        }
        let target = fs::read_link(&here).map_err(|error| unreadable(&here, error))?;
        if target.is_absolute() {
            resolved = PathBuf::from("/");
        }
        for step in steps(&target).collect::<Vec<_>>().into_iter().rev() {
            rest.push_front(step);
        }
    }
    Ok(resolved)
}

fn steps(path: &Path) -> impl Iterator<Item = OsString> + '_ {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    })
}

fn judge(path: &Path, keeper: Keeper) -> Result<Metadata, Distrust> {
    let metadata = fs::symlink_metadata(path).map_err(|error| unreadable(path, error))?;
    let owner = metadata.uid();
    let person = rustix::process::getuid().as_raw();
    if owner != 0 && !(keeper == Keeper::Person && owner == person) {
        return Err(Distrust::Owner {
            path: path.to_owned(),
            owner: format!("user {owner}"),
        });
    }
    let mode = metadata.mode();
    let sticky_folder = metadata.is_dir() && mode & STICKY != 0;
    // A link's own mode means nothing: who may replace it, its folder says.
    if mode & WRITABLE_BY_OTHERS != 0 && !sticky_folder && !metadata.is_symlink() {
        return Err(Distrust::Writable {
            path: path.to_owned(),
            by: format!("others (mode {:o})", mode & 0o7777),
        });
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Folder {
            Folder(tempfile::tempdir().unwrap())
        }

        fn file(&self, name: &str, mode: u32) -> PathBuf {
            let path = self.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "x").unwrap();
            fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            path
        }

        fn permit(&self, name: &str, mode: u32) {
            let path = self.0.path().join(name);
            fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        }
    }

    #[test]
    fn a_persons_own_file_is_believed_in_the_persons_name() {
        let folder = Folder::new();
        let path = folder.file("a/module.so", 0o644);
        assert_eq!(resolve(&path, Keeper::Person).unwrap(), path);
    }

    #[test]
    fn what_others_can_write_is_not_believed() {
        let folder = Folder::new();
        for mode in [0o664, 0o646, 0o666] {
            let path = folder.file("a/module.so", mode);
            let told = format!("others (mode {mode:o})");
            let distrust = resolve(&path, Keeper::Person).unwrap_err();
            assert!(
                matches!(&distrust, Distrust::Writable { by, .. } if *by == told),
                "{distrust}"
            );
        }
    }

    #[test]
    fn a_folder_others_can_write_spoils_all_below_it() {
        let folder = Folder::new();
        let path = folder.file("a/b/module.so", 0o644);
        folder.permit("a", 0o777);
        assert!(matches!(
            resolve(&path, Keeper::Person),
            Err(Distrust::Writable { path, .. }) if path.ends_with("a")
        ));
    }

    #[test]
    fn a_link_is_followed_and_its_way_judged() {
        let folder = Folder::new();
        let path = folder.file("real/module.so", 0o644);
        folder.file("open/other", 0o644);
        let good = folder.0.path().join("good.so");
        symlink("real/../real/module.so", &good).unwrap();
        assert_eq!(resolve(&good, Keeper::Person).unwrap(), path);

        let bad = folder.0.path().join("open/bad.so");
        symlink(&path, &bad).unwrap();
        let through = folder.0.path().join("through.so");
        symlink(&bad, &through).unwrap();
        folder.permit("open", 0o777);
        assert!(resolve(&through, Keeper::Person).is_err());
    }

    #[test]
    fn links_that_lead_round_come_to_an_end() {
        let folder = Folder::new();
        let path = folder.0.path().join("round");
        symlink("round", &path).unwrap();
        assert!(matches!(
            resolve(&path, Keeper::Person),
            Err(Distrust::Links)
        ));
    }

    #[test]
    fn another_persons_file_is_not_believed() {
        let folder = Folder::new();
        let path = folder.file("module.so", 0o644);
        // Only root can give a file away; anybody else already is somebody else to root.
        if rustix::process::getuid().is_root() {
            std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
            for keeper in [Keeper::Root, Keeper::Person] {
                let distrust = resolve(&path, keeper).unwrap_err();
                assert!(matches!(distrust, Distrust::Owner { owner, .. } if owner == "user 65534"));
            }
        } else {
            assert!(matches!(
                resolve(&path, Keeper::Root),
                Err(Distrust::Owner { .. })
            ));
        }
    }

    #[test]
    fn a_relative_path_and_an_absent_file_are_told_apart() {
        assert!(matches!(
            resolve(Path::new("module.so"), Keeper::Person),
            Err(Distrust::NotAbsolute)
        ));
        let folder = Folder::new();
        let absent = resolve(&folder.0.path().join("no"), Keeper::Person).unwrap_err();
        assert!(matches!(absent, Distrust::Unreadable { error, .. }
            if error.kind() == io::ErrorKind::NotFound));
    }
}
