//! Which browser and system this is, and which files of the portal's are for it.

use protocol::workstation_check::Step;

use crate::browser;

/// Where the server gives packages out (`server-stub/src/packages.rs`).
const PACKAGES: &str = "/postazione/";

/// A browser and the system below it, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct System {
    /// The browser.
    pub browser: Browser,
    /// Which package of the program is for it.
    pub has_package: Option<Package>,
}

/// A kind of browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Browser {
    /// Chromium and what is made of it for a computer: Chrome, Edge.
    Chromium,
    /// Firefox for a computer.
    Firefox,
    /// One the extension is not made for.
    Other,
}

/// A package of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Package {
    /// Debian's.
    Deb,
    /// Windows Installer's.
    Msi,
}

impl System {
    /// The one that shows this page.
    pub fn of_this_page() -> System {
        System::read(&browser::name())
    }

    /// Reads a browser's name for itself.
    fn read(name: &str) -> System {
        let says = |word| name.contains(word);
        let browser = match () {
            () if says("Mobile") || says("Android") => Browser::Other,
            () if says("Firefox/") => Browser::Firefox,
            () if says("Chrome/") || says("Chromium/") => Browser::Chromium,
            () => Browser::Other,
        };
        let has_package = match () {
            () if browser == Browser::Other => None,
            // Of 64 bits, though the browser may be of 32.
            () if says("Windows NT") && (says("Win64") || says("WOW64")) => Some(Package::Msi),
            () if says("Linux x86_64") => Some(Package::Deb),
            () => None,
        };
        System {
            browser,
            has_package,
        }
    }

    /// The file that mends a step, where there is one for this system.
    pub fn file_for(self, step: Step) -> Option<String> {
        let name = match step {
            Step::Extension => match self.browser {
                Browser::Chromium => "tessera.crx".to_owned(),
                Browser::Firefox => "tessera.xpi".to_owned(),
                Browser::Other => return None,
            },
            Step::Program => match self.has_package? {
                Package::Deb => ["tessera_", env!("CARGO_PKG_VERSION"), "_amd64.deb"].concat(),
                Package::Msi => "tessera.msi".to_owned(),
            },
            _ => return None,
        };
        Some([PACKAGES, &name].concat())
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn browsers_are_told_by_their_names_and_get_their_files() {
        for (name, browser, extension, program) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/156.0.0.0 Safari/537.36",
                Browser::Chromium,
                Some("tessera.crx"),
                Some(".deb"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                 Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                Browser::Chromium,
                Some("tessera.crx"),
                Some("tessera.msi"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; WOW64; rv:153.0) Gecko/20100101 Firefox/153.0",
                Browser::Firefox,
                Some("tessera.xpi"),
                Some("tessera.msi"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; rv:153.0) Gecko/20100101 Firefox/153.0",
                Browser::Firefox,
                Some("tessera.xpi"),
                None,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
                Browser::Firefox,
                Some("tessera.xpi"),
                Some(".deb"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, \
                 like Gecko) Version/26.0 Safari/605.1.15",
                Browser::Other,
                None,
                None,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/156.0.0.0 Mobile Safari/537.36",
                Browser::Other,
                None,
                None,
            ),
        ] {
            let system = System::read(name);
            assert_eq!(system.browser, browser, "{name}");
            for (step, end) in [(Step::Extension, extension), (Step::Program, program)] {
                let file = system.file_for(step);
                assert_eq!(file.is_some(), end.is_some(), "{name}");
                assert!(file.unwrap_or_default().ends_with(end.unwrap_or_default()));
            }
        }
    }
}
