//! The codes by which Windows tells packages and their parts apart.

use std::fmt;

use sha2::{Digest, Sha256};

/// A GUID, in the form Windows' tables have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code([u8; 16]);

impl Code {
    /// The code that is always the same for the same words (RFC 9562, version 8).
    pub fn of(words: &[&[u8]]) -> Code {
        let mut digest = Sha256::new();
        for word in words {
            digest.update((word.len() as u64).to_le_bytes());
            digest.update(word);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize()[..16]);
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Code(bytes)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("{")?;
        for (number, byte) in self.0.iter().enumerate() {
            if matches!(number, 4 | 6 | 8 | 10) {
                formatter.write_str("-")?;
            }
            write!(formatter, "{byte:02X}")?;
        }
        formatter.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_windows_form_and_follows_from_its_words() {
        let code = Code::of(&[b"machine", b"host"]);
        let text = code.to_string();
        assert_eq!(text.len(), 38);
        assert_eq!(text, text.to_uppercase());
        assert_eq!(&text[15..16], "8", "{text}");
        assert_eq!(code, Code::of(&[b"machine", b"host"]));
        for other in [&[&b"machine"[..], b"window"][..], &[b"machineh", b"ost"]] {
            assert_ne!(code, Code::of(other));
        }
    }
}
