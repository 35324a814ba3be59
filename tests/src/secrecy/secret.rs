//! A secret and the shapes it may be seen in.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use memchr::memmem;

/// A secret to look for; no `Debug`, so that no report shows it.
pub struct Secret {
    shapes: Vec<(&'static str, Vec<u8>)>,
}

/// Where a secret was seen, and in which shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, message or process.
    pub place: String,
    /// Such as `as it is` or `base64`.
    pub shape: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.place, self.shape)
    }
}

impl Secret {
    /// A secret of ASCII characters, long enough not to occur by chance.
    pub fn new(text: &str) -> Secret {
        let bytes = text.as_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let dumped: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let codes: Vec<String> = bytes.iter().map(u8::to_string).collect();
        let mut shapes = vec![
            ("as it is", bytes.to_vec()),
            ("reversed", bytes.iter().rev().copied().collect()),
            (
                "in UTF-16",
                bytes.iter().flat_map(|byte| [*byte, 0]).collect(),
            ),
            ("in hexadecimal", hex.to_uppercase().into_bytes()),
            ("in hexadecimal", hex.into_bytes()),
            (
                "in a hexadecimal dump",
                dumped.join(" ").to_uppercase().into_bytes(),
            ),
            ("in a hexadecimal dump", dumped.join(" ").into_bytes()),
            ("as a list of codes", codes.join(",").into_bytes()),
        ];
        shapes.extend((0..3).map(|before| ("in base64", in_base64(bytes, before))));
        Secret { shapes }
    }

    /// This secret and another one.
    pub fn or(mut self, text: &str) -> Secret {
        self.shapes.extend(Secret::new(text).shapes);
        self
    }

    /// Looks in some bytes; `place` names them in what is found.
    pub fn look_in(&self, place: &str, bytes: &[u8]) -> Option<Finding> {
        let contains = |shape: &[u8]| memmem::find(bytes, shape).is_some();
        self.shapes
            .iter()
            .find(|(_, shape)| contains(shape))
            .map(|(name, _)| Finding {
                place: place.to_owned(),
                shape: name,
            })
    }

    /// Looks in every file below a folder, and in the files' names.
    pub fn look_below(&self, folder: &Path) -> io::Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for path in files_below(folder)? {
            let name = path.display().to_string();
            findings.extend(self.look_in("the name of a file", name.as_bytes()));
            // A file that went away meanwhile, a socket or a pipe holds nothing.
            let content = fs::read(&path).unwrap_or_default();
            findings.extend(self.look_in(&name, &content));
        }
        Ok(findings)
    }
}

/// The part of the base64 text that is the same whatever stands after the secret, and
/// whatever `before` bytes stand before it.
fn in_base64(bytes: &[u8], before: usize) -> Vec<u8> {
    let text = STANDARD.encode([&vec![0; before], bytes].concat());
    let (first, last) = ((before * 8).div_ceil(6), (before + bytes.len()) * 8 / 6);
    text.as_bytes()[first..last].to_vec()
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape_in(bytes: &[u8]) -> Option<&'static str> {
        Secret::new("70294618")
            .look_in("here", bytes)
            .map(|finding| finding.shape)
    }

    #[test]
    fn every_shape_is_seen() {
        let utf16: Vec<u8> = "x70294618"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, shape) in [
            (&b"pin=70294618&"[..], "as it is"),
            (b"81649207", "reversed"),
            (&utf16, "in UTF-16"),
            (b"..3730323934363138..", "in hexadecimal"),
            (b"37 30 32 39 34 36 31 38 ..", "in a hexadecimal dump"),
            (b"[55,48,50,57,52,54,49,56]", "as a list of codes"),
        ] {
            assert_eq!(shape_in(bytes), Some(shape));
        }
        for before in ["", "p", "pi", "pin", "{\"pin\":\""] {
            for after in ["", "\"", "\"}", "...."] {
                let text = STANDARD.encode(format!("{before}70294618{after}"));
                assert_eq!(
                    shape_in(text.as_bytes()),
                    Some("in base64"),
                    "{before}|{after}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_the_secret_is_not_seen() {
        for bytes in [&b""[..], b"7029461", b"7029461 8", "●●●●●●●●".as_bytes()] {
            assert_eq!(shape_in(bytes), None);
        }
    }
}
