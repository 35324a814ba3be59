//! `install` and `uninstall`: what the browsers find.
#![allow(clippy::unwrap_used)] // tests

mod stage;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::{Value, json};
use stage::Stage;
use tessera_host::extension_id::{CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID};

const CHROMIUM_FOLDERS: [&str; 3] = ["chromium", "google-chrome", "microsoft-edge"];
const FIREFOX: &str = "home/.mozilla/native-messaging-hosts/it.tessera.cns.json";

fn chromium(folder: &str) -> String {
    format!("home/.config/{folder}/NativeMessagingHosts/it.tessera.cns.json")
}

fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn each_browser_gets_a_manifest_of_its_own_kind() {
    let stage = Stage::new();
    let (done, said) = run(&mut stage.command(&["install"]));
    assert!(done, "{said}");
    let manifest = |name: &str| -> Value {
        let path = stage.path(name);
        assert!(
            said.contains(&format!("written: {}\n", path.display())),
            "{said}"
        );
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    };
    let common = json!({
        "name": "it.tessera.cns",
        "description": "Tessera: login with the Carta Nazionale dei Servizi",
        "path": stage.path("programs/tessera-host"),
        "type": "stdio",
    });
    for folder in CHROMIUM_FOLDERS {
        let mut expected = common.clone();
        expected["allowed_origins"] =
            json!([format!("chrome-extension://{CHROMIUM_EXTENSION_ID}/")]);
        assert_eq!(manifest(&chromium(folder)), expected);
    }
    let mut expected = common;
    expected["allowed_extensions"] = json!([GECKO_EXTENSION_ID]);
    assert_eq!(manifest(FIREFOX), expected);
}

#[test]
fn uninstall_takes_back_what_install_wrote() {
    let stage = Stage::new();
    let (done, said) = run(&mut stage.command(&["uninstall", "--user"]));
    assert!(done && said.contains("was not there: "), "{said}");
    assert!(run(&mut stage.command(&["install", "--user"])).0);
    let (done, said) = run(&mut stage.command(&["uninstall"]));
    assert!(done, "{said}");
    for folder in CHROMIUM_FOLDERS {
        assert!(!stage.path(&chromium(folder)).exists());
    }
    assert!(!stage.path(FIREFOX).exists());
    assert_eq!(said.matches("removed: ").count(), 4, "{said}");
}

#[test]
fn another_table_of_folders_is_refused() {
    let stage = Stage::new();
    let mut install = stage.command(&["install"]);
    let (done, said) = run(install.env("NATIVE_MESSAGING_BROWSERS_CONFIG", "/tmp/table.toml"));
    assert!(!done);
    assert!(
        said.contains("NATIVE_MESSAGING_BROWSERS_CONFIG is set"),
        "{said}"
    );
}

#[test]
fn what_others_can_change_is_not_installed_for_everybody() {
    let stage = Stage::new();
    let window = stage.path("programs/tessera-window");
    fs::write(&window, "").unwrap();
    for (path, mode, usual) in [
        ("programs", 0o777, 0o755),
        ("programs/tessera-window", 0o666, 0o755),
    ] {
        let path = stage.path(path);
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        // Refused as well, so that nothing is written on this machine in any case.
        let table = ("NATIVE_MESSAGING_BROWSERS_CONFIG", "/tmp/table.toml");
        let mut install = stage.command(&["install", "--system"]);
        let (done, said) = run(install.env(table.0, table.1));
        assert!(!done);
        let writable = format!(
            "{} can be written by others (mode {mode:o})",
            path.display()
        );
        // Whoever is not root has no folder of root's to try it in.
        let is_mine = said.contains(" belongs to user ");
        assert!(said.contains(&writable) || is_mine, "{said}");
        assert!(said.contains("where only root can write"), "{said}");
        fs::set_permissions(&path, Permissions::from_mode(usual)).unwrap();
    }
    // For oneself it is one's own affair.
    fs::set_permissions(&window, Permissions::from_mode(0o666)).unwrap();
    assert!(run(&mut stage.command(&["install", "--user"])).0);
}

#[test]
fn arguments_nobody_knows_are_answered_with_help() {
    let stage = Stage::new();
    for arguments in [&["--origin"][..], &["install", "--all"], &["status", "{}"]] {
        let output = stage.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("tessera-host install")
        );
    }
    let (done, said) = run(&mut stage.command(&["--version"]));
    assert!(done);
    assert_eq!(
        said,
        concat!("tessera-host ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let (done, said) = run(&mut stage.command(&["--help"]));
    assert!(done && said.contains("--system"));
}
