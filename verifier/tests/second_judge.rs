//! `openssl verify` as a second judge on more than a thousand generated certificates.
//!
//! Every way a certificate can be wrong is met with every way its issuer can be; where the
//! two judges differ, [`EXPLAINED`] says why, and a line there that no longer holds fails too.
#![allow(clippy::unwrap_used)] // a fault in the material is a failed test

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use der::asn1::{Any, BitString, ObjectIdentifier};
use der::oid::db::{rfc4519, rfc5280};
use pki::{Authority, Card, CrlReason, Curve, Holder, Key, List, Revoked, TbsCertificate};
use pki::{extension, name};
use protocol::{ChallengeNonce, Origin};
use verifier::{Anchor, Expected, RevocationList, RevocationPolicy, Trust, judge};
use x509_cert::Version;
use x509_cert::ext::pkix::KeyUsages;

/// 2026-11-18, between everything that is valid by default.
const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;

/// How many holders meet each pair of a fault and an issuer.
const HOLDERS: usize = 4;

/// Where the judges differ: what the certificate has, whether we take it (then OpenSSL
/// does not), and why.
const EXPLAINED: [(&str, bool, &str); 13] = [
    (
        "no extended key usage",
        false,
        "absent, it forbids nothing (RFC 5280 §4.2.1.12); the CNS profile demands clientAuth",
    ),
    (
        "no key usage",
        false,
        "absent, it forbids nothing (RFC 5280 §4.2.1.3); the CNS profile demands digitalSignature",
    ),
    (
        "key usage: agreement only",
        false,
        "enough for a TLS client with a static key; a token is a signature",
    ),
    (
        "key usage: for documents too",
        false,
        "nonRepudiation is the card's other key, which signs documents and no login",
    ),
    (
        "an authority",
        false,
        "nothing forbids an authority to be a TLS client; it is nobody's card",
    ),
    (
        "any policy",
        false,
        "anyPolicy stands for every policy (RFC 5280 §4.2.1.4); the CNS is named or is not one",
    ),
    (
        "no common name",
        false,
        "OpenSSL asks for no name; without one there is no codice fiscale",
    ),
    (
        "two common names",
        false,
        "the same; with two nobody knows which is meant",
    ),
    (
        "a codice fiscale with a wrong check letter",
        false,
        "OpenSSL knows no codice fiscale",
    ),
    (
        "a default spelled out",
        false,
        "BER that is not DER (X.690 §11.5); OpenSSL reads it all the same",
    ),
    (
        "the key identifier of nobody",
        true,
        "a hint to find the issuer by (RFC 5280 §4.2.1.1); we let the signature decide",
    ),
    (
        "an issuer in another string type",
        false,
        "the same name by RFC 5280 §7.1; we compare octets, as issuers of the field write them",
    ),
    (
        "an Ed25519 key",
        false,
        "a good key, but no algorithm of the token is for it (contract §1)",
    ),
];

type Change = fn(&mut TbsCertificate);

