//! Certificate extensions, and how to put them in and take them out.

use der::asn1::{Ia5String, ObjectIdentifier, OctetString};
use der::flagset::FlagSet;
use der::oid::db::rfc5280;
use der::{Encode, oid::AssociatedOid};
use x509_cert::certificate::TbsCertificate;
pub use x509_cert::ext::Extension;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::crl::dp::{DistributionPoint, IssuingDistributionPoint};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints,
    CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectKeyIdentifier,
};

/// The policy of every CNS authentication certificate.
pub const CNS_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.76.16.2.1");
/// The policy of the CIE's authentication certificate, another credential.
pub const CIE_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.76.47.4");

/// Any extension from its identifier and content.
pub fn raw(oid: ObjectIdentifier, critical: bool, content: &[u8]) -> Extension {
    Extension {
        extn_id: oid,
        critical,
        extn_value: OctetString::new(content).unwrap(),
    }
}

fn of<T: AssociatedOid + Encode>(critical: bool, content: &T) -> Extension {
    raw(T::OID, critical, &content.to_der().unwrap())
}

/// Key usage, critical.
pub fn key_usage(usages: impl Into<FlagSet<KeyUsages>>) -> Extension {
    of(true, &KeyUsage(usages.into()))
}

/// Extended key usage.
pub fn extended_key_usage(purposes: &[ObjectIdentifier]) -> Extension {
    of(false, &ExtendedKeyUsage(purposes.to_vec()))
}

/// Basic constraints, critical.
pub fn basic_constraints(ca: bool) -> Extension {
    of(
        true,
        &BasicConstraints {
            ca,
            path_len_constraint: None,
        },
    )
}

/// Certificate policies without qualifiers.
pub fn policies(critical: bool, policies: &[ObjectIdentifier]) -> Extension {
    let policies = policies.iter().map(|policy| PolicyInformation {
        policy_identifier: *policy,
        policy_qualifiers: None,
    });
    of(critical, &CertificatePolicies(policies.collect()))
}

/// Subject key identifier.
pub fn subject_key_id(id: &[u8]) -> Extension {
    of(false, &SubjectKeyIdentifier(OctetString::new(id).unwrap()))
}

/// Authority key identifier.
pub fn authority_key_id(id: &[u8]) -> Extension {
    of(
        false,
        &AuthorityKeyIdentifier {
            key_identifier: Some(OctetString::new(id).unwrap()),
            authority_cert_issuer: None,
            authority_cert_serial_number: None,
        },
    )
}

/// CRL distribution points by address.
pub fn distribution_points(addresses: &[&str]) -> Extension {
    let points = addresses.iter().map(|address| DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![address_name(address)])),
        reasons: None,
        crl_issuer: None,
    });
    of(false, &CrlDistributionPoints(points.collect()))
}

/// Issuing distribution point of a list, critical: the part of a split one at this address.
pub fn part_at(address: &str) -> Extension {
    issuing_distribution_point(|point| {
        let names = vec![address_name(address)];
        point.distribution_point = Some(DistributionPointName::FullName(names));
    })
}

/// Issuing distribution point of a list, critical: of authorities' certificates only.
pub fn authorities_only() -> Extension {
    issuing_distribution_point(|point| point.only_contains_ca_certs = true)
}

fn issuing_distribution_point(change: impl FnOnce(&mut IssuingDistributionPoint)) -> Extension {
    let mut point = IssuingDistributionPoint {
        distribution_point: None,
        only_contains_user_certs: false,
        only_contains_ca_certs: false,
        only_some_reasons: None,
        indirect_crl: false,
        only_contains_attribute_certs: false,
    };
    change(&mut point);
    // Its type has another extension's identifier in x509-cert 0.2.
    let oid = rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT;
    raw(oid, true, &point.to_der().unwrap())
}

/// Authority information access: OCSP responders by address.
pub fn ocsp_addresses(addresses: &[&str]) -> Extension {
    let descriptions = addresses.iter().map(|address| AccessDescription {
        access_method: rfc5280::ID_AD_OCSP,
        access_location: address_name(address),
    });
    of(false, &AuthorityInfoAccessSyntax(descriptions.collect()))
}

/// An address as a GeneralName.
pub fn address_name(address: &str) -> GeneralName {
    GeneralName::UniformResourceIdentifier(Ia5String::new(address).unwrap())
}

/// The extended key usages of a CNS: client authentication, e-mail.
pub fn cns_purposes() -> Extension {
    extended_key_usage(&[rfc5280::ID_KP_CLIENT_AUTH, rfc5280::ID_KP_EMAIL_PROTECTION])
}

/// Puts an extension in, in the place of the one with its identifier if there is one.
pub fn set(body: &mut TbsCertificate, extension: Extension) {
    let list = body.extensions.get_or_insert_default();
    match list
        .iter_mut()
        .find(|other| other.extn_id == extension.extn_id)
    {
        Some(place) => *place = extension,
        None => list.push(extension),
    }
}

/// Takes an extension out.
pub fn remove(body: &mut TbsCertificate, oid: ObjectIdentifier) {
    let list = body.extensions.get_or_insert_default();
    list.retain(|extension| extension.extn_id != oid);
}
