//! Keys and signatures too weak to prove anything.

use cns::WeakKeyFault;
use der::Encode;
use der::asn1::{Any, BitString, ObjectIdentifier};
use der::oid::db::{rfc5912, rfc8410};
use pki::{Authority, Curve, Holder, Key, TbsCertificate, assemble};
use protocol::ProblemCode;
use verifier::Reason;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::portal::{Portal, authority, judge_changed, tlv};

const SHA_1_WITH_RSA: ObjectIdentifier = rfc5912::SHA_1_WITH_RSA_ENCRYPTION;
const MD5_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4");

fn fault_of(change: impl FnOnce(&mut TbsCertificate)) -> WeakKeyFault {
    let reason = judge_changed(change).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateWeakKey);
    match reason {
        Reason::WeakKey(fault) => fault,
        other => panic!("{other:?}"),
    }
}

/// Puts an RSA key of these big-endian numbers into the body.
pub(crate) fn set_rsa(body: &mut TbsCertificate, modulus: &[u8], exponent: &[u8]) {
    let integer = |number: &[u8]| match number.first() {
        Some(0x80..) => tlv(2, &[&[0], number].concat()),
        _ => tlv(2, number),
    };
    let key = tlv(0x30, &[integer(modulus), integer(exponent)].concat());
    let info = &mut body.subject_public_key_info;
    info.algorithm = AlgorithmIdentifierOwned {
        oid: rfc5912::RSA_ENCRYPTION,
        parameters: Some(Any::null()),
    };
    info.subject_public_key = BitString::from_bytes(&key).unwrap();
}

/// An odd number of so many bits.
pub(crate) fn modulus(bits: usize) -> Vec<u8> {
    let mut number = vec![0xc5; bits.div_ceil(8)];
    number[0] = match bits % 8 {
        0 => 0xc5,
        rest => 1 << (rest - 1),
    };
    number
}

#[test]
fn rsa_below_2048_bits_is_weak() {
    for bits in [512, 1024, 1536, 2047] {
        let fault = fault_of(|body| set_rsa(body, &modulus(bits), &[1, 0, 1]));
        assert_eq!(fault, WeakKeyFault::RsaLength { bits: bits as u32 });
    }
}

#[test]
fn rsa_too_long_to_verify_quickly_is_refused() {
    let fault = fault_of(|body| set_rsa(body, &modulus(8200), &[1, 0, 1]));
    assert_eq!(fault, WeakKeyFault::RsaLength { bits: 8200 });
}

#[test]
fn rsa_keys_that_are_none_are_refused() {
    let mut even = modulus(2048);
    *even.last_mut().unwrap() = 0xc4;
    let good = modulus(2048);
    for (modulus, exponent) in [
        (&even[..], &[1, 0, 1][..]),
        (&good, &[1]),
        (&good, &[0]),
        (&good, &[2]),
        (&good, &[0x7f; 5]),
        (&good, &good),
        (&[0], &[1, 0, 1]),
        (&[1], &[1, 0, 1]),
        (&[0xff; 0], &[1, 0, 1]),
        (&good, &[]),
    ] {
        let reason = judge_changed(|body| set_rsa(body, modulus, exponent)).unwrap_err();
        assert_eq!(
            reason.code(),
            ProblemCode::CertificateWeakKey,
            "{modulus:?} {exponent:?}"
        );
    }
}

#[test]
fn negative_numbers_make_no_rsa_key() {
    let fault = fault_of(|body| {
        let key = tlv(0x30, &[tlv(2, &modulus(2048)), tlv(2, &[1, 0, 1])].concat());
        body.subject_public_key_info.algorithm.oid = rfc5912::RSA_ENCRYPTION;
        body.subject_public_key_info.algorithm.parameters = Some(Any::null());
        body.subject_public_key_info.subject_public_key = BitString::from_bytes(&key).unwrap();
    });
    assert_eq!(fault, WeakKeyFault::KeyUnsupported);
}

#[test]
fn an_rsa_key_of_2048_bits_and_exponent_3_can_still_be_refused_by_its_signature_only() {
    // The number is nobody's modulus: the profile lets it pass, the signature does not.
    let reason = judge_changed(|body| set_rsa(body, &modulus(2048), &[3])).unwrap_err();
    assert_eq!(reason, Reason::SignatureInvalid);
}

#[test]
fn other_kinds_of_keys_and_curves_are_refused() {
    let secp256k1 = ObjectIdentifier::new_unwrap("1.3.132.0.10");
    let brainpool = ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7");
    for (oid, parameters) in [
        (rfc8410::ID_ED_25519, None),
        (rfc5912::ID_EC_PUBLIC_KEY, Some(Any::from(&secp256k1))),
        (rfc5912::ID_EC_PUBLIC_KEY, Some(Any::from(&brainpool))),
        (rfc5912::ID_EC_PUBLIC_KEY, Some(Any::null())),
        (rfc5912::ID_EC_PUBLIC_KEY, None),
        (rfc5912::ID_RSASSA_PSS, None),
        (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), None),
    ] {
        let fault = fault_of(|body| {
            body.subject_public_key_info.algorithm = AlgorithmIdentifierOwned { oid, parameters };
        });
        assert_eq!(fault, WeakKeyFault::KeyUnsupported);
    }
}

