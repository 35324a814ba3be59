//! The Windows packages, installed by Windows Installer: what they bring, a login with it, other
//! versions, and that nothing stays.
#![allow(clippy::unwrap_used)] // tests

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::{Value, json};
use windows_workstation::login::{
    POLICY, TITLE, asked, check_token, insert_card, persons_policy, type_pin,
};
use windows_workstation::words::{checks, doctor};
use windows_workstation::{Host, Screen, Stage, Test, Wine, built, greeted, wait_for};

/// For the portal's own pages.
const PACKAGE: &str = "tessera.msi";
/// The same, of a version that went before.
const OLDER: &str = "tessera-older.msi";
/// For the pages of another portal, where the extension is.
const FOR_A_PORTAL: &str = "tessera-portal.msi";
/// The same for one person.
const FOR_A_PERSON: &str = "tessera-user.msi";

const CHROMIUM_ID: &str = "hhmoghcllhpdkcbbmnigdadijiiniccn";
const GECKO_ID: &str = "tessera@sistemats.it";

fn main() -> ExitCode {
    let screen = Screen::start();
    let wine = Wine::new(screen.name());
    // On no Windows is the policies' key empty, as here: Windows Installer would take it away.
    let others = r"HKLM\Software\Policies\Microsoft\Windows";
    wine.set(others, "SomebodyElses", "REG_SZ", "policy");
    let tests: [Test; 7] = [
        (
            "a_package_brings_files_and_keys_and_takes_them_away",
            a_package_brings_files_and_keys_and_takes_them_away,
        ),
        (
            "the_property_says_who_may_ask",
            the_property_says_who_may_ask,
        ),
        (
            "a_browser_starts_the_host_by_its_key",
            a_browser_starts_the_host_by_its_key,
        ),
        (
            "the_doctor_finds_what_a_package_brought",
            the_doctor_finds_what_a_package_brought,
        ),
        (
            "a_pin_typed_in_the_installed_window_signs",
            a_pin_typed_in_the_installed_window_signs,
        ),
        (
            "a_version_takes_the_place_of_another",
            a_version_takes_the_place_of_another,
        ),
        (
            "a_person_installs_it_for_themselves",
            a_person_installs_it_for_themselves,
        ),
    ];
    Stage { wine, screen }.play(tests)
}

/// A package's file, as Windows names it.
fn file(package: &str) -> String {
    format!("Z:{}", built(package).display())
}

fn install(stage: &Stage, package: &str, properties: &[&str]) {
    let file = file(package);
    let words = [&["/i", file.as_str()], properties].concat();
    stage.wine.msiexec(&words);
}

fn uninstall(stage: &Stage, package: &str) {
    stage.wine.msiexec(&["/x", &file(package)]);
}

/// Keys in which Windows Installer keeps its books.
const BOOKS: [&str; 4] = [
    r"\Microsoft\Windows\CurrentVersion\Installer",
    r"\Microsoft\Windows\CurrentVersion\Uninstall",
    r"\Microsoft\Installer",
    r"\Classes\Installer",
];

/// What there is on the workstation: the registry's lines and the files' paths.
struct Inventory {
    registry: BTreeSet<String>,
    files: BTreeSet<PathBuf>,
}

impl Inventory {
    fn of(stage: &Stage) -> Inventory {
        // Shelves of the books that are made for the first package stay when it goes. What is on
        // them is named by a code.
        let is_shelf = |line: &String| {
            let last = line.rsplit('\\').next().unwrap_or(line);
            BOOKS.iter().any(|book| line.contains(book)) && !line.contains(": ") && last.len() < 32
        };
        let mut registry = stage.wine.registry();
        // Policies are the same for 32-bit programs, and so are in the registry twice.
        registry.retain(|line| !is_shelf(line) && !line.contains(r"\Wow6432Node\Policies"));
        Inventory {
            registry: registry.into_iter().collect(),
            files: stage.wine.files().into_iter().collect(),
        }
    }

    /// The registry's lines that are new, but for Windows Installer's own books.
    fn written_since(&self, before: &Inventory) -> Vec<String> {
        let new = self.registry.difference(&before.registry);
        let is_ours = |line: &&String| {
            // A line of a value, or a key's that has none.
            line.contains(": ") && !BOOKS.iter().any(|book| line.contains(book))
        };
        new.filter(is_ours).cloned().collect()
    }

