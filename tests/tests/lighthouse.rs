//! Lighthouse finds nothing to mend on the pages a login begins with.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::ExitCode,
    thread,
};

use end_to_end::{
    Outcome,
    chain::CARD_PAGE,
    lighthouse::{Category, Verdict},
    people::{Issuer, LUCA_BIANCHI},
    portal::Portal,
    suite::{self, Stage},
};

/// What must be complete; performance depends on the machine, and is the bench's.
const COMPLETE: [Category; 3] = [
    Category::Accessibility,
    Category::BestPractices,
    Category::Seo,
];

/// A portal, and no workstation: Lighthouse brings its own browser.
struct OpenPortal(Portal);

impl Stage for OpenPortal {
    fn start() -> Outcome<OpenPortal> {
        let portal = Portal::start(&Issuer::new(), &[LUCA_BIANCHI])?;
        Ok(OpenPortal(portal))
    }

    fn expect_at_rest(&mut self) -> Outcome<()> {
        Ok(())
    }
}

fn main() -> ExitCode {
    suite::run(&[
        ("the_home_page_is_complete", the_home_page_is_complete),
        ("the_card_page_is_complete", the_card_page_is_complete),
        ("a_careless_page_loses_points", a_careless_page_loses_points),
    ])
}

fn the_home_page_is_complete(open: &mut OpenPortal) -> Outcome<()> {
    complete(&open.0, "/")
}

fn the_card_page_is_complete(open: &mut OpenPortal) -> Outcome<()> {
    complete(&open.0, CARD_PAGE)
}

fn complete(portal: &Portal, path: &str) -> Outcome<()> {
    let verdict = Verdict::on(&portal.address(path), &COMPLETE, portal.folder())?;
    for category in COMPLETE {
        let faults = verdict.faults(category).join("\n");
        assert_eq!(verdict.points(category), 100.0, "{category:?}:\n{faults}");
    }
    Ok(())
}

/// Else full points would say nothing.
fn a_careless_page_loses_points(open: &mut OpenPortal) -> Outcome<()> {
    let careless = "<!doctype html><p><img src=x><input>";
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/", listener.local_addr()?);
    // It serves until the test's process ends.
    thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let _ = visitor.read(&mut [0; 4096]);
            let _ = write!(
                visitor,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{careless}"
            );
        }
    });
    let verdict = Verdict::on(&address, &COMPLETE, open.0.folder())?;
    for category in COMPLETE {
        assert!(verdict.points(category) < 100.0, "{category:?}");
        assert!(!verdict.faults(category).is_empty(), "{category:?}");
    }
    Ok(())
}
