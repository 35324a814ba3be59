//! Certificates that are for something else than logging in.

use cns::PurposeFault;
use der::asn1::ObjectIdentifier;
use der::oid::db::rfc5280;
use pki::extension;
use protocol::ProblemCode;
use verifier::Reason;
use x509_cert::ext::pkix::KeyUsages;

use crate::portal::judge_changed;

const ANY_PURPOSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");

fn fault_of(change: impl FnOnce(&mut pki::TbsCertificate)) -> PurposeFault {
    let reason = judge_changed(change).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificatePurpose);
    match reason {
        Reason::Purpose(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn key_usage_must_be_there() {
    let fault = fault_of(|body| extension::remove(body, rfc5280::ID_CE_KEY_USAGE));
    assert_eq!(fault, PurposeFault::KeyUsageAbsent);
    assert_eq!(
        fault_of(|body| body.extensions = None),
        PurposeFault::KeyUsageAbsent
    );
}

#[test]
fn key_usage_must_have_digital_signature() {
    let fault =
        fault_of(|body| extension::set(body, extension::key_usage(KeyUsages::KeyEncipherment)));
    assert_eq!(fault, PurposeFault::DigitalSignatureAbsent);
}

#[test]
fn the_certificate_for_signing_documents_is_refused() {
    for usages in [
        KeyUsages::NonRepudiation.into(),
        KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
    ] {
        let fault = fault_of(|body| extension::set(body, extension::key_usage(usages)));
        assert_eq!(fault, PurposeFault::NonRepudiation);
    }
}

#[test]
fn digital_signature_alone_is_enough() {
    let verdict = judge_changed(|body| {
        extension::set(body, extension::key_usage(KeyUsages::DigitalSignature))
    });
    assert!(verdict.is_ok());
}

#[test]
fn client_authentication_must_be_named() {
    for purposes in [&[][..], &[rfc5280::ID_KP_SERVER_AUTH], &[ANY_PURPOSE]] {
        let fault = fault_of(|body| extension::set(body, extension::extended_key_usage(purposes)));
        assert_eq!(fault, PurposeFault::ClientAuthAbsent);
    }
    let fault = fault_of(|body| extension::remove(body, rfc5280::ID_CE_EXT_KEY_USAGE));
    assert_eq!(fault, PurposeFault::ClientAuthAbsent);
}

#[test]
fn an_authority_does_not_log_in() {
    let fault = fault_of(|body| extension::set(body, extension::basic_constraints(true)));
    assert_eq!(fault, PurposeFault::Authority);
}

#[test]
fn basic_constraints_of_a_person_are_fine() {
    assert!(
        judge_changed(|body| extension::set(body, extension::basic_constraints(false))).is_ok()
    );
}

#[test]
fn a_critical_extension_that_is_not_understood_is_refused() {
    for oid in [
        UNKNOWN,
        rfc5280::ID_CE_NAME_CONSTRAINTS,
        rfc5280::ID_CE_POLICY_MAPPINGS,
    ] {
        let fault = fault_of(|body| extension::set(body, extension::raw(oid, true, &[5, 0])));
        assert_eq!(fault, PurposeFault::CriticalExtension(oid.to_string()));
    }
}

#[test]
fn an_unknown_extension_that_is_not_critical_is_passed_over() {
    assert!(
        judge_changed(|body| extension::set(body, extension::raw(UNKNOWN, false, b"anything")))
            .is_ok()
    );
}
