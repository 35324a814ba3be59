//! A token is good for one origin and one nonce, from the card itself.

use pki::{Holder, Key};
use protocol::{ChallengeNonce, Origin, Token};
use verifier::Reason;

use crate::portal::{Portal, authority, nonce, origin};

#[test]
fn a_token_made_for_another_origin_is_invalid() {
    let authority = authority();
    let card = authority.issue(&Holder::default(), Key::p256());
    for other in [
        "https://portal.example:8443",
        "https://portal.example.evil.example",
        "https://www.portal.example",
        "http://localhost",
    ] {
        let token = card.token(&Origin::parse(other).unwrap(), &nonce());
        let verdict = Portal::trusting(&[&authority]).judge(&token);
        assert_eq!(verdict, Err(Reason::SignatureInvalid), "{other}");
    }
}

#[test]
fn a_token_made_for_another_nonce_is_invalid() {
    let authority = authority();
    let card = authority.issue(&Holder::default(), Key::p256());
    let token = card.token(&origin(), &ChallengeNonce::from_random([8; 32]));
    assert_eq!(
        Portal::trusting(&[&authority]).judge(&token),
        Err(Reason::SignatureInvalid)
    );
}

#[test]
fn a_signature_by_another_card_is_invalid() {
    let authority = authority();
    let mine = authority
        .issue(&Holder::default(), Key::p256())
        .token(&origin(), &nonce());
    let victim = authority.issue(&Holder::default(), Key::p256());
    let token = Token {
        unverified_certificate: victim.certificate().to_vec(),
        ..mine
    };
    assert_eq!(
        Portal::trusting(&[&authority]).judge(&token),
        Err(Reason::SignatureInvalid)
    );
}

#[test]
fn a_good_token_names_the_person_and_the_card() {
    let authority = authority();
    let holder = Holder {
        serial: Some(vec![0x4a, 0xbc]),
        ..Holder::default()
    };
    let card = authority.issue(&holder, Key::p256());
    let identity = Portal::trusting(&[&authority]).judge_card(&card).unwrap();
    assert_eq!(identity.codice_fiscale.as_str(), "RSSMRA80A01H501U");
    assert_eq!(identity.id_carta, "7430035000000017");
    assert_eq!(identity.cognome.as_deref(), Some("ROSSI"));
    assert_eq!(identity.nome.as_deref(), Some("MARIO"));
    assert_eq!(identity.serial, "4abc");
    assert_eq!(identity.issuer, "Regione di Prova - CA Cittadini 2020");
    assert_eq!(identity.not_after, pki::CARD_UNTIL);
    let fingerprint = protocol::token::Hash::Sha256.digest(card.certificate());
    assert_eq!(identity.certificate_fingerprint[..], fingerprint);
}
