//! Vendors' middleware for CNS cards, and where its installers put it on each system (facts of
//! the field: OpenSC's wiki, vendors' manuals, technicians' tables).

/// A vendor's middleware, and where its installers put its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Middleware {
    /// Who makes it.
    pub vendor: &'static str,
    /// The module's absolute paths, newest first.
    pub places: &'static [&'static str],
}

/// Those of this system. Vendors' own come before OpenSC's: where one is installed, the
/// person's card wanted it.
pub const KNOWN: &[Middleware] = if cfg!(windows) {
    WINDOWS
} else if cfg!(target_os = "macos") {
    MACOS
} else {
    LINUX
};

const LINUX: &[Middleware] = &[
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

const MACOS: &[Middleware] = &[
    Middleware {
        vendor: "Bit4id",
        places: &[
            "/Library/bit4id/pkcs11/libbit4xpki.dylib",
            "/Library/bit4id/pkcs11/libbit4ipki.dylib",
            "/Library/bit4id/pkcs11/libbit4opki.dylib",
            // An older generation, alone or with its program.
            "/Library/bit4id/pkcs11/bit4ipkcs11.dylib",
            "/Library/Bit4id/PKI Manager/bit4ipkcs11.dylib",
        ],
    },
    Middleware {
        vendor: "Athena IDProtect",
        places: &["/Library/Application Support/Athena/libASEP11.dylib"],
    },
    Middleware {
        vendor: "Oberthur, IDEMIA",
        places: &["/Library/AWP/lib/libOcsCryptoki.dylib"],
    },
    Middleware {
        vendor: "Gemalto, Thales",
        places: &[
            "/Library/Frameworks/eToken.framework/Versions/Current/libIDPrimePKCS11.dylib",
            "/usr/local/lib/libIDPrimePKCS11.dylib",
        ],
    },
    Middleware {
        vendor: "OpenSC",
        places: &["/Library/OpenSC/lib/opensc-pkcs11.so"],
    },
];

/// The 64-bit modules; those for 32-bit programs of the same names, in `SysWOW64`, no 64-bit
/// host can load.
const WINDOWS: &[Middleware] = &[
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The files technicians know, by vendor.
    type Field = &'static [(&'static str, &'static str)];

    const ON_LINUX: Field = &[
        ("Bit4id", "libbit4xpki.so libbit4ipki.so libbit4opki.so"),
        ("Athena IDProtect", "libASEP11.so"),
        ("Oberthur, IDEMIA", "libOcsCryptoki.so"),
        ("Gemalto, Thales", "libIDPrimePKCS11.so libeTPkcs11.so"),
        ("OpenSC", "opensc-pkcs11.so"),
    ];
    const ON_MACOS: Field = &[
        (
            "Bit4id",
            "libbit4xpki.dylib libbit4ipki.dylib libbit4opki.dylib bit4ipkcs11.dylib",
        ),
        ("Athena IDProtect", "libASEP11.dylib"),
        ("Oberthur, IDEMIA", "libOcsCryptoki.dylib"),
        ("Gemalto, Thales", "libIDPrimePKCS11.dylib"),
        ("OpenSC", "opensc-pkcs11.so"),
    ];
    const ON_WINDOWS: Field = &[
        (
            "Bit4id",
            "bit4xpki.dll bit4ipki.dll bit4opki.dll bit4cpki.dll bit4p11.dll",
        ),
        ("Athena IDProtect", "asepkcs.dll"),
        (
            "ST Incard, SafeDive",
            "inp11lib.dll incryptoki2.dll stPKCS11.dll",
        ),
        ("Oberthur, IDEMIA", "OcsCryptoki.dll OcsPKCS11Wrapper.dll"),
        (
            "Siemens, CardOS",
            "SI_PKCS11.dll siecap11.dll cnsPKCS11.dll CardOS_PKCS11.dll",
        ),
        (
            "Gemalto, Thales",
            "gclib.dll IDPrimePKCS11.dll eTPKCS11.dll",
        ),
        (
            "Charismathics, cryptovision",
            "cmP11.dll cvP11.dll cvP11_M4.dll",
        ),
        (
            "Italtel, Namirial",
            "IpmPki32.dll IPMpkiLC.dll OkiPKCS11.dll",
        ),
        ("OpenSC", "opensc-pkcs11.dll"),
    ];

    const SYSTEMS: [(&[Middleware], Field, &str); 3] = [
        (LINUX, ON_LINUX, "/"),
        (MACOS, ON_MACOS, "/"),
        (WINDOWS, ON_WINDOWS, r"\"),
    ];

    #[test]
    fn every_file_of_the_field_has_its_place_on_every_system() {
        for (table, field, separator) in SYSTEMS {
            for (vendor, files) in field {
                let middleware = table.iter().find(|row| row.vendor == *vendor);
                let places = middleware.unwrap_or_else(|| panic!("{vendor}")).places;
                let named: BTreeSet<&str> = places
                    .iter()
                    .filter_map(|place| place.rsplit(separator).next())
                    .collect();
                assert_eq!(named, files.split(' ').collect(), "{vendor}");
            }
            assert_eq!(table.len(), field.len());
        }
    }

    #[test]
    fn a_place_is_absolute_and_stands_once_and_opensc_comes_last() {
        for (table, _, separator) in SYSTEMS {
            let root = if separator == "/" { "/" } else { r"C:\" };
            let places: Vec<&str> = table.iter().flat_map(|row| row.places).copied().collect();
            assert!(places.iter().all(|place| place.starts_with(root)));
            let different: BTreeSet<&&str> = places.iter().collect();
            assert_eq!(different.len(), places.len());
            assert_eq!(table.last().unwrap().vendor, "OpenSC");
        }
    }
}
