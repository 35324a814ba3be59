//! Where several things are wrong, the certificate is told before the signature.

use pki::{Authority, Holder, Key, extension};
use protocol::{ProblemCode, Token};
use verifier::RevocationPolicy;

use crate::portal::{Portal, authority, nonce, origin};

/// The code for a card whose token also carries a broken signature.
fn code_of(portal: &Portal, certificate: &[u8]) -> ProblemCode {
    let token = Token {
        unverified_certificate: certificate.to_vec(),
        algorithm: protocol::Algorithm::Es256,
        signature: vec![1; 64],
        app_version: "https://tessera.example".to_owned(),
    };
    portal.judge(&token).unwrap_err().code()
}

#[test]
fn every_cause_of_the_certificate_comes_before_a_broken_signature() {
    let authority = authority();
    let key = Key::p256();
    let holder = Holder::default();
    let card = authority.issue(&holder, key.clone());
    let trusting = || Portal::trusting(&[&authority]);
    let changed = |change: fn(&mut pki::TbsCertificate)| {
        let mut body = authority.body(&holder, &key);
        change(&mut body);
        authority.sign(&body)
    };
    let other_name =
        changed(|body| extension::set(body, extension::policies(false, &[extension::CIE_POLICY])));
    let authoritys = changed(|body| extension::set(body, extension::basic_constraints(true)));
    let weak = changed(|body| body.subject_public_key_info.algorithm.parameters = None);
    let revoking = Portal::with_lists(&[&authority], &[authority.revoke(&[card.serial()])]);
    use ProblemCode::*;
    for (portal, certificate, code) in [
        (trusting(), &b"x"[..], CertificateMalformed),
        (
            trusting().at(pki::CARD_UNTIL + 1),
            card.certificate(),
            CertificateExpired,
        ),
        (
            trusting().at(pki::CARD_FROM - 1),
            card.certificate(),
            CertificateNotYetValid,
        ),
        (trusting(), &authoritys, CertificatePurpose),
        (trusting(), &other_name, CertificateNotCns),
        (trusting(), &weak, CertificateWeakKey),
        (
            Portal::trusting(&[]),
            card.certificate(),
            CertificateUntrusted,
        ),
        (
            revoking.asking(RevocationPolicy::Required),
            card.certificate(),
            CertificateRevoked,
        ),
        (
            trusting().asking(RevocationPolicy::Required),
            card.certificate(),
            CertificateRevocationUnknown,
        ),
        (trusting(), card.certificate(), SignatureInvalid),
    ] {
        assert_eq!(code_of(&portal, certificate), code);
    }
}

#[test]
fn a_stranger_learns_nothing_of_revocation() {
    // Only a certificate that an anchor signed is looked up in the lists.
    let authority = authority();
    let impostor = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let card = impostor.issue(&Holder::default(), Key::p256());
    let list = authority.revoke(&[card.serial()]);
    let portal = Portal::with_lists(&[&authority], &[list]).asking(RevocationPolicy::Required);
    let reason = portal.judge(&card.token(&origin(), &nonce())).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateUntrusted);
}
