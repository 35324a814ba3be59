//! What one module sees: readers, cards, and the certificates of each card that comes.
//!
//! By being asked again and again: `C_WaitForSlotEvent` hangs at the end and misses readers
//! that are unplugged.

use cns::Certificate;
use cryptoki::error::Error;
use cryptoki::object::{Attribute, AttributeType, CertificateType, ObjectClass};
use cryptoki::slot::Slot as SlotId;
use protocol::token::Hash;
use protocol::{Algorithm, ChallengeNonce, Origin};

use super::loaded::Loaded;
use super::messages::{
    Bytes, CERTIFICATE_LENGTH_MAX, CERTIFICATES_MAX, CardReading, Report, SLOTS_MAX, SeenCard,
    SignFault, Slot,
};
use super::readers::{Readers, holds_cns};
use super::signing::{self, Key, Traits};
use super::token::Token;
use crate::pin::Pin;

/// How often a card that answers with errors is read again before that is told: one
/// that has just been put in often fails once.
const READINGS_MAX: u8 = 3;

/// The cards one module sees.
pub struct Cards {
    module: Loaded,
    /// The readers that the module can be expected to list.
    expected: Readers,
    glimpse: Option<Glimpse>,
    found: Vec<Found>,
    failed_readings: u8,
}

/// What can be seen without reading a card; while it stays the same, no card is read again.
#[derive(Debug, PartialEq, Eq)]
struct Glimpse {
    readers: Readers,
    slots: Vec<SlotId>,
    /// With the serial number of each card.
    cards: Vec<(SlotId, String)>,
    passed_over: Vec<String>,
}

/// A certificate, and where its key is.
struct Found {
    slot: SlotId,
    reader: String,
    certificate: Certificate,
    /// `CKA_ID`, which the private key shares.
    id: Vec<u8>,
    traits: Traits,
}

impl Cards {
    /// Those of this module; none is seen yet.
    pub fn of(module: Loaded) -> Cards {
        Cards {
            expected: Readers::now(),
            module,
            glimpse: None,
            found: Vec::new(),
            failed_readings: 0,
        }
    }

    /// Looks once. `tell` hears of what takes long on the way; the answer is
    /// [`Report::Seen`], [`Report::NoService`], [`Report::Outdated`] or [`Report::Unchanged`].
    pub fn look(&mut self, passed_over: Vec<String>, tell: &mut impl FnMut(Report)) -> Report {
        let readers = Readers::now();
        if self.is_still_empty(&readers) {
            return Report::Unchanged;
        }
        if self.misses_a_reader(&readers) {
            return Report::Outdated;
        }
        let glimpse = self.glance(readers, passed_over, tell);
        let is_known = self.glimpse.as_ref() == Some(&glimpse);
        if is_known && self.failed_readings == 0 {
            return Report::Unchanged;
        }
        if !is_known {
            self.failed_readings = 0;
        }
        let slots = self.read(&glimpse, tell);
        let has_no_service = slots.is_empty() && glimpse.readers == Readers::NoService;
        self.glimpse = Some(glimpse);
        match has_no_service {
            true => Report::NoService,
            false => Report::Seen(slots),
        }
    }

    /// Signs with the key of a certificate found before, which its SHA-256 names.
    pub fn sign(
        &mut self,
        certificate: &[u8],
        origin: &Origin,
        challenge_nonce: &ChallengeNonce,
        pin: Option<Pin>,
        tell: &mut impl FnMut(Report),
    ) -> Result<(Algorithm, Vec<u8>), SignFault> {
        let mut found = self.found.iter();
        let is_named = |found: &&Found| Hash::Sha256.digest(found.certificate.der()) == certificate;
        let signed = match found.find(is_named) {
            None => Err(SignFault::Removed),
            Some(found) => {
                let key = Key {
                    module: &self.module,
                    slot: found.slot,
                    reader: &found.reader,
                    certificate: &found.certificate,
                    id: &found.id,
                    traits: found.traits.clone(),
                };
                signing::sign(&key, origin, challenge_nonce, pin, tell)
            }
        };
        if signed == Err(SignFault::Removed) {
            // Whatever is in the readers now is to be read and told anew.
            self.glimpse = None;
        }
        signed
    }

    /// Lets readers and cards go.
    pub fn finalise(self) {
        if let Err(error) = self.module.finalise() {
            log!("tessera-host: a PKCS#11 module did not end well: {error}");
        }
    }

    /// Whether there still is no card, and as many readers as before. A workstation waits for
    /// a card most of its time, and this is the cheapest way to.
    fn is_still_empty(&self, readers: &Readers) -> bool {
        let direct = &self.module.direct;
        self.glimpse.as_ref().is_some_and(|before| {
            before.cards.is_empty()
                && before.readers == *readers
                && direct.count_slots(true).is_ok_and(|count| count == 0)
                && direct
                    .count_slots(false)
                    .is_ok_and(|count| count == before.slots.len())
        })
    }

    /// Whether a reader has come that the module does not list. Told once: where a new process
    /// does not list it either, the module leaves it out for a reason of its own.
    fn misses_a_reader(&mut self, readers: &Readers) -> bool {
        let come = readers.come_since(&self.expected);
        if come.is_empty() {
            return false;
        }
        let slots = self.module.context.get_all_slots().unwrap_or_default();
        let slots = slots.into_iter().take(SLOTS_MAX);
        let slots: Vec<String> = slots.map(|slot| self.reader(slot)).collect();
        let misses = !come
            .into_iter()
            .all(|reader| readers.are_listed(reader, &slots));
        self.expected = readers.clone();
        misses
    }

