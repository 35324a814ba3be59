//! The Debian package, from its installation to its purge, on a machine that is ours alone.
//!
//! In one order, since each step stands on the one before it: what a technician does, what the
//! browsers do by themselves, what a person does, and what is left in the end.

use std::{
    fs,
    process::{Command, ExitCode},
};

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, Chain, EXTENSION_ANSWERS, PIN},
    firefox::Firefox,
    fresh_root::{self, changes},
    people::{Issuer, LUCA_BIANCHI},
    pin_window::PinWindow,
    portal::Portal,
    product,
    program::run,
    suite,
    waiting::wait_until,
    workstation::Workstation,
};
use serde_json::Value;

const POLICY: &str = "/etc/tessera/policy.toml";

struct Machine;

fn main() -> ExitCode {
    if let Err(error) = fresh_root::enter() {
        eprintln!("no root of its own for this test (tests/fresh_root.sh): {error}");
        return ExitCode::FAILURE;
    }
    if ["/etc/tessera", "/usr/lib/tessera", "/usr/share/tessera"]
        .iter()
        .any(|folder| fs::exists(folder).unwrap_or(true))
    {
        eprintln!("what this machine has of Tessera already would decide instead of the package");
        return ExitCode::FAILURE;
    }
    suite::run(&[
        ("debians_judge_finds_no_fault", debians_judge_finds_no_fault),
        (
            "it_installs_what_it_lists_and_nothing_else",
            it_installs_what_it_lists_and_nothing_else,
        ),
        (
            "a_managed_chromium_has_the_extension_and_logs_in",
            a_managed_chromium_has_the_extension_and_logs_in,
        ),
        (
            "a_managed_firefox_has_the_extension_and_logs_in",
            a_managed_firefox_has_the_extension_and_logs_in,
        ),
        (
            "installed_again_it_keeps_the_technicians_policy",
            installed_again_it_keeps_the_technicians_policy,
        ),
        (
            "removed_it_leaves_the_policy_alone",
            removed_it_leaves_the_policy_alone,
        ),
        ("purged_it_leaves_nothing", purged_it_leaves_nothing),
    ])
}

impl suite::Stage for Machine {
    fn start() -> Outcome<Machine> {
        Ok(Machine)
    }

    fn expect_at_rest(&mut self) -> Outcome<()> {
        Ok(())
    }
}

fn apt_get(action: &str, what: &str) -> Outcome<String> {
    let mut command = Command::new("apt-get");
    command.args([action, "--yes", "--no-install-recommends", what]);
    // As for a technician who is asked nothing.
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(run(&mut command)?)
}

fn install() -> Outcome<String> {
    apt_get("install", &product::debian_package()?.display().to_string())
}

fn debians_judge_finds_no_fault(_: &mut Machine) -> Outcome<()> {
    let mut lintian = Command::new("lintian");
    lintian.args(["--allow-root", "--fail-on", "error,warning"]);
    run(lintian.arg(product::debian_package()?))?;
    Ok(())
}

fn it_installs_what_it_lists_and_nothing_else(_: &mut Machine) -> Outcome<()> {
    install()?;
    let listed = run(Command::new("dpkg").args(["--listfiles", "tessera"]))?;
    for path in changes()?.keys() {
        let path = path.display().to_string();
        assert!(listed.lines().any(|line| line == path), "{path}");
    }
    let version = run(Command::new("tessera-host").arg("--version"))?;
    assert_eq!(
        version,
        concat!("tessera-host ", env!("CARGO_PKG_VERSION"), "\n")
    );
    Ok(())
}

fn a_managed_chromium_has_the_extension_and_logs_in(_: &mut Machine) -> Outcome<()> {
    let workstation = Workstation::start()?;
    let mut chain = Chain {
        browser: workstation.managed_browser()?,
        workstation,
        issuer: Issuer::new(),
    };
    let portal = Portal::start(&chain.issuer, &[LUCA_BIANCHI])?;
    allow(portal.origin())?;
    wait_until("extension that the policy installs", || {
        chain
            .browser
            .open(&portal.address(CARD_PAGE))
            .and_then(|()| chain.extension_answers())
            .is_ok_and(|answers| answers)
    })?;

    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    expect_a_doctor_without_complaint_of_us(&chain)?;
    chain.present_card(&portal, "Registra CNS")?;
    chain
        .browser
        .wait_for_page("/area-riservata/registrazione")?;
    chain.present_card(&portal, "Effettua la login")?;
    chain.browser.wait_for_page("/servizi")?;
    assert!(chain.browser.text()?.contains(LUCA_BIANCHI.cognome));
    chain.expect_all_let_go(Some(&card))
}

