//! A machine of our own, with nothing on it but what a test puts there.
//!
//! A folder that programs take for the whole file system. What is on the developer's machine
//! is not seen from inside; what runs there, such as pcscd, is, where the test lets it in.

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::{Outcome, product, program::run};

/// Where the host stands on it.
pub const HOST: &str = "/usr/bin/tessera-host";

/// Where a person lives on it.
pub const HOME: &str = "/home/anna";

/// The window's libraries that it opens while it runs.
const WINDOWS_LIBRARIES: [&str; 7] = [
    "libX11.so.6",
    "libX11-xcb.so.1",
    "libXcursor.so.1",
    "libXi.so.6",
    "libxkbcommon.so.0",
    "libxkbcommon-x11.so.0",
    "libfontconfig.so.1",
];

/// Keyboards and fonts, without which no window opens.
const WINDOWS_FILES: [&str; 4] = [
    "/usr/share/X11/xkb",
    "/etc/fonts",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
];

/// The file system of a machine.
pub struct BareMachine {
    root: PathBuf,
    /// Folders of this machine, and where they are seen on that one.
    shared: Vec<(PathBuf, String)>,
}

impl BareMachine {
    /// Sets one up below `folder`: the host's program, and what any program needs.
    pub fn new(folder: &Path) -> Outcome<BareMachine> {
        let root = folder.join("machine");
        fs::create_dir(&root)?;
        fs::set_permissions(&root, PermissionsExt::from_mode(0o755))?;
        let mut machine = BareMachine {
            root,
            shared: Vec::new(),
        };
        for place in ["/proc", "/dev"] {
            machine.share(Path::new(place), place)?;
        }
        fs::create_dir_all(machine.at(HOME))?;
        machine.install(&product::host()?, HOST)?;
        Ok(machine)
    }

    /// Puts the window's program beside the host's, with all it opens.
    pub fn install_window(&mut self) -> Outcome<()> {
        self.install(&product::window()?, "/usr/bin/tessera-window")?;
        for library in WINDOWS_LIBRARIES {
            let path = library_path(library)?;
            self.install(&path, &path.display().to_string())?;
        }
        for folder in WINDOWS_FILES {
            self.share(Path::new(folder), folder)?;
        }
        Ok(())
    }

    /// Puts a program or library there, with the libraries it is linked to.
    pub fn install(&self, from: &Path, to: &str) -> Outcome<()> {
        self.copy(from, to, 0o755)?;
        for library in linked_to(from)? {
            if !self.at(&library).exists() {
                self.copy(Path::new(&library), &library, 0o755)?;
            }
        }
        Ok(())
    }

    /// Writes a file that everybody may read and its owner write.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.write_with(path, text, 0o644)
    }

    /// Writes a file with these permissions.
    pub fn write_with(&self, path: &str, text: impl AsRef<[u8]>, mode: u32) -> io::Result<()> {
        let path = self.prepare(path)?;
        fs::write(&path, text)?;
        fs::set_permissions(&path, PermissionsExt::from_mode(mode))
    }

    /// Copies a file of this machine there, with these permissions.
    pub fn copy(&self, from: &Path, to: &str, mode: u32) -> io::Result<()> {
        self.write_with(to, fs::read(from)?, mode)
    }

    /// Lets a folder of this machine be seen there.
    pub fn share(&mut self, folder: &Path, at: &str) -> io::Result<()> {
        fs::create_dir_all(self.at(at))?;
        self.shared.push((folder.to_owned(), at.to_owned()));
        Ok(())
    }

    /// Runs the host there as the person; neither variables nor files of this machine count.
    pub fn host(&self, arguments: &[&str], environment: &[(&str, &str)]) -> io::Result<Output> {
        let mut command = Command::new("unshare");
        if fs::metadata("/proc/self")?.uid() != 0 {
            command.arg("--map-root-user");
        }
        command.args(["--mount", "sh", "-ec"]).arg(
            "root=$1; shift
             while [ \"$1\" != -- ]; do mount --rbind \"$1\" \"$root$2\"; shift 2; done; shift
             exec chroot \"$root\" \"$@\"",
        );
        command.arg("sh").arg(&self.root);
        for (folder, at) in &self.shared {
            command.arg(folder).arg(at);
        }
        command.args(["--", HOST]).args(arguments);
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.env("HOME", HOME);
        command.envs(environment.iter().copied());
        command.output()
    }

    fn prepare(&self, path: &str) -> io::Result<PathBuf> {
        let path = self.at(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(path)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}

/// The libraries a program or library is linked to, and the loader.
fn linked_to(file: &Path) -> Outcome<BTreeSet<String>> {
    let list = run(Command::new("ldd").arg(file))?;
    Ok(list
        .split_whitespace()
        .filter(|word| word.starts_with('/'))
        .map(str::to_owned)
        .collect())
}

/// Where the system's loader finds a library.
pub fn library_path(name: &str) -> Outcome<PathBuf> {
    let list = run(Command::new("/sbin/ldconfig").arg("-p"))?;
    let line = list
        .lines()
        .find(|line| line.split_whitespace().next() == Some(name));
    let path = line.and_then(|line| line.split_once("=> "));
    let (_, path) = path.ok_or_else(|| format!("{name} is not installed"))?;
    Ok(PathBuf::from(path.trim()))
}
