//! The cards of the table, by whose they are and what is special about them.

use crate::{
    Outcome,
    card::{AnswerToReset, Card, PIN_TRIES},
    desk::PIN,
    people::{Issuer, Person},
};

/// VERIFY with "00000".
const WRONG_PIN: &[u8] = b"\x00\x20\x00\x10\x0800000\xFF\xFF\xFF";

/// A card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CardOf {
    pub person: Person,
    pub kind: Kind,
}

/// What is special about a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: a CNS 1.1 with RSA-2048.
    Cns,
    /// Its PIN was wrong three times already.
    Locked,
    /// A second keyset for signing documents.
    WithSignatureKeyset,
    /// A CNS 1.0 with RSA-1024.
    Old,
    /// A CNS 1.0 with RSA-2048, which OpenSC 0.23 cannot use.
    OldWithLongKey,
    /// Its certificate's time is over.
    Expired,
    /// Its certificate's time is still to come.
    NotYetValid,
    /// Its time is over, and it holds a second keyset.
    ExpiredWithSignatureKeyset,
    /// It holds no certificate.
    Blank,
    /// Its certificate is another credential's.
    OtherCredential,
    /// Trento's card for health professionals, unknown to OpenSC.
    HealthProfessional,
    /// A good CNS that OpenSC cannot read.
    Ace2025,
    /// Something else, such as a bank's.
    Stranger,
}

impl CardOf {
    /// A person's card.
    pub const fn new(person: Person, kind: Kind) -> CardOf {
        CardOf { person, kind }
    }

    /// Has it issued, with the PIN of all tests.
    pub fn issue(&self, issuer: &Issuer) -> Outcome<Card> {
        let person = &self.person;
        match self.kind {
            Kind::Cns => issuer.issue(person, PIN),
            Kind::Locked => {
                let mut card = issuer.issue(person, PIN)?;
                for _ in 0..PIN_TRIES {
                    card.transmit(WRONG_PIN);
                }
                Ok(card)
            }
            Kind::WithSignatureKeyset => issuer.issue_with_signature_keyset(person, PIN),
            Kind::Old => issuer.issue_old(person, PIN),
            Kind::OldWithLongKey => issuer.issue_as(AnswerToReset::Cns10, person, PIN),
            Kind::Expired => issuer.issue_expired(person, PIN),
            Kind::NotYetValid => issuer.issue_not_yet_valid(person, PIN),
            Kind::ExpiredWithSignatureKeyset => {
                issuer.issue_expired_with_signature_keyset(person, PIN)
            }
            Kind::Blank => issuer.issue_without_certificate(person, PIN),
            Kind::OtherCredential => issuer.issue_other_card(person, PIN),
            Kind::HealthProfessional => {
                issuer.issue_as(AnswerToReset::HealthProfessional, person, PIN)
            }
            Kind::Ace2025 => issuer.issue_as(AnswerToReset::Ace2025, person, PIN),
            Kind::Stranger => issuer.issue_as(AnswerToReset::Stranger, person, PIN),
        }
    }
}
