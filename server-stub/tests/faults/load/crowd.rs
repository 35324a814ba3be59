//! Who comes: people with a card in software, each registered once

use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{Mutex, PoisonError},
};

use pki::{Authority, Card, Holder, Key, codice_fiscale};
use sha2::{Digest, Sha256};

use crate::installation::Installation;

/// How many people there are: more than any row has time for.
const PEOPLE: u32 = 3000;

/// Everybody, and who still waits.
pub struct Crowd {
    authority: Authority,
    key: Key,
    waiting: Mutex<VecDeque<u32>>,
}

/// Somebody with their card.
pub struct Person {
    number: u32,
    pub codice_fiscale: String,
    pub card: Card,
}

impl Crowd {
    /// People with cards of the installation's authority.
    pub fn of(installation: &Installation) -> Crowd {
        Crowd {
            authority: installation.authority.clone(),
            // A server knows a card by its certificate: they may share a key.
            key: Key::p256(),
            waiting: Mutex::new((0..PEOPLE).collect()),
        }
    }

    /// All of them as an operators file; of the administration, whose registration makes no
    /// password to be hashed.
    pub fn file() -> String {
        let mut text = String::from(
            "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n",
        );
        for number in 0..PEOPLE {
            let codice_fiscale = codice_fiscale(number);
            let _ = writeln!(
                text,
                "{codice_fiscale},ROSSI,MARIO,amministrazione,,,,,,true"
            );
        }
        text
    }

    /// The next one who is not registered.
    pub fn next(&self) -> Person {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let number = waiting.pop_front().expect("there are more people");
        drop(waiting);
        let codice_fiscale = codice_fiscale(number);
        let id_carta = format!("6102{number:012}");
        let holder = Holder::new(&codice_fiscale, &id_carta, "ROSSI", "MARIO");
        Person {
            number,
            card: self.authority.issue(&holder, self.key.clone()),
            codice_fiscale,
        }
    }

    /// Lets somebody try again.
    pub fn put_back(&self, person: &Person) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(person.number);
    }
}

impl Person {
    /// As [`Ledger`](crate::ledger::Ledger) writes it.
    pub fn registration(&self) -> String {
        let fingerprint = Sha256::digest(self.card.certificate());
        format!("{} {}", self.codice_fiscale, hex(&fingerprint))
    }

    /// As [`Ledger`](crate::ledger::Ledger) writes it.
    pub fn session(&self, token: &str) -> String {
        format!("{} {}", self.codice_fiscale, hex(&Sha256::digest(token)))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