    fn glance(
        &self,
        readers: Readers,
        passed_over: Vec<String>,
        tell: &mut impl FnMut(Report),
    ) -> Glimpse {
        let context = &self.module.context;
        let mut slots = context.get_all_slots().unwrap_or_default();
        let mut with_card = context.get_slots_with_token().unwrap_or_default();
        if with_card.is_empty() && readers.are_none() {
            slots.clear();
        }
        slots.truncate(SLOTS_MAX);
        with_card.truncate(SLOTS_MAX);
        let is_new = |slot| {
            let before = self.glimpse.as_ref().map(|before| &before.cards[..]);
            !before
                .unwrap_or_default()
                .iter()
                .any(|(known, _)| known == slot)
        };
        // A module's first word about a card can take seconds.
        if with_card.iter().any(is_new) {
            tell(Report::Reading);
        }
        let cards = with_card
            .into_iter()
            .map(|slot| (slot, self.serial(slot)))
            .collect();
        Glimpse {
            readers,
            slots,
            cards,
            passed_over,
        }
    }

    /// The card's serial number; empty for a card the module does not know.
    fn serial(&self, slot: SlotId) -> String {
        let token = self.module.token(slot);
        token.map_or_else(|_| String::new(), |token| token.serial)
    }

    fn reader(&self, slot: SlotId) -> String {
        let slot = self.module.context.get_slot_info(slot);
        slot.map_or_else(|_| String::new(), |slot| slot.slot_description().to_owned())
    }

    /// Reads all cards anew.
    fn read(&mut self, glimpse: &Glimpse, tell: &mut impl FnMut(Report)) -> Vec<Slot> {
        self.found.clear();
        let mut slots = Vec::new();
        let mut repeated = false;
        let others = glimpse.slots.iter().filter(|slot| {
            let has_card = |(with_card, _): &&(SlotId, String)| with_card == *slot;
            !glimpse.cards.iter().any(|card| has_card(&card))
        });
        for slot in others.take(SLOTS_MAX - glimpse.cards.len()) {
            let reader = self.reader(*slot);
            slots.push(Slot { reader, card: None });
        }
        for (slot, serial) in &glimpse.cards {
            let reader = self.reader(*slot);
            let mut card = SeenCard {
                serial: serial.clone(),
                is_cns: false,
                pin_pad: false,
                tries_left: None,
                reading: CardReading::PassedOver,
                certificates: Vec::new(),
            };
            if !glimpse.passed_over.contains(&reader) {
                match self.read_card(*slot, &reader, tell) {
                    Ok((token, certificates)) => {
                        card.pin_pad = token.pin_pad;
                        card.tries_left = token.tries_left;
                        card.certificates = certificates;
                        card.reading = CardReading::Done;
                    }
                    Err(_) if self.failed_readings < READINGS_MAX => {
                        repeated = true;
                        card.reading = CardReading::ToBeRepeated;
                    }
                    Err(_) => card.reading = CardReading::Failed,
                }
            }
            card.is_cns = card.is_unread() && holds_cns(&reader);
            slots.push(Slot {
                reader,
                card: Some(card),
            });
        }
        self.failed_readings = match repeated {
            true => self.failed_readings + 1,
            false => 0,
        };
        slots
    }

    fn read_card(
        &mut self,
        slot: SlotId,
        reader: &str,
        tell: &mut impl FnMut(Report),
    ) -> Result<(Token, Vec<Bytes>), Error> {
        let context = &self.module.context;
        let token = self.module.token(slot)?;
        let traits = Traits::of(&token, context.get_slot_info(slot).ok().as_ref());
        tell(Report::Alive);
        let session = context.open_ro_session(slot)?;
        tell(Report::Alive);
        let objects = session.find_objects(&[
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
        ])?;
        tell(Report::Alive);
        let mut certificates = Vec::new();
        let mut unreadable = None;
        for object in objects.into_iter().take(CERTIFICATES_MAX) {
            // Of all cards together: a report has room for no more.
            if self.found.len() == CERTIFICATES_MAX {
                break;
            }
            let wanted = [AttributeType::Value, AttributeType::Id];
            let attributes = session.get_attributes(object, &wanted);
            tell(Report::Alive);
            let attributes = match attributes {
                Ok(attributes) => attributes,
                // One that cannot be read does not spoil the others.
                Err(error) => {
                    unreadable = Some(error);
                    continue;
                }
            };
            let (mut der, mut id) = (Vec::new(), Vec::new());
            for attribute in attributes {
                match attribute {
                    Attribute::Value(value) => der = value,
                    Attribute::Id(value) => id = value,
                    _ => {}
                }
            }
            // What is no certificate cannot be shown, nor chosen.
            if der.len() <= CERTIFICATE_LENGTH_MAX
                && let Ok(certificate) = Certificate::read(&der)
            {
                certificates.push(Bytes(certificate.der().to_vec()));
                self.found.push(Found {
                    slot,
                    reader: reader.to_owned(),
                    certificate,
                    id,
                    traits: traits.clone(),
                });
            }
        }
        match unreadable {
            Some(error) if certificates.is_empty() => Err(error),
            _ => Ok((token, certificates)),
        }
    }
}