fn a_managed_firefox_has_the_extension_and_logs_in(_: &mut Machine) -> Outcome<()> {
    let mut workstation = Workstation::start()?;
    let firefox = Firefox::start(workstation.folder(), workstation.environment())?;
    let issuer = Issuer::new();
    let portal = Portal::start(&issuer, &[LUCA_BIANCHI])?;
    allow(portal.origin())?;
    wait_until("extension that the policy installs", || {
        firefox
            .open(&portal.address(CARD_PAGE))
            .and_then(|()| firefox.evaluate(EXTENSION_ANSWERS))
            .is_ok_and(|answers| answers == true)
    })?;

    let reader = workstation.middleware().first_reader();
    let card = reader.insert_noticed(issuer.issue(&LUCA_BIANCHI, PIN)?, &[])?;
    for (act, page) in [
        ("Registra CNS", "/area-riservata/registrazione"),
        ("Effettua la login", "/servizi"),
    ] {
        firefox.open(&portal.address(CARD_PAGE))?;
        firefox.click(act)?;
        let mut window =
            PinWindow::wait(&mut workstation).map_err(|failure| firefox.explained(&failure))?;
        window.enter_pin(PIN)?;
        window.wait_until_gone()?;
        firefox
            .wait_for_page(page)
            .map_err(|failure| format!("{failure}\nthe portal: {}", portal.log()))?;
    }
    assert!(firefox.text()?.contains(LUCA_BIANCHI.cognome));
    assert_eq!(card.signatures(), 2);
    Ok(())
}

/// As a technician adds a portal of one's own.
fn allow(origin: &str) -> Outcome<()> {
    let policy = fs::read_to_string(POLICY)?;
    let (before, after) = policy
        .split_once("\nallowed_origins = [")
        .ok_or("the policy has no line for origins")?;
    let (_, after) = after.split_once(']').ok_or("the line has no end")?;
    fs::write(
        POLICY,
        format!("{before}\nallowed_origins = [{origin:?}]{after}"),
    )?;
    Ok(())
}

/// All is well with what the package brought; the rest of the machine is not its matter.
fn expect_a_doctor_without_complaint_of_us(chain: &Chain) -> Outcome<()> {
    let output = Command::new("tessera-host")
        .args(["doctor", "--json"])
        .envs(chain.workstation.environment().iter().cloned())
        .output()?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let checks = report["checks"].as_array().ok_or("no checks")?;
    let ours = |id: &str, subject: &str| -> Vec<&Value> {
        let is_ours = |check: &&Value| {
            check["id"] == id
                && check["subject"]
                    .as_str()
                    .is_some_and(|text| text.contains(subject))
        };
        checks.iter().filter(is_ours).collect()
    };
    for (id, subject) in [
        ("host", "tessera-host"),
        ("window", "tessera-window"),
        ("policy", POLICY),
        ("native-host-manifest", "Chromium, /etc/chromium/"),
        ("browser-policy", "Chromium's policy"),
        ("native-host-manifest", "Firefox, /usr/lib/mozilla/"),
        ("browser-policy", "Firefox's policy"),
    ] {
        let found = ours(id, subject);
        let is_well = found.iter().all(|check| check["state"] == "ok");
        if found.is_empty() || !is_well {
            return Err(format!("{id}, {subject}: {report:#}").into());
        }
    }
    for policy in ours("browser-policy", "'s policy") {
        assert_eq!(policy["found"], "installs the extension");
    }
    Ok(())
}

fn installed_again_it_keeps_the_technicians_policy(_: &mut Machine) -> Outcome<()> {
    let policy = fs::read_to_string(POLICY)?;
    apt_get(
        "reinstall",
        &product::debian_package()?.display().to_string(),
    )?;
    assert_eq!(fs::read_to_string(POLICY)?, policy);
    Ok(())
}

fn removed_it_leaves_the_policy_alone(_: &mut Machine) -> Outcome<()> {
    apt_get("remove", "tessera")?;
    let left: Vec<String> = changes()?
        .into_keys()
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(left, ["/etc/tessera", POLICY]);
    Ok(())
}

fn purged_it_leaves_nothing(_: &mut Machine) -> Outcome<()> {
    apt_get("purge", "tessera")?;
    let left = changes()?;
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}
