//! Tokens of cards that are no CNS.

use der::oid::db::{rfc4519, rfc5280};
use pki::{Authority, Card, Curve, Holder, Key, TbsCertificate, extension, name};
use protocol::ProblemCode;
use verifier::{OtherCards, OtherIdentity, PolicyFault, Reason, RevocationPolicy, judge_other};

use crate::portal::{Portal, authority, nonce, origin};

/// The policy of the Estonian identity card's authentication certificates, as an example.
const ESTONIAN: &str = "1.3.6.1.4.1.51361.1.1.1";
const MOBILE: &str = "1.3.6.1.4.1.10015.1.3";

/// A card as the Web eID application knows them: a person's number, no codice fiscale.
fn issue(authority: &Authority, change: impl FnOnce(&mut TbsCertificate)) -> Card {
    let key = Key::on(Curve::P384);
    let mut body = authority.body(&Holder::default(), &key);
    body.subject = name::of(&[
        &[(rfc4519::COUNTRY_NAME, name::printable("EE"))],
        &[(
            rfc4519::COMMON_NAME,
            name::utf8("JÕEORG,JAAK-KRISTJAN,38001085718"),
        )],
        &[(rfc4519::SURNAME, name::utf8("JÕEORG"))],
        &[(rfc4519::GIVEN_NAME, name::utf8("JAAK-KRISTJAN"))],
        &[(rfc4519::SERIAL_NUMBER, name::printable("PNOEE-38001085718"))],
    ]);
    set_policies(&mut body, &[ESTONIAN]);
    change(&mut body);
    Card::new(authority.sign(&body), key)
}

fn set_policies(body: &mut TbsCertificate, policies: &[&str]) {
    let policies: Vec<_> = policies
        .iter()
        .map(|policy| der::asn1::ObjectIdentifier::new_unwrap(policy))
        .collect();
    extension::set(body, extension::policies(false, &policies));
}

fn judged_with(cards: &OtherCards, card: &Card, portal: &Portal) -> Result<OtherIdentity, Reason> {
    let token = card.token(&origin(), &nonce());
    portal.expecting(|expected| judge_other(&token, expected, cards, &portal.trust))
}

fn judged(
    allowed: &[&str],
    disallowed: &[&str],
    change: impl FnOnce(&mut TbsCertificate),
) -> Result<OtherIdentity, Reason> {
    let authority = authority();
    let card = issue(&authority, change);
    let cards = OtherCards::new(allowed, disallowed).unwrap();
    judged_with(&cards, &card, &Portal::trusting(&[&authority]))
}

#[test]
fn a_card_of_another_country_is_its_subject() {
    let identity = judged(&[ESTONIAN], &[], |_| {}).unwrap();
    assert_eq!(identity.serial_number.as_deref(), Some("PNOEE-38001085718"));
    assert_eq!(identity.surname.as_deref(), Some("JÕEORG"));
    assert_eq!(identity.given_name.as_deref(), Some("JAAK-KRISTJAN"));
    assert!(identity.subject.contains("C=EE"));
    assert!(!identity.subject_der.is_empty());
}

#[test]
fn without_allowed_policies_any_card_that_is_not_disallowed_passes() {
    assert!(judged(&[], &[], |_| {}).is_ok());
    assert!(judged(&[], &[MOBILE], |_| {}).is_ok());
    let bare = judged(&[], &[MOBILE], |body| {
        extension::remove(body, rfc5280::ID_CE_CERTIFICATE_POLICIES);
    });
    assert!(bare.is_ok());
}

#[test]
fn a_disallowed_policy_is_refused_beside_an_allowed_one_too() {
    for policies in [&[MOBILE][..], &[ESTONIAN, MOBILE]] {
        let reason = judged(&[ESTONIAN], &[MOBILE], |body| set_policies(body, policies));
        let reason = reason.unwrap_err();
        assert_eq!(
            reason,
            Reason::PolicyDisallowed {
                policy: MOBILE.to_owned()
            }
        );
        assert_eq!(reason.code(), ProblemCode::CertificateNotCns);
    }
}

#[test]
fn a_card_without_an_allowed_policy_is_refused() {
    let other = judged(&[ESTONIAN], &[], |body| {
        set_policies(body, &["1.3.76.16.2.1"])
    });
    assert_eq!(other, Err(Reason::PolicyAbsent));
    // anyPolicy stands for nothing.
    let any = judged(&[ESTONIAN], &[], |body| {
        set_policies(body, &["2.5.29.32.0"])
    });
    assert_eq!(any, Err(Reason::PolicyAbsent));
    let none = judged(&[ESTONIAN], &[], |body| {
        extension::remove(body, rfc5280::ID_CE_CERTIFICATE_POLICIES);
    });
    assert_eq!(none, Err(Reason::PolicyAbsent));
}

#[test]
fn purpose_validity_and_path_are_judged_as_with_a_cns() {
    let code = |verdict: Result<OtherIdentity, Reason>| verdict.unwrap_err().code();
    let without_purpose = judged(&[], &[], |body| {
        extension::remove(body, rfc5280::ID_CE_EXT_KEY_USAGE);
    });
    assert_eq!(code(without_purpose), ProblemCode::CertificatePurpose);
    let authority = authority();
    let card = issue(&authority, |_| {});
    let cards = OtherCards::default();
    let nobody = Portal::trusting(&[]);
    assert_eq!(
        code(judged_with(&cards, &card, &nobody)),
        ProblemCode::CertificateUntrusted
    );
    let late = Portal::trusting(&[&authority]).at(pki::CARD_UNTIL + 1);
    assert_eq!(
        code(judged_with(&cards, &card, &late)),
        ProblemCode::CertificateExpired
    );
}

#[test]
fn revocation_and_signature_are_judged_as_with_a_cns() {
    let authority = authority();
    let card = issue(&authority, |_| {});
    let cards = OtherCards::default();
    let list = authority.revoke(&[card.serial()]);
    let portal = Portal::with_lists(&[&authority], &[list]).asking(RevocationPolicy::Required);
    let revoked = judged_with(&cards, &card, &portal).unwrap_err();
    assert_eq!(revoked.code(), ProblemCode::CertificateRevoked);
    let thief = Card::new(card.certificate().to_vec(), Key::on(Curve::P384));
    let stolen = judged_with(&cards, &thief, &Portal::trusting(&[&authority]));
    assert_eq!(stolen, Err(Reason::SignatureInvalid));
}

#[test]
fn two_serial_numbers_in_a_subject_are_none() {
    let identity = judged(&[], &[], |body| {
        let number = |text| (rfc4519::SERIAL_NUMBER, name::printable(text));
        body.subject = name::of(&[&[number("PNOEE-1")], &[number("PNOEE-2")]]);
    });
    assert_eq!(identity.unwrap().serial_number, None);
}

#[test]
fn a_policy_that_is_no_identifier_is_named() {
    let fault = OtherCards::new(&["1.3.76", "cns"], &[]).unwrap_err();
    assert_eq!(fault, PolicyFault("cns".to_owned()));
    assert!(fault.to_string().contains("\"cns\""));
}
