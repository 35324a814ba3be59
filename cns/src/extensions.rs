//! The extensions that decide what a certificate may be used for.

use std::collections::BTreeSet;

use der::oid::db::rfc5280;
use der::oid::{AssociatedOid, ObjectIdentifier};
use der::{Decode, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::DistributionPointName;
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier,
};

use crate::{Malformed, addresses, set_order};

/// What the extensions say; absent ones as `None` or empty.
#[derive(Clone, Default)]
pub(crate) struct Extensions {
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) extended_key_usage: Option<ExtendedKeyUsage>,
    pub(crate) is_authority: bool,
    pub(crate) policies: Vec<ObjectIdentifier>,
    pub(crate) authority_key_id: Option<Vec<u8>>,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    /// Each distribution point name as the DER of its GeneralName.
    pub(crate) distribution_points: Vec<Vec<u8>>,
    /// Addresses of OCSP responders, `http` and `https` ones.
    pub(crate) ocsp_addresses: Vec<String>,
    /// The first critical extension that is not understood here.
    pub(crate) unknown_critical: Option<ObjectIdentifier>,
}

/// Reads all extensions; an extension twice is malformed (RFC 5280 §4.2), and so is an
/// understood one whose content is not its own strict DER.
pub(crate) fn read(list: &[Extension]) -> Result<Extensions, Malformed> {
    let mut extensions = Extensions::default();
    let mut seen = BTreeSet::new();
    for extension in list {
        if !seen.insert(extension.extn_id) {
            return Err(Malformed::DuplicateExtension(extension.extn_id.to_string()));
        }
        take(&mut extensions, extension)?;
    }
    Ok(extensions)
}

fn take(extensions: &mut Extensions, extension: &Extension) -> Result<(), Malformed> {
    match extension.extn_id {
        KeyUsage::OID => extensions.key_usage = Some(content(extension)?),
        ExtendedKeyUsage::OID => extensions.extended_key_usage = Some(content(extension)?),
        BasicConstraints::OID => {
            extensions.is_authority = content::<BasicConstraints>(extension)?.ca;
        }
        CertificatePolicies::OID => {
            let policies: CertificatePolicies = content(extension)?;
            extensions.policies = policies
                .0
                .into_iter()
                .map(|policy| policy.policy_identifier)
                .collect();
        }
        AuthorityKeyIdentifier::OID => {
            let identifier: AuthorityKeyIdentifier = content(extension)?;
            extensions.authority_key_id = identifier.key_identifier.map(|id| id.into_bytes());
        }
        SubjectKeyIdentifier::OID => {
            extensions.subject_key_id =
                Some(content::<SubjectKeyIdentifier>(extension)?.0.into_bytes());
        }
        CrlDistributionPoints::OID => {
            extensions.distribution_points = distribution_points(&content(extension)?)?;
        }
        // It must not be critical (RFC 5280 §4.2.2.1), and it decides nothing: one that
        // cannot be read names no address.
        AuthorityInfoAccessSyntax::OID if !extension.critical => {
            extensions.ocsp_addresses = content::<AuthorityInfoAccessSyntax>(extension)
                .map(|access| ocsp_addresses(&access))
                .unwrap_or_default();
        }
        // The identity stands in the subject; other names add nothing to it.
        SubjectAltName::OID => {}
        // Both only ask for what is always done here: the path is one hop, a policy is
        // demanded by name and anyPolicy stands for nothing (RFC 5280 §4.2.1.11, §4.2.1.14).
        rfc5280::ID_CE_POLICY_CONSTRAINTS | rfc5280::ID_CE_INHIBIT_ANY_POLICY => {}
        unknown if extension.critical => {
            extensions.unknown_critical.get_or_insert(unknown);
        }
        _ => {}
    }
    Ok(())
}

/// Decodes an extension's content, which must be the canonical encoding of itself.
fn content<'a, T: Decode<'a> + Encode>(extension: &'a Extension) -> Result<T, Malformed> {
    let malformed = || Malformed::Extension(extension.extn_id.to_string());
    let bytes = extension.extn_value.as_bytes();
    set_order::check(bytes).map_err(|_| malformed())?;
    let value = T::from_der(bytes).map_err(|_| malformed())?;
    match value.encode_to_slice(&mut vec![0; bytes.len()]) {
        Ok(again) if again == bytes => Ok(value),
        _ => Err(malformed()),
    }
}

fn distribution_points(points: &CrlDistributionPoints) -> Result<Vec<Vec<u8>>, Malformed> {
    let mut names = Vec::new();
    for point in &points.0 {
        if let Some(DistributionPointName::FullName(full)) = &point.distribution_point {
            for name in full {
                let name = name
                    .to_der()
                    .map_err(|_| Malformed::Extension(CrlDistributionPoints::OID.to_string()))?;
                names.push(name);
            }
        }
    }
    Ok(names)
}

fn ocsp_addresses(access: &AuthorityInfoAccessSyntax) -> Vec<String> {
    access
        .0
        .iter()
        .filter(|description| description.access_method == rfc5280::ID_AD_OCSP)
        .filter_map(|description| addresses::web_address(&description.access_location))
        .collect()
}
