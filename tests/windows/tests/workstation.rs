//! Host and window on a Windows workstation: hand-shake, installation, policy, doctor, login.
#![allow(clippy::unwrap_used)] // tests

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};
use windows_workstation::login::{
    MODULE, PIN, POLICY, TITLE, asked, authenticate, check_token, insert_card, persons_policy,
    type_pin,
};
use windows_workstation::words::{checks, doctor, said};
use windows_workstation::{Host, Screen, Stage, Test, Wine, greeted, wait_for};

fn main() -> ExitCode {
    let screen = Screen::start();
    let wine = Wine::new(screen.name());
    wine.put_programs();
    let tests: [Test; 11] = [
        (
            "the_host_says_its_version_first",
            the_host_says_its_version_first,
        ),
        ("a_stranger_is_sent_away", a_stranger_is_sent_away),
        ("bytes_pass_as_they_are", bytes_pass_as_they_are),
        ("uninstall_leaves_nothing", uninstall_leaves_nothing),
        (
            "the_registry_s_policy_decides",
            the_registry_s_policy_decides,
        ),
        (
            "the_doctor_tells_what_there_is",
            the_doctor_tells_what_there_is,
        ),
        (
            "the_doctor_finds_the_extension_in_the_profiles",
            the_doctor_finds_the_extension_in_the_profiles,
        ),
        (
            "a_pin_typed_in_the_window_signs",
            a_pin_typed_in_the_window_signs,
        ),
        ("a_wrong_pin_is_counted", a_wrong_pin_is_counted),
        (
            "a_module_that_hangs_is_killed",
            a_module_that_hangs_is_killed,
        ),
        (
            "what_a_killed_host_has_started_ends_too",
            what_a_killed_host_has_started_ends_too,
        ),
    ];
    Stage { wine, screen }.play(tests)
}

fn the_host_says_its_version_first(stage: &Stage) {
    let ours = "chrome-extension://hhmoghcllhpdkcbbmnigdadijiiniccn/";
    for arguments in [
        &[][..],
        &[ours, "--parent-window=0"],
        &[r"C:\x\it.tessera.cns.firefox.json", "tessera@sistemats.it"],
    ] {
        let mut host = greeted(stage, arguments);
        host.send(&json!({"command": "status", "arguments": {}}));
        assert_eq!(host.frame()["version"], env!("CARGO_PKG_VERSION"));
        assert!(host.end().success());
    }
}

fn a_stranger_is_sent_away(stage: &Stage) {
    let other = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/";
    let mut host = Host::start(stage.wine.host(&[other]));
    let answer = host.frame();
    assert_eq!(
        answer["error"]["code"], "ERR_TESSERA_ORIGIN_NOT_ALLOWED",
        "{answer}"
    );
    assert!(!host.end().success());
}

fn bytes_pass_as_they_are(stage: &Stage) {
    // Lengths and letters that a text mode would spoil: line ends, the end of a text.
    for length in [0x0a, 0x0d, 0x1a, 0x0d0a] {
        let mut message = json!({"command": "status", "arguments": {}, "filler": ""});
        let rest = 256 + length - message.to_string().len();
        message["filler"] = json!("x".repeat(rest));
        let mut host = greeted(stage, &[]);
        host.send(&message);
        assert!(host.frame()["version"].is_string());
        assert!(host.end().success());
    }
}

const KEYS: [&str; 4] = [
    r"Software\Chromium\NativeMessagingHosts\it.tessera.cns",
    r"Software\Google\Chrome\NativeMessagingHosts\it.tessera.cns",
    r"Software\Microsoft\Edge\NativeMessagingHosts\it.tessera.cns",
    r"Software\Mozilla\NativeMessagingHosts\it.tessera.cns",
];

