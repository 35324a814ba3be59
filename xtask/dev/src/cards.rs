//! The development portal's operators, and their cards in software.

use end_to_end::{
    Failure, Outcome,
    credentials_document::CredentialsDocument,
    people::{ANNA_VERDI, GRETA_MAIR, Issuer, LUCA_BIANCHI, Person},
    plain_client::{PlainClient, software_card},
};
use pki::Card;
use protocol::service::{Profile, ServiceId};
use reqwest::Method;
use serde_json::json;
use std::path::Path;

/// The password of everybody whose profile has one; it is good on this machine only.
pub const PASSWORD: &str = "quattro gatti in riva al lago";

/// A dentist of another place, switched off: what an administrator must not see, and a
/// login that is refused.
const MARIA_ROSSI: Person = Person {
    codice_fiscale: "RSSMRA80A01H501U",
    cognome: "ROSSI",
    nome: "MARIA",
    profile: Profile::Odontoiatra,
    services: "",
};

/// An operator with a card.
pub struct Operator {
    /// Who it is.
    pub person: Person,
    /// Whether the Sistema TS lets them in.
    pub active: bool,
    card: Card,
}

impl Operator {
    /// The card in software.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The line of the operators file: administration has every service.
    pub fn line(&self) -> String {
        let Person {
            codice_fiscale,
            cognome,
            nome,
            profile,
            ..
        } = self.person;
        let services: Vec<&str> = match profile {
            Profile::Amministrazione => ServiceId::ALL.iter().map(|service| service.id()).collect(),
            _ => Vec::new(),
        };
        let place = match self.active {
            true => "TRENTINO-ALTO ADIGE,ALTO ADIGE",
            false => "ABRUZZO,PESCARA",
        };
        format!(
            "{codice_fiscale},{cognome},{nome},{},0471 000000,{}.{}@example.it,{place},{},{}",
            profile.name(),
            nome.to_lowercase(),
            cognome.to_lowercase(),
            services.join(";"),
            self.active,
        )
    }

    /// Whether they can log in with a password.
    pub fn has_password(&self) -> bool {
        self.active && self.person.profile.needs_credentials_document()
    }
}

/// The portal's one authority, and whom it gave a card.
pub struct Cards {
    /// The authority's certificate, PEM.
    pub anchor: String,
    /// Its revocation list, DER: nobody is on it.
    pub revocation_list: Vec<u8>,
    /// Everybody.
    pub operators: Vec<Operator>,
}

impl Cards {
    /// A new authority and a card for everybody.
    pub fn give_out() -> Cards {
        let issuer = Issuer::new();
        let people = [
            (ANNA_VERDI, true),
            (
                Person {
                    profile: Profile::ProfessionistaSanitario,
                    ..GRETA_MAIR
                },
                true,
            ),
            (LUCA_BIANCHI, true),
            (MARIA_ROSSI, false),
        ];
        let operators = people
            .into_iter()
            .zip(1..)
            .map(|((person, active), number)| {
                let card = software_card(&issuer, &person, &format!("6101{number:012}"));
                Operator {
                    person,
                    active,
                    card,
                }
            });
        let operators = operators.collect();
        Cards {
            anchor: issuer.authority().certificate_pem(),
            revocation_list: issuer.authority().revoke(&[]),
            operators,
        }
    }

    /// The operator of that codice fiscale.
    pub fn of(&self, codice_fiscale: &str) -> Option<&Operator> {
        let mut all = self.operators.iter();
        all.find(|operator| operator.person.codice_fiscale == codice_fiscale)
    }

    /// Registers everybody's card, and changes the first passwords into [`PASSWORD`]: all of
    /// it as a browser would, so that both ways of logging in are open.
    pub fn register(&self, origin: &str, folder: &Path) -> Outcome<()> {
        for operator in self.operators.iter().filter(|operator| operator.active) {
            let browser = PlainClient::at(origin)?;
            let answer = browser.register(operator.card())?;
            if answer.status != 201 {
                return Err(refused("registration", operator, answer.code()));
            }
            if !operator.has_password() {
                continue;
            }
            let document = CredentialsDocument::read(&browser.document()?, folder)?;
            let change = json!({
                "username": operator.person.codice_fiscale,
                "current": document.password()?,
                "new": PASSWORD,
            });
            let answer = browser.call(Method::PUT, "/api/password", Some(change))?;
            if answer.status != 204 {
                return Err(refused("change of the password", operator, answer.code()));
            }
        }
        Ok(())
    }
}

fn refused(what: &str, operator: &Operator, code: &str) -> Failure {
    format!("the {what} of {} was refused: {code}", operator.person.nome).into()
}
