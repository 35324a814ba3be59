//! What revocation lists prove, and what they do not.

use der::asn1::{Any, ObjectIdentifier};
use der::oid::db::rfc5280;
use der::{Encode, Sequence};
use pki::extension::{address_name, raw};
use pki::{Authority, Card, CrlReason, Holder, Key, List, Revoked};
use protocol::ProblemCode;
use verifier::RevocationPolicy::{Off, Required, WhenAvailable};
use verifier::{Reason, RevocationEvidence, RevocationList, RevocationListFault};
use x509_cert::Version;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::{IssuingDistributionPoint, Reasons};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::portal::{DAY, NOW, Portal, authority};

/// Since when the test material's entries are revoked.
const SINCE: i64 = 1_735_689_600;
const NOT_PUBLIC: &str = "http://ca.example/other.crl";
const PUBLIC: &str = "http://ca.example/cards.crl";

fn card(authority: &Authority) -> Card {
    authority.issue(&Holder::default(), Key::p256())
}

fn current(revoked: Vec<Revoked>) -> List {
    List {
        revoked,
        this_update: NOW - DAY,
        next_update: NOW + DAY,
        extensions: Vec::new(),
    }
}

fn stale(revoked: Vec<Revoked>) -> List {
    List {
        revoked,
        this_update: NOW - 3 * DAY,
        next_update: NOW - 2 * DAY,
        extensions: Vec::new(),
    }
}

fn revoked(on_hold: bool) -> Result<RevocationEvidence, Reason> {
    Err(Reason::Revoked {
        since: SINCE,
        on_hold,
    })
}

const GOOD: Result<RevocationEvidence, Reason> = Ok(RevocationEvidence::Good {
    this_update: NOW - DAY,
    next_update: NOW + DAY,
});

/// The evidence found for a card with these lists of its own authority.
fn judged(
    authority: &Authority,
    card: &Card,
    lists: &[List],
) -> Result<RevocationEvidence, Reason> {
    let lists: Vec<Vec<u8>> = lists
        .iter()
        .map(|list| authority.revocation_list(list))
        .collect();
    judged_by(&[authority], card, &lists)
}

fn judged_by(
    trusted: &[&Authority],
    card: &Card,
    lists: &[Vec<u8>],
) -> Result<RevocationEvidence, Reason> {
    let portal = Portal::with_lists(trusted, lists).asking(Required);
    portal.judge_card(card).map(|identity| identity.revocation)
}

fn unknown(stale_since: Option<i64>) -> Result<RevocationEvidence, Reason> {
    Err(Reason::RevocationUnknown {
        issuer: "Regione di Prova - CA Cittadini 2020".to_owned(),
        stale_since,
    })
}

#[test]
fn a_current_list_without_the_card_is_good_evidence() {
    let authority = authority();
    let others = vec![Revoked::new(vec![1]), Revoked::new(vec![2])];
    for entries in [vec![], others] {
        assert_eq!(
            judged(&authority, &card(&authority), &[current(entries)]),
            GOOD
        );
    }
}

#[test]
fn a_revoked_card_is_refused_for_every_reason() {
    let authority = authority();
    let card = card(&authority);
    for (reason, on_hold) in [
        (None, false),
        (Some(CrlReason::Unspecified), false),
        (Some(CrlReason::KeyCompromise), false),
        (Some(CrlReason::Superseded), false),
        (Some(CrlReason::CertificateHold), true),
    ] {
        let entry = Revoked {
            reason,
            ..Revoked::new(card.serial())
        };
        assert_eq!(
            judged(&authority, &card, &[current(vec![entry])]),
            revoked(on_hold)
        );
    }
}

#[test]
fn the_codes_are_those_of_the_contract() {
    let code = |verdict: Result<RevocationEvidence, Reason>| verdict.unwrap_err().code();
    assert_eq!(code(revoked(true)), ProblemCode::CertificateRevoked);
    assert_eq!(
        code(unknown(None)),
        ProblemCode::CertificateRevocationUnknown
    );
}

