//! "Prepara la postazione" and `tessera-host doctor` in broken set-ups: they say the same.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command, process::ExitCode};

use end_to_end::{
    Outcome,
    chain::{Chain, PIN},
    other_machine::Difference,
    people::LUCA_BIANCHI,
    portal::Portal,
    product, suite,
    waiting::{wait_for, wait_until},
};
use protocol::{CheckState, WorkstationCheck, workstation_check::Step};
use serde_json::{Value, json};

const MANIFEST: &str = "it.tessera.cns.json";

fn main() -> ExitCode {
    suite::run(&[
        ("everything_is_there", everything_is_there),
        ("the_host_is_missing", the_host_is_missing),
        (
            "the_manifest_admits_another_extension",
            the_manifest_admits_another_extension,
        ),
        ("the_host_is_old", the_host_is_old),
        ("the_policy_blocks_the_portal", the_policy_blocks_the_portal),
        ("the_policy_cannot_be_used", the_policy_cannot_be_used),
        ("pcscd_is_off", pcscd_is_off),
        ("no_reader_is_connected", no_reader_is_connected),
        ("no_module_is_installed", no_module_is_installed),
        (
            "the_module_is_for_the_other_bitness",
            the_module_is_for_the_other_bitness,
        ),
        ("the_clock_is_wrong", the_clock_is_wrong),
        ("the_card_has_expired", the_card_has_expired),
        (
            "a_file_is_offered_that_the_server_gives_out",
            a_file_is_offered_that_the_server_gives_out,
        ),
    ])
}

/// What both say.
struct Truth {
    /// The page's word on each step: a state, or `unknown`.
    page: BTreeMap<&'static str, String>,
    /// The code of the page's alert, where it shows one.
    code: Option<String>,
    /// What the doctor says, each kind once.
    doctor: Vec<WorkstationCheck>,
}

/// Asks both, the doctor by the program that is the host here.
fn ask(chain: &Chain, portal: &Portal, host: Option<PathBuf>) -> Outcome<Truth> {
    chain
        .browser
        .open(&portal.address("/prepara-la-postazione"))?;
    chain.browser.click("Verifica la postazione")?;
    let states = wait_for("what the page says of each step", || {
        let states = chain.browser.script(
            "const steps = [...document.querySelectorAll('[data-step]')];
             return Object.fromEntries(steps.map(step => [step.dataset.step, step.dataset.state]));",
        );
        states.ok().filter(|states| states["clock"].is_string())
    })?;
    let state = |step: &Step| {
        let state = states[step.name()].as_str();
        (step.name(), state.unwrap_or_default().to_owned())
    };
    Ok(Truth {
        page: Step::ALL.iter().map(state).collect(),
        code: chain.browser.alert()?.map(|alert| alert.code),
        doctor: consult(chain, portal, host)?,
    })
}

fn consult(
    chain: &Chain,
    portal: &Portal,
    host: Option<PathBuf>,
) -> Outcome<Vec<WorkstationCheck>> {
    let host = host.map_or_else(product::host, Ok)?;
    let mut doctor = Command::new(host);
    doctor.args(["doctor", "--json", "--origin", portal.origin()]);
    doctor.envs(chain.workstation.environment().iter().cloned());
    let report: Value = serde_json::from_slice(&doctor.output()?.stdout)?;
    let checks = report["checks"].as_array().ok_or("no checks")?;
    let checks = checks.iter().filter_map(|check| {
        let state = CheckState::from_name(check["state"].as_str()?)?;
        Some((check["id"].as_str()?, state))
    });
    Ok(WorkstationCheck::worst_of_each(checks))
}

impl Truth {
    /// Both say of this step that it is so.
    fn expect(&self, step: Step, state: CheckState) -> Outcome<()> {
        let (page, doctor) = (&self.page[step.name()], step.state(&self.doctor));
        if page != state.name() || doctor != Some(state) {
            return Err(format!("{step:?}: the page says {page}, the doctor {doctor:?}").into());
        }
        Ok(())
    }

