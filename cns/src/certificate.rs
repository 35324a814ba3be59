//! A certificate's facts, read from strict DER.

use std::ops::Range;

use der::asn1::AnyRef;
use der::oid::ObjectIdentifier;
use der::oid::db::rfc4519;
use der::referenced::OwnedToRef;
use der::{Decode, Encode, Reader, SliceReader};
use protocol::CodiceFiscale;
use x509_cert::name::Name;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;
use x509_cert::{Certificate as Parsed, Version};

use crate::extensions::{self, Extensions};
use crate::key::{self, Key};
use crate::{KeyKind, SignatureAlgorithm, addresses, name, set_order, subject};

/// An X.509 certificate whose form is right; nothing in it is trusted yet.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    places: Places,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
    serial: Vec<u8>,
    issuer: Name,
    pub(crate) subject: Name,
    not_before: Time,
    not_after: Time,
    key: Key,
    pub(crate) extensions: Extensions,
}

/// Why bytes are not exactly one certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not the DER of one certificate: another structure, BER, bytes missing or too many.
    #[error("not the DER of exactly one X.509 certificate")]
    Structure,
    /// The two places that name the signature algorithm differ (RFC 5280 §4.1.1.2).
    #[error("the certificate names two different signature algorithms")]
    SignatureAlgorithms,
    /// Extensions in a certificate that is not of version 3 (RFC 5280 §4.1.2.9).
    #[error("the certificate has extensions but not version 3")]
    Version,
    /// The same extension twice (RFC 5280 §4.2).
    #[error("the certificate has the extension {0} twice")]
    DuplicateExtension(String),
    /// An extension's content is not what its identifier announces.
    #[error("the certificate's extension {0} cannot be read")]
    Extension(String),
}

impl Certificate {
    /// Reads exactly one certificate: strict DER, no bytes after it.
    pub fn read(der: &[u8]) -> Result<Certificate, Malformed> {
        let structure = |_| Malformed::Structure;
        set_order::check(der).map_err(structure)?;
        let parsed = Parsed::from_der(der).map_err(structure)?;
        // The decoder forgives what the encoder would never write (a default value spelled
        // out, a set out of order): a certificate has one encoding, and this is it or not.
        let mut written = vec![0; der.len()];
        if parsed.encode_to_slice(&mut written).map_err(structure)? != der {
            return Err(Malformed::Structure);
        }
        let places = Places::find(der).map_err(structure)?;
        let body = parsed.tbs_certificate;
        if body.signature != parsed.signature_algorithm {
            return Err(Malformed::SignatureAlgorithms);
        }
        let list = match (&body.extensions, body.version) {
            (None, _) => &[][..],
            (Some(_), Version::V1 | Version::V2) => return Err(Malformed::Version),
            (Some(list), Version::V3) => list,
        };
        Ok(Certificate {
            der: der.to_vec(),
            places,
            signature: parsed
                .signature
                .as_bytes()
                .ok_or(Malformed::Structure)?
                .to_vec(),
            serial: body.serial_number.as_bytes().to_vec(),
            not_before: body.validity.not_before,
            not_after: body.validity.not_after,
            key: key::read(&body.subject_public_key_info),
            extensions: extensions::read(list)?,
            signature_algorithm: parsed.signature_algorithm,
            issuer: body.issuer,
            subject: body.subject,
        })
    }

    /// The certificate's own bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// First second of validity, Unix time.
    pub fn not_before(&self) -> i64 {
        seconds(self.not_before)
    }

    /// Last second of validity, Unix time.
    pub fn not_after(&self) -> i64 {
        seconds(self.not_after)
    }

    /// Last day of validity in UTC, `YYYY-MM-DD`.
    pub fn not_after_date(&self) -> String {
        let date = self.not_after.to_date_time();
        format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }

    /// The holder for a person's eyes: surname and given name, else the common name, else
    /// the whole subject. Controls and direction marks are replaced.
    pub fn holder_name(&self) -> String {
        name::holder(&self.subject)
    }

    /// The issuer for a person's eyes: its common name, else its organisation.
    pub fn issuer_name(&self) -> String {
        name::issuer(&self.issuer)
    }

    /// The holder's surname, where the subject has one.
    pub fn cognome(&self) -> Option<String> {
        name::shown(&self.subject, rfc4519::SURNAME)
    }

    /// The holder's given name, where the subject has one.
    pub fn nome(&self) -> Option<String> {
        name::shown(&self.subject, rfc4519::GIVEN_NAME)
    }

    /// The holder's codice fiscale, where the common name is a CNS one.
    pub fn codice_fiscale(&self) -> Option<CodiceFiscale> {
        Some(subject::common_name(&self.subject).ok()?.codice_fiscale)
    }

    /// What kind of key is certified.
    pub fn key(&self) -> KeyKind {
        self.key.kind
    }

    /// SubjectPublicKeyInfo, DER (RFC 5280 §4.1.2.7).
    pub fn public_key_info(&self) -> &[u8] {
        &self.der[self.places.public_key_info.clone()]
    }

    /// RSA: the modulus, big-endian without leading zeros (PKCS#11 `CKA_MODULUS`).
    pub fn rsa_modulus(&self) -> Option<&[u8]> {
        self.key.modulus.as_deref()
    }

    /// RSA: the public exponent, big-endian without leading zeros.
    pub fn rsa_exponent(&self) -> Option<&[u8]> {
        self.key.exponent.as_deref()
    }