#[test]
fn an_entry_found_among_thousands_is_found_at_every_place() {
    let authority = authority();
    let serials: Vec<Vec<u8>> = (0..2_000u32)
        .map(|number| (number * 7 + 1).to_be_bytes().to_vec())
        .collect();
    let list = authority.revoke(&serials);
    for number in [0u32, 1, 999, 1_998, 1_999] {
        let serial = Some((number * 7 + 1).to_be_bytes().to_vec());
        let card = authority.issue(
            &Holder {
                serial,
                ..Holder::default()
            },
            Key::p256(),
        );
        assert_eq!(
            judged_by(&[&authority], &card, std::slice::from_ref(&list)),
            revoked(false)
        );
        let beside = Some((number * 7 + 2).to_be_bytes().to_vec());
        let card = authority.issue(
            &Holder {
                serial: beside,
                ..Holder::default()
            },
            Key::p256(),
        );
        assert!(judged_by(&[&authority], &card, std::slice::from_ref(&list)).is_ok());
    }
}

#[test]
fn serial_numbers_with_their_highest_bit_set_are_found() {
    let authority = authority();
    for serial in [vec![0x80], vec![0xff; 19], vec![0x7f], vec![0x01, 0x00]] {
        let holder = Holder {
            serial: Some(serial),
            ..Holder::default()
        };
        let card = authority.issue(&holder, Key::p256());
        let entry = Revoked::new(card.serial());
        assert_eq!(
            judged(&authority, &card, &[current(vec![entry])]),
            revoked(false)
        );
    }
}

#[test]
fn a_certificate_taken_off_the_list_is_not_revoked() {
    let authority = authority();
    let card = card(&authority);
    let entry = Revoked::new(card.serial()).because(CrlReason::RemoveFromCRL);
    assert_eq!(
        judged(&authority, &card, &[current(vec![entry.clone()])]),
        GOOD
    );
    let both = vec![entry, Revoked::new(card.serial())];
    assert_eq!(judged(&authority, &card, &[current(both)]), revoked(false));
}

#[test]
fn no_list_at_all_is_no_evidence() {
    let authority = authority();
    assert_eq!(judged(&authority, &card(&authority), &[]), unknown(None));
}

#[test]
fn a_list_is_current_from_its_first_to_its_last_second() {
    let authority = authority();
    let card = card(&authority);
    let list = |this_update, next_update| List {
        this_update,
        next_update,
        ..List::default()
    };
    assert!(judged(&authority, &card, &[list(NOW, NOW)]).is_ok());
    let stale = list(NOW - DAY, NOW - 1);
    assert_eq!(judged(&authority, &card, &[stale]), unknown(Some(NOW - 1)));
    let future = list(NOW + 1, NOW + DAY);
    assert_eq!(judged(&authority, &card, &[future]), unknown(None));
}

#[test]
fn a_stale_list_still_revokes() {
    let authority = authority();
    let card = card(&authority);
    let entry = Revoked::new(card.serial());
    assert_eq!(
        judged(&authority, &card, &[stale(vec![entry.clone()])]),
        revoked(false)
    );
    let portal = Portal::with_lists(
        &[&authority],
        &[authority.revocation_list(&stale(vec![entry]))],
    );
    let reason = portal.asking(WhenAvailable).judge_card(&card).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateRevoked);
}

#[test]
fn a_newer_current_list_ends_a_hold_of_an_older_one() {
    let authority = authority();
    let card = card(&authority);
    let hold = Revoked::new(card.serial()).because(CrlReason::CertificateHold);
    let lists = [stale(vec![hold.clone()]), current(vec![])];
    assert_eq!(judged(&authority, &card, &lists), GOOD);
    let lists = [stale(vec![]), current(vec![hold])];
    assert_eq!(judged(&authority, &card, &lists), revoked(true));
}

