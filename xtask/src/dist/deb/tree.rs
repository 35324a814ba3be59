//! The package's files as they will stand, in a folder of their own until they are packed.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::process::{Failed, command, wait};

/// Files, links, and the package's own description in `DEBIAN/`.
pub struct Tree(TempDir);

impl Tree {
    /// An empty one.
    pub fn begin() -> Result<Tree, Failed> {
        let tree = tempfile::Builder::new()
            .prefix("tessera-deb-")
            .permissions(Permissions::from_mode(0o755))
            .tempdir()
            .map_err(|error| Failed(format!("a folder for the package: {error}")))?;
        Ok(Tree(tree))
    }

    /// Writes a file that everybody may read.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> Result<(), Failed> {
        let path = self.prepare(path)?;
        fs::write(&path, content)
            .and_then(|()| fs::set_permissions(&path, Permissions::from_mode(0o644)))
            .map_err(|error| fault(&path, error))
    }

    /// Writes a file that dpkg starts.
    pub fn script(&self, path: &str, text: &str) -> Result<(), Failed> {
        self.write(path, text)?;
        let path = self.at(path);
        fs::set_permissions(&path, Permissions::from_mode(0o755))
            .map_err(|error| fault(&path, error))
    }

    /// Copies a program that everybody may start, without what only its makers read.
    pub fn program(&self, path: &str, from: &Path) -> Result<(), Failed> {
        let path = self.prepare(path)?;
        wait(
            command("strip")
                .args(["--strip-unneeded", "--remove-section=.comment", "-o"])
                .arg(&path)
                .arg(from),
        )?;
        fs::set_permissions(&path, Permissions::from_mode(0o755))
            .map_err(|error| fault(&path, error))
    }

    /// Makes a link to an absolute path; written as a relative one, as Debian has it within one
    /// folder of the root, so that it also leads there in a root that is mounted elsewhere.
    pub fn link(&self, path: &str, to: &str) -> Result<(), Failed> {
        let place = self.prepare(path)?;
        let to = to.trim_start_matches('/');
        let target = match path.split('/').next() == to.split('/').next() {
            true => relative(path, to),
            false => PathBuf::from("/").join(to),
        };
        symlink(target, &place).map_err(|error| fault(&place, error))
    }

    /// All files but the package's own description, by their paths in order.
    pub fn files(&self) -> Result<Vec<String>, Failed> {
        let mut files = Vec::new();
        self.gather(self.0.path(), &mut files)?;
        files.retain(|file| !file.starts_with("DEBIAN/"));
        files.sort();
        Ok(files)
    }

    /// Where a file stands until it is packed.
    pub fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Packs it, as if all of it had been made at this moment, by root.
    pub fn pack(&self, package: &Path, moment: u64) -> Result<(), Failed> {
        wait(
            command("find")
                .arg(self.0.path())
                .args(["-exec", "touch", "--no-dereference"])
                .arg(format!("--date=@{moment}"))
                .args(["{}", "+"]),
        )?;
        // One thread, since the compressor cuts its blocks by how many there are.
        wait(
            command("dpkg-deb")
                .args(["--root-owner-group", "-Zxz", "--threads-max=1", "--build"])
                .args([self.0.path(), package])
                .env("SOURCE_DATE_EPOCH", moment.to_string())
                .stdout(std::process::Stdio::null()),
        )
    }

    fn gather(&self, folder: &Path, files: &mut Vec<String>) -> Result<(), Failed> {
        for entry in fs::read_dir(folder).map_err(|error| fault(folder, error))? {
            let path = entry.map_err(|error| fault(folder, error))?.path();
            if path.is_dir() && !path.is_symlink() {
                self.gather(&path, files)?;
            } else if path.is_file() && !path.is_symlink() {
                let path = path.strip_prefix(self.0.path()).unwrap_or(&path);
                files.push(path.display().to_string());
            }
        }
        Ok(())
    }

    /// The place of a file, with the folders above it.
    fn prepare(&self, path: &str) -> Result<PathBuf, Failed> {
        let place = self.at(path);
        let mut folder = self.0.path().to_owned();
        let steps: Vec<&str> = path.split('/').collect();
        for step in &steps[..steps.len() - 1] {
            folder.push(step);
            if !folder.is_dir() {
                fs::create_dir(&folder)
                    .and_then(|()| fs::set_permissions(&folder, Permissions::from_mode(0o755)))
                    .map_err(|error| fault(&folder, error))?;
            }
        }
        Ok(place)
    }
}

/// The way from a link to another file of the same root.
fn relative(from: &str, to: &str) -> PathBuf {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other);
    let shared = shared.count();
    let up = from.len() - 1 - shared;
    let steps = std::iter::repeat_n("..", up).chain(to[shared..].iter().copied());
    steps.collect()
}

fn fault(path: &Path, error: io::Error) -> Failed {
    Failed(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_up_and_down_again() {
        let way = relative("usr/bin/tessera-host", "usr/lib/tessera/tessera-host");
        assert_eq!(way, Path::new("../lib/tessera/tessera-host"));
        assert_eq!(relative("usr/a", "usr/b"), Path::new("b"));
    }

    #[test]
    fn a_tree_has_its_files_and_not_its_description_and_links() {
        let tree = Tree::begin().unwrap();
        tree.write("usr/share/b", "b").unwrap();
        tree.write("etc/a", "a").unwrap();
        tree.write("DEBIAN/control", "").unwrap();
        tree.link("usr/bin/b", "/usr/share/b").unwrap();
        tree.link("etc/b", "/usr/share/b").unwrap();
        assert_eq!(tree.files().unwrap(), ["etc/a", "usr/share/b"]);
        let read = |path| fs::read_link(tree.at(path)).unwrap();
        assert_eq!(read("usr/bin/b"), Path::new("../share/b"));
        assert_eq!(read("etc/b"), Path::new("/usr/share/b"));
    }
}
