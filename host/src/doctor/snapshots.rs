//! Whole reports, kept as they are: what a technician reads.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use pki::{Authority, Holder, Key};
use protocol::workstation_check::Step;
use serde_json::json;

use super::modules::tests::answering;
use super::report::Check;
use super::surroundings::tests::Workstation;
use super::*;
use crate::extension_id::{CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID};
use crate::pcsc::Content;

const HOST: &str = "/usr/bin/tessera-host";

/// The report on a workstation, its files named as if they stood where they pretend to.
fn report(workstation: &Workstation, devices: &Devices) -> (String, String) {
    let surroundings = Surroundings {
        program: Some(workstation.surroundings().at(HOST)),
        ..workstation.surroundings()
    };
    let report = judge(&surroundings, devices);
    for Check { id, .. } in &report.checks {
        let is_placed = Step::ALL.iter().any(|step| step.checks().contains(id));
        assert!(is_placed, "{id} belongs to no step of the page's");
    }
    let mut checks = report.checks.clone();
    for check in &mut checks {
        check.subject = workstation.told(&check.subject);
        check.found = workstation.told(&check.found);
    }
    let report = Report { checks, ..report };
    let told = |text: String| text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    (told(report.text()), told(report.json()))
}

fn chromium_manifest(program: &str, id: &str) -> String {
    json!({"name": "it.tessera.cns", "description": "Tessera", "path": program,
        "type": "stdio", "allowed_origins": [format!("chrome-extension://{id}/")]})
    .to_string()
}

fn firefox_manifest(program: &str) -> String {
    json!({"name": "it.tessera.cns", "description": "Tessera", "path": program,
        "type": "stdio", "allowed_extensions": [GECKO_EXTENSION_ID]})
    .to_string()
}

fn certificate(holder: &Holder) -> Vec<u8> {
    let authority = Authority::new("Regione Prova - CA Cittadini 2020", Key::p256());
    let issued = authority.issue(holder, Key::rsa(0));
    issued.certificate().to_vec()
}

fn cns() -> Content {
    Content::Card(
        b"\x3b\xff\x18\x00\x00\x81\x31\xfe\x45\x00\x6b\x11\x05\x07\x00\x01\x11\x01CNS\x11\x31\x80\x7b"
            .to_vec(),
    )
}

#[test]
fn a_workstation_with_nothing_installed() {
    let workstation = Workstation::new();
    let host = workstation.program(HOST);
    let devices = Devices {
        window: WindowTrial::ProgramAbsent(host.with_file_name("tessera-window")),
        readers: Readers::NoLibrary,
        modules: Vec::new(),
    };
    let (text, json) = report(&workstation, &devices);
    insta::assert_snapshot!("nothing_installed", text);
    insta::assert_snapshot!("nothing_installed_json", json);
}

#[test]
fn a_workstation_fully_set_up() {
    let workstation = Workstation::new();
    workstation.program(HOST);
    workstation.program("/usr/bin/chromium");
    workstation.program("/usr/lib/firefox-esr/firefox-esr");
    workstation.file(
        "/var/lib/dpkg/status",
        "Package: chromium\nStatus: install ok installed\nVersion: 156.0.8078.79-1~deb12u1\n\n\
         Package: firefox-esr\nStatus: install ok installed\nVersion: 153.7.0esr-1~deb12u1\n",
    );
    workstation.file(
        "/etc/chromium/native-messaging-hosts/it.tessera.cns.json",
        chromium_manifest(HOST, CHROMIUM_EXTENSION_ID),
    );
    workstation.file(
        "/usr/lib/mozilla/native-messaging-hosts/it.tessera.cns.json",
        firefox_manifest(HOST),
    );
    let update = "https://portal.example/update.xml";
    workstation.file(
        "/etc/chromium/policies/managed/tessera.json",
        json!({"ExtensionInstallForcelist": [format!("{CHROMIUM_EXTENSION_ID};{update}")]})
            .to_string(),
    );
    workstation.file(
        "/etc/firefox/policies/policies.json",
        json!({"policies": {"ExtensionSettings": {
            GECKO_EXTENSION_ID: {"installation_mode": "force_installed"}}}})
        .to_string(),
    );
    workstation.file(
        "/etc/tessera/policy.toml",
        "allowed_origins = [\"https://portal.example\"]\n",
    );
    workstation.file(
        "/home/anna/.mozilla/firefox/x.default-esr/extensions.json",
        json!({"addons": [{"id": GECKO_EXTENSION_ID, "version": env!("CARGO_PKG_VERSION")}]})
            .to_string(),
    );
    workstation.file("/run/systemd/timesync/synchronized", "");
    let der = certificate(&Holder::default());
    let reader = "Gemalto PC Twin Reader 00 00";
    let devices = Devices {
        window: WindowTrial::Opens,
        readers: Readers::Found(vec![(reader.to_owned(), cns())]),
        modules: vec![answering(reader, &[&der])],
    };
    let (text, json) = report(&workstation, &devices);
    insta::assert_snapshot!("fully_set_up", text);
    insta::assert_snapshot!("fully_set_up_json", json);
}

