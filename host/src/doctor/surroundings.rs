//! The workstation as the doctor looks at it: where its files begin, and who is logged in.

use std::path::{Path, PathBuf};

use protocol::Origin;

use crate::clock::now;
use crate::policy;
use crate::trusted_path::Keeper;

/// Where things are looked for.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The folder in which the system's files begin.
    pub root: PathBuf,
    /// Who may own the system's files.
    pub administrator: Keeper,
    /// The person's home folder, as a path of its own.
    pub home: Option<PathBuf>,
    /// The person's configuration folder, likewise.
    pub configuration_folder: Option<PathBuf>,
    /// This program, where the system tells it.
    pub program: Option<PathBuf>,
    /// Whether the session has a display that could show a window.
    pub has_display: bool,
    /// Unix seconds.
    pub now: i64,
    /// Whose pages are to log in here, where that is said.
    pub asking: Option<Origin>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_this_process() -> Surroundings {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Surroundings {
            root: match cfg!(windows) {
                // There each path says its disk itself.
                true => PathBuf::new(),
                false => PathBuf::from("/"),
            },
            administrator: Keeper::Root,
            home: variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
                .map(PathBuf::from)
                .filter(|path| path.is_absolute()),
            configuration_folder: policy::configuration_folder(),
            program: std::env::current_exe().ok(),
            // Elsewhere than on Linux whether there is one is found out by trying.
            has_display: !cfg!(target_os = "linux")
                || ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
                    .into_iter()
                    .any(|name| variable(name).is_some()),
            now: now(),
            asking: None,
        }
    }

    /// Where a file of the system stands, named by its absolute path.
    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }
}

#[cfg(test)]
pub mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;

    /// A workstation's files in a folder of the test's; empty at first.
    pub struct Workstation(TempDir);

    impl Workstation {
        pub fn new() -> Workstation {
            Workstation(tempfile::tempdir().unwrap())
        }

        pub fn surroundings(&self) -> Surroundings {
            let home = self.0.path().join("home/anna");
            Surroundings {
                root: self.0.path().to_owned(),
                // Whoever runs the tests owns what they write.
                administrator: Keeper::Person,
                configuration_folder: Some(home.join(".config")),
                home: Some(home),
                program: None,
                has_display: true,
                now: 1_800_000_000,
                asking: None,
            }
        }

        pub fn folder(&self, path: &str) -> PathBuf {
            let path = self.surroundings().at(path);
            fs::create_dir_all(&path).unwrap();
            path
        }

        pub fn file(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
            let path = self.surroundings().at(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
            path
        }

        pub fn program(&self, path: &str) -> PathBuf {
            let path = self.file(path, "");
            fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
            path
        }

        /// A text with this workstation's files named as if they stood where they pretend to.
        pub fn told(&self, text: &str) -> String {
            text.replace(&self.0.path().display().to_string(), "")
        }
    }

    #[test]
    fn the_systems_files_stand_below_the_root() {
        let mut surroundings = Workstation::new().surroundings();
        surroundings.root = PathBuf::from("/");
        assert_eq!(surroundings.at("/etc/x"), PathBuf::from("/etc/x"));
        surroundings.root = PathBuf::from("/tmp/y");
        assert_eq!(surroundings.at("/etc/x"), PathBuf::from("/tmp/y/etc/x"));
    }
}
