//! Who may sign an answer.

use der::Encode;
use der::asn1::{Any, ObjectIdentifier};
use der::oid::db::{rfc5280, rfc5912, rfc6960};
use pki::ocsp::answer_of;
use pki::{Answer, Authority, Card, Curve, Key, Revoked, TbsCertificate, extension};
use protocol::token::{Hash, Scheme};
use verifier::{OcspFault, OcspSignerFault};
use x509_cert::ext::pkix::KeyUsages;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::ocsp::{HOUR, NONCE, fresh, question};
use crate::portal::{DAY, NOW, Portal, authority};
use crate::revocation::{card, current};
use crate::weak_key::{modulus, set_rsa};

struct Scene {
    authority: Authority,
    card: Card,
    responder: Authority,
}

impl Scene {
    fn new() -> Scene {
        let authority = authority();
        Scene {
            card: card(&authority),
            responder: Authority::new("Risponditore di prova", Key::p256()),
            authority,
        }
    }

    fn read(&self, der: &[u8]) -> Result<(), OcspFault> {
        let question = question(&self.authority, &self.card);
        question
            .read_answer(der, Some(&NONCE), NOW, HOUR)
            .map(|_| ())
    }

    /// What becomes of an answer by the responder, with these certificates beside it.
    fn answered_with(&self, answer: &Answer, certificates: &[Vec<u8>]) -> Result<(), OcspFault> {
        let data = self
            .authority
            .answer_data(&self.responder, &self.card.serial(), answer);
        self.read(&self.responder.sign_answer(&data, certificates))
    }

    /// What becomes of an answer by a responder whose certificate was changed before the
    /// authority signed it.
    fn delegated(&self, change: impl FnOnce(&mut TbsCertificate)) -> Result<(), OcspFault> {
        let mut body = self.authority.responder_body(&self.responder);
        change(&mut body);
        self.answered_with(&fresh(), &[self.authority.sign(&body)])
    }
}

fn signer(fault: OcspSignerFault) -> Result<(), OcspFault> {
    Err(OcspFault::Signer(fault))
}

#[test]
fn the_issuer_itself_may_answer_by_name_or_by_key() {
    for by_key in [false, true] {
        let scene = Scene::new();
        let answer = Answer { by_key, ..fresh() };
        let der = scene.authority.ocsp_answer(&scene.card.serial(), &answer);
        assert_eq!(scene.read(&der), Ok(()));
    }
}

#[test]
fn issuers_answer_with_every_algorithm_they_sign_cards_with() {
    let name = "Regione di Prova - CA Cittadini 2020";
    let rsa = Authority::new(name, Key::rsa(1));
    let mut issuers: Vec<Authority> = [Curve::P384, Curve::P521]
        .map(|curve| Authority::new(name, Key::on(curve)))
        .into();
    for scheme in [Scheme::RsaPkcs1, Scheme::RsaPss] {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            issuers.push(rsa.clone().signing_with(scheme, hash));
        }
    }
    for authority in issuers {
        let card = card(&authority);
        let der = authority.ocsp_answer(&card.serial(), &fresh());
        let verdict = question(&authority, &card).read_answer(&der, Some(&NONCE), NOW, HOUR);
        assert!(verdict.is_ok());
    }
}

#[test]
fn a_responder_of_the_issuer_may_answer_by_name_or_by_key() {
    for by_key in [false, true] {
        let scene = Scene::new();
        let certificate = scene
            .authority
            .sign(&scene.authority.responder_body(&scene.responder));
        let answer = Answer { by_key, ..fresh() };
        assert_eq!(scene.answered_with(&answer, &[certificate]), Ok(()));
    }
}

#[test]
fn the_responders_certificate_is_found_among_others() {
    let scene = Scene::new();
    let certificate = scene
        .authority
        .sign(&scene.authority.responder_body(&scene.responder));
    // A namesake of the responder that nobody let answer stands before it.
    let impostor = Authority::new("Risponditore di prova", Key::p256());
    let beside = [
        scene.authority.certificate().to_vec(),
        impostor.certificate().to_vec(),
        certificate,
    ];
    assert_eq!(scene.answered_with(&fresh(), &beside), Ok(()));
}

#[test]
fn nocheck_may_be_absent() {
    let scene = Scene::new();
    let verdict = scene.delegated(|body| extension::remove(body, rfc6960::ID_PKIX_OCSP_NOCHECK));
    assert_eq!(verdict, Ok(()));
}

#[test]
fn a_responder_without_its_certificate_is_not_believed() {
    let scene = Scene::new();
    for certificates in [vec![], vec![scene.authority.certificate().to_vec()]] {
        assert_eq!(
            scene.answered_with(&fresh(), &certificates),
            Err(OcspFault::SignerAbsent)
        );
    }
}

#[test]
fn a_certificate_beside_the_answer_that_cannot_be_read_does_not_help() {
    let scene = Scene::new();
    let verdict = scene.delegated(|body| {
        let twice = body.extensions.as_ref().unwrap()[0].clone();
        body.extensions.as_mut().unwrap().push(twice);
    });
    assert_eq!(verdict, signer(OcspSignerFault::Malformed));
}

#[test]
fn the_issuers_name_does_not_make_its_signature() {
    let scene = Scene::new();
    let impostor = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let data = scene
        .authority
        .answer_data(&scene.authority, &scene.card.serial(), &fresh());
    let forged = impostor.sign_answer(&data, &[impostor.certificate().to_vec()]);
    assert_eq!(scene.read(&forged), Err(OcspFault::SignatureInvalid));
}