    /// The serial number's content octets, as encoded.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number in lower-case hexadecimal, without the octet of its sign.
    pub fn serial_hex(&self) -> String {
        let digits = match self.serial.as_slice() {
            [0, rest @ ..] if !rest.is_empty() => rest,
            all => all,
        };
        digits
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 0xf])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect()
    }

    /// The issuer's name, DER.
    pub fn issuer_der(&self) -> &[u8] {
        &self.der[self.places.issuer.clone()]
    }

    /// The subject's name, DER.
    pub fn subject_der(&self) -> &[u8] {
        &self.der[self.places.subject.clone()]
    }

    /// The subject on one line (RFC 4514), for logs and lists.
    pub fn subject_line(&self) -> String {
        name::line(&self.subject)
    }

    /// The bytes that the issuer signed.
    pub fn to_be_signed(&self) -> &[u8] {
        &self.der[self.places.body.clone()]
    }

    /// The issuer's signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The algorithm of the issuer's signature; none if it is not one we accept.
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::of(self.signature_algorithm.owned_to_ref())
    }

    pub(crate) fn signature_algorithm_oid(&self) -> String {
        self.signature_algorithm.oid.to_string()
    }

    /// Authority key identifier, where there is one (RFC 5280 §4.2.1.1).
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.extensions.authority_key_id.as_deref()
    }

    /// Subject key identifier, where there is one (RFC 5280 §4.2.1.2).
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.extensions.subject_key_id.as_deref()
    }

    /// Whether basic constraints make it a certification authority's.
    pub fn is_authority(&self) -> bool {
        self.extensions.is_authority
    }

    /// Whether its key may sign certificates; so it may where key usage is absent.
    pub fn may_sign_certificates(&self) -> bool {
        self.extensions
            .key_usage
            .is_none_or(|usage| usage.key_cert_sign())
    }

    /// Whether its key may sign revocation lists; so it may where key usage is absent.
    pub fn may_sign_revocation_lists(&self) -> bool {
        self.extensions
            .key_usage
            .is_none_or(|usage| usage.crl_sign())
    }

    /// Whether its key may sign data; so it may where key usage is absent.
    pub fn may_sign_data(&self) -> bool {
        self.extensions
            .key_usage
            .is_none_or(|usage| usage.digital_signature() || usage.non_repudiation())
    }

    /// Whether extended key usage names a purpose; anyExtendedKeyUsage names none.
    pub fn has_purpose(&self, purpose: ObjectIdentifier) -> bool {
        self.extensions
            .extended_key_usage
            .as_ref()
            .is_some_and(|purposes| purposes.0.contains(&purpose))
    }

    /// The policies it was issued under (RFC 5280 §4.2.1.4).
    pub fn policies(&self) -> &[ObjectIdentifier] {
        &self.extensions.policies
    }

    /// The subject's serialNumber, such as `PNOEE-38001085718`, exactly as it stands there;
    /// none if there are several, or it is of another string type.
    pub fn subject_serial_number(&self) -> Option<String> {
        let mut values = name::values(&self.subject, rfc4519::SERIAL_NUMBER);
        let value = values.next().and_then(name::strict_text)?;
        values.next().is_none().then(|| value.to_owned())
    }

    /// Addresses of its revocation list, `http` and `https` ones (RFC 5280 §4.2.1.13).
    pub fn crl_addresses(&self) -> Vec<String> {
        self.distribution_points()
            .iter()
            .filter_map(|name| addresses::web_address_of_der(name))
            .collect()
    }

    /// Addresses of its OCSP responders, `http` and `https` ones (RFC 5280 §4.2.2.1).
    pub fn ocsp_addresses(&self) -> &[String] {
        &self.extensions.ocsp_addresses
    }

    /// Names of its CRL distribution points, each the DER of a GeneralName.
    pub fn distribution_points(&self) -> &[Vec<u8>] {
        &self.extensions.distribution_points
    }

    /// The first critical extension that is not understood here, as a dotted OID.
    pub fn unknown_critical_extension(&self) -> Option<String> {
        Some(self.extensions.unknown_critical?.to_string())
    }
}

/// Where a certificate's parts stand in its own bytes (RFC 5280 §4.1).
#[derive(Clone)]
struct Places {
    body: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    public_key_info: Range<usize>,
}

impl Places {
    fn find(der: &[u8]) -> Result<Places, der::Error> {
        let mut certificate = Elements::of(der, 0)?;
        let body = certificate.next()?;
        let mut elements = Elements::of(&der[body.clone()], body.start)?;
        if elements.reader.peek_header()?.tag.is_context_specific() {
            elements.next()?; // version
        }
        elements.next()?; // serialNumber
        elements.next()?; // signature
        let issuer = elements.next()?;
        elements.next()?; // validity
        Ok(Places {
            body,
            issuer,
            subject: elements.next()?,
            public_key_info: elements.next()?,
        })
    }
}

/// The elements of one that fills its bytes to the last.
struct Elements<'a> {
    reader: SliceReader<'a>,
    /// Where the first of them stands in the certificate.
    start: usize,
}

impl<'a> Elements<'a> {
    fn of(der: &'a [u8], place: usize) -> Result<Elements<'a>, der::Error> {
        let content = AnyRef::from_der(der)?.value();
        Ok(Elements {
            reader: SliceReader::new(content)?,
            start: place + (der.len() - content.len()),
        })
    }

    fn next(&mut self) -> Result<Range<usize>, der::Error> {
        let start = self.start + usize::try_from(self.reader.position())?;
        Ok(start..start + self.reader.tlv_bytes()?.len())
    }
}

fn seconds(time: Time) -> i64 {
    // Years end at 9999 in X.509: the seconds fit.
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// The serial number only: a certificate names a person.
impl std::fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Certificate({})", self.serial_hex())
    }
}
