//! How many PINs were wrong since a card's last right one.
//!
//! Every login is a process of its own, and common middleware (OpenSC) tells nothing of the
//! tries that a card has left. So they are counted here, in the person's own folder for
//! running programs (`$XDG_RUNTIME_DIR/tessera/`), which ends with their session; on macOS in
//! that for their temporary files, on Windows in `%LOCALAPPDATA%\Tessera`, which does not roam.
//! Where there is no such folder, or it is not theirs alone, the count ends with the process.

#[cfg(windows)]
mod local_folder;
#[cfg(unix)]
mod runtime_folder;
mod tally;

use std::ffi::OsString;
use std::path::Path;

pub use tally::{CardKey, PERHAPS_LAST_FROM, PinVerdict, Tally};

#[cfg(windows)]
pub use local_folder::FILES;
#[cfg(windows)]
use local_folder::{LocalFault as Fault, LocalFolder as Folder};
#[cfg(unix)]
use runtime_folder::{RuntimeFault as Fault, RuntimeFolder as Folder};

/// The variable that names the folder in which ours is.
const ABOVE: &str = if cfg!(windows) {
    "LOCALAPPDATA"
} else if cfg!(target_os = "macos") {
    // A folder of the person's own, which the system cleans up.
    "TMPDIR"
} else {
    "XDG_RUNTIME_DIR"
};

/// Where counts are kept between logins.
pub struct WrongPins {
    folder: Option<Folder>,
}

impl WrongPins {
    /// The counts of the person this process runs for.
    pub fn of_this_person() -> WrongPins {
        WrongPins::below(std::env::var_os(ABOVE))
    }

    fn below(above: Option<OsString>) -> WrongPins {
        let Some(above) = above.filter(|path| !path.is_empty()) else {
            return WrongPins { folder: None };
        };
        let opened = Folder::open(Path::new(&above));
        let folder = opened.inspect_err(warn).ok();
        WrongPins { folder }
    }

    /// All that is kept, as of now; none where nothing can be kept.
    pub fn read(&self) -> Option<Tally> {
        let folder = self.folder.as_ref()?;
        folder.read().inspect_err(warn).ok()
    }

    /// Keeps what the card said to a PIN.
    ///
    /// A folder that fails once is not asked again: what this process saw must not be
    /// overruled by what it could not write down.
    pub fn record(&mut self, card: &CardKey, verdict: PinVerdict) {
        let kept = self
            .folder
            .as_ref()
            .map(|folder| folder.record(card, verdict));
        if let Some(Err(fault)) = kept {
            warn(&fault);
            self.folder = None;
        }
    }
}

/// A login never fails for this; a technician may wonder why nobody was warned.
fn warn(fault: &Fault) {
    log!("tessera-host: wrong PINs are counted for this login only: {fault}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> CardKey {
        CardKey::of("6090123456789012", b"certificate")
    }

    #[test]
    fn the_next_login_knows_the_wrong_pins_of_the_ones_before() {
        let runtime = tempfile::tempdir().unwrap();
        for before in 0..3 {
            let mut login = WrongPins::below(Some(runtime.path().into()));
            assert_eq!(login.read().unwrap().count(&card()), before);
            login.record(&card(), PinVerdict::Wrong);
        }
        WrongPins::below(Some(runtime.path().into())).record(&card(), PinVerdict::Right);
        let after = WrongPins::below(Some(runtime.path().into()));
        assert_eq!(after.read().unwrap().count(&card()), 0);
    }

    #[test]
    fn without_a_folder_nothing_is_kept_and_nothing_fails() {
        for runtime in [None, Some("".into()), Some("/nonexistent".into())] {
            let mut login = WrongPins::below(runtime);
            login.record(&card(), PinVerdict::Wrong);
            assert_eq!(login.read(), None);
        }
    }

    #[test]
    fn a_folder_that_could_not_be_written_is_not_believed_afterwards() {
        let runtime = tempfile::tempdir().unwrap();
        let mut login = WrongPins::below(Some(runtime.path().into()));
        // A folder in the file's place cannot be replaced by a file.
        std::fs::create_dir_all(runtime.path().join("tessera/wrong-pins/in-the-way")).unwrap();
        login.record(&card(), PinVerdict::Wrong);
        assert_eq!(login.read(), None);
    }
}
