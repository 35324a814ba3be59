//! Where a certificate says that news of its revocation is to be had.

use der::Decode;
use x509_cert::ext::pkix::name::GeneralName;

/// Longer addresses are no addresses, but they would stand in logs.
const LENGTH_MAX: usize = 1024;

/// A GeneralName's `http` or `https` address, where it is one.
///
/// `ldap`, which authorities of the field name beside, is not spoken here. Only visible
/// ASCII: an address is logged, and handed to a program that parses it again.
pub(crate) fn web_address(name: &GeneralName) -> Option<String> {
    let GeneralName::UniformResourceIdentifier(address) = name else {
        return None;
    };
    let address = address.as_str();
    let (scheme, rest) = address.split_once("://")?;
    let is_web = ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web));
    let is_visible = address.bytes().all(|byte| byte.is_ascii_graphic());
    (is_web && is_visible && !rest.is_empty() && address.len() <= LENGTH_MAX)
        .then(|| address.to_owned())
}

/// The same of a GeneralName's DER.
pub(crate) fn web_address_of_der(name: &[u8]) -> Option<String> {
    web_address(&GeneralName::from_der(name).ok()?)
}
