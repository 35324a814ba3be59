//! Who started the host, as the browser's arguments tell.
//!
//! The browser has already asked its manifest; asking again here keeps a manifest that
//! somebody else wrote from lending the host to another extension.

use crate::extension_id::{CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID};

/// What the arguments say about the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Our extension, in one browser or the other.
    OurExtension,
    /// No browser's arguments: a program that speaks the protocol over pipes itself.
    Unnamed,
    /// Another extension.
    Stranger,
}

impl Caller {
    /// Reads a browser's arguments; `None` when they are no browser's.
    ///
    /// Chromium gives `chrome-extension://ID/` (on Windows also `--parent-window=N`),
    /// Firefox the manifest's path and the extension's id.
    pub fn read(arguments: &[String]) -> Option<Caller> {
        match arguments {
            [] => Some(Caller::Unnamed),
            [origin, ..] if origin.contains("-extension://") => {
                Some(match origin.strip_prefix("chrome-extension://") {
                    Some(id) if id.strip_suffix('/') == Some(CHROMIUM_EXTENSION_ID) => {
                        Caller::OurExtension
                    }
                    _ => Caller::Stranger,
                })
            }
            [manifest, id] if manifest.ends_with(".json") => Some(match id.as_str() {
                GECKO_EXTENSION_ID => Caller::OurExtension,
                _ => Caller::Stranger,
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Option<Caller> {
        let arguments: Vec<String> = arguments.iter().map(|text| text.to_string()).collect();
        Caller::read(&arguments)
    }

    #[test]
    fn our_extension_is_known_in_both_browsers() {
        let origin = format!("chrome-extension://{CHROMIUM_EXTENSION_ID}/");
        assert_eq!(read(&[&origin]), Some(Caller::OurExtension));
        assert_eq!(
            read(&[&origin, "--parent-window=66"]),
            Some(Caller::OurExtension)
        );
        let manifest = "/usr/lib/mozilla/native-messaging-hosts/it.tessera.cns.json";
        assert_eq!(
            read(&[manifest, GECKO_EXTENSION_ID]),
            Some(Caller::OurExtension)
        );
        assert_eq!(read(&[]), Some(Caller::Unnamed));
    }

    #[test]
    fn any_other_extension_is_a_stranger() {
        let longer = format!("chrome-extension://{CHROMIUM_EXTENSION_ID}a/");
        let inner = format!("chrome-extension://evil/{CHROMIUM_EXTENSION_ID}/");
        for arguments in [
            &["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"][..],
            &["chrome-extension://"],
            &["moz-extension://tessera@sistemats.it/"],
            &[&longer],
            &[&inner],
            &["/x/it.tessera.cns.json", "other@example.org"],
            &["/x/it.tessera.cns.json", ""],
        ] {
            assert_eq!(read(arguments), Some(Caller::Stranger), "{arguments:?}");
        }
    }

    #[test]
    fn a_persons_arguments_are_no_browsers() {
        assert_eq!(read(&["install"]), None);
        assert_eq!(read(&["install", "--system"]), None);
    }
}