#[test]
fn an_rsa_key_without_its_null_is_refused() {
    let fault = fault_of(|body| {
        body.subject_public_key_info = Key::rsa(0).public();
        body.subject_public_key_info.algorithm.parameters = None;
    });
    assert_eq!(fault, WeakKeyFault::KeyUnsupported);
}

#[test]
fn points_that_are_compressed_short_or_infinite_are_refused() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let public = Key::on(curve).public();
        let point = public.subject_public_key.raw_bytes().to_vec();
        let half = point.len() / 2;
        let compressed = [&[2], &point[1..=half]].concat();
        for bytes in [
            compressed,
            vec![0],
            vec![],
            point[..point.len() - 1].to_vec(),
            [&point[..], &[0]].concat(),
        ] {
            let fault = fault_of(|body| {
                body.subject_public_key_info = public.clone();
                body.subject_public_key_info.subject_public_key =
                    BitString::from_bytes(&bytes).unwrap();
            });
            assert_eq!(fault, WeakKeyFault::KeyUnsupported);
        }
    }
}

#[test]
fn a_point_off_its_curve_proves_nothing() {
    let reason = judge_changed(|body| {
        let mut point = vec![0x11; 65];
        point[0] = 4;
        body.subject_public_key_info.subject_public_key = BitString::from_bytes(&point).unwrap();
    });
    assert_eq!(reason, Err(Reason::SignatureInvalid));
}

/// What becomes of a certificate under this signature algorithm. The signature itself is
/// one that could never verify: the algorithm is refused before anybody tries.
fn fault_of_algorithm(algorithm: AlgorithmIdentifierOwned) -> WeakKeyFault {
    let authority = Authority::new("Regione di Prova - CA Cittadini 2020", Key::rsa(1));
    let key = Key::p256();
    let mut body = authority.body(&Holder::default(), &key);
    body.signature = algorithm.clone();
    let certificate = assemble(&body.to_der().unwrap(), algorithm, &[0x5a; 256]);
    match Portal::trusting(&[&authority]).judge_certificate(certificate, &key) {
        Err(Reason::WeakKey(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn certificates_signed_over_sha_1_or_md5_are_weak() {
    for oid in [
        SHA_1_WITH_RSA,
        MD5_WITH_RSA,
        rfc5912::ECDSA_WITH_SHA_224,
        rfc8410::ID_ED_25519,
    ] {
        let parameters = Some(Any::null());
        let fault = fault_of_algorithm(AlgorithmIdentifierOwned { oid, parameters });
        assert_eq!(fault, WeakKeyFault::SignatureAlgorithm(oid.to_string()));
    }
}

#[test]
fn pss_is_judged_by_its_parameters() {
    let sha_1 = tlv(0x30, &[tlv(6, &[0x2b, 14, 3, 2, 26]), tlv(5, b"")].concat());
    let sha_256 = tlv(
        0x30,
        &[
            tlv(6, &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]),
            tlv(5, b""),
        ]
        .concat(),
    );
    let mask = |hash: &[u8]| {
        let mgf_1 = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 8]);
        tlv(0xa1, &tlv(0x30, &[&mgf_1, hash].concat()))
    };
    let salt = |length| tlv(0xa2, &tlv(2, &[length]));
    let trailer = tlv(0xa3, &tlv(2, &[2]));
    for parameters in [
        None,
        Some(vec![]), // the defaults: SHA-1 throughout
        Some([tlv(0xa0, &sha_1), mask(&sha_1), salt(20)].concat()),
        Some([tlv(0xa0, &sha_256), mask(&sha_1), salt(32)].concat()),
        Some([tlv(0xa0, &sha_256), mask(&sha_256), salt(20)].concat()),
        Some([tlv(0xa0, &sha_256), mask(&sha_256)].concat()),
        Some([tlv(0xa0, &sha_256), salt(32)].concat()),
        Some([tlv(0xa0, &sha_256), mask(&sha_256), salt(32), trailer].concat()),
    ] {
        let parameters = parameters.map(|content| Any::new(der::Tag::Sequence, content).unwrap());
        let oid = rfc5912::ID_RSASSA_PSS;
        let fault = fault_of_algorithm(AlgorithmIdentifierOwned { oid, parameters });
        assert_eq!(fault, WeakKeyFault::SignatureAlgorithm(oid.to_string()));
    }
}

#[test]
fn keys_at_the_lower_edge_are_strong_enough() {
    let authority = authority();
    for key in [
        Key::rsa(0),
        Key::p256(),
        Key::on(Curve::P384),
        Key::on(Curve::P521),
    ] {
        let card = authority.issue(&Holder::default(), key);
        assert!(Portal::trusting(&[&authority]).judge_card(&card).is_ok());
    }
}