#[test]
fn a_newer_list_revokes_even_if_the_older_one_is_current_alone() {
    let authority = authority();
    let card = card(&authority);
    let newer_but_stale = List {
        revoked: vec![Revoked::new(card.serial())],
        this_update: NOW - DAY / 2,
        next_update: NOW - DAY / 4,
        extensions: Vec::new(),
    };
    assert_eq!(
        judged(&authority, &card, &[current(vec![]), newer_but_stale]),
        revoked(false)
    );
}

#[test]
fn when_available_passes_without_evidence_and_says_so() {
    let authority = authority();
    let card = card(&authority);
    let stale = authority.revocation_list(&stale(vec![]));
    for lists in [vec![], vec![stale]] {
        let portal = Portal::with_lists(&[&authority], &lists).asking(WhenAvailable);
        assert_eq!(
            portal.judge_card(&card).unwrap().revocation,
            RevocationEvidence::Absent
        );
    }
}

#[test]
fn switched_off_the_lists_are_not_looked_at() {
    let authority = authority();
    let card = card(&authority);
    let list = authority.revoke(&[card.serial()]);
    let portal = Portal::with_lists(&[&authority], &[list]).asking(Off);
    assert_eq!(
        portal.judge_card(&card).unwrap().revocation,
        RevocationEvidence::Unchecked
    );
}

#[test]
fn a_list_by_another_key_counts_as_nothing() {
    let authority = authority();
    let card = card(&authority);
    let impostor = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let foreign = Authority::new("Altra", Key::p256());
    let forged_good = impostor.revocation_list(&current(vec![]));
    let forged_revoked = impostor.revoke(&[card.serial()]);
    let foreign_good = foreign.revocation_list(&current(vec![]));
    assert_eq!(
        judged_by(&[&authority], &card, &[forged_good]),
        unknown(None)
    );
    assert_eq!(
        judged_by(&[&authority, &foreign], &card, &[foreign_good]),
        unknown(None)
    );
    let good = authority.revocation_list(&current(vec![]));
    assert_eq!(
        judged_by(&[&authority], &card, &[forged_revoked, good]),
        GOOD
    );
}

#[test]
fn of_two_authorities_with_one_name_each_speaks_for_its_own_cards() {
    let first = authority();
    let second = Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256());
    let card = card(&first);
    let seconds_list = second.revoke(&[card.serial()]);
    let both = [&first, &second];
    assert_eq!(
        judged_by(&both, &card, std::slice::from_ref(&seconds_list)),
        unknown(None)
    );
    let firsts_list = first.revocation_list(&current(vec![]));
    assert_eq!(judged_by(&both, &card, &[seconds_list, firsts_list]), GOOD);
}

#[test]
fn an_authority_that_may_not_sign_lists_proves_nothing() {
    use pki::extension::{key_usage, set};
    use verifier::{Anchor, Trust};
    let authority = authority();
    let mut body = authority.own_body(NOW - DAY, NOW + DAY);
    set(
        &mut body,
        key_usage(x509_cert::ext::pkix::KeyUsages::KeyCertSign),
    );
    let anchor = Anchor::from_der(&authority.sign(&body)).unwrap();
    let list = RevocationList::from_der(&authority.revocation_list(&current(vec![]))).unwrap();
    let portal = Portal {
        trust: Trust::new(vec![anchor], vec![list]),
        ..Portal::trusting(&[]).asking(Required)
    };
    let reason = portal.judge_card(&card(&authority)).unwrap_err();
    assert_eq!(reason.code(), ProblemCode::CertificateRevocationUnknown);
}

fn whole() -> IssuingDistributionPoint {
    IssuingDistributionPoint {
        distribution_point: None,
        only_contains_user_certs: false,
        only_contains_ca_certs: false,
        only_some_reasons: None,
        indirect_crl: false,
        only_contains_attribute_certs: false,
    }
}

fn scope(point: &IssuingDistributionPoint) -> Vec<Extension> {
    vec![raw(
        rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT,
        true,
        &point.to_der().unwrap(),
    )]
}

