//! What can be an anchor, and what a snapshot of trust tells of itself.

use std::sync::Arc;

use der::asn1::{Any, BitString, ObjectIdentifier};
use der::oid::db::rfc5280;
use pki::{Authority, Holder, Key, TbsCertificate, extension};
use verifier::{Anchor, AnchorFault, RevocationList, Trust};
use x509_cert::Version;
use x509_cert::ext::pkix::KeyUsages;

use crate::portal::{NOW, authority};
use crate::weak_key::{modulus, set_rsa};

fn fault_of(change: impl FnOnce(&mut TbsCertificate)) -> AnchorFault {
    let authority = authority();
    let mut body = authority.own_body(NOW, NOW);
    change(&mut body);
    Anchor::from_der(&authority.sign(&body)).unwrap_err()
}

#[test]
fn a_trust_shared_by_threads_is_possible() {
    fn assert_shared<T: Send + Sync + 'static>() {}
    assert_shared::<Trust>();
}

#[test]
fn an_anchor_tells_what_an_administrator_asks() {
    let authority = authority();
    let anchor = Anchor::from_der(authority.certificate()).unwrap();
    assert_eq!(
        anchor.subject(),
        "CN=Regione di Prova - CA Cittadini 2020,O=Autorità di prova S.p.A.,C=IT"
    );
    assert_eq!(anchor.not_before(), pki::AUTHORITY_FROM);
    assert_eq!(anchor.not_after(), pki::AUTHORITY_UNTIL);
    let fingerprint = protocol::token::Hash::Sha256.digest(authority.certificate());
    assert_eq!(anchor.fingerprint()[..], fingerprint);
}

#[test]
fn a_card_is_no_anchor() {
    let card = authority().issue(&Holder::default(), Key::p256());
    let fault = Anchor::from_der(card.certificate()).unwrap_err();
    assert_eq!(fault, AnchorFault::NotAuthority);
}

#[test]
fn an_anchor_must_say_that_it_is_an_authority() {
    let not_ca = fault_of(|body| extension::set(body, extension::basic_constraints(false)));
    let silent = fault_of(|body| extension::remove(body, rfc5280::ID_CE_BASIC_CONSTRAINTS));
    let version_1 = fault_of(|body| {
        body.version = Version::V1;
        body.extensions = None;
    });
    for fault in [not_ca, silent, version_1] {
        assert_eq!(fault, AnchorFault::NotAuthority);
    }
}

#[test]
fn an_anchor_must_be_allowed_to_sign_certificates() {
    let fault = fault_of(|body| extension::set(body, extension::key_usage(KeyUsages::CRLSign)));
    assert_eq!(fault, AnchorFault::NotAuthority);
}

#[test]
fn an_anchor_without_key_usage_is_fine() {
    let authority = authority();
    let mut body = authority.own_body(NOW, NOW);
    extension::remove(&mut body, rfc5280::ID_CE_KEY_USAGE);
    assert!(Anchor::from_der(&authority.sign(&body)).is_ok());
}

#[test]
fn an_anchor_may_demand_an_explicit_policy() {
    // requireExplicitPolicy = 0, as some authorities of the field carry it.
    let authority = authority();
    let mut body = authority.own_body(NOW, NOW);
    let demand = extension::raw(
        rfc5280::ID_CE_POLICY_CONSTRAINTS,
        true,
        &[0x30, 3, 0x80, 1, 0],
    );
    extension::set(&mut body, demand);
    assert!(Anchor::from_der(&authority.sign(&body)).is_ok());
}

#[test]
fn an_anchor_limited_in_a_way_not_understood_is_refused() {
    for oid in [
        rfc5280::ID_CE_NAME_CONSTRAINTS,
        ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1"),
    ] {
        let fault = fault_of(|body| extension::set(body, extension::raw(oid, true, &[5, 0])));
        assert_eq!(fault, AnchorFault::CriticalExtension(oid.to_string()));
    }
}

#[test]
fn an_anchor_with_a_foreign_key_is_refused() {
    let fault = fault_of(|body| {
        body.subject_public_key_info.algorithm.oid = ObjectIdentifier::new_unwrap("1.3.101.112");
        body.subject_public_key_info.algorithm.parameters = Some(Any::null());
    });
    assert_eq!(fault, AnchorFault::Key);
}

#[test]
fn an_anchor_with_a_point_off_its_curve_is_refused() {
    let fault = fault_of(|body| {
        let point = [&[4][..], &[0x11; 64]].concat();
        body.subject_public_key_info.subject_public_key = BitString::from_bytes(&point).unwrap();
    });
    assert_eq!(fault, AnchorFault::Key);
}

#[test]
fn an_anchor_with_a_short_rsa_key_is_refused() {
    let fault = fault_of(|body| set_rsa(body, &modulus(1024), &[1, 0, 1]));
    assert_eq!(fault, AnchorFault::Key);
}

#[test]
fn bytes_that_are_no_certificate_are_no_anchor() {
    let fault = Anchor::from_der(b"-----BEGIN CERTIFICATE-----").unwrap_err();
    assert_eq!(fault, AnchorFault::Malformed(cns::Malformed::Structure));
}

#[test]
fn the_own_signature_of_an_anchor_is_not_looked_at() {
    let mut certificate = authority().certificate().to_vec();
    *certificate.last_mut().unwrap() ^= 1;
    assert!(Anchor::from_der(&certificate).is_ok());
}

#[test]
fn lists_that_nobody_signed_are_told() {
    let (ours, foreign) = (authority(), Authority::new("Altra", Key::p256()));
    let impostor = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let lists = [&ours, &foreign, &impostor]
        .map(|issuer| Arc::new(RevocationList::from_der(issuer.revoke(&[])).unwrap()));
    let trust = Trust::new(
        vec![Anchor::from_der(ours.certificate()).unwrap().into()],
        lists.into(),
    );
    let unsigned: Vec<String> = trust.unsigned_lists().map(|list| list.issuer()).collect();
    assert_eq!(trust.revocation_lists().len(), 3);
    assert_eq!(unsigned.len(), 2);
    assert!(unsigned[0].starts_with("CN=Altra"));
    assert!(unsigned[1].starts_with("CN=Regione di Prova"));
}

#[test]
fn the_lists_of_an_anchor_are_found_by_its_certificate() {
    let (ours, other) = (authority(), Authority::new("Altra", Key::p256()));
    let list = Arc::new(RevocationList::from_der(ours.revoke(&[])).unwrap());
    let read = |authority: &Authority| Anchor::from_der(authority.certificate()).unwrap();
    let trust = Trust::new(vec![read(&ours).into(), read(&other).into()], vec![list]);
    assert_eq!(trust.lists_of(&read(&ours)).count(), 1);
    assert_eq!(trust.lists_of(&read(&other)).count(), 0);
}

#[test]
fn a_renewed_certificate_is_of_the_same_authority_and_a_namesake_is_not() {
    let name = "Regione di Prova - CA Cittadini 2020";
    let ours = Authority::new(name, Key::p256());
    let anchor = Anchor::from_der(ours.certificate()).unwrap();
    for (name, key, is_ours) in [
        (name, ours.key().clone(), true),
        (name, Key::p256(), false),
        ("Altra", ours.key().clone(), false),
    ] {
        let other = Authority::valid(name, key, NOW, NOW + 1);
        let other = Anchor::from_der(other.certificate()).unwrap();
        assert_eq!(anchor.is_of_one_authority_with(&other), is_ours);
    }
}