    /// Of each step that the host looked at, both say the same.
    fn expect_same(&self) -> Outcome<()> {
        for step in Step::ALL {
            // Of extension and versions the page itself is the proof.
            let Some(state) = step.state(&self.doctor) else {
                continue;
            };
            let page = &self.page[step.name()];
            if page != state.name() {
                return Err(format!("{step:?}: page {page}, doctor {}", state.name()).into());
            }
        }
        Ok(())
    }

    /// Where the page could not be told more, it claims nothing of the card.
    fn expect_rest_open(&self, code: &str) -> Outcome<()> {
        let open = [Step::Service, Step::Reader, Step::Card, Step::Middleware];
        for step in open {
            if self.page[step.name()] != "unknown" {
                return Err(format!("{step:?} is said to be {}", self.page[step.name()]).into());
            }
        }
        match self.code.as_deref() == Some(code) {
            true => Ok(()),
            false => Err(format!("expected {code}, the page shows {:?}", self.code).into()),
        }
    }
}

fn everything_is_there(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    let truth = ask(chain, &portal, None)?;
    truth.expect_same()?;
    for step in [
        Step::Extension,
        Step::Program,
        Step::Versions,
        Step::Middleware,
    ] {
        assert_eq!(truth.page[step.name()], "ok", "{step:?}");
    }
    truth.expect(Step::Certificate, CheckState::Ok)?;
    // Looking is not logging in.
    assert_eq!(card.verifications(), 0);
    let said = chain.browser.text()?;
    for personal in [LUCA_BIANCHI.codice_fiscale, LUCA_BIANCHI.cognome] {
        assert!(!said.contains(personal));
    }
    chain.expect_all_let_go(Some(&card))
}

fn the_host_is_missing(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.workstation.uninstall_host()?;
    let truth = ask(chain, &portal, None);
    chain.workstation.install_host()?;
    let truth = truth?;
    truth.expect(Step::Program, CheckState::Wrong)?;
    truth.expect_rest_open("ERR_TESSERA_NATIVE_UNAVAILABLE")
}

/// Has the person's Chromium, and no other browser, know a host by a manifest of ours.
fn with_manifest<T>(
    chain: &mut Chain,
    program: Option<&PathBuf>,
    extension: Option<&str>,
    then: impl FnOnce(&mut Chain) -> Outcome<T>,
) -> Outcome<T> {
    let path = chain.workstation.profile().join("NativeMessagingHosts");
    let path = path.join(MANIFEST);
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path)?)?;
    if let Some(program) = program {
        manifest["path"] = json!(program);
    }
    if let Some(extension) = extension {
        manifest["allowed_origins"] = json!([extension]);
    }
    chain.workstation.uninstall_host()?;
    fs::write(&path, manifest.to_string())?;
    let done = then(chain);
    let _ = fs::remove_file(&path);
    chain.workstation.install_host()?;
    done
}

fn the_manifest_admits_another_extension(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let other = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/";
    let truth = with_manifest(chain, None, Some(other), |chain| ask(chain, &portal, None))?;
    truth.expect(Step::Program, CheckState::Wrong)?;
    truth.expect_rest_open("ERR_TESSERA_NATIVE_UNAVAILABLE")
}

/// The other way round: the extension is two minor versions ahead of the host.
fn the_host_is_old(chain: &mut Chain) -> Outcome<()> {
    let mut version = env!("CARGO_PKG_VERSION").split('.');
    let (major, minor) = (version.next().unwrap_or("0"), version.next().unwrap_or("0"));
    let ahead = format!("{major}.{}.0", minor.parse::<u32>()? + 2);
    let folder = chain.workstation.folder().join("extension-ahead");
    let source = product::extension().display().to_string();
    let mut copy = Command::new("cp");
    assert!(copy.arg("-r").arg(source).arg(&folder).status()?.success());
    let manifest = folder.join("manifest.json");
    let mut told: Value = serde_json::from_slice(&fs::read(&manifest)?)?;
    told["version"] = json!(ahead);
    fs::write(&manifest, told.to_string())?;

    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.browser.kill();
    chain.browser = chain.workstation.browser_with(&folder)?;
    let truth = with_manifest(chain, None, None, |chain| {
        expect_versions(chain, &portal, CheckState::Wrong)?;
        ask(chain, &portal, None)
    });
    let said = chain.browser.text();
    chain.restart_browser()?;
    let truth = truth?;
    expect_versions(chain, &portal, CheckState::Ok)?;
    truth.expect(Step::Versions, CheckState::Wrong)?;
    assert!(said?.contains("aggiorni il programma"));
    truth.expect_rest_open("ERR_TESSERA_VERSION_MISMATCH")
}

