//! The folder where the last good lists are kept for the next start.
//!
//! Nothing in it is believed for being there: what is read, at a start, is verified again like
//! what is fetched, and what does not stand that is taken away once the server runs. What
//! cannot be read is left where it is: that is no word against it.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::hex::hex;
use crate::seal::random;

const TRUSTED_LIST: &str = "trusted-list.xml";
const REVOCATION_LIST: &str = "crl";
/// What a file is called until it is whole.
const UNFINISHED: &str = "unfinished";
/// How old a file is that nobody will finish any more: another server may be writing here.
const GIVEN_UP: Duration = Duration::from_secs(3600);

/// Why a kept file cannot be read; whether it is to be believed nobody knows then.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("{0}")]
    Fault(#[from] io::Error),
    #[error("it is no file")]
    NoFile,
    #[error("it has more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("there are too many lists besides")]
    TooMany,
}

impl Unreadable {
    /// What somebody can do about it.
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Unreadable::TooLarge { .. } => {
                "raise revocation.crl_megabytes, or take the file away if it is no list"
            }
            Unreadable::TooMany => "take lists away that are fetched no more",
            Unreadable::Fault(_) | Unreadable::NoFile => {
                "run the check as the server's user; if that finds it too, make the file readable \
                 to the server, or take it away: what is fetched takes its place"
            }
        }
    }
}

/// The folder; it is made when the first list is kept.
#[derive(Debug)]
pub(super) struct State {
    folder: PathBuf,
}

impl State {
    pub(super) fn in_folder(folder: &Path) -> State {
        State {
            folder: folder.to_owned(),
        }
    }

    pub(super) fn trusted_list_file(&self) -> PathBuf {
        self.folder.join(TRUSTED_LIST)
    }

    /// The file of the list that is fetched for a [`super::points::PointKey`].
    pub(super) fn revocation_list_file(&self, key: &[u8; 32]) -> PathBuf {
        self.folder.join(format!("{}.{REVOCATION_LIST}", hex(key)))
    }

    /// The kept revocation lists.
    pub(super) fn revocation_list_files(&self) -> io::Result<Vec<PathBuf>> {
        self.files_ending(REVOCATION_LIST)
    }

    /// A kept file's bytes, at most so many; nothing where there is none.
    pub(super) fn read(&self, file: &Path, limit: u64) -> Result<Option<Vec<u8>>, Unreadable> {
        // Before it is opened: a pipe would keep whoever opens it waiting.
        match fs::metadata(file) {
            Ok(metadata) if !metadata.is_file() => return Err(Unreadable::NoFile),
            Ok(_) => {}
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(fault.into()),
        }
        let opened = File::open(file)?;
        let mut bytes = Vec::new();
        opened.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(Unreadable::TooLarge { limit });
        }
        bytes.shrink_to_fit();
        Ok(Some(bytes))
    }

    /// Puts a file in place whole or not at all, whatever ends the program meanwhile.
    pub(super) fn keep(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        self.make_folder()?;
        // A name of its own: another server, of another machine even, may be writing here.
        let number = random::<8>().map_err(io::Error::other)?;
        let unfinished = file.with_extension(format!("{}.{UNFINISHED}", hex(&number)));
        let written = write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, file));
        if written.is_err() {
            // Best effort: the cause is what is told.
            let _ = fs::remove_file(&unfinished);
        }
        written?;
        // The name's own durability, where folders can be synced.
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// Takes a file away.
    pub(super) fn forget(&self, file: &Path) -> io::Result<()> {
        match fs::remove_file(file) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
            _ => Ok(()),
        }
    }

    /// Takes away what an earlier run did not finish.
    pub(super) fn tidy(&self) -> io::Result<()> {
        for file in self.files_ending(UNFINISHED)? {
            let written = fs::symlink_metadata(&file)?.modified()?;
            let age = SystemTime::now().duration_since(written);
            if age.is_ok_and(|age| age > GIVEN_UP) {
                self.forget(&file)?;
            }
        }
        Ok(())
    }

    fn make_folder(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }

    fn files_ending(&self, ending: &str) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(fault) => return Err(fault),
        };
        let mut files = Vec::new();
        for entry in entries {
            let file = entry?.path();
            if file.extension().is_some_and(|found| found == ending) {
                files.push(file);
            }
        }
        files.sort();
        Ok(files)
    }
}

fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    opened.write_all(bytes)?;
    opened.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_nothing_half_done_stays() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::in_folder(&folder.path().join("deep/trust-state"));
        let file = state.revocation_list_file(&[7; 32]);
        assert_eq!(state.read(&file, 10).unwrap(), None);
        for bytes in [&b"first"[..], b"second"] {
            state.keep(&file, bytes).unwrap();
            assert_eq!(state.read(&file, 6).unwrap().unwrap(), bytes);
        }
        let told = state.read(&file, 5).unwrap_err();
        assert!(matches!(told, Unreadable::TooLarge { limit: 5 }));
        let [half, of_another] =
            ["1", "2"].map(|number| file.with_extension(format!("{number}.{UNFINISHED}")));
        let long_ago = SystemTime::now() - 2 * GIVEN_UP;
        for (half, written) in [(&half, long_ago), (&of_another, SystemTime::now())] {
            let mut opened = File::create(half).unwrap();
            opened.write_all(b"hal").unwrap();
            opened.set_modified(written).unwrap();
        }
        state.tidy().unwrap();
        assert_eq!(state.revocation_list_files().unwrap(), [file]);
        assert!(!half.exists());
        assert!(of_another.exists(), "somebody is writing it");
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::in_folder(folder.path());
        let file = state.trusted_list_file();
        fs::create_dir(&file).unwrap();
        let told = state.read(&file, 10).unwrap_err();
        assert!(matches!(told, Unreadable::NoFile), "{told}");
    }

    #[test]
    #[cfg(unix)]
    fn it_is_for_its_user_only() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let state = State::in_folder(&folder.path().join("trust-state"));
        let file = state.trusted_list_file();
        state.keep(&file, b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&state.folder), 0o700);
    }
}
