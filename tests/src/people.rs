//! The people of the tests, their authority, and the cards it gives them.

use std::{fs, process::Command};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use der::asn1::{BitString, ObjectIdentifier};
use pki::{
    Authority, Key,
    extension::{self, CIE_POLICY},
};
use protocol::{CodiceFiscale, service::Profile};

use crate::{
    Outcome,
    card::{AnswerToReset, Card, Contents, Holder, SignatureKeyset},
    program::run,
};

const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");

/// A person who may be an operator of the Sistema TS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the operators file's own field names
pub struct Person {
    pub codice_fiscale: &'static str,
    pub cognome: &'static str,
    pub nome: &'static str,
    pub profile: Profile,
    /// Ids with semicolons between; empty: those usual for the profile.
    pub services: &'static str,
}

/// A doctor: registering yields the credentials document.
pub const ANNA_VERDI: Person = Person {
    codice_fiscale: "VRDNNA70P49F205F",
    cognome: "VERDI",
    nome: "ANNA",
    profile: Profile::Medico,
    services: "",
};

/// An officer of an ASL: no document.
pub const LUCA_BIANCHI: Person = Person {
    codice_fiscale: "BNCLCU65T31L219Z",
    cognome: "BIANCHI",
    nome: "LUCA",
    profile: Profile::Amministrazione,
    services: "",
};

/// An officer of the same ASL who looks after its operators' access.
pub const PAOLA_NERI: Person = Person {
    codice_fiscale: "NREPLA75C50L378M",
    cognome: "NERI",
    nome: "PAOLA",
    profile: Profile::Amministrazione,
    services: "gestione-credenziali;gestione-ts;assistenza-online",
};

/// Somebody with a good CNS whom the Sistema TS does not know.
pub const GRETA_MAIR: Person = Person {
    codice_fiscale: "MRAGRT88B68A952W",
    cognome: "MAIR",
    nome: "GRETA",
    profile: Profile::Medico,
    services: "",
};

impl Person {
    /// The person's line in the operators file.
    pub fn operators_line(&self) -> String {
        format!(
            "{},{},{},{},0471 000000,{}.{}@example.it,TRENTINO-ALTO ADIGE,ALTO ADIGE,{},true",
            self.codice_fiscale,
            self.cognome,
            self.nome,
            self.profile.name(),
            self.nome.to_lowercase(),
            self.cognome.to_lowercase(),
            self.services,
        )
    }

    fn holder(&self) -> Outcome<Holder> {
        Ok(Holder {
            codice_fiscale: CodiceFiscale::parse(self.codice_fiscale)?,
            cognome: self.cognome.into(),
            nome: self.nome.into(),
        })
    }
}

/// The authority of a region, and the cards it has given out.
pub struct Issuer {
    authority: Authority,
    cards: std::cell::Cell<u32>,
}

impl Issuer {
    /// A new authority with a key of its own.
    pub fn new() -> Issuer {
        Issuer {
            authority: Authority::new("Regione Prova - CA Cittadini 2020", Key::fresh_rsa()),
            cards: std::cell::Cell::new(0),
        }
    }

    /// The authority itself.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// A new card for a person, with this PIN.
    pub fn issue(&self, person: &Person, pin: &str) -> Outcome<Card> {
        Ok(Card::new(&self.contents(person, pin)?)?)
    }

    /// A card of a person that holds no certificate: never personalised, or wiped.
    pub fn issue_without_certificate(&self, person: &Person, pin: &str) -> Outcome<Card> {
        let mut contents = self.contents(person, pin)?;
        contents.certificate = None;
        Ok(Card::new(&contents)?)
    }

    /// A card of a person whose certificate identifies them, but is none of a CNS.
    pub fn issue_other_card(&self, person: &Person, pin: &str) -> Outcome<Card> {
        let mut contents = self.contents(person, pin)?;
        let key = Key::fresh_rsa();
        let holder = named(person, &contents);
        let mut body = self.authority.body(&holder, &key);
        extension::set(&mut body, extension::policies(false, &[CIE_POLICY]));
        contents.certificate = Some(self.authority.sign(&body));
        contents.private_key_pkcs8 = key.pkcs8().to_vec();
        Ok(Card::new(&contents)?)
    }

    /// A card of a person that says something else of itself.
    pub fn issue_as(
        &self,
        answer_to_reset: AnswerToReset,
        person: &Person,
        pin: &str,
    ) -> Outcome<Card> {
        let mut contents = self.contents(person, pin)?;
        contents.answer_to_reset = answer_to_reset;
        Ok(Card::new(&contents)?)
    }

    /// A card of a person whose time is over.
    pub fn issue_expired(&self, person: &Person, pin: &str) -> Outcome<Card> {
        Ok(Card::new(&self.expired(person, pin)?)?)
    }

    /// A card of a person whose time is still to come: issued today to somebody whose
    /// computer's clock is behind.
    pub fn issue_not_yet_valid(&self, person: &Person, pin: &str) -> Outcome<Card> {
        let time = (pki::CARD_UNTIL, pki::AUTHORITY_UNTIL);
        Ok(Card::new(&self.contents_of_time(person, pin, time)?)?)
    }

