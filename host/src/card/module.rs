//! PKCS#11 modules: where they are found, and one that is loaded.

use std::path::{Path, PathBuf};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

use super::direct_call::DirectCalls;
use crate::trusted_path::{Distrust, Keeper, resolve};

/// Where vendors put their modules. Vendors' own come before OpenSC's: where one is
/// installed, the person's card wanted it.
#[cfg(target_os = "linux")]
const KNOWN_PLACES: &[&str] = &[
    // Bit4id
    "/usr/lib/bit4id/libbit4xpki.so",
    "/usr/lib/bit4id/libbit4ipki.so",
    "/usr/lib/bit4id/libbit4opki.so",
    "/usr/lib/libbit4xpki.so",
    "/usr/lib/libbit4ipki.so",
    "/usr/lib/libbit4opki.so",
    // Athena IDProtect
    "/usr/lib/x64-athena/libASEP11.so",
    "/usr/lib/libASEP11.so",
    // Oberthur, IDEMIA
    "/usr/local/AWP/lib/libOcsCryptoki.so",
    // Gemalto, Thales
    "/usr/lib/libIDPrimePKCS11.so",
    "/usr/lib/libeTPkcs11.so",
    // OpenSC: Debian, Fedora, Arch
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/pkcs11/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    "/usr/lib/pkcs11/opensc-pkcs11.so",
    "/usr/lib/opensc-pkcs11.so",
];

#[cfg(target_os = "macos")]
const KNOWN_PLACES: &[&str] = &[
    "/Library/bit4id/pkcs11/libbit4xpki.dylib",
    "/Library/bit4id/pkcs11/libbit4ipki.dylib",
    "/Library/bit4id/pkcs11/libbit4opki.dylib",
    "/Library/Application Support/Athena/libASEP11.dylib",
    "/Library/OpenSC/lib/opensc-pkcs11.so",
];

#[cfg(windows)]
const KNOWN_PLACES: &[&str] = &[
    r"C:\Windows\System32\bit4xpki.dll",
    r"C:\Windows\System32\bit4ipki.dll",
    r"C:\Windows\System32\bit4opki.dll",
    r"C:\Windows\System32\bit4cpki.dll",
    r"C:\Windows\System32\bit4p11.dll",
    r"C:\Windows\System32\asepkcs.dll",
    r"C:\Windows\System32\inp11lib.dll",
    r"C:\Windows\System32\incryptoki2.dll",
    r"C:\Windows\System32\stPKCS11.dll",
    r"C:\Windows\System32\OcsCryptoki.dll",
    r"C:\Windows\System32\OcsPKCS11Wrapper.dll",
    r"C:\Windows\System32\SI_PKCS11.dll",
    r"C:\Windows\System32\siecap11.dll",
    r"C:\Windows\System32\cnsPKCS11.dll",
    r"C:\Windows\System32\CardOS_PKCS11.dll",
    r"C:\Windows\System32\gclib.dll",
    r"C:\Windows\System32\IDPrimePKCS11.dll",
    r"C:\Windows\System32\eTPKCS11.dll",
    r"C:\Windows\System32\cmP11.dll",
    r"C:\Windows\System32\cvP11.dll",
    r"C:\Windows\System32\cvP11_M4.dll",
    r"C:\Windows\System32\IpmPki32.dll",
    r"C:\Windows\System32\IPMpkiLC.dll",
    r"C:\Windows\System32\OkiPKCS11.dll",
    r"C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll",
];

/// Which modules are to be loaded, first to last, and which are left out and why.
#[derive(Debug, Default)]
pub struct Choice {
    /// The modules' real paths, each once.
    pub chosen: Vec<PathBuf>,
    /// Modules that stand in their place but are not believed.
    pub left_out: Vec<(PathBuf, Distrust)>,
}

/// Chooses the modules: those of the policy, then those in known places that exist.
///
/// `keeper` says who may own a module the policy names; one in a known place is the
/// administrator's or it is left out. So is one of the policy that is not there: the same
/// policy serves workstations with different middleware.
pub fn choose(of_policy: &[PathBuf], keeper: Keeper) -> Choice {
    let mut choice = Choice::default();
    let of_policy = of_policy.iter().map(|path| (path.as_path(), keeper));
    let known = KNOWN_PLACES
        .iter()
        .map(|place| (Path::new(place), Keeper::Root))
        .filter(|(place, _)| place.exists());
    for (path, keeper) in of_policy.chain(known) {
        match resolve(path, keeper) {
            Ok(real) if choice.chosen.contains(&real) => {}
            Ok(real) => choice.chosen.push(real),
            Err(distrust) => choice.left_out.push((path.to_owned(), distrust)),
        }
    }
    choice
}

/// A module that is loaded and initialised.
pub struct Module {
    /// The crate's view of it.
    pub context: Pkcs11,
    /// The calls made without the crate.
    pub direct: DirectCalls,
}

impl Module {
    /// Loads and initialises the module at `path`, which [`choose`] has looked at.
    pub fn load(path: &Path) -> Result<Module, Error> {
        let context = Pkcs11::new(path)?;
        let direct = DirectCalls::find(path)?;
        let initialise = |flags| Pkcs11::initialize(&context, CInitializeArgs::new(flags));
        match initialise(CInitializeFlags::OS_LOCKING_OK) {
            // A module without locks: all calls come from one thread anyway.
            Err(Error::Pkcs11(RvError::CantLock, _)) => initialise(CInitializeFlags::empty())?,
            initialised => initialised?,
        }
        Ok(Module { context, direct })
    }

    /// Ends all it holds: sessions, logins, connections to readers.
    pub fn finalise(self) -> Result<(), Error> {
        self.context.finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policys_modules_come_first_each_once() {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("module.so");
        std::fs::write(&module, "").unwrap();
        let again = folder
            .path()
            .join("../")
            .join(folder.path().file_name().unwrap());
        let of_policy = [module.clone(), again.join("module.so")];
        let choice = choose(&of_policy, Keeper::Person);
        assert_eq!(choice.chosen[0], module);
        let times = choice.chosen.iter().filter(|path| **path == module).count();
        assert_eq!(times, 1);
    }

    #[test]
    fn a_module_others_can_write_is_left_out() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("module.so");
        std::fs::write(&module, "").unwrap();
        std::fs::set_permissions(&module, PermissionsExt::from_mode(0o666)).unwrap();
        let choice = choose(std::slice::from_ref(&module), Keeper::Person);
        assert!(!choice.chosen.contains(&module));
        assert_eq!(choice.left_out[0].0, module);
    }

    #[test]
    fn what_is_no_module_fails_to_load() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("module.so");
        std::fs::write(&file, "no module").unwrap();
        assert!(Module::load(&file).is_err());
    }
}