fn uninstall_leaves_nothing(stage: &Stage) {
    for (scope, hive, root) in [
        ("--user", "HKCU", "HKEY_CURRENT_USER"),
        ("--system", "HKLM", "HKEY_LOCAL_MACHINE"),
    ] {
        let (registry, files) = (stage.wine.registry(), stage.wine.files());
        let told = said(stage, &["install", scope]);
        let installed = stage.wine.registry();
        for key in KEYS {
            assert!(told.contains(&format!(r"written: {hive}\{key}")), "{told}");
            let named = installed
                .iter()
                .find_map(|line| line.strip_prefix(&format!(r#"{root}\{key}: @="#)));
            let manifest = manifest(stage, named.unwrap_or_else(|| panic!("{installed:#?}")));
            assert_eq!(manifest["name"], "it.tessera.cns");
            assert_eq!(
                manifest["path"],
                r"C:\Program Files\Tessera\tessera-host.exe"
            );
            let admitted = match key.contains("Mozilla") {
                true => json!(["tessera@sistemats.it"]) == manifest["allowed_extensions"],
                false => {
                    json!(["chrome-extension://hhmoghcllhpdkcbbmnigdadijiiniccn/"])
                        == manifest["allowed_origins"]
                }
            };
            assert!(admitted, "{manifest}");
        }
        let told = said(stage, &["uninstall", scope]);
        assert_eq!(told.matches("removed: ").count(), 6, "{told}");
        assert_eq!(stage.wine.registry(), registry, "{scope}");
        assert_eq!(stage.wine.files(), files, "{scope}");
        let again = said(stage, &["uninstall", scope]);
        assert_eq!(again.matches("was not there: ").count(), 6, "{again}");
    }
}

/// The manifest that a value of the registry names, as `reg export` writes it.
fn manifest(stage: &Stage, named: &str) -> Value {
    let path: String = serde_json::from_str(named).unwrap();
    let path = path.strip_prefix(r"C:\").unwrap().replace('\\', "/");
    serde_json::from_slice(&fs::read(stage.wine.drive_c(&path)).unwrap()).unwrap()
}

fn the_registry_s_policy_decides(stage: &Stage) {
    let portal = "https://portal.example";
    let ask = |stage: &Stage| {
        let mut host = greeted(stage, &[]);
        host.send(&authenticate(portal));
        let answer = host.answer();
        host.end();
        let code = answer["error"]["code"].as_str().unwrap().to_owned();
        (code, host.log())
    };
    // Whoever is let in is told next that there is no middleware.
    let is_admitted = |stage: &Stage| match ask(stage).0.as_str() {
        "ERR_TESSERA_MODULE_FAILED" => true,
        "ERR_TESSERA_ORIGIN_NOT_ALLOWED" => false,
        other => panic!("{other}"),
    };
    assert!(!is_admitted(stage));
    let several = "https://other.example; https://portal.example";
    stage.wine.set(POLICY, "allowed_origins", "REG_SZ", several);
    assert!(is_admitted(stage));
    let (subject, state, found) = checks(&doctor(stage), "policy").remove(0);
    assert_eq!((subject.as_str(), state.as_str()), (POLICY, "ok"));
    let added = "origins added: https://other.example, https://portal.example;";
    assert!(found.starts_with(added), "{found}");
    stage.wine.remove(POLICY);
    let list = format!(r"{POLICY}\allowed_origins");
    stage.wine.set(&list, "1", "REG_SZ", portal);
    assert!(is_admitted(stage));
    for (value, kind, data, reason) in [
        (
            "allowed_origin",
            "REG_SZ",
            portal,
            "value allowed_origin: unknown field",
        ),
        (
            "allowed_origins",
            "REG_DWORD",
            "1",
            "value allowed_origins: it is neither",
        ),
        (
            "modules",
            "REG_EXPAND_SZ",
            r"%ProgramFiles%\x.dll",
            "value modules: it is neither",
        ),
        (
            "modules",
            "REG_SZ",
            "x.dll",
            "modules: `x.dll` is not an absolute path",
        ),
    ] {
        stage.wine.remove(POLICY);
        stage.wine.set(POLICY, value, kind, data);
        let (code, log) = ask(stage);
        assert_eq!(code, "ERR_TESSERA_UNKNOWN_ERROR");
        let told = format!(r"the policy {POLICY}: {reason}");
        assert!(log.contains(&told), "{log}");
    }
    let (subject, state, found) = checks(&doctor(stage), "policy").remove(0);
    assert_eq!((subject.as_str(), state.as_str()), (POLICY, "wrong"));
    assert_eq!(found, "modules: `x.dll` is not an absolute path");
    stage.wine.remove(POLICY);
}

fn the_doctor_tells_what_there_is(stage: &Stage) {
    let report = doctor(stage);
    let (_, state, found) = &checks(&report, "window")[0];
    assert_eq!(state, "ok", "{found}");
    let none = &checks(&report, "browser")[0].2;
    assert!(none.starts_with("none of Chromium"), "{none}");

    place_browsers(stage);
    said(stage, &["install", "--user"]);
    let chrome = r"HKLM\Software\Policies\Google\Chrome";
    let forced = format!(r"{chrome}\ExtensionInstallForcelist");
    let entry = "hhmoghcllhpdkcbbmnigdadijiiniccn;https://portal.example/update.xml";
    stage.wine.set(&forced, "1", "REG_SZ", entry);
    let firefox = r"HKLM\Software\Policies\Mozilla\Firefox";
    let settings = r#"{"*": {"installation_mode": "blocked"}}"#;
    stage
        .wine
        .set(firefox, "ExtensionSettings", "REG_SZ", settings);

    let report = doctor(stage);
    let browsers = checks(&report, "browser");
    assert_eq!(browsers.len(), 2, "{browsers:?}");
    assert!(browsers[0].2.starts_with("126.0.1.2, "), "{browsers:?}");
    assert!(browsers[1].2.starts_with("128.1, "), "{browsers:?}");
    let manifests = checks(&report, "native-host-manifest");
    assert_eq!(manifests.len(), 2, "{manifests:?}");
    for (_, state, found) in &manifests {
        assert_eq!(state, "ok", "{found}");
        assert_eq!(found, r"starts C:\Program Files\Tessera\tessera-host.exe");
    }
    let policies = checks(&report, "browser-policy");
    assert_eq!(policies[0].2, "installs the extension");
    let blocked = "ExtensionSettings (*: blocked) keeps the extension out";
    assert_eq!(policies[1].2, blocked);

    // A browser that reads everybody's manifests alone; and whose they are: under Wine each
    // file belongs to the one person there is, who is no administrator.
    let only_systems = "NativeMessagingUserLevelHosts";
    stage.wine.set(chrome, only_systems, "REG_DWORD", "0");
    let manifests = checks(&doctor(stage), "native-host-manifest");
    let for_everybody = "no manifest for everybody, and its policy reads no other";
    assert!(
        manifests.iter().any(|check| check.2 == for_everybody),
        "{manifests:?}"
    );
    said(stage, &["install", "--system"]);
    let manifests = checks(&doctor(stage), "native-host-manifest");
    let distrusted = "somebody else can change what it starts: ";
    let everybodys = manifests.iter().filter(|check| {
        check.2.starts_with(distrusted) && check.2.contains(" belongs to S-1-5-21")
    });
    assert_eq!(everybodys.count(), 2, "{manifests:?}");

    stage.wine.remove(chrome);
    stage.wine.remove(firefox);
    said(stage, &["uninstall", "--system"]);
    said(stage, &["uninstall", "--user"]);
    remove_browsers(stage);
}

/// Two browsers: Chrome in a folder of its version, and Firefox, which has it in a file.
fn place_browsers(stage: &Stage) {
    for file in [
        "Google/Chrome/Application/126.0.1.2/chrome.dll",
        "Google/Chrome/Application/chrome.exe",
        "Mozilla Firefox/firefox.exe",
    ] {
        write(&stage.wine.drive_c("Program Files").join(file), "");
    }
    let about = "Program Files/Mozilla Firefox/application.ini";
    write(&stage.wine.drive_c(about), "Version=128.1\n");
}

fn remove_browsers(stage: &Stage) {
    for folder in ["Google", "Mozilla Firefox"] {
        fs::remove_dir_all(stage.wine.drive_c("Program Files").join(folder)).unwrap();
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn the_doctor_finds_the_extension_in_the_profiles(stage: &Stage) {
    place_browsers(stage);
    let local = stage.wine.person("AppData/Local/Google");
    let chromes = local.join("Chrome/User Data/Default");
    let packed = r"hhmoghcllhpdkcbbmnigdadijiiniccn\99.0.0_0";
    let settings = json!({"hhmoghcllhpdkcbbmnigdadijiiniccn": {"path": packed}});
    let preferences = json!({"extensions": {"settings": settings}});
    write(
        &chromes.join("Secure Preferences"),
        &preferences.to_string(),
    );
    let manifest = format!("Extensions/{}/manifest.json", packed.replace('\\', "/"));
    write(&chromes.join(manifest), r#"{"version": "99.0.0"}"#);
    let roaming = stage.wine.person("AppData/Roaming/Mozilla");
    let firefoxs = roaming.join("Firefox/Profiles/x.default/extensions.json");
    let known =
        json!({"addons": [{"id": "tessera@sistemats.it", "version": env!("CARGO_PKG_VERSION")}]});
    write(&firefoxs, &known.to_string());

    let extensions = checks(&doctor(stage), "extension");
    assert_eq!(extensions.len(), 2, "{extensions:?}");
    let profile = r"\AppData\Local\Google\Chrome\User Data\Default";
    assert!(extensions[0].0.ends_with(profile), "{extensions:?}");
    assert_eq!(extensions[0].1, "wrong");
    let profile = r"\AppData\Roaming\Mozilla\Firefox\Profiles\x.default";
    assert!(extensions[1].0.ends_with(profile), "{extensions:?}");
    assert_eq!(extensions[1].1, "ok");

    remove_browsers(stage);
    for folder in [local, roaming] {
        fs::remove_dir_all(folder).unwrap();
    }
}

fn a_pin_typed_in_the_window_signs(stage: &Stage) {
    let card = insert_card(stage);
    let mut host = asked(stage);
    let window = stage.screen.window(TITLE);
    type_pin(stage, &window, PIN);
    let answer = host.answer();
    check_token(&answer, &card);
    assert!(host.end().success());
    wait_for("the window's end", || {
        (!stage.screen.shows(&window)).then_some(())
    });

    // What the module prints by the system's handle or by C's went to the log.
    let log = host.log();
    assert!(log.contains("hello from a module in C"), "{log}");
    assert!(log.contains("hello from a module\""), "{log}");

    // The same module in the administrator's name.
    stage.wine.set(POLICY, "modules", "REG_SZ", MODULE);
    let report = doctor(stage);
    let (_, state, found) = &checks(&report, "module")[0];
    assert_eq!(state, "wrong");
    assert!(
        found.starts_with("not loaded: ") && found.contains(" belongs to S-1-5-21"),
        "{found}"
    );
    stage.wine.remove(POLICY);
    let report = doctor(stage);
    let (_, state, found) = &checks(&report, "module")[0];
    assert_eq!(state, "ok", "{found}");
    assert!(found.contains("sees a card with 1 certificate"), "{found}");
}

fn a_wrong_pin_is_counted(stage: &Stage) {
    insert_card(stage);
    let mut host = asked(stage);
    let window = stage.screen.window(TITLE);
    type_pin(stage, &window, "00000");
    let counts = stage.wine.person("AppData/Local/Tessera/wrong-pins");
    let text = wait_for("the count", || {
        let text = fs::read_to_string(&counts).ok()?;
        text.ends_with(" 1\n").then_some(text)
    });
    assert!(!text.contains("6090123456789012"), "{text}");
    host.wait_for_progress("waiting-for-pin");
    // The host remembers over its end, and forgets with the right one.
    host.end();
    let mut host = asked(stage);
    let window = stage.screen.window(TITLE);
    type_pin(stage, &window, PIN);
    assert!(host.answer()["signature"].is_string());
    host.end();
    assert_eq!(fs::read_to_string(&counts).unwrap(), "");
    said(stage, &["uninstall", "--user"]);
    assert!(!stage.wine.person("AppData/Local/Tessera").exists());
    fs::remove_file(persons_policy(stage)).unwrap();
}

/// How many processes of modules there are.
fn module_processes() -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let is_modules = |line: &Vec<u8>| {
        let line = String::from_utf8_lossy(line);
        line.contains("tessera-host.exe") && line.contains("pkcs11-module")
    };
    lines.filter(is_modules).count()
}

fn a_module_that_hangs_is_killed(stage: &Stage) {
    insert_card(stage);
    let mut command = stage.wine.host(&["doctor", "--json"]);
    command.env("CARD", r"C:\card").env("HANGS", "yes");
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (_, state, found) = &checks(&report, "module")[0];
    assert_eq!(state, "wrong");
    assert!(found.starts_with("it did not answer for"), "{found}");
    assert_eq!(module_processes(), 0);
    fs::remove_file(persons_policy(stage)).unwrap();
}

fn what_a_killed_host_has_started_ends_too(stage: &Stage) {
    insert_card(stage);
    let mut host = asked(stage);
    let window = stage.screen.window(TITLE);
    assert_eq!(module_processes(), 1);
    host.kill();
    wait_for("the module's end", || {
        (module_processes() == 0).then_some(())
    });
    wait_for("the window's end", || {
        (!stage.screen.shows(&window)).then_some(())
    });
    fs::remove_file(persons_policy(stage)).unwrap();
}
