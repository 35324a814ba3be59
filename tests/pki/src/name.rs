//! Distinguished names, built attribute by attribute.

use der::asn1::{Any, ObjectIdentifier, PrintableString, SetOfVec};
use der::oid::db::rfc4519;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

/// A UTF8String attribute value.
pub fn utf8(text: &str) -> Any {
    Any::new(der::Tag::Utf8String, text.as_bytes()).unwrap()
}

/// A PrintableString attribute value.
pub fn printable(text: &str) -> Any {
    Any::encode_from(&PrintableString::new(text).unwrap()).unwrap()
}

/// A name of one relative distinguished name for each inner list.
pub fn of(rdns: &[&[(ObjectIdentifier, Any)]]) -> Name {
    let rdn = |pairs: &&[(ObjectIdentifier, Any)]| {
        let pairs = pairs.iter().map(|(oid, value)| AttributeTypeAndValue {
            oid: *oid,
            value: value.clone(),
        });
        RelativeDistinguishedName(SetOfVec::from_iter(pairs).unwrap())
    };
    RdnSequence(rdns.iter().map(rdn).collect())
}

/// `C=IT, O=…, CN=…`, the shape of an Italian authority's name.
pub fn authority(common_name: &str) -> Name {
    of(&[
        &[(rfc4519::COUNTRY_NAME, printable("IT"))],
        &[(rfc4519::ORGANIZATION_NAME, utf8("Autorità di prova S.p.A."))],
        &[(rfc4519::COMMON_NAME, utf8(common_name))],
    ])
}
