//! The person and card a certificate is made for.

use der::asn1::{Any, ObjectIdentifier};
use der::oid::db::rfc4519;
use x509_cert::name::Name;

use crate::{CARD_FROM, CARD_UNTIL, name};

/// Who holds a card; the default is the national specimen, Mario Rossi.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Written into the common name as it is, good or bad.
    pub codice_fiscale: String,
    /// The card's number, 16 characters on real cards.
    pub id_carta: String,
    /// Hash of the card's personal data in base64: 28 characters on real cards.
    pub hash: String,
    /// Surname; left out when none.
    pub cognome: Option<String>,
    /// Given name; left out when none.
    pub nome: Option<String>,
    /// First second of validity, Unix time.
    pub not_before: i64,
    /// Last second of validity, Unix time.
    pub not_after: i64,
    /// Serial number, big-endian, positive; drawn at random when none.
    pub serial: Option<Vec<u8>>,
    /// Addresses of the issuer's revocation list; left out when empty.
    pub distribution_points: Vec<String>,
    /// Addresses of the issuer's OCSP responders; left out when empty.
    pub ocsp_addresses: Vec<String>,
}

impl Default for Holder {
    fn default() -> Holder {
        Holder {
            codice_fiscale: "RSSMRA80A01H501U".to_owned(),
            id_carta: "7430035000000017".to_owned(),
            // A base64 of the kind that breaks readers from the right: '/', '+' and '='.
            hash: "q83v/EiZ+7vM3e4AES/zRFVmd4g=".to_owned(),
            cognome: Some("ROSSI".to_owned()),
            nome: Some("MARIO".to_owned()),
            not_before: CARD_FROM,
            not_after: CARD_UNTIL,
            serial: None,
            distribution_points: Vec::new(),
            ocsp_addresses: Vec::new(),
        }
    }
}

impl Holder {
    /// A holder by codice fiscale, surname and given name; a card number of their own.
    pub fn new(codice_fiscale: &str, id_carta: &str, cognome: &str, nome: &str) -> Holder {
        Holder {
            codice_fiscale: codice_fiscale.to_owned(),
            id_carta: id_carta.to_owned(),
            cognome: Some(cognome.to_owned()),
            nome: Some(nome.to_owned()),
            ..Holder::default()
        }
    }

    /// `CODICEFISCALE/IDCARTA.HASH`.
    pub fn common_name(&self) -> String {
        format!("{}/{}.{}", self.codice_fiscale, self.id_carta, self.hash)
    }

    /// The subject of a TS-CNS: country, body, region, common name, surname, given name.
    pub fn subject(&self) -> Name {
        let common_name = self.common_name();
        let mut pairs: Vec<(ObjectIdentifier, Any)> = vec![
            (rfc4519::COUNTRY_NAME, name::printable("IT")),
            (
                rfc4519::ORGANIZATION_NAME,
                name::utf8("Autorità di prova S.p.A."),
            ),
            (
                rfc4519::ORGANIZATIONAL_UNIT_NAME,
                name::utf8("REGIONE DI PROVA"),
            ),
            (rfc4519::COMMON_NAME, name::utf8(&common_name)),
        ];
        if let Some(cognome) = &self.cognome {
            pairs.push((rfc4519::SURNAME, name::utf8(cognome)));
        }
        if let Some(nome) = &self.nome {
            pairs.push((rfc4519::GIVEN_NAME, name::utf8(nome)));
        }
        let rdns: Vec<&[(ObjectIdentifier, Any)]> =
            pairs.iter().map(std::slice::from_ref).collect();
        name::of(&rdns)
    }
}

/// The codice fiscale of the person of this number: each its own below 1,757,600, neighbours
/// in the alphabet far apart in number.
pub fn codice_fiscale(number: u32) -> String {
    let mut text = *b"RSSMRA80A01H501U";
    let mut rest = number;
    let mut counted = 0;
    // In these places a character counts for the check letter what it is (D.M. 23/12/1976);
    // the town's letter makes up for the others, so that the check letter stays.
    for (place, first, many) in [
        (1, b'A', 26),
        (3, b'A', 26),
        (5, b'A', 26),
        (7, b'0', 10),
        (13, b'0', 10),
    ] {
        let value = rest % many;
        rest /= many;
        counted += value;
        text[place] = first + value as u8;
    }
    let (all, town) = (18 + 12 + 7, 11);
    text[town] = b'A' + ((all + 26 * 4 - counted) % 26) as u8;
    String::from_utf8(text.to_vec()).unwrap()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn each_number_has_a_good_codice_fiscale_of_its_own() {
        let all: HashSet<_> = (0..1_757_600)
            .step_by(97)
            .map(|number| {
                let text = super::codice_fiscale(number);
                protocol::CodiceFiscale::parse(&text).expect(&text)
            })
            .collect();
        assert_eq!(all.len(), 18_120);
    }
}
