//! From the certificate to an anchor, by name and signature.

use der::oid::db::{rfc4519, rfc5280};
use pki::{Authority, Curve, Holder, Key, extension, name};
use protocol::ProblemCode;
use protocol::token::{Hash, Scheme};
use verifier::{Anchor, Reason, Trust, UntrustedCause};

use crate::portal::{DAY, NOW, Portal, authority};

const NAME: &str = "Regione di Prova - CA Cittadini 2020";

fn untrusted(cause: UntrustedCause) -> Reason {
    Reason::Untrusted {
        issuer: NAME.to_owned(),
        cause,
    }
}

fn judged_by(trusted: &[&Authority], issuer: &Authority) -> Result<(), Reason> {
    let card = issuer.issue(&Holder::default(), Key::p256());
    Portal::trusting(trusted).judge_card(&card).map(|_| ())
}

#[test]
fn without_anchors_nobody_is_trusted() {
    let verdict = judged_by(&[], &authority());
    assert_eq!(verdict, Err(untrusted(UntrustedCause::IssuerUnknown)));
    assert_eq!(
        verdict.unwrap_err().code(),
        ProblemCode::CertificateUntrusted
    );
}

#[test]
fn an_authority_of_another_name_does_not_vouch() {
    let other = Authority::new("Regione Altra - CA Cittadini 2020", Key::p256());
    assert_eq!(
        judged_by(&[&other], &authority()),
        Err(untrusted(UntrustedCause::IssuerUnknown))
    );
}

#[test]
fn an_impostor_under_the_authoritys_name_is_untrusted() {
    let impostor = Authority::new(NAME, Key::p256());
    let verdict = judged_by(&[&authority()], &impostor);
    assert_eq!(verdict, Err(untrusted(UntrustedCause::SignatureInvalid)));
}

#[test]
fn an_impostor_who_copies_the_key_identifier_is_untrusted() {
    let authority = authority();
    let impostor = Authority::new(NAME, Key::p256());
    let key = Key::p256();
    let mut body = impostor.body(&Holder::default(), &key);
    extension::set(&mut body, extension::authority_key_id(&authority.key_id()));
    let verdict = Portal::trusting(&[&authority]).judge_certificate(impostor.sign(&body), &key);
    assert_eq!(verdict, Err(untrusted(UntrustedCause::SignatureInvalid)));
}

#[test]
fn a_certificate_signed_with_its_own_key_is_untrusted() {
    let key = Key::p256();
    let itself = Authority::new(NAME, key.clone());
    let certificate = itself.sign(&itself.body(&Holder::default(), &key));
    let verdict = Portal::trusting(&[&authority()]).judge_certificate(certificate, &key);
    assert_eq!(verdict, Err(untrusted(UntrustedCause::SignatureInvalid)));
}

#[test]
fn authorities_that_share_a_name_all_vouch() {
    let same_name: Vec<Authority> = [Key::p256(), Key::rsa(1), Key::on(Curve::P384), Key::p256()]
        .into_iter()
        .map(|key| Authority::new(NAME, key))
        .collect();
    let trusted: Vec<&Authority> = same_name.iter().collect();
    for issuer in &same_name {
        assert_eq!(judged_by(&trusted, issuer), Ok(()));
    }
}

#[test]
fn the_signature_decides_and_not_the_key_identifier() {
    // Neither identifier of the second authority, nor none, nor nonsense misleads.
    let first = authority();
    let second = Authority::new(NAME, Key::p256());
    let key = Key::p256();
    for hint in [Some(second.key_id()), Some(vec![1, 2, 3]), None] {
        let mut body = first.body(&Holder::default(), &key);
        match hint {
            Some(id) => extension::set(&mut body, extension::authority_key_id(&id)),
            None => extension::remove(&mut body, rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER),
        }
        let certificate = first.sign(&body);
        let verdict = Portal::trusting(&[&second, &first]).judge_certificate(certificate, &key);
        assert!(verdict.is_ok());
    }
}

