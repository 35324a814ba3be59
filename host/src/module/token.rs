//! What a token says of itself, as far as it is of use here (PKCS #11 v2.40 §5.5,
//! `C_GetTokenInfo`).

use std::ops::RangeInclusive;

use cryptoki_sys::{
    CK_TOKEN_INFO, CK_ULONG, CKF_PROTECTED_AUTHENTICATION_PATH, CKF_USER_PIN_FINAL_TRY,
};

use super::middleware::Quirks;

/// A token, in the words of its module.
///
/// Read from the structure itself: `cryptoki` makes nothing of all of it where one part is odd,
/// such as the time of a clock that does not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its serial number; empty where it has none.
    pub serial: String,
    /// Whether the PIN is typed on the reader's own keys.
    pub pin_pad: bool,
    /// The tries left, as far as the token's flags tell: they know of the last one only.
    pub tries_left: Option<u8>,
    /// How long its PIN may be, in bytes.
    pub pin_lengths: RangeInclusive<usize>,
}

impl Token {
    /// As a module with these quirks tells it.
    pub fn of(info: &CK_TOKEN_INFO, quirks: Quirks) -> Token {
        let says = |flag| info.flags & flag != 0;
        let shortest = length(info.ulMinPinLen);
        // A maximum of nothing is a module that does not tell.
        let longest = match length(info.ulMaxPinLen) {
            0 => usize::MAX,
            length => length,
        };
        let serial = String::from_utf8_lossy(&info.serialNumber);
        Token {
            serial: serial.trim_end().to_owned(),
            pin_pad: says(CKF_PROTECTED_AUTHENTICATION_PATH),
            tries_left: (quirks.tells_tries && says(CKF_USER_PIN_FINAL_TRY)).then_some(1),
            pin_lengths: shortest..=longest,
        }
    }
}

/// What does not fit is longer than any PIN.
fn length(length: CK_ULONG) -> usize {
    length.try_into().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> CK_TOKEN_INFO {
        CK_TOKEN_INFO {
            serialNumber: *b"6090123456789   ",
            ulMinPinLen: 5,
            ulMaxPinLen: 8,
            ..CK_TOKEN_INFO::default()
        }
    }

    fn read(info: CK_TOKEN_INFO) -> Token {
        Token::of(&info, Quirks::of("Bit4id"))
    }

    #[test]
    fn a_token_is_known_by_its_number_without_the_blanks() {
        assert_eq!(read(info()).serial, "6090123456789");
        let mut nameless = info();
        nameless.serialNumber = [b' '; 16];
        assert_eq!(read(nameless).serial, "");
    }

    #[test]
    fn how_long_a_pin_may_be_is_open_where_the_token_does_not_tell() {
        assert_eq!(read(info()).pin_lengths, 5..=8);
        let mut open = info();
        open.ulMaxPinLen = 0;
        assert_eq!(read(open).pin_lengths, 5..=usize::MAX);
    }

    #[test]
    fn the_last_try_is_believed_of_those_who_know() {
        let mut last = info();
        last.flags = CKF_USER_PIN_FINAL_TRY;
        assert_eq!(read(last).tries_left, Some(1));
        assert_eq!(read(info()).tries_left, None);
        assert_eq!(Token::of(&last, Quirks::of("OpenSC")).tries_left, None);
    }
}
