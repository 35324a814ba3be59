//! Looks for readers and cards, and reads the certificates of each card that comes.
//!
//! By asking again and again: `C_WaitForSlotEvent` hangs at the end and misses readers
//! that are unplugged.

use cns::Certificate;
use cryptoki::error::Error;
use cryptoki::object::{Attribute, AttributeType, CertificateType, ObjectClass};
use cryptoki::slot::Slot;
use protocol::{Algorithm, ChallengeNonce, Origin};

use super::module::Module;
use super::signing::{self, Key};
use super::{CardCertificate, Event, SignFault};
use crate::clock::now;
use crate::pin::Pin;

/// How often a card that answers with errors is read again before that is told: one
/// that has just been put in often fails once.
const READINGS_MAX: u8 = 3;

/// More certificates than any card holds.
const CERTIFICATES_MAX: usize = 32;

/// All modules, and what they last showed.
pub struct Watch {
    modules: Vec<Module>,
    seen: Seen,
    found: Vec<Found>,
    failed_readings: u8,
}

/// What a look showed.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    NoReader,
    NoCard,
    /// Being read, or to be read again.
    Unread(Vec<Place>),
    /// Read, with the serial number of each card.
    Read(Vec<Place>, Vec<String>),
}

/// A slot of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    module: usize,
    slot: Slot,
}

/// A certificate, and where its key is.
struct Found {
    place: Place,
    reader: String,
    pin_pad: bool,
    certificate: Certificate,
    /// `CKA_ID`, which the private key shares.
    id: Vec<u8>,
}

impl Watch {
    /// Watches through these modules.
    pub fn new(modules: Vec<Module>) -> Watch {
        Watch {
            modules,
            seen: Seen::Nothing,
            found: Vec::new(),
            failed_readings: 0,
        }
    }

    /// Looks once, and tells what has changed.
    pub fn look(&mut self, tell: &mut impl FnMut(Event)) {
        let places = self.places_with_card();
        if places.is_empty() {
            let (seen, event) = match self.has_reader() {
                true => (Seen::NoCard, Event::NoCard),
                false => (Seen::NoReader, Event::NoReader),
            };
            self.found.clear();
            if self.seen != seen {
                self.seen = seen;
                tell(event);
            }
            return;
        }
        let known = match &self.seen {
            Seen::Unread(before) | Seen::Read(before, _) => *before == places,
            _ => false,
        };
        if !known {
            self.failed_readings = 0;
            self.seen = Seen::Unread(places.clone());
            tell(Event::Reading);
        }
        let serials: Vec<String> = places.iter().map(|place| self.serial(*place)).collect();
        if matches!(&self.seen, Seen::Read(_, before) if *before == serials) {
            return;
        }
        let faults = self.read(&places);
        let usable = self.found.iter().any(Found::is_usable);
        if faults > 0 && !usable && self.failed_readings < READINGS_MAX {
            self.failed_readings += 1;
            self.seen = Seen::Unread(places);
            return;
        }
        self.seen = Seen::Read(places, serials);
        tell(Event::Certificates(
            self.found
                .iter()
                .map(|found| CardCertificate {
                    der: found.certificate.der().to_vec(),
                    pin_pad: found.pin_pad,
                    serial: self.serial(found.place),
                    tries_left: None,
                })
                .collect(),
        ));
    }

    /// Signs with the key of a certificate found before.
    pub fn sign(
        &mut self,
        certificate: &[u8],
        origin: &Origin,
        challenge_nonce: &ChallengeNonce,
        pin: Option<Pin>,
    ) -> Result<(Algorithm, Vec<u8>), SignFault> {
        let found = self
            .found
            .iter()
            .find(|found| found.certificate.der() == certificate)
            .ok_or(SignFault::Removed)?;
        let key = Key {
            module: &self.modules[found.place.module],
            slot: found.place.slot,
            reader: &found.reader,
            certificate: &found.certificate,
            id: &found.id,
        };
        let signed = signing::sign(&key, origin, challenge_nonce, pin);
        if signed == Err(SignFault::Removed) {
            // Whatever is in the readers now is to be read and told anew.
            self.seen = Seen::Nothing;
        }
        signed
    }

    /// Lets readers and cards go.
    pub fn finalise(self) {
        for module in self.modules {
            if let Err(error) = module.finalise() {
                eprintln!("tessera-host: a PKCS#11 module did not end well: {error}");
            }
        }
    }

    fn places_with_card(&self) -> Vec<Place> {
        let slots = |module: &Module| module.context.get_slots_with_token().unwrap_or_default();
        self.modules
            .iter()
            .enumerate()
            .flat_map(|(module, loaded)| {
                slots(loaded)
                    .into_iter()
                    .map(move |slot| Place { module, slot })
            })
            .collect()
    }

    fn has_reader(&self) -> bool {
        self.modules.iter().any(|module| {
            module
                .context
                .get_all_slots()
                .is_ok_and(|slots| !slots.is_empty())
        })
    }

    /// The card's serial number; empty for a card the module does not know.
    fn serial(&self, place: Place) -> String {
        self.modules[place.module]
            .context
            .get_token_info(place.slot)
            .map(|token| token.serial_number().to_owned())
            .unwrap_or_default()
    }

    /// Reads all cards anew; how many of them answered with errors.
    fn read(&mut self, places: &[Place]) -> usize {
        let mut found: Vec<Found> = Vec::new();
        let mut faults = 0;
        for place in places {
            let context = &self.modules[place.module].context;
            let reader = context
                .get_slot_info(place.slot)
                .map(|slot| slot.slot_description().to_owned())
                .unwrap_or_default();
            // A card one module has opened up is left alone by the next: two of them on
            // one card stand in each other's way.
            let served = |earlier: &Found| {
                earlier.place.module != place.module
                    && earlier.reader == reader
                    && earlier.is_usable()
            };
            if found.iter().any(served) {
                continue;
            }
            match self.certificates(*place, &reader) {
                Ok(certificates) => {
                    for new in certificates {
                        let known =
                            |earlier: &Found| earlier.certificate.der() == new.certificate.der();
                        if !found.iter().any(known) {
                            found.push(new);
                        }
                    }
                }
                Err(_) => faults += 1,
            }
        }
        found.truncate(CERTIFICATES_MAX);
        self.found = found;
        faults
    }

    fn certificates(&self, place: Place, reader: &str) -> Result<Vec<Found>, Error> {
        let context = &self.modules[place.module].context;
        let pin_pad = context
            .get_token_info(place.slot)?
            .protected_authentication_path();
        let session = context.open_ro_session(place.slot)?;
        let objects = session.find_objects(&[
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
        ])?;
        let mut found = Vec::new();
        for object in objects.into_iter().take(CERTIFICATES_MAX) {
            let attributes =
                session.get_attributes(object, &[AttributeType::Value, AttributeType::Id])?;
            let (mut der, mut id) = (Vec::new(), Vec::new());
            for attribute in attributes {
                match attribute {
                    Attribute::Value(value) => der = value,
                    Attribute::Id(value) => id = value,
                    _ => {}
                }
            }
            // What is no certificate cannot be shown, nor chosen.
            if let Ok(certificate) = Certificate::read(&der) {
                let reader = reader.to_owned();
                found.push(Found {
                    place,
                    reader,
                    pin_pad,
                    certificate,
                    id,
                });
            }
        }
        Ok(found)
    }
}

impl Found {
    fn is_usable(&self) -> bool {
        self.certificate.judge(now()).is_ok()
    }
}