#[test]
fn a_workstation_with_the_usual_faults() {
    let workstation = Workstation::new();
    workstation.program(HOST);
    workstation.program("/usr/bin/chromium");
    workstation.program("/opt/google/chrome/chrome");
    workstation.program("/opt/microsoft/msedge/msedge");
    workstation.file("/snap/firefox/current/meta/snap.yaml", "version: '154.0'\n");
    // A host that was moved, an extension that is not ours, a host that others can write.
    workstation.file(
        "/home/anna/.config/chromium/NativeMessagingHosts/it.tessera.cns.json",
        chromium_manifest("/home/anna/Downloads/tessera-host", CHROMIUM_EXTENSION_ID),
    );
    workstation.file(
        "/etc/opt/chrome/native-messaging-hosts/it.tessera.cns.json",
        chromium_manifest(HOST, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    );
    let open = workstation.program("/opt/tessera/tessera-host");
    fs::set_permissions(open, fs::Permissions::from_mode(0o777)).unwrap();
    workstation.file(
        "/etc/opt/edge/native-messaging-hosts/it.tessera.cns.json",
        chromium_manifest("/opt/tessera/tessera-host", CHROMIUM_EXTENSION_ID),
    );
    workstation.file(
        "/etc/opt/chrome/policies/managed/school.json",
        json!({"ExtensionInstallBlocklist": ["*"], "NativeMessagingBlocklist": ["*"]}).to_string(),
    );
    workstation.file(
        "/etc/tessera/policy.toml",
        "# Ours\nallowed_origin = [\"https://portal.example\"]\n",
    );
    let expired = certificate(&Holder {
        not_before: 1_600_000_000,
        not_after: 1_700_000_000,
        ..Holder::default()
    });
    let module = |name: &str, outcome| Module {
        path: format!("/usr/lib/{name}.so").into(),
        outcome,
    };
    let health_professional =
        b"\x3b\xff\x18\x00\x00\x81\x31\xfe\x45\x00\x6b\x04\x05\x01\x00\x01\x12\x02HPC\x10\x31\x80\x6c";
    let devices = Devices {
        window: WindowTrial::NoDisplay,
        readers: Readers::Found(vec![
            ("Reader A 00 00".to_owned(), cns()),
            (
                "Reader B 01 00".to_owned(),
                Content::Card(health_professional.to_vec()),
            ),
            ("Reader C 02 00".to_owned(), Content::Mute),
        ]),
        modules: vec![
            module(
                "bit4id/libbit4xpki",
                Outcome::Distrusted(
                    "/usr/lib/bit4id/libbit4xpki.so can be written by others (mode 666)".to_owned(),
                ),
            ),
            module(
                "libASEP11",
                Outcome::Fails("it did not answer for 8 seconds".to_owned()),
            ),
            answering("Reader A 00 00", &[&expired]),
        ],
    };
    let (text, _) = report(&workstation, &devices);
    insta::assert_snapshot!("usual_faults", text);
}