/// What can be wrong with a certificate, before it is signed.
fn changes() -> Vec<(&'static str, Change)> {
    vec![
        ("nothing", |_| {}),
        ("valid beyond 2049", |body| {
            body.validity.not_after = validity_until(2_840_140_800);
        }),
        ("expired", |body| {
            body.validity.not_after = validity_until(NOW - 1);
        }),
        ("not yet valid", |body| {
            body.validity.not_before = validity_until(NOW + 1);
        }),
        ("no extended key usage", |body| {
            extension::remove(body, rfc5280::ID_CE_EXT_KEY_USAGE);
        }),
        ("extended key usage: servers only", |body| {
            set_purposes(body, rfc5280::ID_KP_SERVER_AUTH);
        }),
        ("extended key usage: any", |body| {
            set_purposes(body, rfc5280::ANY_EXTENDED_KEY_USAGE);
        }),
        ("no key usage", |body| {
            extension::remove(body, rfc5280::ID_CE_KEY_USAGE);
        }),
        ("key usage: encipherment only", |body| {
            extension::set(body, extension::key_usage(KeyUsages::KeyEncipherment));
        }),
        ("key usage: agreement only", |body| {
            extension::set(body, extension::key_usage(KeyUsages::KeyAgreement));
        }),
        ("key usage: for documents too", |body| {
            let usages = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
            extension::set(body, extension::key_usage(usages));
        }),
        ("an authority", |body| {
            extension::set(body, extension::basic_constraints(true));
        }),
        ("another policy", |body| {
            extension::set(body, extension::policies(false, &[extension::CIE_POLICY]));
        }),
        ("no policy", |body| {
            extension::remove(body, rfc5280::ID_CE_CERTIFICATE_POLICIES);
        }),
        ("any policy", |body| {
            extension::set(body, extension::policies(false, &[rfc5280::ANY_POLICY]));
        }),
        ("a policy more, and critical", |body| {
            let both = [extension::CIE_POLICY, extension::CNS_POLICY];
            extension::set(body, extension::policies(true, &both));
        }),
        ("an explicit policy is demanded", |body| {
            let demand = [0x30, 3, 0x80, 1, 0];
            let oid = rfc5280::ID_CE_POLICY_CONSTRAINTS;
            extension::set(body, extension::raw(oid, true, &demand));
        }),
        ("no common name", |body| {
            body.subject = name::of(&[&[(rfc4519::COUNTRY_NAME, name::printable("IT"))]]);
        }),
        ("two common names", |body| {
            let pair = (
                rfc4519::COMMON_NAME,
                name::utf8(&Holder::default().common_name()),
            );
            body.subject = name::of(&[std::slice::from_ref(&pair); 2]);
        }),
        ("a codice fiscale with a wrong check letter", |body| {
            let holder = Holder {
                codice_fiscale: "RSSMRA80A01H501A".to_owned(),
                ..Holder::default()
            };
            body.subject = holder.subject();
        }),
        ("an unknown critical extension", |body| {
            let oid = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
            extension::set(body, extension::raw(oid, true, &[5, 0]));
        }),
        ("an unknown extension", |body| {
            let oid = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
            extension::set(body, extension::raw(oid, false, &[5, 0]));
        }),
        ("a default spelled out", |body| {
            let oid = rfc5280::ID_CE_BASIC_CONSTRAINTS;
            extension::set(body, extension::raw(oid, true, &[0x30, 3, 1, 1, 0]));
        }),
        ("the key identifier of nobody", |body| {
            extension::set(body, extension::authority_key_id(&[1, 2, 3]));
        }),
        ("an issuer in another string type", |body| {
            let common_name = body.issuer.0.last_mut().unwrap();
            let mut pairs: Vec<_> = common_name.0.clone().into_vec();
            let text = String::from_utf8(pairs[0].value.value().to_vec()).unwrap();
            pairs[0].value = name::printable(&text);
            common_name.0 = pairs.try_into().unwrap();
        }),
        ("an RSA key of 1024 bits", |body| {
            // An odd modulus of 128 octets, with exponent 65537.
            let modulus = [&[2, 0x81, 129, 0][..], &[0xc5; 128]].concat();
            let key = [&[0x30, 0x81, 137][..], &modulus, &[2, 3, 1, 0, 1]].concat();
            let info = &mut body.subject_public_key_info;
            info.algorithm.oid = der::oid::db::rfc5912::RSA_ENCRYPTION;
            info.algorithm.parameters = Some(Any::null());
            info.subject_public_key = BitString::from_bytes(&key).unwrap();
        }),
        ("an Ed25519 key", |body| {
            let info = &mut body.subject_public_key_info;
            info.algorithm.oid = ObjectIdentifier::new_unwrap("1.3.101.112");
            info.algorithm.parameters = None;
            info.subject_public_key = BitString::from_bytes(&[0x11; 32]).unwrap();
        }),
        ("version 1", |body| {
            body.version = Version::V1;
            body.extensions = None;
        }),
    ]
}

fn validity_until(seconds: i64) -> x509_cert::time::Time {
    let authority = Authority::valid("irrelevant", Key::p256(), seconds, seconds);
    authority.own_body(seconds, seconds).validity.not_after
}

fn set_purposes(body: &mut TbsCertificate, purpose: ObjectIdentifier) {
    extension::set(body, extension::extended_key_usage(&[purpose]));
}

