//! Texts in distinguished names.

use der::asn1::{AnyRef, PrintableStringRef, Utf8StringRef};
use der::oid::ObjectIdentifier;
use der::oid::db::rfc4519;
use der::{Any, Tag, Tagged};
use x509_cert::name::Name;

/// Values of one attribute over the whole name, whatever RDN they stand in.
pub(crate) fn values(name: &Name, attribute: ObjectIdentifier) -> impl Iterator<Item = &Any> {
    name.0
        .iter()
        .flat_map(|rdn| rdn.0.iter())
        .filter(move |pair| pair.oid == attribute)
        .map(|pair| &pair.value)
}

/// The first value of an attribute that can be shown to a person.
pub(crate) fn shown(name: &Name, attribute: ObjectIdentifier) -> Option<String> {
    values(name, attribute)
        .find_map(text)
        .map(|text| clean(&text))
}

/// The text of a directory string.
///
/// T61 is read as Latin-1, which is what certificate software writes under that tag.
fn text(value: &Any) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            String::from_utf8(bytes.to_vec()).ok()
        }
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        _ => None,
    }
}

/// The text of a value that must be a PrintableString or a UTF8String, the only types a
/// CNS common name may have.
pub(crate) fn strict_text(value: &Any) -> Option<&str> {
    let value = AnyRef::from(value);
    match value.tag() {
        Tag::Utf8String => value
            .decode_as::<Utf8StringRef<'_>>()
            .ok()
            .map(|text| text.as_str()),
        Tag::PrintableString => value
            .decode_as::<PrintableStringRef<'_>>()
            .ok()
            .map(|text| text.as_str()),
        _ => None,
    }
}

/// As much of a text as a window or a log line can bear; X.520 allows 64 for most names.
const SHOWN_LENGTH: usize = 256;

/// Takes out what could make a name in a window or a log say something else than it does:
/// controls, line breaks, the marks that turn the writing direction, and sheer length.
fn clean(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN_LENGTH)
        .map(|character| match character {
            '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => '\u{fffd}',
            character if character.is_control() => '\u{fffd}',
            character => character,
        })
        .collect();
    if text.chars().nth(SHOWN_LENGTH).is_some() {
        shown.push('…');
    }
    shown
}

/// A name on one line, as RFC 4514 writes it, for logs and lists.
pub fn line(name: &Name) -> String {
    clean(&name.to_string())
}

/// A person's name from surname and given name, else the common name, else everything.
pub(crate) fn holder(subject: &Name) -> String {
    let surname = shown(subject, rfc4519::SURNAME);
    let given_name = shown(subject, rfc4519::GIVEN_NAME);
    match (surname, given_name) {
        (Some(surname), Some(given_name)) => format!("{surname} {given_name}"),
        _ => shown(subject, rfc4519::COMMON_NAME).unwrap_or_else(|| line(subject)),
    }
}

/// An issuer's common name, else its organisation, else everything.
pub(crate) fn issuer(issuer: &Name) -> String {
    shown(issuer, rfc4519::COMMON_NAME)
        .or_else(|| shown(issuer, rfc4519::ORGANIZATION_NAME))
        .unwrap_or_else(|| line(issuer))
}
