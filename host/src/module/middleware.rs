//! Which PKCS#11 modules there are on this workstation, and what is known of their ways.

use std::path::{Path, PathBuf};

use super::vendors::KNOWN;
use crate::trusted_path::{Distrust, Keeper, resolve};

/// How a module differs from what PKCS#11 says, where that cannot be met for all alike.
///
/// Met for all alike, and so in no table: `C_Sign` is never asked for a length (Bit4id fails
/// then), mechanisms that are announced and fail have others below them, labels are not
/// read, and the first word about a card may take seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// Whether the token's flags about its PIN (`CKF_USER_PIN_FINAL_TRY` and its like) say
    /// anything.
    pub tells_tries: bool,
    /// Whether `CKR_GENERAL_ERROR` at the login is its word for a wrong PIN, too.
    pub hides_wrong_pin: bool,
}

impl Quirks {
    /// As PKCS#11 says.
    const NONE: Quirks = Quirks {
        tells_tries: true,
        hides_wrong_pin: false,
    };
}

/// Whose modules have quirks: by how the manufacturer's name in `CK_INFO` begins.
const QUIRKS: &[(&str, Quirks)] = &[(
    "OpenSC",
    Quirks {
        // Says `locked` of every fresh CNS (its driver knows no tries; OpenSC issue 3755).
        tells_tries: false,
        // Some cards say no more than "verification failed" (6300), for which it has no
        // word. Taken for a failure of the middleware it would be tried again with the
        // same wrong PIN, until the card is locked.
        hides_wrong_pin: true,
    },
)];

impl Quirks {
    /// Those of the modules of this manufacturer.
    pub fn of(manufacturer: &str) -> Quirks {
        QUIRKS
            .iter()
            .find(|(name, _)| manufacturer.starts_with(name))
            .map_or(Quirks::NONE, |(_, quirks)| *quirks)
    }
}

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
    let known = KNOWN
        .iter()
        .flat_map(|middleware| middleware.places)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whom_the_table_names_has_quirks() {
        let opensc = Quirks::of("OpenSC Project");
        assert!(opensc.hides_wrong_pin && !opensc.tells_tries);
        for other in ["", "Bit4id", "bit4id OpenSC"] {
            assert_eq!(Quirks::of(other), Quirks::NONE, "{other}");
        }
    }

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
}
