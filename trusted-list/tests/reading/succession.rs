//! Which list may take the place of the one in force.

use std::sync::LazyLock;

use pki::{Authority, Key};
use trusted_list::{Fault, TrustedList};
use trusted_lists::{List, NOW, Provider, Service};

use crate::desk::{SIGNER, pins, read_xml};

/// A list of so many recognised authorities, the same ones each time.
fn of(services: usize) -> List {
    static AUTHORITIES: LazyLock<Vec<Authority>> = LazyLock::new(|| {
        let make = |_| Authority::new("Authority", Key::p256());
        (0..11).map(make).collect()
    });
    let recognised = |authority| Service::recognised(authority, "CN=Authority");
    List::of(vec![Provider {
        name: "Provider".to_owned(),
        services: AUTHORITIES[..services].iter().map(recognised).collect(),
    }])
}

fn believed(list: &List) -> TrustedList {
    read_xml(&list.xml()).unwrap()
}

#[test]
fn a_newer_list_follows_and_the_same_one_follows_itself() {
    let first = of(10);
    let newer = List {
        sequence_number: 101,
        issued: first.issued + 1,
        ..first.clone()
    };
    let (first, newer) = (believed(&first), believed(&newer));
    assert_eq!(newer.may_follow(&first, 0), Ok(()));
    assert_eq!(first.may_follow(&first, 0), Ok(()));
}

#[test]
fn an_older_number_is_refused() {
    let first = of(10);
    let older = List {
        sequence_number: 99,
        issued: first.issued + 1,
        ..first.clone()
    };
    assert_eq!(
        believed(&older).may_follow(&believed(&first), 20),
        Err(Fault::OlderNumber {
            number: 99,
            previous: 100
        })
    );
}

#[test]
fn an_earlier_issue_is_refused() {
    let first = of(10);
    let earlier = List {
        sequence_number: 101,
        issued: first.issued - 1,
        ..first.clone()
    };
    assert_eq!(
        believed(&earlier).may_follow(&believed(&first), 20),
        Err(Fault::OlderIssue {
            issued: first.issued - 1,
            previous: first.issued
        })
    );
}

#[test]
fn another_states_list_is_refused() {
    let first = of(10);
    let other = List {
        territory: "DE".to_owned(),
        ..first.clone()
    };
    assert_eq!(
        believed(&other).may_follow(&believed(&first), 20),
        Err(Fault::OtherTerritory {
            territory: "DE".to_owned(),
            previous: "IT".to_owned()
        })
    );
}

#[test]
fn what_has_expired_since_is_not_counted_as_lost() {
    let lasting = Authority::new("Lasting", Key::p256());
    let ending = Authority::valid("Ending", Key::p256(), NOW - 10, NOW + 10);
    let list = List::of(vec![Provider {
        name: "Provider".to_owned(),
        services: vec![
            Service::recognised(&lasting, "CN=Lasting"),
            Service::recognised(&ending, "CN=Ending"),
        ],
    }]);
    let signed = SIGNER.sign(&list.xml());
    let at = |now| TrustedList::read(signed.as_bytes(), &pins(&[&SIGNER]), now).unwrap();
    let (before, after) = (at(NOW), at(NOW + 11));
    assert_eq!((before.services().len(), after.services().len()), (2, 1));
    assert_eq!(after.may_follow(&before, 0), Ok(()));
}

#[test]
fn services_that_are_exchanged_for_others_are_lost() {
    let others = List::of(vec![Provider {
        name: "Provider".to_owned(),
        services: vec![Service::recognised(
            &Authority::new("Another", Key::p256()),
            "CN=Another",
        )],
    }]);
    assert_eq!(
        believed(&others).may_follow(&believed(&of(1)), 99),
        Err(Fault::Shrunk {
            services: 0,
            previous: 1,
            max_percent: 99,
        })
    );
}

#[test]
fn a_list_that_lost_more_than_the_set_share_is_refused() {
    let before = believed(&of(10));
    for (services, max_percent, good) in [
        (10, 0, true),
        (11, 0, true),
        (9, 0, false),
        (9, 10, true),
        (8, 19, false),
        (8, 20, true),
        (1, 89, false),
        (1, 90, true),
        (1, 100, true),
    ] {
        let expected = match good {
            true => Ok(()),
            false => Err(Fault::Shrunk {
                services,
                previous: 10,
                max_percent,
            }),
        };
        assert_eq!(
            believed(&of(services)).may_follow(&before, max_percent),
            expected
        );
    }
}