/// The browser writes down which extension it has some seconds after it has it.
fn expect_versions(chain: &Chain, portal: &Portal, state: CheckState) -> Outcome<()> {
    Ok(wait_until("extension in the profile", || {
        let said = consult(chain, portal, None).unwrap_or_default();
        Step::Versions.state(&said) == Some(state)
    })?)
}

fn the_policy_blocks_the_portal(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain
        .workstation
        .allow_origins(&["https://portal.example"])?;
    let truth = ask(chain, &portal, None)?;
    truth.expect(Step::Policy, CheckState::Wrong)?;
    truth.expect_rest_open("ERR_TESSERA_ORIGIN_NOT_ALLOWED")
}

fn the_policy_cannot_be_used(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.workstation.name_modules(&["module.so".into()])?;
    let truth = ask(chain, &portal, None)?;
    truth.expect(Step::Policy, CheckState::Wrong)?;
    assert_eq!(truth.page[Step::Reader.name()], "unknown");
    Ok(())
}

fn pcscd_is_off(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.workstation.middleware_mut().kill();
    let truth = ask(chain, &portal, None);
    chain.workstation.middleware_mut().resume()?;
    let truth = truth?;
    truth.expect(Step::Service, CheckState::Wrong)?;
    truth.expect_same()
}

fn no_reader_is_connected(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.workstation.middleware_mut().disconnect_readers()?;
    let truth = ask(chain, &portal, None);
    chain.workstation.middleware_mut().connect_readers()?;
    let truth = truth?;
    truth.expect(Step::Reader, CheckState::Warning)?;
    truth.expect(Step::Service, CheckState::Ok)?;
    truth.expect_same()
}

/// Both see a machine that is different.
fn on(chain: &mut Chain, difference: Difference) -> Outcome<Truth> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let host = difference.host(chain.workstation.folder())?;
    with_manifest(chain, Some(&host), None, |chain| {
        ask(chain, &portal, Some(host.clone()))
    })
}

fn no_module_is_installed(chain: &mut Chain) -> Outcome<()> {
    let truth = on(chain, Difference::NoModule)?;
    truth.expect(Step::Middleware, CheckState::Wrong)?;
    truth.expect_same()
}

fn the_module_is_for_the_other_bitness(chain: &mut Chain) -> Outcome<()> {
    let truth = on(chain, Difference::ModuleOfOtherBitness)?;
    truth.expect(Step::Middleware, CheckState::Wrong)?;
    truth.expect_same()
}

fn the_clock_is_wrong(chain: &mut Chain) -> Outcome<()> {
    let truth = on(chain, Difference::ClockBehind)?;
    truth.expect(Step::Clock, CheckState::Wrong)?;
    truth.expect_same()
}

fn the_card_has_expired(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert(chain.issuer.issue_expired(&LUCA_BIANCHI, PIN)?)?;
    let truth = ask(chain, &portal, None)?;
    truth.expect(Step::Certificate, CheckState::Wrong)?;
    truth.expect(Step::Card, CheckState::Ok)?;
    truth.expect_same()?;
    chain.expect_all_let_go(Some(&card))
}

fn a_file_is_offered_that_the_server_gives_out(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let packages = portal.folder().join("packages");
    fs::create_dir(&packages)?;
    let name = format!("tessera_{}_amd64.deb", env!("CARGO_PKG_VERSION"));
    fs::write(packages.join(&name), "a package")?;
    portal.configure("[workstation]\npackages = \"packages\"\n")?;
    chain.workstation.uninstall_host()?;
    let asked = ask(chain, &portal, None);
    chain.workstation.install_host()?;
    asked?;
    let offered = wait_for("a file", || {
        let offered = chain.browser.script(
            "return document.querySelector('[data-step=program] a[download]')?.pathname ?? null",
        );
        offered.ok().filter(|offered| !offered.is_null())
    })?;
    assert_eq!(offered, format!("/postazione/{name}"));
    Ok(())
}
