//! Lists that speak for a part of an authority's certificates only.

use der::Encode;
use der::oid::db::rfc5280;
use pki::extension::{address_name, raw};
use pki::{Authority, Card, Holder, Key, List, Revoked};
use verifier::RevocationList;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::{IssuingDistributionPoint, Reasons};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};

use crate::portal::authority;
use crate::revocation::{GOOD, card, current, judged, revoked, unknown};

pub(crate) const NOT_PUBLIC: &str = "http://ca.example/other.crl";
const PUBLIC: &str = "http://ca.example/cards.crl";

pub(crate) fn whole() -> IssuingDistributionPoint {
    IssuingDistributionPoint {
        distribution_point: None,
        only_contains_user_certs: false,
        only_contains_ca_certs: false,
        only_some_reasons: None,
        indirect_crl: false,
        only_contains_attribute_certs: false,
    }
}

pub(crate) fn scope(point: &IssuingDistributionPoint) -> Vec<Extension> {
    vec![raw(
        rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT,
        true,
        &point.to_der().unwrap(),
    )]
}

pub(crate) fn at(address: &str) -> IssuingDistributionPoint {
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
    let without_address = crate::revocation::card(&authority);
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

#[test]
fn a_list_says_for_whom_it_speaks() {
    let authority = authority();
    let read = |point: Option<&IssuingDistributionPoint>| {
        let list = List {
            extensions: point.map(scope).unwrap_or_default(),
            ..current(vec![])
        };
        RevocationList::from_der(authority.revocation_list(&list)).unwrap()
    };
    let some_reasons = IssuingDistributionPoint {
        only_some_reasons: Some(Reasons::KeyCompromise.into()),
        ..whole()
    };
    let authorities = IssuingDistributionPoint {
        only_contains_ca_certs: true,
        ..whole()
    };
    let (all, part, other) = (
        read(None),
        read(Some(&at(PUBLIC))),
        read(Some(&at(NOT_PUBLIC))),
    );
    for list in [&all, &read(Some(&whole()))] {
        assert!(list.speaks_for_cards() && list.speaks_for_all_cards());
        assert!(list.speaks_for_all_of(&part) && list.speaks_for_all_of(&all));
    }
    assert!(part.speaks_for_cards() && !part.speaks_for_all_cards());
    assert!(part.speaks_for_all_of(&part));
    assert!(!part.speaks_for_all_of(&other) && !part.speaks_for_all_of(&all));
    for list in [read(Some(&some_reasons)), read(Some(&authorities))] {
        assert!(!list.speaks_for_cards() && !list.speaks_for_all_cards());
        assert!(!list.speaks_for_all_of(&part));
    }
}