    fn files_since(&self, before: &Inventory, wine: &Wine) -> Vec<String> {
        let new = self.files.difference(&before.files);
        let root = wine.drive_c("");
        let files = new.filter(|path| path.is_file());
        let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
        files.map(name).collect()
    }
}

/// That the workstation is as it was.
#[track_caller]
fn check_nothing_stayed(stage: &Stage, before: &Inventory) {
    let after = Inventory::of(stage);
    let lines = after.registry.symmetric_difference(&before.registry);
    assert_eq!(lines.collect::<Vec<_>>(), Vec::<&String>::new());
    let files = after.files.symmetric_difference(&before.files);
    assert_eq!(files.collect::<Vec<_>>(), Vec::<&PathBuf>::new());
}

/// The programs and documents, in their folder.
const FILES: [&str; 6] = [
    "LICENSE.txt",
    "it.tessera.cns.chromium.json",
    "it.tessera.cns.firefox.json",
    "libraries.txt",
    "tessera-host.exe",
    "tessera-window.exe",
];

fn in_folder(folder: &str) -> Vec<String> {
    FILES.map(|name| format!("{folder}/{name}")).into()
}

/// The lines that name the manifests, as `reg export` writes them.
fn keys(root: &str, folder: &str) -> Vec<String> {
    let line = |above: &str, family: &str| {
        format!(
            r#"{root}\Software\{above}\NativeMessagingHosts\it.tessera.cns: @="{folder}\\it.tessera.cns.{family}.json""#
        )
    };
    vec![
        line("Chromium", "chromium"),
        line(r"Google\Chrome", "chromium"),
        line(r"Microsoft\Edge", "chromium"),
        line("Mozilla", "firefox"),
    ]
}

const MACHINE: &str = "HKEY_LOCAL_MACHINE";
const PROGRAMS: &str = r"C:\\Program Files\\Tessera";

