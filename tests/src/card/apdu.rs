//! Command APDUs and status words (ISO 7816-4 §5).

/// Marks a part of a chained command in the class byte (ISO 7816-4 §5.4.1).
const CLASS_CHAINED: u8 = 0x10;

/// A short command APDU, taken apart.
pub struct Command<'a> {
    /// More parts of the same command follow.
    pub is_chained_part: bool,
    pub instruction: u8,
    pub p1: u8,
    pub p2: u8,
    pub data: &'a [u8],
    /// How many bytes of answer the reader wants at most (Le); none where it said nothing.
    pub expected: Option<usize>,
}

impl Command<'_> {
    /// Takes a short APDU apart; extended lengths are refused as a wrong length.
    pub fn parse(bytes: &[u8]) -> Result<Command<'_>, StatusWord> {
        let [class, instruction, p1, p2, body @ ..] = bytes else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        if class & !CLASS_CHAINED != 0 {
            return Err(StatusWord::UNKNOWN_CLASS);
        }
        let (data, expected): (&[u8], _) = match body {
            [] => (&[], None),
            [le] => (&[], Some(expected_length(*le))),
            [lc, rest @ ..] if rest.len() == usize::from(*lc) => (rest, None),
            [lc, rest @ .., le] if rest.len() == usize::from(*lc) => {
                (rest, Some(expected_length(*le)))
            }
            _ => return Err(StatusWord::WRONG_LENGTH),
        };
        Ok(Command {
            is_chained_part: class & CLASS_CHAINED != 0,
            instruction: *instruction,
            p1: *p1,
            p2: *p2,
            data,
            expected,
        })
    }
}

/// Le of 00 stands for 256.
fn expected_length(le: u8) -> usize {
    if le == 0 { 256 } else { usize::from(le) }
}

/// The two bytes every answer ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusWord(u16);

impl StatusWord {
    pub const OK: StatusWord = StatusWord(0x9000);
    pub const WRONG_LENGTH: StatusWord = StatusWord(0x6700);
    pub const SECURITY_NOT_SATISFIED: StatusWord = StatusWord(0x6982);
    pub const BLOCKED: StatusWord = StatusWord(0x6983);
    pub const CONDITIONS_NOT_SATISFIED: StatusWord = StatusWord(0x6985);
    pub const NO_CURRENT_FILE: StatusWord = StatusWord(0x6986);
    pub const WRONG_DATA: StatusWord = StatusWord(0x6A80);
    pub const FILE_NOT_FOUND: StatusWord = StatusWord(0x6A82);
    pub const WRONG_P1_P2: StatusWord = StatusWord(0x6A86);
    pub const REFERENCE_NOT_FOUND: StatusWord = StatusWord(0x6A88);
    pub const OFFSET_OUTSIDE_FILE: StatusWord = StatusWord(0x6B00);
    pub const UNKNOWN_INSTRUCTION: StatusWord = StatusWord(0x6D00);
    pub const UNKNOWN_CLASS: StatusWord = StatusWord(0x6E00);

    /// 63Cx: wrong, `left` tries remain.
    pub fn tries_left(left: u8) -> StatusWord {
        StatusWord(0x63C0 | u16::from(left & 0x0F))
    }

    /// 61xx: `length` bytes wait for GET RESPONSE; 00 stands for 256.
    pub fn more_available(length: usize) -> StatusWord {
        StatusWord(0x6100 | (length & 0xFF) as u16)
    }

    /// SW1 SW2.
    pub fn bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}
