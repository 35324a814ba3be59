//! What a card says of itself when it gets power (ISO 7816-3 §8, facts of the field).

/// The kinds of card that operators put into their readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerToReset {
    /// A CNS 1.1: OpenSC 0.23 offers RSA-2048 for this version byte only.
    Cns11,
    /// A CNS 1.0 as Sardinia and Emilia-Romagna gave out: RSA-1024, whatever its key is.
    Cns10,
    /// Trento's card for health professionals: a CNS in all but its name, which no driver of
    /// OpenSC's knows.
    HealthProfessional,
    /// A good CNS that OpenSC cannot read: all it holds stands under an application of its
    /// own (OpenSC issue 3804).
    Ace2025,
    /// A card of something else, such as a bank's.
    Stranger,
}

impl AnswerToReset {
    /// Its bytes.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            AnswerToReset::Cns11 => &[
                0x3B, 0xFF, 0x18, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x00, 0x6B, 0x11, 0x05, 0x07,
                0x00, 0x01, 0x11, 0x01, 0x43, 0x4E, 0x53, 0x11, 0x31, 0x80, 0x7B,
            ],
            AnswerToReset::Cns10 => &[
                0x3B, 0xFF, 0x18, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x00, 0x6B, 0x04, 0x05, 0x01,
                0x00, 0x01, 0x21, 0x01, 0x43, 0x4E, 0x53, 0x10, 0x31, 0x80, 0x59,
            ],
            AnswerToReset::HealthProfessional => &[
                0x3B, 0xFF, 0x18, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x00, 0x6B, 0x04, 0x05, 0x01,
                0x00, 0x01, 0x12, 0x02, 0x48, 0x50, 0x43, 0x10, 0x31, 0x80, 0x6C,
            ],
            AnswerToReset::Ace2025 => &[
                0x3B, 0xFF, 0x18, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x4D, 0x00, 0x6B, 0x04, 0x04, 0xB8,
                0x5B, 0x01, 0xF1, 0x01, 0x43, 0x4E, 0x53, 0x10, 0x31, 0x80, 0x9D,
            ],
            // T=1, a checksum, and the historical bytes "STRANGER".
            AnswerToReset::Stranger => &[
                0x3B, 0x88, 0x80, 0x01, b'S', b'T', b'R', b'A', b'N', b'G', b'E', b'R', 0x03,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AnswerToReset::*;

    /// From T0 to TCK everything adds up to nothing (ISO 7816-3 §8.2.5).
    #[test]
    fn every_answer_carries_its_checksum() {
        for answer in [Cns11, Cns10, HealthProfessional, Ace2025, Stranger] {
            let sum = answer.bytes()[1..].iter().fold(0, |sum, byte| sum ^ byte);
            assert_eq!(sum, 0, "{answer:?}");
        }
    }
}
