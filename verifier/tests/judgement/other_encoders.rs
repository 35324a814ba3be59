//! Certificates and lists that another program encoded are read the same.
//!
//! The test material and the product share a DER library; what both misunderstand alike
//! would show here.

use pki::{Card, Key};
use protocol::{ChallengeNonce, Origin};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint,
    CrlIssuingDistributionPoint, CrlScope, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams,
    SerialNumber, date_time_ymd,
};
use verifier::{
    Anchor, Expected, Identity, Reason, RevocationEvidence, RevocationList, RevocationPolicy,
    Trust, judge,
};

const PUBLIC: &str = "http://ca.example/cards.crl";

struct Scene {
    anchor: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
    card: Card,
}

fn scene() -> Scene {
    let mut authority = CertificateParams::default();
    authority
        .distinguished_name
        .push(DnType::CommonName, "CA di un altro programma");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let anchor = authority.self_signed(&key).unwrap().der().to_vec();
    let issuer = Issuer::new(authority, key);

    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params.serial_number = Some(SerialNumber::from_slice(&[0xfe, 0xdc]));
    let common_name = "RSSMRA80A01H501U/7430035000000017.q83v/EiZ+7vM3e4AES/zRFVmd4g=";
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    params.crl_distribution_points = vec![CrlDistributionPoint {
        uris: vec![PUBLIC.to_owned()],
    }];
    let policy = [0x30, 9, 0x30, 7, 6, 5, 0x2b, 0x4c, 0x10, 2, 1];
    params.custom_extensions = vec![CustomExtension::from_oid_content(
        &[2, 5, 29, 32],
        policy.to_vec(),
    )];
    let key = Key::p256();
    let pair = KeyPair::try_from(key.pkcs8()).unwrap();
    let certificate = params.signed_by(&pair, &issuer).unwrap();
    let card = Card::new(certificate.der().to_vec(), key);
    Scene {
        anchor,
        issuer,
        card,
    }
}

fn list(scene: &Scene, revoked: &[&[u8]], address: &str) -> Vec<u8> {
    let params = CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 11, 1),
        next_update: date_time_ymd(2026, 12, 1),
        crl_number: SerialNumber::from_slice(&[1]),
        issuing_distribution_point: Some(CrlIssuingDistributionPoint {
            distribution_point: CrlDistributionPoint {
                uris: vec![address.to_owned()],
            },
            scope: Some(CrlScope::UserCertsOnly),
        }),
        revoked_certs: revoked
            .iter()
            .map(|serial| RevokedCertParams {
                serial_number: SerialNumber::from_slice(serial),
                revocation_time: date_time_ymd(2026, 1, 1),
                reason_code: Some(RevocationReason::CertificateHold),
                invalidity_date: None,
            })
            .collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(&scene.issuer).unwrap().der().to_vec()
}

fn judged(scene: &Scene, list: &[u8]) -> Result<Identity, Reason> {
    let origin = Origin::parse("https://portal.example").unwrap();
    let nonce = ChallengeNonce::from_random([3; 32]);
    let expected = Expected {
        origin: &origin,
        nonce: &nonce,
        now: crate::portal::NOW,
        revocation: RevocationPolicy::Required,
        online: None,
    };
    let anchor = Anchor::from_der(&scene.anchor).unwrap();
    let trust = Trust::new(
        vec![anchor.into()],
        vec![RevocationList::from_der(list.to_vec()).unwrap().into()],
    );
    judge(&scene.card.token(&origin, &nonce), &expected, &trust)
}

#[test]
fn a_card_of_another_program_is_good() {
    let scene = scene();
    let identity = judged(&scene, &list(&scene, &[&[0xfe, 0xdd]], PUBLIC)).unwrap();
    assert_eq!(identity.codice_fiscale.as_str(), "RSSMRA80A01H501U");
    assert_eq!(identity.serial, "fedc");
    assert!(matches!(
        identity.revocation,
        RevocationEvidence::Good { .. }
    ));
}

#[test]
fn a_card_revoked_by_another_program_is_revoked() {
    let scene = scene();
    let reason = judged(&scene, &list(&scene, &[&[1], &[0xfe, 0xdc]], PUBLIC)).unwrap_err();
    assert!(matches!(reason, Reason::Revoked { on_hold: true, .. }));
}

#[test]
fn another_part_of_a_list_of_another_program_proves_nothing() {
    let scene = scene();
    let reason = judged(&scene, &list(&scene, &[], "http://ca.example/other.crl")).unwrap_err();
    assert!(matches!(reason, Reason::RevocationUnknown { .. }));
}