fn at(address: &str) -> IssuingDistributionPoint {
    let name: GeneralName = address_name(address);
    IssuingDistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![name])),
        ..whole()
    }
}

fn published(authority: &Authority) -> Card {
    let holder = Holder {
        distribution_points: vec![PUBLIC.to_owned()],
        ..Holder::default()
    };
    authority.issue(&holder, Key::p256())
}

#[test]
fn a_part_of_a_split_list_proves_good_only_for_its_own_cards() {
    let authority = authority();
    let card = published(&authority);
    let list = |address| List {
        extensions: scope(&at(address)),
        ..current(vec![])
    };
    assert_eq!(judged(&authority, &card, &[list(PUBLIC)]), GOOD);
    assert_eq!(
        judged(&authority, &card, &[list(NOT_PUBLIC)]),
        unknown(None)
    );
    let without_address = self::card(&authority);
    assert_eq!(
        judged(&authority, &without_address, &[list(PUBLIC)]),
        unknown(None)
    );
}

#[test]
fn every_part_revokes() {
    let authority = authority();
    let card = published(&authority);
    let part = List {
        extensions: scope(&at(NOT_PUBLIC)),
        ..current(vec![Revoked::new(card.serial())])
    };
    let own = List {
        extensions: scope(&at(PUBLIC)),
        ..current(vec![])
    };
    assert_eq!(judged(&authority, &card, &[part, own]), revoked(false));
}

#[test]
fn a_list_for_persons_only_is_enough() {
    let authority = authority();
    let persons = IssuingDistributionPoint {
        only_contains_user_certs: true,
        ..whole()
    };
    let list = List {
        extensions: scope(&persons),
        ..current(vec![])
    };
    assert_eq!(judged(&authority, &card(&authority), &[list]), GOOD);
}

#[test]
fn lists_for_authorities_or_for_some_reasons_prove_nothing_good() {
    let authority = authority();
    let card = card(&authority);
    let authorities = IssuingDistributionPoint {
        only_contains_ca_certs: true,
        ..whole()
    };
    let some_reasons = IssuingDistributionPoint {
        only_some_reasons: Some(Reasons::KeyCompromise.into()),
        ..whole()
    };
    for point in [authorities, some_reasons] {
        let list = List {
            extensions: scope(&point),
            ..current(vec![])
        };
        assert_eq!(judged(&authority, &card, &[list]), unknown(None));
    }
}

fn fault_of(list: &List) -> RevocationListFault {
    RevocationList::from_der(&authority().revocation_list(list)).unwrap_err()
}

#[test]
fn lists_that_speak_for_others_or_of_changes_only_are_refused() {
    let indirect = IssuingDistributionPoint {
        indirect_crl: true,
        ..whole()
    };
    let attributes = IssuingDistributionPoint {
        only_contains_attribute_certs: true,
        ..whole()
    };
    let with = |extensions| List {
        extensions,
        ..List::default()
    };
    let delta = raw(rfc5280::ID_CE_DELTA_CRL_INDICATOR, true, &[2, 1, 1]);
    assert_eq!(fault_of(&with(vec![delta])), RevocationListFault::Delta);
    assert_eq!(
        fault_of(&with(scope(&indirect))),
        RevocationListFault::Indirect
    );
    assert_eq!(
        fault_of(&with(scope(&attributes))),
        RevocationListFault::AttributeCertificates
    );
}

#[test]
fn what_is_critical_and_not_understood_is_refused() {
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    let fault = RevocationListFault::CriticalExtension(unknown.to_string());
    let extension = raw(unknown, true, b"x");
    let list = List {
        extensions: vec![extension.clone()],
        ..List::default()
    };
    assert_eq!(fault_of(&list), fault);
    let entry = Revoked {
        extensions: vec![extension],
        ..Revoked::new(vec![1])
    };
    assert_eq!(fault_of(&current(vec![entry])), fault);
}

