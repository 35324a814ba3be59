//! A module that is loaded and initialised.

use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::slot::Slot;

use super::direct_call::DirectCalls;
use super::messages::Library;
use super::middleware::Quirks;
use super::token::Token;

/// A module that is loaded and initialised.
pub struct Loaded {
    /// The crate's view of it.
    pub context: Pkcs11,
    /// The calls made without the crate.
    pub direct: DirectCalls,
    /// What is known of its kind.
    pub quirks: Quirks,
    library: Library,
}

impl Loaded {
    /// Loads and initialises the module at `path`, which
    /// [`choose`](super::middleware::choose) has looked at.
    pub fn load(path: &Path) -> Result<Loaded, Error> {
        // Without its libraries the module says itself what it lacks.
        #[cfg(windows)]
        let _ = crate::windows::look_for_libraries_beside(path);
        let context = Pkcs11::new(path)?;
        let direct = DirectCalls::find(path)?;
        let initialise = |flags| Pkcs11::initialize(&context, CInitializeArgs::new(flags));
        match initialise(CInitializeFlags::OS_LOCKING_OK) {
            // A module without locks: all calls come from one thread anyway.
            Err(Error::Pkcs11(RvError::CantLock, _)) => initialise(CInitializeFlags::empty())?,
            initialised => initialised?,
        }
        let library = describe(&context);
        Ok(Loaded {
            quirks: Quirks::of(&library.manufacturer),
            context,
            direct,
            library,
        })
    }

    /// What it says of itself.
    pub fn library(&self) -> Library {
        self.library.clone()
    }

    /// What the token in this slot says of itself.
    pub fn token(&self, slot: Slot) -> Result<Token, Error> {
        let info = self.direct.token_info(slot)?;
        Ok(Token::of(&info, self.quirks))
    }

    /// Ends all it holds: sessions, logins, connections to readers.
    pub fn finalise(self) -> Result<(), Error> {
        self.context.finalize()
    }
}

/// A module that cannot even say what it is can still have a card.
fn describe(context: &Pkcs11) -> Library {
    let Ok(information) = context.get_library_info() else {
        return Library {
            manufacturer: String::new(),
            description: String::new(),
            version: String::new(),
        };
    };
    let version = information.library_version();
    Library {
        manufacturer: information.manufacturer_id().to_owned(),
        description: information.library_description().to_owned(),
        version: format!("{}.{}", version.major(), version.minor()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_module_fails_to_load() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("module.so");
        std::fs::write(&file, "no module").unwrap();
        assert!(Loaded::load(&file).is_err());
    }
}
