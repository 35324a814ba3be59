//! Many people at once before the real server, while something happens to it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use end_to_end::{
    load::{Crowd, Load, Population},
    people::Issuer,
    portal::Portal,
};
use protocol::Origin;

const PEOPLE: u32 = 20;

#[test]
fn whoever_was_told_of_a_session_has_it_though_the_server_was_killed_meanwhile() {
    let issuer = Issuer::new();
    let portal = Portal::start(&issuer, &[]).unwrap();
    let population = Population::new(2 * PEOPLE, PEOPLE);
    population.import(&portal).unwrap();
    let crowd = Arc::new(Crowd::new(&issuer, 0..PEOPLE).unwrap());
    let node = SocketAddr::from((Ipv4Addr::LOCALHOST, portal.port()));
    let origin = Origin::parse(portal.origin()).unwrap();
    let load = Load {
        browsers: 4,
        ..Load::of_logins(node, origin, &crowd, 0)
    };
    let registered = load.clone().registering().run().unwrap();
    assert_eq!(registered.confirmed.len(), crowd.people().len());

    let logins = Load {
        visits: None,
        ..load.clone()
    };
    let logins = logins.start();
    logins.wait_for_more_done(50).unwrap();
    portal.stop();
    portal.resume().unwrap();
    logins.wait_for_more_done(50).unwrap();
    let report = logins.stop().unwrap();
    assert!(report.done() < report.ended(), "nobody noticed: {report}");
    assert_eq!(report.malformed(), 0, "{report}");

    let confirmed = report.confirmed.len() as u64;
    assert_eq!(confirmed, report.done());
    let found = load.coming_back(report.confirmed).run().unwrap();
    assert_eq!(
        (found.done(), found.ended()),
        (confirmed, confirmed),
        "{found}"
    );
}
