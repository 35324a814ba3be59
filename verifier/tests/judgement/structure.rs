//! What is not exactly one certificate in DER.

use cns::Malformed;
use der::Encode;
use der::asn1::{ObjectIdentifier, SetOfVec};
use der::oid::db::{rfc4519, rfc5280};
use pki::{Holder, Key, TbsCertificate, extension, name};
use protocol::ProblemCode;
use verifier::Reason;
use x509_cert::Version;

use crate::portal::{Portal, authority, judge_changed, tlv};

/// What a portal says of these bytes in a certificate's place.
fn fault_of(bytes: Vec<u8>) -> Malformed {
    match Portal::trusting(&[&authority()]).judge_certificate(bytes, &Key::p256()) {
        Err(Reason::Malformed(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

fn good_certificate() -> Vec<u8> {
    authority()
        .issue(&Holder::default(), Key::p256())
        .certificate()
        .to_vec()
}

/// Signs a good body whose content a test wrote anew, byte by byte.
fn fault_of_content(write: impl FnOnce(TbsCertificate) -> Vec<u8>) -> Malformed {
    let authority = authority();
    let body = authority.body(&Holder::default(), &Key::p256());
    fault_of(authority.sign_bytes(&tlv(0x30, &write(body))))
}

/// The fields of a body, without the SEQUENCE around them.
fn content(body: &TbsCertificate) -> Vec<u8> {
    let der = body.to_der().unwrap();
    der[if der[1] == 0x82 { 4 } else { 3 }..].to_vec()
}

/// The fields of a body with its extensions as these bytes.
fn with_extensions(mut body: TbsCertificate, extensions: &[Vec<u8>]) -> Vec<u8> {
    body.extensions = None;
    [content(&body), tlv(0xa3, &tlv(0x30, &extensions.concat()))].concat()
}

#[test]
fn nothing_text_and_other_structures_are_no_certificate() {
    let list = authority().revoke(&[]);
    for bytes in [
        vec![],
        vec![0x30],
        vec![0x30, 0x00],
        b"-----BEGIN CERTIFICATE-----".to_vec(),
        list,
    ] {
        assert_eq!(fault_of(bytes), Malformed::Structure);
    }
}

#[test]
fn bytes_after_the_certificate_are_refused() {
    let certificate = good_certificate();
    assert_eq!(
        fault_of([certificate.clone(), vec![0]].concat()),
        Malformed::Structure
    );
    assert_eq!(
        fault_of([certificate.clone(), certificate].concat()),
        Malformed::Structure
    );
}

#[test]
fn a_certificate_cut_anywhere_is_refused() {
    let certificate = good_certificate();
    for length in 0..certificate.len() {
        assert_eq!(
            fault_of(certificate[..length].to_vec()),
            Malformed::Structure,
            "{length}"
        );
    }
}

#[test]
fn lengths_in_ber_are_refused() {
    let certificate = good_certificate();
    assert_eq!(certificate[..2], [0x30, 0x82]);
    let longer = [&[0x30, 0x83, 0x00], &certificate[2..]].concat();
    let indefinite = [&[0x30, 0x80], &certificate[4..], &[0, 0]].concat();
    assert_eq!(fault_of(longer), Malformed::Structure);
    assert_eq!(fault_of(indefinite), Malformed::Structure);
}

#[test]
fn a_default_that_is_spelled_out_is_not_der() {
    let version = fault_of_content(|mut body| {
        body.version = Version::V1;
        body.extensions = None;
        [vec![0xa0, 3, 2, 1, 0], content(&body)].concat()
    });
    let critical = fault_of_content(|body| {
        let not_critical = tlv(
            0x30,
            &[
                vec![6, 3, 0x55, 0x1d, 0x0e, 1, 1, 0],
                tlv(4, &tlv(4, b"id")),
            ]
            .concat(),
        );
        with_extensions(body, &[not_critical])
    });
    assert_eq!(
        (version, critical),
        (Malformed::Structure, Malformed::Structure)
    );
}

#[test]
fn a_boolean_of_another_true_is_not_der() {
    let fault = fault_of_content(|body| {
        let critical = tlv(
            0x30,
            &[
                vec![6, 3, 0x55, 0x1d, 0x0e, 1, 1, 1],
                tlv(4, &tlv(4, b"id")),
            ]
            .concat(),
        );
        with_extensions(body, &[critical])
    });
    assert_eq!(fault, Malformed::Structure);
}

#[test]
fn a_set_out_of_order_is_not_der() {
    let authority = authority();
    let mut body = authority.body(&Holder::default(), &Key::p256());
    body.subject = name::of(&[&[
        (rfc4519::COUNTRY_NAME, name::printable("IT")),
        (rfc4519::ORGANIZATION_NAME, name::printable("PROVA")),
    ]]);
    let der = body.to_der().unwrap();
    let country = tlv(0x30, &[&[6, 3, 0x55, 4, 6][..], &tlv(0x13, b"IT")].concat());
    let organization = tlv(
        0x30,
        &[&[6, 3, 0x55, 4, 10][..], &tlv(0x13, b"PROVA")].concat(),
    );
    let sorted = [country.clone(), organization.clone()].concat();
    let place = der
        .windows(sorted.len())
        .position(|window| window == sorted)
        .unwrap();
    let mut turned = der;
    turned[place..place + sorted.len()].copy_from_slice(&[organization, country].concat());
    assert_eq!(
        fault_of(authority.sign_bytes(&turned)),
        Malformed::Structure
    );
}

#[test]
fn the_same_extension_twice_is_refused() {
    let reason = judge_changed(|body| {
        let list = body.extensions.as_mut().unwrap();
        list.push(extension::policies(false, &[extension::CNS_POLICY]));
    });
    let fault = Malformed::DuplicateExtension(rfc5280::ID_CE_CERTIFICATE_POLICIES.to_string());
    assert_eq!(reason, Err(Reason::Malformed(fault)));
}

#[test]
fn an_unknown_extension_twice_is_refused_too() {
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    let reason = judge_changed(|body| {
        let list = body.extensions.as_mut().unwrap();
        list.push(extension::raw(unknown, false, b"a"));
        list.push(extension::raw(unknown, false, b"b"));
    });
    assert_eq!(
        reason,
        Err(Reason::Malformed(Malformed::DuplicateExtension(
            unknown.to_string()
        )))
    );
}

#[test]
fn an_extension_of_another_content_is_refused() {
    for oid in [
        rfc5280::ID_CE_KEY_USAGE,
        rfc5280::ID_CE_EXT_KEY_USAGE,
        rfc5280::ID_CE_BASIC_CONSTRAINTS,
        rfc5280::ID_CE_CERTIFICATE_POLICIES,
        rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER,
        rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER,
        rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS,
    ] {
        let reason = judge_changed(|body| extension::set(body, extension::raw(oid, true, &[5, 0])));
        let fault = Malformed::Extension(oid.to_string());
        assert_eq!(reason, Err(Reason::Malformed(fault)));
    }
}

#[test]
fn an_extension_with_bytes_after_its_content_is_refused() {
    let reason = judge_changed(|body| {
        extension::set(
            body,
            extension::raw(rfc5280::ID_CE_KEY_USAGE, true, &[3, 2, 7, 0x80, 0]),
        );
    });
    let fault = Malformed::Extension(rfc5280::ID_CE_KEY_USAGE.to_string());
    assert_eq!(reason, Err(Reason::Malformed(fault)));
}

#[test]
fn a_default_spelled_out_within_an_extension_is_refused() {
    // cA FALSE, written where DER leaves it out.
    let spelled = extension::raw(rfc5280::ID_CE_BASIC_CONSTRAINTS, true, &[0x30, 3, 1, 1, 0]);
    let reason = judge_changed(|body| extension::set(body, spelled));
    let fault = Malformed::Extension(rfc5280::ID_CE_BASIC_CONSTRAINTS.to_string());
    assert_eq!(reason, Err(Reason::Malformed(fault)));
}

#[test]
fn extensions_need_version_3() {
    for version in [Version::V1, Version::V2] {
        let reason = judge_changed(|body| body.version = version);
        assert_eq!(reason, Err(Reason::Malformed(Malformed::Version)));
    }
}

#[test]
fn a_certificate_of_version_1_is_readable_and_for_nothing() {
    let reason = judge_changed(|body| {
        body.version = Version::V1;
        body.extensions = None;
    });
    assert_eq!(reason.unwrap_err().code(), ProblemCode::CertificatePurpose);
}

#[test]
fn the_two_signature_algorithms_must_be_one() {
    let authority = authority();
    let mut body = authority.body(&Holder::default(), &Key::p256());
    body.signature.oid = der::oid::db::rfc5912::ECDSA_WITH_SHA_512;
    assert_eq!(
        fault_of(authority.sign(&body)),
        Malformed::SignatureAlgorithms
    );
}

#[test]
fn the_code_is_certificate_malformed() {
    let reason = Reason::Malformed(Malformed::Structure);
    assert_eq!(reason.code(), ProblemCode::CertificateMalformed);
}

#[test]
fn a_subject_without_any_attribute_does_no_harm() {
    let reason = judge_changed(|body| body.subject = name::of(&[]));
    assert_eq!(reason.unwrap_err().code(), ProblemCode::CertificateNotCns);
    let reason = judge_changed(|body| {
        body.subject.0 = vec![x509_cert::name::RelativeDistinguishedName(SetOfVec::new())]
    });
    assert!(reason.is_err());
}

#[test]
fn a_set_made_to_be_sorted_forever_is_refused_at_once() {
    // Thousands of attributes in descending order: what sorts them first takes minutes.
    let authority = authority();
    let mut body = authority.body(&Holder::default(), &Key::p256());
    body.subject = name::of(&[]);
    let attribute = |number: u16| {
        tlv(
            0x30,
            &[&[6, 3, 0x55, 4, 3][..], &tlv(4, &number.to_be_bytes())].concat(),
        )
    };
    let attributes: Vec<u8> = (0..4_500).rev().flat_map(attribute).collect();
    let subject = tlv(0x30, &tlv(0x31, &attributes));
    // The empty subject stands between the validity and the key: 30 00 30.
    let content = content(&body);
    let place = content
        .windows(3)
        .rposition(|window| window == [0x30, 0, 0x30])
        .unwrap();
    let content = [&content[..place], &subject, &content[place + 2..]].concat();
    let began = std::time::Instant::now();
    assert_eq!(
        fault_of(authority.sign_bytes(&tlv(0x30, &content))),
        Malformed::Structure
    );
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn a_set_under_another_tag_made_to_be_sorted_forever_is_refused_at_once() {
    // The same in a distribution point's nameRelativeToCRLIssuer, a set whose tag is [1].
    let attribute = |number: u16| {
        tlv(
            0x30,
            &[&[6, 3, 0x55, 4, 3][..], &tlv(4, &number.to_be_bytes())].concat(),
        )
    };
    let attributes: Vec<u8> = (0..4_500).rev().flat_map(attribute).collect();
    let point = tlv(0x30, &tlv(0xa0, &tlv(0xa1, &attributes)));
    let began = std::time::Instant::now();
    let reason = judge_changed(|body| {
        let oid = rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS;
        extension::set(body, extension::raw(oid, false, &tlv(0x30, &point)));
    });
    assert_eq!(
        reason.unwrap_err().code(),
        ProblemCode::CertificateMalformed
    );
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
}