fn a_package_brings_files_and_keys_and_takes_them_away(stage: &Stage) {
    let before = Inventory::of(stage);
    install(stage, PACKAGE, &[]);
    let installed = Inventory::of(stage);
    assert_eq!(
        installed.files_since(&before, &stage.wine),
        in_folder("Program Files/Tessera")
    );
    assert_eq!(installed.written_since(&before), keys(MACHINE, PROGRAMS));
    uninstall(stage, PACKAGE);
    check_nothing_stayed(stage, &before);

    install(stage, FOR_A_PORTAL, &[]);
    let installed = Inventory::of(stage);
    let mut lines = keys(MACHINE, PROGRAMS);
    let policies = format!(r"{MACHINE}\Software\Policies");
    let entry = format!("{CHROMIUM_ID};https://portal.example/postazione/update.xml");
    for browser in ["Chromium", r"Google\Chrome", r"Microsoft\Edge"] {
        lines.push(format!(
            r#"{policies}\{browser}\ExtensionInstallForcelist: "90000"="{entry}""#
        ));
    }
    let its = format!(r"{policies}\Mozilla\Firefox\ExtensionSettings\{GECKO_ID}");
    let package = "https://portal.example/postazione/tessera.xpi";
    lines.push(format!(r#"{its}: "install_url"="{package}""#));
    lines.push(format!(r#"{its}: "installation_mode"="force_installed""#));
    lines.push(format!(
        r#"{policies}\Tessera: "allowed_origins"="https://portal.example;""#
    ));
    assert_eq!(installed.written_since(&before), lines);
    uninstall(stage, FOR_A_PORTAL);
    check_nothing_stayed(stage, &before);

    // What is the administrator's own stays as it is.
    let firefox = r"HKLM\Software\Policies\Mozilla\Firefox";
    let own = r#"{"*": {"installation_mode": "allowed"}}"#;
    stage.wine.set(firefox, "ExtensionSettings", "REG_SZ", own);
    let chrome = r"HKLM\Software\Policies\Google\Chrome\ExtensionInstallForcelist";
    stage.wine.set(chrome, "1", "REG_SZ", "another");
    let with_own = Inventory::of(stage);
    install(stage, FOR_A_PORTAL, &[]);
    let installed = Inventory::of(stage);
    assert!(!installed.registry.iter().any(|line| line.contains(&its)));
    assert!(with_own.registry.is_subset(&installed.registry));
    uninstall(stage, FOR_A_PORTAL);
    check_nothing_stayed(stage, &with_own);
    stage.wine.remove(r"HKLM\Software\Policies\Mozilla");
    stage.wine.remove(r"HKLM\Software\Policies\Google");
}

/// The origins that the doctor finds added.
fn added(stage: &Stage) -> String {
    let (subject, state, found) = checks(&doctor(stage), "policy").remove(0);
    assert_eq!((subject.as_str(), state.as_str()), (POLICY, "ok"));
    let (added, _) = found.split_once("; ").unwrap();
    added.to_owned()
}

fn the_property_says_who_may_ask(stage: &Stage) {
    let before = Inventory::of(stage);
    let several = "ALLOWED_ORIGINS=https://a.example;https://b.example:8443";
    install(stage, PACKAGE, &[several]);
    let both = "origins added: https://a.example, https://b.example:8443";
    assert_eq!(added(stage), both);
    // A repair is given no property.
    fs::remove_file(stage.wine.drive_c("Program Files/Tessera/LICENSE.txt")).unwrap();
    install(stage, PACKAGE, &["REINSTALL=ALL", "REINSTALLMODE=amus"]);
    assert!(
        stage
            .wine
            .drive_c("Program Files/Tessera/LICENSE.txt")
            .is_file()
    );
    assert_eq!(added(stage), both);
    uninstall(stage, PACKAGE);
    check_nothing_stayed(stage, &before);

    install(stage, FOR_A_PORTAL, &["ALLOWED_ORIGINS=https://a.example"]);
    assert_eq!(
        added(stage),
        "origins added: https://portal.example, https://a.example"
    );
    uninstall(stage, FOR_A_PORTAL);
    check_nothing_stayed(stage, &before);
}

/// The manifest that a browser's key names, and where it is.
fn manifest(stage: &Stage, key: &str) -> (PathBuf, Value) {
    let start = format!(r"{MACHINE}\Software\{key}\NativeMessagingHosts\it.tessera.cns: @=");
    let registry = stage.wine.registry();
    let named = registry.iter().find_map(|line| line.strip_prefix(&start));
    let path: String = serde_json::from_str(named.unwrap()).unwrap();
    let path = path.strip_prefix(r"C:\").unwrap().replace('\\', "/");
    let path = stage.wine.drive_c(&path);
    let manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    (path, manifest)
}

fn a_browser_starts_the_host_by_its_key(stage: &Stage) {
    install(stage, PACKAGE, &[]);
    for (key, member, admitted, arguments) in [
        (
            r"Google\Chrome",
            "allowed_origins",
            format!("chrome-extension://{CHROMIUM_ID}/"),
            vec![format!("chrome-extension://{CHROMIUM_ID}/")],
        ),
        (
            "Mozilla",
            "allowed_extensions",
            GECKO_ID.to_owned(),
            vec![r"C:\x\m.json".to_owned(), GECKO_ID.to_owned()],
        ),
    ] {
        let (path, manifest) = manifest(stage, key);
        assert_eq!(manifest["name"], "it.tessera.cns");
        assert_eq!(manifest["type"], "stdio");
        assert_eq!(manifest[member], json!([admitted]));
        assert_eq!(manifest.as_object().unwrap().len(), 5, "{manifest}");
        // A path that begins at the manifest's folder.
        let program = path.with_file_name(manifest["path"].as_str().unwrap());
        let windows = format!("Z:{}", program.display());
        let mut command = stage.wine.program(&[&windows]);
        command.args(arguments);
        let mut host = Host::start(command);
        assert_eq!(host.frame(), json!({"version": env!("CARGO_PKG_VERSION")}));
        host.send(&json!({"command": "status", "arguments": {}}));
        assert_eq!(host.frame()["version"], env!("CARGO_PKG_VERSION"));
        assert!(host.end().success());
    }
    uninstall(stage, PACKAGE);
}

fn the_doctor_finds_what_a_package_brought(stage: &Stage) {
    let programs = stage.wine.drive_c("Program Files");
    for (folder, program) in [
        ("Google/Chrome/Application", "chrome.exe"),
        ("Mozilla Firefox", "firefox.exe"),
    ] {
        fs::create_dir_all(programs.join(folder)).unwrap();
        fs::write(programs.join(folder).join(program), "").unwrap();
    }
    install(stage, FOR_A_PORTAL, &[]);
    let report = doctor(stage);
    let manifests = checks(&report, "native-host-manifest");
    let found: Vec<&str> = manifests.iter().map(|check| check.2.as_str()).collect();
    // Found and read; but under Wine each file belongs to the one person there is.
    assert_eq!(found.len(), 2, "{manifests:?}");
    for found in found {
        assert!(found.contains(" belongs to S-1-5-21"), "{manifests:?}");
    }
    for check in checks(&report, "browser-policy") {
        assert_eq!(check.2, "installs the extension");
    }
    assert_eq!(checks(&report, "browser-policy").len(), 2);
    let (_, state, found) = &checks(&report, "window")[0];
    assert_eq!(state, "ok", "{found}");
    uninstall(stage, FOR_A_PORTAL);
    for folder in ["Google", "Mozilla Firefox"] {
        fs::remove_dir_all(programs.join(folder)).unwrap();
    }
}

fn a_pin_typed_in_the_installed_window_signs(stage: &Stage) {
    install(stage, PACKAGE, &[]);
    let card = insert_card(stage);
    let mut host = asked(stage);
    let window = stage.screen.window(TITLE);
    type_pin(stage, &window, &card.pin);
    check_token(&host.answer(), &card);
    assert!(host.end().success());
    wait_for("the window's end", || {
        (!stage.screen.shows(&window)).then_some(())
    });
    fs::remove_dir_all(persons_policy(stage).parent().unwrap()).unwrap();
    uninstall(stage, PACKAGE);
    // The module was put there by others.
    let left = stage.wine.drive_c("Program Files/Tessera");
    let names: Vec<_> = fs::read_dir(&left).unwrap().flatten().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    fs::remove_dir_all(left).unwrap();
}

/// The versions that Windows has in its list of programs.
fn versions(stage: &Stage) -> Vec<String> {
    let registry = stage.wine.registry();
    let uninstall = registry.iter().filter(|line| line.contains(r"\Uninstall\"));
    let versions = uninstall.filter_map(|line| line.split_once("\"DisplayVersion\"=\""));
    versions
        .map(|(_, version)| version.trim_end_matches('"').to_owned())
        .collect()
}

fn a_version_takes_the_place_of_another(stage: &Stage) {
    let before = Inventory::of(stage);
    install(stage, OLDER, &["ALLOWED_ORIGINS=https://a.example"]);
    assert_eq!(versions(stage), ["0.0.1"]);
    // Newer, older again, and another package of the same version.
    for (package, version) in [
        (PACKAGE, env!("CARGO_PKG_VERSION")),
        (OLDER, "0.0.1"),
        (FOR_A_PORTAL, env!("CARGO_PKG_VERSION")),
        (PACKAGE, env!("CARGO_PKG_VERSION")),
    ] {
        install(stage, package, &[]);
        assert_eq!(versions(stage), [version]);
        // What was given once stays.
        assert!(added(stage).ends_with("https://a.example"));
        assert!(greeted(stage, &[]).end().success());
    }
    uninstall(stage, PACKAGE);
    check_nothing_stayed(stage, &before);
}

fn a_person_installs_it_for_themselves(stage: &Stage) {
    let before = Inventory::of(stage);
    install(stage, FOR_A_PERSON, &[]);
    let installed = Inventory::of(stage);
    let person = stage.wine.person("");
    let person = person.file_name().unwrap().to_str().unwrap();
    let mut files = in_folder(&format!("users/{person}/AppData/Local/Programs/Tessera"));
    files.push(format!(
        "users/{person}/AppData/Roaming/tessera/policy.toml"
    ));
    assert_eq!(installed.files_since(&before, &stage.wine), files);
    let programs = format!(r"C:\\users\\{person}\\AppData\\Local\\Programs\\Tessera");
    assert_eq!(
        installed.written_since(&before),
        keys("HKEY_CURRENT_USER", &programs)
    );
    let host = stage
        .wine
        .person("AppData/Local/Programs/Tessera/tessera-host.exe");
    let report = run_doctor(stage, &host);
    let (_, state, found) = checks(&report, "policy").remove(0);
    assert_eq!(state, "ok");
    assert!(
        found.starts_with("origins added: https://portal.example"),
        "{found}"
    );
    uninstall(stage, FOR_A_PERSON);
    check_nothing_stayed(stage, &before);
}

fn run_doctor(stage: &Stage, host: &Path) -> Value {
    let windows = format!("Z:{}", host.display());
    let mut command: Command = stage.wine.program(&[&windows, "doctor", "--json"]);
    serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
}
