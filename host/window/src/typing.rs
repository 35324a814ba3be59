//! What becomes of a key: the rules of the PIN field, apart from any toolkit.

use std::io::{self, Write};

use crate::pin_line::{Fit, PinLine};

/// The PIN field: open while the host waits for a PIN, closed from the moment one was sent.
pub struct Typing {
    line: PinLine,
    is_open: bool,
}

impl Typing {
    /// A closed, empty field; an error where memory may not be locked.
    pub fn new() -> io::Result<Typing> {
        let line = PinLine::new()?;
        Ok(Typing {
            line,
            is_open: false,
        })
    }

    /// Opens the field, empty.
    pub fn open(&mut self) {
        self.line.wipe();
        self.is_open = true;
    }

    /// Closes the field and forgets what was typed.
    pub fn close(&mut self) {
        self.line.wipe();
        self.is_open = false;
    }

    /// A key that wrote `text`; taken only when it is one character a PIN may have.
    pub fn character(&mut self, text: &str) {
        if let (true, [character]) = (self.is_open, text.as_bytes()) {
            self.line.push(*character);
        }
    }

    /// Takes the last character back.
    pub fn backspace(&mut self) {
        self.line.pop();
    }

    /// How many characters there are: all that is ever drawn of a PIN.
    pub fn length(&self) -> usize {
        self.line.length()
    }

    /// Whether what there is can be a PIN.
    pub fn fit(&self) -> Fit {
        self.line.fit()
    }

    /// Whether Enter and the button would send it.
    pub fn is_submittable(&self) -> bool {
        self.is_open && self.fit() == Fit::Right
    }

    /// Sends the PIN straight from its page and forgets it; does nothing while it is too short
    /// or too long.
    ///
    /// The field is closed then, so that a second Enter never spends a second try.
    pub fn submit(&mut self, output: &mut impl Write) -> io::Result<()> {
        if !self.is_submittable() {
            return Ok(());
        }
        let sent = output.write_all(self.line.line());
        self.close();
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Typing {
        let mut typing = Typing::new().unwrap();
        typing.open();
        typing
    }

    fn press(typing: &mut Typing, keys: &str) {
        for key in keys.chars() {
            typing.character(&key.to_string());
        }
    }

    fn submitted(typing: &mut Typing) -> Vec<u8> {
        let mut output = Vec::new();
        typing.submit(&mut output).unwrap();
        output
    }

    #[test]
    fn a_pin_is_sent_once_and_then_forgotten() {
        let mut typing = open();
        press(&mut typing, "12345");
        assert_eq!(submitted(&mut typing), b"pin 12345\n");
        assert_eq!(typing.length(), 0);
        assert_eq!(submitted(&mut typing), b"");
    }

    #[test]
    fn after_sending_the_field_takes_nothing_until_it_is_opened() {
        let mut typing = open();
        press(&mut typing, "12345");
        submitted(&mut typing);
        press(&mut typing, "67890");
        assert_eq!(submitted(&mut typing), b"");
        typing.open();
        press(&mut typing, "67890");
        assert_eq!(submitted(&mut typing), b"pin 67890\n");
    }

    #[test]
    fn four_characters_and_enter_send_nothing_and_stay() {
        let mut typing = open();
        press(&mut typing, "1234");
        assert_eq!(submitted(&mut typing), b"");
        assert_eq!(typing.length(), 4);
    }

    #[test]
    fn nine_characters_and_enter_send_nothing_and_stay() {
        let mut typing = open();
        press(&mut typing, "123456678");
        assert_eq!(typing.fit(), Fit::TooLong);
        assert_eq!(submitted(&mut typing), b"");
        assert_eq!(typing.length(), 9);
        typing.backspace();
        assert_eq!(submitted(&mut typing), b"pin 12345667\n");
    }

    #[test]
    fn what_was_too_long_is_forgotten_with_the_rest() {
        let mut typing = open();
        press(&mut typing, "123456789");
        typing.open();
        assert_eq!((typing.length(), typing.fit()), (0, Fit::TooShort));
        press(&mut typing, "12345");
        assert_eq!(submitted(&mut typing), b"pin 12345\n");
    }

    #[test]
    fn backspace_takes_the_last_character_back() {
        let mut typing = open();
        press(&mut typing, "123456");
        typing.backspace();
        assert_eq!(submitted(&mut typing), b"pin 12345\n");
    }

    #[test]
    fn keys_that_write_no_printable_character_are_ignored() {
        let mut typing = open();
        press(&mut typing, "12345");
        // Function and arrow keys come from the toolkit as private-use characters; an input
        // method or a macro may bring several at once.
        for text in ["", "\n", "\r", "\u{1b}", "\u{f700}", "è", "67", " "] {
            typing.character(text);
        }
        assert_eq!(submitted(&mut typing), b"pin 12345\n");
    }

    #[test]
    fn a_closed_field_takes_nothing() {
        let mut typing = Typing::new().unwrap();
        press(&mut typing, "12345");
        assert_eq!(typing.length(), 0);
    }

    #[test]
    fn closing_forgets_what_was_typed() {
        let mut typing = open();
        press(&mut typing, "12345");
        typing.close();
        assert_eq!(typing.length(), 0);
    }

    #[test]
    fn a_pin_that_cannot_be_sent_is_forgotten_all_the_same() {
        let mut typing = open();
        press(&mut typing, "12345");
        let mut full: &mut [u8] = &mut [0; 3];
        assert!(typing.submit(&mut full).is_err());
        assert_eq!(typing.length(), 0);
    }
}