#[test]
fn a_responder_of_another_authority_is_not_believed() {
    let scene = Scene::new();
    let other = Authority::new("Altra", Key::p256());
    let certificate = other.sign(&other.responder_body(&scene.responder));
    assert_eq!(
        scene.answered_with(&fresh(), &[certificate]),
        signer(OcspSignerFault::NotIssued)
    );
    // Nor one of an authority of the issuer's name.
    let namesake = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let certificate = namesake.sign(&namesake.responder_body(&scene.responder));
    assert_eq!(
        scene.answered_with(&fresh(), &[certificate]),
        signer(OcspSignerFault::NotIssued)
    );
}

#[test]
fn a_card_of_the_issuer_may_not_answer() {
    let scene = Scene::new();
    let client = extension::extended_key_usage(&[rfc5280::ID_KP_CLIENT_AUTH]);
    let any = extension::extended_key_usage(&[ObjectIdentifier::new_unwrap("2.5.29.37.0")]);
    for purposes in [client, any] {
        let verdict = scene.delegated(|body| extension::set(body, purposes));
        assert_eq!(verdict, signer(OcspSignerFault::NotDelegated));
    }
    let without = scene.delegated(|body| extension::remove(body, rfc5280::ID_CE_EXT_KEY_USAGE));
    assert_eq!(without, signer(OcspSignerFault::NotDelegated));
}

#[test]
fn a_responder_whose_key_may_sign_nothing_is_not_believed() {
    let scene = Scene::new();
    let usage = extension::key_usage(KeyUsages::KeyEncipherment);
    let verdict = scene.delegated(|body| extension::set(body, usage));
    assert_eq!(verdict, signer(OcspSignerFault::NotDelegated));
    let silent = scene.delegated(|body| extension::remove(body, rfc5280::ID_CE_KEY_USAGE));
    assert_eq!(silent, Ok(()));
}

#[test]
fn a_responder_limited_in_a_way_not_understood_is_not_believed() {
    let scene = Scene::new();
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    let verdict =
        scene.delegated(|body| extension::set(body, extension::raw(unknown, true, &[5, 0])));
    assert_eq!(verdict, signer(OcspSignerFault::Malformed));
}

#[test]
fn a_responder_outside_its_validity_is_not_believed() {
    let scene = Scene::new();
    for (from, until) in [(NOW - 2 * DAY, NOW - 1), (NOW + 1, NOW + DAY)] {
        let validity = Authority::valid("irrelevant", Key::p256(), from, until);
        let validity = validity.own_body(from, until).validity;
        let verdict = scene.delegated(|body| body.validity = validity);
        assert_eq!(verdict, signer(OcspSignerFault::NotValid));
    }
}

#[test]
fn a_responder_with_a_weak_key_is_not_believed() {
    let scene = Scene::new();
    // Named by its name, since the answer is signed with another key than the weak one.
    let verdict = scene.delegated(|body| set_rsa(body, &modulus(1024), &[1, 0, 1]));
    assert_eq!(verdict, signer(OcspSignerFault::Weak));
}

#[test]
fn a_responder_certified_over_sha_1_is_not_believed() {
    let scene = Scene::new();
    let mut body = scene.authority.responder_body(&scene.responder);
    body.signature = sha_1_with_rsa();
    let certificate = pki::assemble(&body.to_der().unwrap(), sha_1_with_rsa(), &[1; 256]);
    assert_eq!(
        scene.answered_with(&fresh(), &[certificate]),
        signer(OcspSignerFault::Weak)
    );
}

#[test]
fn a_responder_that_the_issuers_list_names_is_not_believed() {
    let scene = Scene::new();
    let certificate = scene
        .authority
        .sign(&scene.authority.responder_body(&scene.responder));
    let serial = Card::new(certificate.clone(), Key::p256()).serial();
    let list = scene
        .authority
        .revocation_list(&current(vec![Revoked::new(serial)]));
    let trust = Portal::with_lists(&[&scene.authority], &[list]).trust;
    let question = trust.question(scene.card.certificate(), NOW).unwrap();
    let data = scene
        .authority
        .answer_data(&scene.responder, &scene.card.serial(), &fresh());
    let der = scene.responder.sign_answer(&data, &[certificate]);
    assert_eq!(
        question.read_answer(&der, Some(&NONCE), NOW, HOUR),
        Err(OcspFault::Signer(OcspSignerFault::Revoked))
    );
}

#[test]
fn an_answer_signed_over_sha_1_is_refused() {
    let scene = Scene::new();
    let data = scene
        .authority
        .answer_data(&scene.authority, &scene.card.serial(), &fresh());
    let der = answer_of(&data, sha_1_with_rsa(), &[1; 256], &[]);
    assert_eq!(scene.read(&der), Err(OcspFault::SignatureAlgorithm));
}

#[test]
fn no_flipped_bit_of_an_answer_is_believed() {
    let scene = Scene::new();
    let certificate = scene
        .authority
        .sign(&scene.authority.responder_body(&scene.responder));
    let data = scene
        .authority
        .answer_data(&scene.responder, &scene.card.serial(), &fresh());
    let good = scene.responder.sign_answer(&data, &[certificate]);
    let question = question(&scene.authority, &scene.card);
    let read = |der: &[u8]| question.read_answer(der, Some(&NONCE), NOW, HOUR);
    assert!(read(&good).is_ok());
    for bit in 0..good.len() * 8 {
        let mut changed = good.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed).is_err(), "bit {bit}");
    }
}

fn sha_1_with_rsa() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned {
        oid: rfc5912::SHA_1_WITH_RSA_ENCRYPTION,
        parameters: Some(Any::null()),
    }
}
