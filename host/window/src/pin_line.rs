//! The answer `pin …`, built where the PIN is typed.

use std::io;

use protocol::window::{PIN_LENGTH_MAX, PIN_LENGTH_MIN, PIN_PREFIX};

use crate::locked_page::LockedPage;

/// The PIN typed so far, inside the line that will carry it.
///
/// The characters lie in one locked page and are written to the host from there, so that no
/// second copy comes to be. Not `Debug`, not `Clone`.
pub struct PinLine {
    page: LockedPage,
    length: usize,
}

impl PinLine {
    /// An empty line; an error where memory may not be locked.
    pub fn new() -> io::Result<PinLine> {
        let page = LockedPage::new()?;
        Ok(PinLine { page, length: 0 })
    }

    /// How many characters the PIN has.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether the PIN is long enough to be tried.
    pub fn is_submittable(&self) -> bool {
        self.length >= PIN_LENGTH_MIN
    }

    /// Adds a character; false where it is none a PIN has, or one too many.
    pub fn push(&mut self, character: u8) -> bool {
        let fits = character.is_ascii_graphic() && self.length < PIN_LENGTH_MAX;
        if fits {
            self.page.bytes_mut()[PIN_PREFIX.len() + self.length] = character;
            self.length += 1;
        }
        fits
    }

    /// Takes the last character back; false where there is none.
    pub fn pop(&mut self) -> bool {
        let Some(length) = self.length.checked_sub(1) else {
            return false;
        };
        self.length = length;
        self.page.bytes_mut()[PIN_PREFIX.len() + length] = 0;
        true
    }

    /// Forgets the PIN.
    pub fn wipe(&mut self) {
        self.page.wipe();
        self.length = 0;
    }

    /// The whole line, its end included.
    pub fn line(&mut self) -> &[u8] {
        let end = PIN_PREFIX.len() + self.length;
        let bytes = self.page.bytes_mut();
        bytes[..PIN_PREFIX.len()].copy_from_slice(PIN_PREFIX);
        bytes[end] = b'\n';
        &self.page.bytes()[..=end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(characters: &[u8]) -> PinLine {
        let mut line = PinLine::new().unwrap();
        for character in characters {
            line.push(*character);
        }
        line
    }

    #[test]
    fn the_line_carries_the_pin() {
        assert_eq!(typed(b"12345").line(), b"pin 12345\n");
    }

    #[test]
    fn a_ninth_character_is_ignored() {
        let mut line = typed(b"12345678");
        assert!(!line.push(b'9'));
        assert_eq!(line.line(), b"pin 12345678\n");
    }

    #[test]
    fn blanks_and_control_characters_never_enter_the_line() {
        let mut line = typed(b"12345");
        for character in [b'\n', b'\r', b'\t', b' ', 0, 0x1b, 0x7f, 0xe8] {
            assert!(!line.push(character), "{character:#x}");
        }
        assert_eq!(line.length(), 5);
    }

    #[test]
    fn a_character_taken_back_is_gone_from_memory() {
        let mut line = typed(b"12345");
        assert!(line.pop());
        assert!(!line.page.bytes().contains(&b'5'));
        assert_eq!(line.line(), b"pin 1234\n");
    }

    #[test]
    fn there_is_nothing_to_take_back_from_an_empty_line() {
        assert!(!typed(b"").pop());
    }

    #[test]
    fn a_wiped_line_is_empty_and_its_memory_too() {
        let mut line = typed(b"12345");
        line.line();
        line.wipe();
        assert_eq!(line.length(), 0);
        assert!(line.page.bytes().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn five_characters_can_be_submitted_and_four_cannot() {
        assert!(!typed(b"1234").is_submittable());
        assert!(typed(b"12345").is_submittable());
    }
}
