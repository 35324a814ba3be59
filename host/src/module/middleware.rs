//! Which PKCS#11 modules there are, where they stand, and what is known of them.

use std::path::{Path, PathBuf};

use crate::trusted_path::{Distrust, Keeper, resolve};

/// A vendor's middleware, and where its installers put its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Middleware {
    /// Who makes it.
    pub vendor: &'static str,
    /// The module's absolute paths, newest first.
    pub places: &'static [&'static str],
}

/// What CNS cards come with (facts of the field: OpenSC's wiki, vendors' manuals, technicians'
/// tables). Vendors' own come before OpenSC's: where one is installed, the person's card
/// wanted it.
#[cfg(target_os = "linux")]
pub const KNOWN: &[Middleware] = &[
    Middleware {
        vendor: "Bit4id",
        places: &[
            "/usr/lib/bit4id/libbit4xpki.so",
            "/usr/lib/bit4id/libbit4ipki.so",
            "/usr/lib/bit4id/libbit4opki.so",
            "/usr/lib/libbit4xpki.so",
            "/usr/lib/libbit4ipki.so",
            "/usr/lib/libbit4opki.so",
        ],
    },
    Middleware {
        vendor: "Athena IDProtect",
        places: &["/usr/lib/x64-athena/libASEP11.so", "/usr/lib/libASEP11.so"],
    },
    Middleware {
        vendor: "Oberthur, IDEMIA",
        places: &["/usr/local/AWP/lib/libOcsCryptoki.so"],
    },
    Middleware {
        vendor: "Gemalto, Thales",
        places: &["/usr/lib/libIDPrimePKCS11.so", "/usr/lib/libeTPkcs11.so"],
    },
    Middleware {
        vendor: "OpenSC",
        places: &[
            // Debian, Fedora, Arch.
            "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
            "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
            "/usr/lib64/pkcs11/opensc-pkcs11.so",
            "/usr/lib64/opensc-pkcs11.so",
            "/usr/lib/pkcs11/opensc-pkcs11.so",
            "/usr/lib/opensc-pkcs11.so",
        ],
    },
];

/// As above.
#[cfg(target_os = "macos")]
pub const KNOWN: &[Middleware] = &[
    Middleware {
        vendor: "Bit4id",
        places: &[
            "/Library/bit4id/pkcs11/libbit4xpki.dylib",
            "/Library/bit4id/pkcs11/libbit4ipki.dylib",
            "/Library/bit4id/pkcs11/libbit4opki.dylib",
        ],
    },
    Middleware {
        vendor: "Athena IDProtect",
        places: &["/Library/Application Support/Athena/libASEP11.dylib"],
    },
    Middleware {
        vendor: "OpenSC",
        places: &["/Library/OpenSC/lib/opensc-pkcs11.so"],
    },
];

/// As above.
#[cfg(windows)]
pub const KNOWN: &[Middleware] = &[
    Middleware {
        vendor: "Bit4id",
        places: &[
            r"C:\Windows\System32\bit4xpki.dll",
            r"C:\Windows\System32\bit4ipki.dll",
            r"C:\Windows\System32\bit4opki.dll",
            r"C:\Windows\System32\bit4cpki.dll",
            r"C:\Windows\System32\bit4p11.dll",
        ],
    },
    Middleware {
        vendor: "Athena IDProtect",
        places: &[r"C:\Windows\System32\asepkcs.dll"],
    },
    Middleware {
        vendor: "ST Incard, SafeDive",
        places: &[
            r"C:\Windows\System32\inp11lib.dll",
            r"C:\Windows\System32\incryptoki2.dll",
            r"C:\Windows\System32\stPKCS11.dll",
        ],
    },
    Middleware {
        vendor: "Oberthur, IDEMIA",
        places: &[
            r"C:\Windows\System32\OcsCryptoki.dll",
            r"C:\Windows\System32\OcsPKCS11Wrapper.dll",
        ],
    },
    Middleware {
        vendor: "Siemens, CardOS",
        places: &[
            r"C:\Windows\System32\SI_PKCS11.dll",
            r"C:\Windows\System32\siecap11.dll",
            r"C:\Windows\System32\cnsPKCS11.dll",
            r"C:\Windows\System32\CardOS_PKCS11.dll",
        ],
    },
    Middleware {
        vendor: "Gemalto, Thales",
        places: &[
            r"C:\Windows\System32\gclib.dll",
            r"C:\Windows\System32\IDPrimePKCS11.dll",
            r"C:\Windows\System32\eTPKCS11.dll",
        ],
    },
    Middleware {
        vendor: "Charismathics, cryptovision",
        places: &[
            r"C:\Windows\System32\cmP11.dll",
            r"C:\Windows\System32\cvP11.dll",
            r"C:\Windows\System32\cvP11_M4.dll",
        ],
    },
    Middleware {
        vendor: "Italtel, Namirial",
        places: &[
            r"C:\Windows\System32\IpmPki32.dll",
            r"C:\Windows\System32\IPMpkiLC.dll",
            r"C:\Windows\System32\OkiPKCS11.dll",
        ],
    },
    Middleware {
        vendor: "OpenSC",
        places: &[r"C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll"],
    },
];

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
}

/// Whose modules have quirks: by how the manufacturer's name in `CK_INFO` begins.
const QUIRKS: &[(&str, Quirks)] = &[
    // Says `locked` of every fresh CNS (its driver knows no tries; OpenSC issue 3755).
    ("OpenSC", Quirks { tells_tries: false }),
];

impl Quirks {
    /// Those of the modules of this manufacturer.
    pub fn of(manufacturer: &str) -> Quirks {
        QUIRKS
            .iter()
            .find(|(name, _)| manufacturer.starts_with(name))
            .map_or(Quirks { tells_tries: true }, |(_, quirks)| *quirks)
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
