//! `tessera-host doctor`, the real one, on machines that are ours alone.

use std::{path::Path, process::ExitCode};

use end_to_end::{
    Outcome,
    bare_machine::{BareMachine, HOME, HOST, library_path},
    middleware::Middleware,
    people::{ANNA_VERDI, Issuer},
    screen::Screen,
    suite,
    waiting::wait_for,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const PIN: &str = "62951";
const OPENSC: &str = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";
const CHROMIUM_ID: &str = "hhmoghcllhpdkcbbmnigdadijiiniccn";
const GECKO_ID: &str = "tessera@sistemats.it";

struct Stage {
    // In this order, so that what uses the folder ends before it is removed.
    middleware: Middleware,
    screen: Screen,
    issuer: Issuer,
    folder: TempDir,
    machines: u32,
}

fn main() -> ExitCode {
    suite::run(&[
        ("nothing_is_installed", nothing_is_installed),
        ("everything_is_set_up", everything_is_set_up),
        (
            "a_service_that_does_not_run_is_not_the_module_s_fault",
            a_service_that_does_not_run_is_not_the_module_s_fault,
        ),
        ("the_usual_faults_are_named", the_usual_faults_are_named),
    ])
}

impl suite::Stage for Stage {
    fn start() -> Outcome<Stage> {
        let folder = tempfile::tempdir()?;
        Ok(Stage {
            middleware: Middleware::start(folder.path())?,
            screen: Screen::start(folder.path())?,
            issuer: Issuer::new(),
            folder,
            machines: 0,
        })
    }

    fn expect_at_rest(&mut self) -> Outcome<()> {
        Ok(())
    }
}

impl Stage {
    fn machine(&mut self) -> Outcome<BareMachine> {
        self.machines += 1;
        let folder = self.folder.path().join(self.machines.to_string());
        std::fs::create_dir(&folder)?;
        BareMachine::new(&folder)
    }

    /// Lets a machine reach this stage's pcscd.
    fn connect_readers(&self, machine: &mut BareMachine) -> Outcome<()> {
        let pcsc = library_path("libpcsclite.so.1")?;
        machine.install(&pcsc, &pcsc.display().to_string())?;
        let socket = self.middleware.client_environment().map(|(_, path)| path);
        let folder = socket
            .and_then(Path::parent)
            .unwrap_or(Path::new("/run/pcscd"));
        Ok(machine.share(folder, "/run/pcscd")?)
    }
}

/// What the doctor said, and the exit code that goes with it.
struct Said {
    text: String,
    code: Option<i32>,
}

fn consult(machine: &BareMachine, arguments: &[&str], display: &str) -> Outcome<Said> {
    let environment: &[(&str, &str)] = match display {
        "" => &[],
        display => &[("DISPLAY", display)],
    };
    let output = machine.host(&[&["doctor"], arguments].concat(), environment)?;
    Ok(Said {
        text: String::from_utf8(output.stdout)?,
        code: output.status.code(),
    })
}

/// Consults once the card is in the service's view.
fn consult_with_card(machine: &BareMachine, arguments: &[&str], display: &str) -> Outcome<Said> {
    let mut last = None;
    let said = wait_for("card", || {
        let said = consult(machine, arguments, display);
        let sees_card = said.as_ref().is_ok_and(|said| said.text.contains("ATR 3B"));
        match sees_card {
            true => Some(said),
            false => {
                last = Some(said);
                None
            }
        }
    });
    match said {
        Ok(said) => said,
        Err(_) => {
            let text = last.transpose()?.map(|said| said.text);
            Err(format!("no card is seen: {}", text.unwrap_or_default()).into())
        }
    }
}

/// A text without what differs from day to day and from release to release.
fn stable(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let text = without(&text, "framework ", ";");
    let text = without(&text, "clock: ", " UTC");
    without(&text, "\"found\": \"20", " UTC")
}

/// Puts dots for what stands between two marks.
fn without(text: &str, begin: &str, end: &str) -> String {
    let Some((before, rest)) = text.split_once(begin) else {
        return text.to_owned();
    };
    match rest.split_once(end) {
        Some((_, after)) => format!("{before}{begin}…{end}{after}"),
        None => text.to_owned(),
    }
}

fn manifest(program: &str, list: &str, id: &str) -> String {
    json!({"name": "it.tessera.cns", "description": "Tessera", "path": program,
        "type": "stdio", list: [id]})
    .to_string()
}

fn nothing_is_installed(stage: &mut Stage) -> Outcome<()> {
    let machine = stage.machine()?;
    let said = consult(&machine, &[], "")?;
    insta::assert_snapshot!("nothing_installed", stable(&said.text));
    assert_eq!(said.code, Some(1));
    let said = consult(&machine, &["--json"], "")?;
    insta::assert_snapshot!("nothing_installed_json", stable(&said.text));
    assert_eq!(said.code, Some(1));
    // Anything else is no command.
    assert_eq!(consult(&machine, &["--everything"], "")?.code, Some(2));
    Ok(())
}

fn everything_is_set_up(stage: &mut Stage) -> Outcome<()> {
    let mut machine = stage.machine()?;
    machine.install_window()?;
    machine.write_with("/usr/bin/chromium", "", 0o755)?;
    machine.write_with("/usr/lib/firefox-esr/firefox-esr", "", 0o755)?;
    machine.write(
        "/var/lib/dpkg/status",
        "Package: chromium\nStatus: install ok installed\nVersion: 156.0.8078.79-1~deb12u1\n",
    )?;
    machine.write(
        "/usr/lib/firefox-esr/application.ini",
        "[App]\nVersion=153.7.0\n",
    )?;
    let forced = format!("{CHROMIUM_ID};https://portal.example/update.xml");
    machine.write(
        "/etc/chromium/policies/managed/tessera.json",
        json!({"ExtensionInstallForcelist": [forced]}).to_string(),
    )?;
    machine.write(
        "/etc/firefox/policies/policies.json",
        json!({"policies": {"ExtensionSettings": {
            GECKO_ID: {"installation_mode": "force_installed"}}}})
        .to_string(),
    )?;
    machine.write(
        "/etc/tessera/policy.toml",
        "allowed_origins = [\"https://portal.example\"]\n",
    )?;
    machine.write("/run/systemd/timesync/synchronized", "")?;
    machine.install(Path::new(OPENSC), OPENSC)?;
    stage.connect_readers(&mut machine)?;
    // As a technician does it.
    let installed = machine.host(&["install", "--system"], &[])?;
    assert!(installed.status.success(), "{installed:?}");

    let display = stage.screen.display();
    let card = stage.issuer.issue(&ANNA_VERDI, PIN)?;
    let inserted = stage.middleware.first_reader().insert(card)?;
    let said = consult_with_card(&machine, &[], display)?;
    insta::assert_snapshot!("set_up", stable(&said.text));
    assert_eq!(said.code, Some(0));
    let said = consult(&machine, &["--json"], display)?;
    insta::assert_snapshot!("set_up_json", stable(&said.text));
    assert_eq!(said.code, Some(0));
    let parsed: Value = serde_json::from_str(&said.text)?;
    assert_eq!(parsed["verdict"], "ok");
    // Looking is not logging in, and tells nothing of the person.
    assert_eq!(inserted.verifications(), 0);
    for personal in [
        ANNA_VERDI.codice_fiscale,
        ANNA_VERDI.cognome,
        ANNA_VERDI.nome,
    ] {
        assert!(!said.text.contains(personal), "{}", said.text);
    }
    Ok(())
}

fn a_service_that_does_not_run_is_not_the_module_s_fault(stage: &mut Stage) -> Outcome<()> {
    let machine = stage.machine()?;
    let pcsc = library_path("libpcsclite.so.1")?;
    machine.install(&pcsc, &pcsc.display().to_string())?;
    machine.install(Path::new(OPENSC), OPENSC)?;
    let said = consult(&machine, &[], "")?;
    assert_eq!(said.code, Some(1));
    for line in ["(pcscd): is not running", "sees no reader"] {
        assert!(said.text.contains(line), "{line}\n{}", said.text);
    }
    Ok(())
}

fn the_usual_faults_are_named(stage: &mut Stage) -> Outcome<()> {
    let mut machine = stage.machine()?;
    machine.install_window()?;
    machine.write_with("/usr/bin/chromium", "", 0o755)?;
    machine.write_with("/opt/google/chrome/chrome", "", 0o755)?;
    machine.write("/snap/firefox/current/meta/snap.yaml", "version: '154.0'\n")?;
    machine.write(
        &format!("{HOME}/.config/chromium/NativeMessagingHosts/it.tessera.cns.json"),
        manifest(
            &format!("{HOME}/Downloads/tessera-host"),
            "allowed_origins",
            &format!("chrome-extension://{CHROMIUM_ID}/"),
        ),
    )?;
    machine.write(
        "/etc/opt/chrome/native-messaging-hosts/it.tessera.cns.json",
        manifest(
            HOST,
            "allowed_origins",
            "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/",
        ),
    )?;
    machine.write(
        "/etc/opt/chrome/policies/managed/policy.json",
        json!({"NativeMessagingBlocklist": ["*"]}).to_string(),
    )?;
    machine.write(
        "/etc/tessera/policy.toml",
        "# Ours\nallowed_origin = [\"https://portal.example\"]\n",
    )?;
    machine.install(Path::new(OPENSC), OPENSC)?;
    stage.connect_readers(&mut machine)?;
    let card = stage.issuer.issue_expired(&ANNA_VERDI, PIN)?;
    let _inserted = stage.middleware.first_reader().insert(card)?;
    // A display that nobody serves.
    let said = consult_with_card(&machine, &[], ":4711")?;
    insta::assert_snapshot!("usual_faults", stable(&said.text));
    assert_eq!(said.code, Some(1));

    // Once the policy is mended, the middleware and the card are next.
    machine.write(
        "/etc/tessera/policy.toml",
        "modules = [\"/opt/vendor/module.so\"]\n",
    )?;
    machine.copy(Path::new(OPENSC), "/usr/lib/libASEP11.so", 0o666)?;
    machine.write("/usr/lib/bit4id/libbit4xpki.so", "no library")?;
    let said = consult(&machine, &[], ":4711")?;
    insta::assert_snapshot!("usual_faults_of_the_middleware", stable(&said.text));
    assert_eq!(said.code, Some(1));
    Ok(())
}
