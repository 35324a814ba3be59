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
    /// Characters after the last a PIN can have: counted, kept nowhere.
    excess: usize,
}

/// Whether what was typed can be a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Fewer characters than any PIN has.
    TooShort,
    /// As many as a PIN has.
    Right,
    /// More than any PIN has: a key was pressed twice, and nobody knows which.
    TooLong,
}

impl PinLine {
    /// An empty line; an error where memory may not be locked.
    pub fn new() -> io::Result<PinLine> {
        let page = LockedPage::new()?;
        Ok(PinLine {
            page,
            length: 0,
            excess: 0,
        })
    }

    /// How many characters were typed.
    pub fn length(&self) -> usize {
        self.length.saturating_add(self.excess)
    }

    /// Whether the PIN can be tried.
    pub fn fit(&self) -> Fit {
        match self.length {
            _ if self.excess > 0 => Fit::TooLong,
            ..PIN_LENGTH_MIN => Fit::TooShort,
            _ => Fit::Right,
        }
    }

    /// Adds a character; false where it is none a PIN has.
    ///
    /// One too many is not dropped but counted: without it, a doubled key would make another
    /// PIN, and spend a try.
    pub fn push(&mut self, character: u8) -> bool {
        if !character.is_ascii_graphic() {
            return false;
        }
        if self.length < PIN_LENGTH_MAX {
            self.page.bytes_mut()[PIN_PREFIX.len() + self.length] = character;
            self.length += 1;
        } else {
            self.excess = self.excess.saturating_add(1);
        }
        true
    }

    /// Takes the last character back; false where there is none.
    pub fn pop(&mut self) -> bool {
        if let Some(excess) = self.excess.checked_sub(1) {
            self.excess = excess;
            return true;
        }
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
        self.excess = 0;
    }

    /// The whole line, its end included; what was too long is not in it.
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
    fn a_ninth_character_makes_it_too_long_and_is_kept_nowhere() {
        let mut line = typed(b"12345678");
        assert_eq!(line.fit(), Fit::Right);
        assert!(line.push(b'9'));
        assert_eq!((line.length(), line.fit()), (9, Fit::TooLong));
        assert!(!line.page.bytes().contains(&b'9'));
    }

    #[test]
    fn what_is_too_long_can_be_taken_back_one_by_one() {
        let mut line = typed(b"1234567899");
        for length in [9, 8] {
            assert_eq!(line.fit(), Fit::TooLong);
            assert!(line.pop());
            assert_eq!(line.length(), length);
        }
        assert_eq!(line.fit(), Fit::Right);
        assert_eq!(line.line(), b"pin 12345678\n");
        assert!(line.pop());
        assert_eq!(line.line(), b"pin 1234567\n");
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
        let mut line = typed(b"123456789");
        line.line();
        line.wipe();
        assert_eq!((line.length(), line.fit()), (0, Fit::TooShort));
        assert!(line.page.bytes().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn five_characters_can_be_a_pin_and_four_cannot() {
        assert_eq!(typed(b"1234").fit(), Fit::TooShort);
        assert_eq!(typed(b"12345").fit(), Fit::Right);
    }
}