/// An authority, what of it is trusted, its list, and what it does with a certificate.
struct Issuer {
    what: &'static str,
    authority: Authority,
    /// Its certificate, where it is an anchor.
    anchor: Option<Vec<u8>>,
    /// When its list ends, where it has one.
    list_until: Option<i64>,
    /// What its list says of every certificate it issued.
    revokes: Option<Option<CrlReason>>,
    breaks_its_signature: bool,
}

impl Issuer {
    fn good(what: &'static str, key: Key) -> Issuer {
        let authority = Authority::new(&format!("{what} - CA Cittadini"), key);
        Issuer {
            what,
            anchor: Some(authority.certificate().to_vec()),
            authority,
            list_until: Some(NOW + DAY),
            revokes: None,
            breaks_its_signature: false,
        }
    }

    fn list(&self, serials: &[Vec<u8>]) -> Option<Vec<u8>> {
        let revoked = self.revokes.map(|reason| {
            let entries = serials.iter().map(|serial| Revoked {
                reason,
                ..Revoked::new(serial.clone())
            });
            entries.collect()
        });
        Some(self.authority.revocation_list(&List {
            revoked: revoked.unwrap_or_default(),
            this_update: NOW - 2 * DAY,
            next_update: self.list_until?,
            extensions: Vec::new(),
        }))
    }
}

fn issuers() -> Vec<Issuer> {
    let p256 = |what| Issuer::good(what, Key::p256());
    let expired = Authority::valid("expired - CA", Key::p256(), NOW - 9 * DAY, NOW - DAY);
    let namesake = Authority::new("good - CA Cittadini", Key::p256());
    let no_list_signer = Authority::new("no list signer - CA", Key::p256());
    let mut certificates_only = no_list_signer.own_body(NOW - DAY, NOW + DAY);
    let usage = extension::key_usage(KeyUsages::KeyCertSign);
    extension::set(&mut certificates_only, usage);
    vec![
        p256("good"),
        Issuer::good("good with RSA", Key::rsa(1)),
        Issuer::good("good on P-384", Key::on(Curve::P384)),
        Issuer {
            what: "good, of another's name",
            anchor: Some(namesake.certificate().to_vec()),
            authority: namesake.clone(),
            ..p256("")
        },
        Issuer {
            what: "an impostor of that name",
            anchor: None,
            list_until: None,
            authority: Authority::new("good - CA Cittadini", Key::p256()),
            ..p256("")
        },
        Issuer {
            anchor: None,
            ..p256("unknown")
        },
        Issuer {
            what: "expired",
            anchor: Some(expired.certificate().to_vec()),
            authority: expired,
            ..p256("")
        },
        Issuer {
            list_until: None,
            ..p256("without a list")
        },
        Issuer {
            list_until: Some(NOW - 1),
            ..p256("with a stale list")
        },
        Issuer {
            what: "not allowed to sign lists",
            anchor: Some(no_list_signer.sign(&certificates_only)),
            authority: no_list_signer,
            ..p256("")
        },
        Issuer {
            revokes: Some(None),
            ..p256("revoking")
        },
        Issuer {
            revokes: Some(Some(CrlReason::CertificateHold)),
            ..p256("holding")
        },
        Issuer {
            revokes: Some(Some(CrlReason::RemoveFromCRL)),
            ..p256("taking back")
        },
        Issuer {
            breaks_its_signature: true,
            ..p256("with a broken signature")
        },
    ]
}

struct Case {
    change: &'static str,
    issuer: &'static str,
    card: Card,
}

fn cases(issuers: &[Issuer]) -> Vec<Case> {
    let keys: Vec<Key> = (0..HOLDERS).map(|_| Key::p256()).collect();
    let mut cases = Vec::new();
    for issuer in issuers {
        for (change, apply) in changes() {
            for key in &keys {
                let mut body = issuer.authority.body(&Holder::default(), key);
                apply(&mut body);
                let mut certificate = issuer.authority.sign(&body);
                if issuer.breaks_its_signature {
                    *certificate.last_mut().unwrap() ^= 1;
                }
                cases.push(Case {
                    change,
                    issuer: issuer.what,
                    card: Card::new(certificate, key.clone()),
                });
            }
        }
    }
    cases
}

