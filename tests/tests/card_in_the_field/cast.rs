//! Who and what most rows are about.

use end_to_end::{
    card::{Act, Deviation, Moment, Script},
    people::{ANNA_VERDI, LUCA_BIANCHI},
    situation::{CardOf, Kind, Situation},
};

pub const LUCA: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Cns);
pub const ANNA: CardOf = CardOf::new(ANNA_VERDI, Kind::Cns);

/// The PIN of every card here, and one that is none's.
pub const RIGHT: &str = end_to_end::desk::PIN;
pub const WRONG: &str = "00000";

/// A card as it should be.
pub const AS_IT_SHOULD: Script = &[];
pub const TAKEN_OUT_AT_THE_PIN: Script = &[Deviation::new(Moment::PinPresented, Act::Remove)];
pub const TAKEN_OUT_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Remove)];
pub const HELD_WHILE_READ: Script = &[Deviation::new(Moment::CertificateRead, Act::Hold)];
pub const HELD_AT_THE_PIN: Script = &[Deviation::new(Moment::PinPresented, Act::Hold)];
pub const HELD_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Hold)];

/// The whole table.
pub fn rows() -> impl Iterator<Item = Situation> {
    let tables = [
        crate::cards::ROWS,
        crate::readers::ROWS,
        crate::removal::ROWS,
        crate::pin::ROWS,
        crate::ports::ROWS,
        crate::misbehaving::ROWS,
    ];
    tables.into_iter().flatten().copied()
}