#[test]
fn an_anchor_vouches_only_within_its_own_validity() {
    let key = Key::p256();
    for (from, until, verdict) in [
        (NOW - DAY, NOW, Ok(())),
        (NOW, NOW + DAY, Ok(())),
        (
            NOW - DAY,
            NOW - 1,
            Err(untrusted(UntrustedCause::AnchorNotValid)),
        ),
        (
            NOW + 1,
            NOW + DAY,
            Err(untrusted(UntrustedCause::AnchorNotValid)),
        ),
    ] {
        let authority = Authority::valid(NAME, key.clone(), from, until);
        assert_eq!(judged_by(&[&authority], &authority), verdict);
    }
}

#[test]
fn a_renewed_anchor_with_the_same_key_takes_over_from_the_expired_one() {
    let key = Key::p256();
    let old = Authority::valid(NAME, key.clone(), NOW - 2 * DAY, NOW - DAY);
    let new = Authority::valid(NAME, key, NOW - DAY, NOW + DAY);
    assert_eq!(judged_by(&[&old, &new], &old), Ok(()));
    assert_eq!(judged_by(&[&new, &old], &old), Ok(()));
}

#[test]
fn an_intermediate_is_an_anchor_without_its_root() {
    let root = Authority::new("Radice di Prova", Key::p256());
    let intermediate = authority();
    let mut body = intermediate.own_body(NOW - DAY, NOW + DAY);
    body.issuer = root.name().clone();
    let anchor = Anchor::from_der(&root.sign(&body)).unwrap();
    let card = intermediate.issue(&Holder::default(), Key::p256());
    let portal = Portal {
        trust: Trust::new(vec![anchor.into()], Vec::new()),
        ..Portal::trusting(&[])
    };
    assert!(portal.judge_card(&card).is_ok());
}

#[test]
fn the_path_is_one_hop() {
    // The root is trusted, the intermediate that issued the card is not among the anchors.
    let root = Authority::new("Radice di Prova", Key::p256());
    let verdict = judged_by(&[&root], &authority());
    assert_eq!(verdict, Err(untrusted(UntrustedCause::IssuerUnknown)));
}

#[test]
fn a_card_cannot_issue_cards() {
    let authority = authority();
    let key = Key::p256();
    let holder = Holder::default();
    let first = authority.issue(&holder, key.clone());
    let mut body = Authority::new("unused", key.clone()).body(&holder, &key);
    body.issuer = holder.subject();
    let forged = Authority::new("unused", key.clone()).sign(&body);
    assert!(Portal::trusting(&[&authority]).judge_card(&first).is_ok());
    let reason = Portal::trusting(&[&authority])
        .judge_certificate(forged, &key)
        .unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateUntrusted);
}

#[test]
fn names_are_compared_byte_by_byte() {
    let authority = authority();
    let key = Key::p256();
    let mut body = authority.body(&Holder::default(), &key);
    body.issuer = name::of(&[
        &[(rfc4519::COUNTRY_NAME, name::utf8("IT"))],
        &[(
            rfc4519::ORGANIZATION_NAME,
            name::utf8("Autorità di prova S.p.A."),
        )],
        &[(rfc4519::COMMON_NAME, name::utf8(NAME))],
    ]);
    let verdict = Portal::trusting(&[&authority]).judge_certificate(authority.sign(&body), &key);
    assert_eq!(verdict, Err(untrusted(UntrustedCause::IssuerUnknown)));
}

#[test]
fn authorities_sign_with_rsa_pss_and_all_three_curves() {
    let rsa = Authority::new(NAME, Key::rsa(1));
    let mut issuers: Vec<Authority> = [Curve::P256, Curve::P384, Curve::P521]
        .into_iter()
        .map(|curve| Authority::new(NAME, Key::on(curve)))
        .collect();
    for scheme in [Scheme::RsaPkcs1, Scheme::RsaPss] {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            issuers.push(rsa.clone().signing_with(scheme, hash));
        }
    }
    for issuer in &issuers {
        assert_eq!(judged_by(&[issuer], issuer), Ok(()));
    }
}

#[test]
fn a_signature_algorithm_that_does_not_fit_the_anchors_key_is_untrusted() {
    let elliptic = authority();
    let rsa = Authority::new(NAME, Key::rsa(1));
    assert_eq!(
        judged_by(&[&elliptic], &rsa),
        Err(untrusted(UntrustedCause::SignatureInvalid))
    );
    assert_eq!(
        judged_by(&[&rsa], &elliptic),
        Err(untrusted(UntrustedCause::SignatureInvalid))
    );
}
