//! Whole reports, kept as they are: what a technician reads.

use super::surroundings::tests::Workstation;
use super::*;

const HOST: &str = "/usr/bin/tessera-host";

/// The report on a workstation, its files named as if they stood where they pretend to.
fn report(workstation: &Workstation, devices: &Devices) -> (String, String) {
    let surroundings = Surroundings {
        program: Some(workstation.surroundings().at(HOST)),
        ..workstation.surroundings()
    };
    let report = examine(&surroundings, devices);
    let mut checks = report.checks.clone();
    for check in &mut checks {
        check.subject = workstation.told(&check.subject);
        check.found = workstation.told(&check.found);
    }
    let report = Report { checks, ..report };
    let told = |text: String| text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    (told(report.text()), told(report.json()))
}

#[test]
fn a_workstation_with_nothing_installed() {
    let workstation = Workstation::new();
    let host = workstation.program(HOST);
    let devices = Devices {
        window: WindowTrial::ProgramAbsent(host.with_file_name("tessera-window")),
        readers: Readers::NoLibrary,
    };
    let (text, json) = report(&workstation, &devices);
    insta::assert_snapshot!("nothing_installed", text);
    insta::assert_snapshot!("nothing_installed_json", json);
}
