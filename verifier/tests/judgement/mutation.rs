//! Every field of token and certificate, changed one at a time.

use std::sync::LazyLock;

use cns::Certificate;
use der::Decode;
use der::asn1::AnyRef;
use der::oid::db::rfc4519;
use pki::{Authority, Card, Holder, Key};
use proptest::prelude::*;
use protocol::Token;
use serde_json::{Value, json};
use verifier::{Identity, OtherCards, RevocationPolicy, judge_other};

use crate::portal::{Portal, authority, nonce, origin};

/// The same changes that the fuzz targets make.
#[path = "../../../fuzz/src/der_tree.rs"]
mod der_tree;

struct Scene {
    authority: Authority,
    card: Card,
    portal: Portal,
    body: Value,
    identity: Identity,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let authority = authority();
    let card = authority.issue(&Holder::default(), Key::p256());
    let list = authority.revoke(&[vec![5]]);
    let portal = Portal::with_lists(&[&authority], &[list]).asking(RevocationPolicy::Required);
    let token = card.token(&origin(), &nonce());
    Scene {
        identity: portal.judge(&token).unwrap(),
        body: serde_json::to_value(&token).unwrap(),
        authority,
        card,
        portal,
    }
});

/// One element of DER changed, its content to these bytes where it is the content's turn.
fn changed(der: &[u8], seed: u32, content: &[u8]) -> Vec<u8> {
    let change = |bytes: &mut Vec<u8>, room: usize| {
        bytes.truncate(content.first().map_or(0, |length| usize::from(*length)));
        bytes.extend(content.iter().take(room));
    };
    der_tree::mutate(der, seed, change).unwrap()
}

/// The codice fiscale in a certificate, read by another reader than the judge's.
fn plainly_read(certificate: &[u8]) -> Option<String> {
    let parsed = x509_cert::Certificate::from_der(certificate).ok()?;
    let subject = parsed.tbs_certificate.subject;
    let mut names = subject
        .0
        .iter()
        .flat_map(|rdn| rdn.0.iter())
        .filter(|pair| pair.oid == rfc4519::COMMON_NAME);
    let text = String::from_utf8(names.next()?.value.value().to_vec()).ok()?;
    Some(text.split('/').next()?.to_owned())
}

/// Texts near a good one: cut, continued, one character changed, or something else.
fn near(text: &str) -> impl Strategy<Value = Value> + use<> {
    let text = text.to_owned();
    let length = text.len();
    (0..length, any::<char>(), "[A-Za-z0-9+/=.:-]{0,12}", 0..6u8).prop_map(
        move |(place, character, more, what)| {
            let mut characters: Vec<char> = text.chars().collect();
            match what {
                0 => characters.truncate(place),
                1 => characters.extend(more.chars()),
                2 => characters[place] = character,
                3 => characters.insert(place, character),
                4 => return json!(more),
                _ => return json!([place, null]),
            }
            json!(String::from_iter(characters))
        },
    )
}

fn member() -> impl Strategy<Value = (String, Value)> {
    let members = SCENE.body.as_object().unwrap().clone();
    let members: Vec<(String, String)> = members
        .into_iter()
        .map(|(name, value)| (name, value.as_str().unwrap().to_owned()))
        .collect();
    prop::sample::select(members).prop_flat_map(|(name, text)| (Just(name), near(&text)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_token_with_a_changed_member_is_refused_or_the_same_persons((name, value) in member()) {
        let mut body = SCENE.body.clone();
        body[&name] = value;
        if let Ok(token) = Token::from_json(&body)
            && let Ok(identity) = SCENE.portal.judge(&token)
        {
            // What it is called and who made it may differ: nothing that is proved.
            prop_assert!(["format", "appVersion"].contains(&name.as_str()) || body == SCENE.body);
            prop_assert_eq!(&identity, &SCENE.identity);
        }
    }

    #[test]
    fn a_certificate_with_a_changed_element_is_refused(
        seed in any::<u32>(),
        content in prop::collection::vec(any::<u8>(), 0..16),
    ) {
        let certificate = changed(SCENE.card.certificate(), seed, &content);
        prop_assume!(certificate != SCENE.card.certificate());
        let card = Card::new(certificate, SCENE.card.key().clone());
        prop_assert!(SCENE.portal.judge_card(&card).is_err());
    }

    #[test]
    fn a_changed_certificate_that_the_authority_signed_is_its_own_subjects(
        seed in any::<u32>(),
        content in prop::collection::vec(any::<u8>(), 0..16),
    ) {
        let good = Certificate::read(SCENE.card.certificate()).unwrap();
        let body = changed(good.to_be_signed(), seed, &content);
        prop_assume!(AnyRef::from_der(&body).is_ok());
        let certificate = SCENE.authority.sign_bytes(&body);
        let card = Card::new(certificate.clone(), SCENE.card.key().clone());
        if let Ok(identity) = SCENE.portal.judge_card(&card) {
            let read = plainly_read(&certificate);
            prop_assert_eq!(Some(identity.codice_fiscale.as_str()), read.as_deref());
        }
        // Nor does the judge of other cards fail over.
        let token = card.token(&origin(), &nonce());
        let cards = OtherCards::default();
        let _ = SCENE.portal.expecting(|expected| {
            judge_other(&token, expected, &cards, &SCENE.portal.trust)
        });
    }

    #[test]
    fn a_changed_answer_is_refused_or_says_the_same(
        seed in any::<u32>(),
        content in prop::collection::vec(any::<u8>(), 0..16),
    ) {
        use crate::ocsp::{HOUR, NONCE, fresh, question};
        let good = SCENE.authority.ocsp_answer(&SCENE.card.serial(), &fresh());
        let question = question(&SCENE.authority, &SCENE.card);
        let read = |der: &[u8]| question.read_answer(der, Some(&NONCE), crate::portal::NOW, HOUR);
        // Certificates beside the answer are not signed, and need not be any: they may differ.
        if let Ok(answer) = read(&changed(&good, seed, &content)) {
            prop_assert_eq!(answer, read(&good).unwrap());
        }
    }
}