    /// The same as one whose time is over, with keys for signing documents.
    pub fn issue_expired_with_signature_keyset(&self, person: &Person, pin: &str) -> Outcome<Card> {
        let mut contents = self.expired(person, pin)?;
        contents.signature_keyset = Some(self.signature_keyset(person, &contents));
        Ok(Card::new(&contents)?)
    }

    /// A CNS 1.0 of a person, with the key of 1024 bits that such cards have.
    pub fn issue_old(&self, person: &Person, pin: &str) -> Outcome<Card> {
        let mut contents = self.contents(person, pin)?;
        let key = ShortKey::new()?;
        let mut body = self
            .authority
            .body(&named(person, &contents), &Key::fresh_rsa());
        body.subject_public_key_info.subject_public_key = BitString::from_bytes(&key.public)?;
        contents.answer_to_reset = AnswerToReset::Cns10;
        contents.certificate = Some(self.authority.sign(&body));
        contents.private_key_pkcs8 = key.pkcs8;
        Ok(Card::new(&contents)?)
    }

    /// A card of a person that also holds keys for signing documents, as many do.
    pub fn issue_with_signature_keyset(&self, person: &Person, pin: &str) -> Outcome<Card> {
        let mut contents = self.contents(person, pin)?;
        contents.signature_keyset = Some(self.signature_keyset(person, &contents));
        Ok(Card::new(&contents)?)
    }

    fn signature_keyset(&self, person: &Person, contents: &Contents) -> SignatureKeyset {
        /// nonRepudiation alone (RFC 5280 §4.2.1.3).
        const CONTENT_COMMITMENT: &[u8] = &[0x03, 0x02, 0x06, 0x40];
        let key = Key::fresh_rsa();
        let mut body = self.authority.body(&named(person, contents), &key);
        let usage = extension::raw(KEY_USAGE, true, CONTENT_COMMITMENT);
        extension::set(&mut body, usage);
        extension::remove(&mut body, EXTENDED_KEY_USAGE);
        SignatureKeyset {
            certificate: self.authority.sign(&body),
            private_key_pkcs8: key.pkcs8().to_vec(),
            pin: "55443322".into(),
            puk: "99887766".into(),
        }
    }

    fn expired(&self, person: &Person, pin: &str) -> Outcome<Contents> {
        self.contents_of_time(person, pin, (pki::AUTHORITY_FROM, pki::CARD_FROM))
    }

    /// Valid from the one second to the other.
    fn contents_of_time(
        &self,
        person: &Person,
        pin: &str,
        (not_before, not_after): (i64, i64),
    ) -> Outcome<Contents> {
        let mut contents = self.contents(person, pin)?;
        let holder = pki::Holder {
            not_before,
            not_after,
            ..named(person, &contents)
        };
        let issued = self.authority.issue(&holder, Key::fresh_rsa());
        contents.certificate = Some(issued.certificate().to_vec());
        contents.private_key_pkcs8 = issued.key().pkcs8().to_vec();
        Ok(contents)
    }

    fn contents(&self, person: &Person, pin: &str) -> Outcome<Contents> {
        let number = self.cards.get() + 1;
        self.cards.set(number);
        let key = Key::fresh_rsa();
        let mut contents = Contents {
            answer_to_reset: AnswerToReset::Cns11,
            id_carta: format!("6101{number:012}"),
            holder: person.holder()?,
            certificate: None,
            private_key_pkcs8: key.pkcs8().to_vec(),
            pin: pin.into(),
            puk: "84736251".into(),
            signature_keyset: None,
        };
        let issued = self.authority.issue(&named(person, &contents), key);
        contents.certificate = Some(issued.certificate().to_vec());
        Ok(contents)
    }
}

/// An RSA key of 1024 bits; no library of ours makes one any more.
struct ShortKey {
    pkcs8: Vec<u8>,
    /// RSAPublicKey (RFC 8017 §A.1.1).
    public: Vec<u8>,
}

impl ShortKey {
    fn new() -> Outcome<ShortKey> {
        let folder = tempfile::tempdir()?;
        let openssl = |line: &str| {
            let words = line.split_whitespace();
            run(Command::new("openssl")
                .args(words)
                .current_dir(folder.path()))
        };
        openssl("genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out pem")?;
        openssl("pkcs8 -topk8 -nocrypt -in pem -outform DER -out key")?;
        openssl("rsa -in pem -RSAPublicKey_out -outform DER -out public")?;
        Ok(ShortKey {
            pkcs8: fs::read(folder.path().join("key"))?,
            public: fs::read(folder.path().join("public"))?,
        })
    }
}

impl Default for Issuer {
    fn default() -> Issuer {
        Issuer::new()
    }
}

/// The certificate names card and personal data, as on real cards.
fn named(person: &Person, contents: &Contents) -> pki::Holder {
    let personal_data = contents.holder.dati_personali();
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &personal_data);
    pki::Holder {
        hash: STANDARD.encode(hash),
        ..pki::Holder::new(
            person.codice_fiscale,
            &contents.id_carta,
            person.cognome,
            person.nome,
        )
    }
}
