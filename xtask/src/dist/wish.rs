//! What is asked of a package: whose pages, whose key, where it will be served.

use std::path::PathBuf;

use protocol::Origin;
use url::Url;

use crate::process::{Failed, target};

/// The portal's own, which every host answers.
const ORIGINS: [&str; 2] = ["https://sistemats.it", "https://www.sistemats.it"];

/// Where beside the first origin's pages the packages stand, unless it is said.
const PLACE: &str = "postazione/";

/// The command line's words, understood.
#[derive(Debug)]
pub struct Wish {
    /// Whose pages may ask, in one order whatever the order of the words.
    pub origins: Vec<Origin>,
    /// The signing key; a development key is made where none is given.
    pub key: Option<PathBuf>,
    /// The folder on the web where the packages will be; ends with a slash.
    pub served_at: Url,
    /// Whether that was said, so that browsers may be sent there.
    pub is_served: bool,
    /// The extension for Firefox as Mozilla has signed it.
    pub signed_xpi: Option<PathBuf>,
    /// The folder the package comes into.
    pub folder: PathBuf,
}

impl Wish {
    /// Reads `[--origin URL…] [--key FILE] [--served-at URL] [--signed-xpi FILE]`.
    pub fn read(words: &[&str]) -> Result<Wish, Failed> {
        let mut origins = Vec::new();
        let mut key = None;
        let mut served_at = None;
        let mut signed_xpi = None;
        let mut words = words.iter().copied().peekable();
        while let Some(word) = words.next() {
            let mut value = |what: &str| {
                words
                    .next_if(|word| !word.starts_with("--"))
                    .ok_or_else(|| Failed(format!("{word} lacks {what}")))
            };
            match word {
                "--origin" => {
                    origins.push(origin(value("an origin, such as https://portal.example")?)?);
                    while let Some(another) = words.next_if(|word| !word.starts_with("--")) {
                        origins.push(origin(another)?);
                    }
                }
                "--key" => key = Some(PathBuf::from(value("a file, such as tessera-key.pem")?)),
                "--signed-xpi" => signed_xpi = Some(PathBuf::from(value("a file")?)),
                "--served-at" => served_at = Some(folder(value("the address of a folder")?)?),
                _ => return Err(Failed(format!("{word:?} is no option of dist"))),
            }
        }
        // The first one said, before they are put in order.
        let first = origins.first().map_or(ORIGINS[0], Origin::as_str);
        let is_served = served_at.is_some();
        let served_at = match served_at {
            Some(address) => address,
            None => folder(&format!("{first}/{PLACE}"))?,
        };
        if origins.is_empty() {
            origins = ORIGINS
                .iter()
                .map(|text| origin(text))
                .collect::<Result<_, _>>()?;
        }
        origins.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        origins.dedup();
        Ok(Wish {
            origins,
            key,
            served_at,
            is_served,
            signed_xpi,
            folder: target().join("dist"),
        })
    }

    /// Those that the host has to be told of, since it does not answer them by itself.
    pub fn added_origins(&self) -> impl Iterator<Item = &Origin> {
        self.origins
            .iter()
            .filter(|origin| !ORIGINS.contains(&origin.as_str()))
    }
}

fn origin(text: &str) -> Result<Origin, Failed> {
    Origin::parse(text).map_err(|fault| Failed(format!("--origin {text}: {fault}")))
}

fn folder(text: &str) -> Result<Url, Failed> {
    let slash = if text.ends_with('/') { "" } else { "/" };
    let url = Url::parse(&format!("{text}{slash}")).ok();
    // Names of files are put after it, which would be part of a question or a fragment.
    let is_folder = |url: &Url| url.query().is_none() && url.fragment().is_none();
    url.filter(|url| ["https", "http", "file"].contains(&url.scheme()) && is_folder(url))
        .ok_or_else(|| {
            Failed(format!(
                "--served-at {text}: write the folder's address, such as \
                 https://portal.example/postazione/"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(words: &[&str]) -> String {
        Wish::read(words).unwrap_err().to_string()
    }

    #[test]
    fn without_words_it_is_the_portals_own_pages() {
        let wish = Wish::read(&[]).unwrap();
        let origins: Vec<&str> = wish.origins.iter().map(Origin::as_str).collect();
        assert_eq!(origins, ORIGINS);
        assert_eq!(wish.added_origins().count(), 0);
        assert_eq!(wish.key, None);
        assert_eq!(wish.served_at.as_str(), "https://sistemats.it/postazione/");
        assert!(!wish.is_served);
    }

    #[test]
    fn origins_come_in_one_order_and_once() {
        let several = [
            "--origin",
            "https://b.example",
            "https://a.example:8443",
            "--key",
            "k.pem",
            "--origin",
            "https://b.example",
        ];
        let wish = Wish::read(&several).unwrap();
        let origins: Vec<&str> = wish.origins.iter().map(Origin::as_str).collect();
        assert_eq!(origins, ["https://a.example:8443", "https://b.example"]);
        assert_eq!(wish.added_origins().count(), 2);
        assert_eq!(wish.key, Some(PathBuf::from("k.pem")));
        assert_eq!(wish.served_at.as_str(), "https://b.example/postazione/");
    }

    #[test]
    fn the_folder_on_the_web_can_be_another() {
        let served = |text| Wish::read(&["--served-at", text]).map(|wish| wish.served_at.into());
        let wish: Result<String, Failed> = served("https://asl.example/tessera");
        assert_eq!(wish.unwrap(), "https://asl.example/tessera/");
        for text in [
            "asl.example",
            "ftp://asl.example",
            "https://asl.example/?x",
            "https://asl.example/tessera#x",
            "https://asl.example/#",
        ] {
            assert!(served(text).unwrap_err().0.contains("the folder's address"));
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_its_mend() {
        for (text, said) in [
            ("http://portal.example", "use https"),
            ("http://localhost.evil.example", "use https"),
            ("ftp://portal.example", "use https"),
            ("https://portal.example/", "with no path"),
            ("https://portal.example#x", "with no path"),
            ("https://*.example/x", "with no path"),
            ("portal.example", "write it like https://portal.example"),
            ("*://*/*", "write it like https://portal.example"),
        ] {
            let fault = fault(&["--origin", text]);
            assert!(fault.contains(said) && fault.contains(text), "{fault}");
        }
    }

    #[test]
    fn what_lacks_or_is_not_known_is_named() {
        assert!(fault(&["--origin"]).contains("--origin lacks an origin"));
        assert!(fault(&["--origin", "--key", "k"]).contains("--origin lacks an origin"));
        assert!(fault(&["--key"]).contains("--key lacks a file"));
        assert!(fault(&["--sign"]).contains("\"--sign\" is no option"));
        assert!(fault(&["x"]).contains("\"x\" is no option"));
    }
}