/// The places of the certificates that we take.
fn ours(cases: &[Case], anchors: &[Vec<u8>], lists: &[Vec<u8>]) -> BTreeSet<usize> {
    let anchors = anchors
        .iter()
        .map(|der| Arc::new(Anchor::from_der(der).unwrap()));
    let lists = lists
        .iter()
        .map(|der| Arc::new(RevocationList::from_der(der.clone()).unwrap()));
    let trust = Trust::new(anchors.collect(), lists.collect());
    let origin = Origin::parse("https://portal.example").unwrap();
    let nonce = ChallengeNonce::from_random([7; 32]);
    let expected = Expected {
        origin: &origin,
        nonce: &nonce,
        now: NOW,
        revocation: RevocationPolicy::Required,
        online: None,
    };
    let taken = |case: &Case| judge(&case.card.token(&origin, &nonce), &expected, &trust).is_ok();
    let places = cases.iter().enumerate();
    places
        .filter(|(_, case)| taken(case))
        .map(|(place, _)| place)
        .collect()
}

/// The places of the certificates that OpenSSL takes, asked about all at once.
fn theirs(cases: &[Case], anchors: &[Vec<u8>], lists: &[Vec<u8>]) -> BTreeSet<usize> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let all = |label, ders: &[Vec<u8>]| ders.iter().map(|der| pki::pem(label, der)).collect();
    write("anchors", all("CERTIFICATE", anchors));
    write("lists", all("X509 CRL", lists));
    for (place, case) in cases.iter().enumerate() {
        write(&place.to_string(), case.card.certificate_pem());
    }
    let output = openssl(folder.path(), cases.len());
    let lines = output.lines();
    lines
        .filter_map(|line| line.strip_suffix(": OK"))
        .map(|name| name.parse().unwrap())
        .collect()
}

fn openssl(folder: &Path, certificates: usize) -> String {
    let output = Command::new("openssl")
        .current_dir(folder)
        .args(["verify", "-no-CApath", "-no-CAstore", "-CAfile", "anchors"])
        .args(["-CRLfile", "lists", "-crl_check", "-partial_chain"])
        .args(["-attime", &NOW.to_string(), "-purpose", "sslclient"])
        .args(["-policy", "1.3.76.16.2.1", "-explicit_policy"])
        // Level 2: RSA from 2048 bits, nothing over SHA-1.
        .args(["-auth_level", "2"])
        .args((0..certificates).map(|place| place.to_string()))
        .output()
        .expect("openssl, which the setup installs");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn openssl_agrees_or_the_difference_is_explained() {
    let issuers = issuers();
    let cases = cases(&issuers);
    assert!(cases.len() > 1_000, "{} cases", cases.len());
    let anchors: Vec<Vec<u8>> = issuers
        .iter()
        .filter_map(|issuer| issuer.anchor.clone())
        .collect();
    let lists: Vec<Vec<u8>> = issuers
        .iter()
        .filter_map(|issuer| {
            let issued = cases.iter().filter(|case| case.issuer == issuer.what);
            issuer.list(&issued.map(|case| case.card.serial()).collect::<Vec<_>>())
        })
        .collect();
    let ours = ours(&cases, &anchors, &lists);
    let theirs = theirs(&cases, &anchors, &lists);

    // By what the certificate has: how often only one of the judges takes it.
    let mut differences: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for place in ours.symmetric_difference(&theirs) {
        let we_take_it = ours.contains(place);
        *differences
            .entry((cases[*place].change, we_take_it))
            .or_default() += 1;
    }
    let explained: BTreeSet<(&str, bool)> = EXPLAINED
        .iter()
        .map(|(change, we_take_it, _)| (*change, *we_take_it))
        .collect();
    let found: BTreeSet<(&str, bool)> = differences.keys().copied().collect();
    assert_eq!(found, explained, "{differences:?}");
    // It is not that both refuse everything: five changes and five issuers do no harm.
    let taken_by_both = ours.intersection(&theirs).count();
    assert_eq!(taken_by_both, 5 * 5 * HOLDERS);
}