#[test]
fn an_entry_for_another_issuer_is_refused() {
    let issuer = raw(rfc5280::ID_CE_CERTIFICATE_ISSUER, true, &[0x30, 0]);
    let entry = Revoked {
        extensions: vec![issuer],
        ..Revoked::new(vec![1])
    };
    assert_eq!(
        fault_of(&current(vec![entry])),
        RevocationListFault::Indirect
    );
}

#[test]
fn extensions_twice_and_unknown_reasons_are_refused() {
    let double = [scope(&at(NOT_PUBLIC)), scope(&whole())].concat();
    let list = List {
        extensions: double,
        ..List::default()
    };
    assert_eq!(fault_of(&list), RevocationListFault::Malformed);
    let reason = |code| raw(rfc5280::ID_CE_CRL_REASONS, false, &[0x0a, 1, code]);
    for extensions in [
        vec![reason(1), reason(8)],
        vec![reason(7)],
        vec![reason(11)],
    ] {
        let entry = Revoked {
            extensions,
            ..Revoked::new(vec![1])
        };
        assert_eq!(
            fault_of(&current(vec![entry])),
            RevocationListFault::Malformed
        );
    }
}

#[test]
fn a_list_without_its_end_or_of_version_1_is_refused() {
    let authority = authority();
    let mut endless = authority.list_body(&List::default());
    endless.next_update = None;
    let endless = authority.sign_bytes(&endless.to_der().unwrap());
    assert_eq!(
        RevocationList::from_der(&endless).unwrap_err(),
        RevocationListFault::NextUpdateAbsent
    );
    for version in [Version::V1, Version::V3] {
        let mut other = authority.list_body(&List::default());
        other.version = version;
        let other = authority.sign_bytes(&other.to_der().unwrap());
        assert_eq!(
            RevocationList::from_der(&other).unwrap_err(),
            RevocationListFault::Malformed
        );
    }
}

#[test]
fn a_list_signed_over_sha_1_is_refused() {
    let authority = authority();
    let mut body = authority.list_body(&List::default());
    body.signature = AlgorithmIdentifierOwned {
        oid: der::oid::db::rfc5912::SHA_1_WITH_RSA_ENCRYPTION,
        parameters: Some(Any::null()),
    };
    let list = pki::assemble(&body.to_der().unwrap(), body.signature.clone(), &[1; 256]);
    assert_eq!(
        RevocationList::from_der(&list).unwrap_err(),
        RevocationListFault::SignatureAlgorithm
    );
}

#[test]
fn bytes_that_are_no_list_are_refused() {
    let authority = authority();
    let good = authority.revoke(&[vec![1]]);
    for bytes in [
        vec![],
        b"-----BEGIN X509 CRL-----".to_vec(),
        authority.certificate().to_vec(),
        [good.clone(), vec![0]].concat(),
        good[..good.len() - 1].to_vec(),
    ] {
        assert_eq!(
            RevocationList::from_der(&bytes).unwrap_err(),
            RevocationListFault::Malformed
        );
    }
}

/// An entry as it must not be: three fields and one more.
#[derive(Sequence)]
struct LongEntry {
    serial: u8,
    since: x509_cert::time::Time,
    extensions: Vec<Extension>,
    more: u8,
}

#[test]
fn an_entry_with_a_field_too_many_is_refused() {
    use crate::portal::tlv;
    let authority = authority();
    let body = authority.list_body(&List::default());
    let entry = LongEntry {
        serial: 1,
        since: body.this_update,
        extensions: vec![],
        more: 1,
    };
    let parts = [
        body.version.to_der(),
        body.signature.to_der(),
        body.issuer.to_der(),
        body.this_update.to_der(),
        body.next_update.to_der(),
        Ok(tlv(0x30, &entry.to_der().unwrap())),
    ];
    let content: Vec<u8> = parts.into_iter().flat_map(Result::unwrap).collect();
    let list = authority.sign_bytes(&tlv(0x30, &content));
    assert_eq!(
        RevocationList::from_der(&list).unwrap_err(),
        RevocationListFault::Malformed
    );
}
