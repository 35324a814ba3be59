//! What `cargo xtask dev` shows, in a real browser, on a copy of the checkout: files are
//! changed here.

mod checkout;
mod stage;

use std::{process::ExitCode, time::Duration};

use end_to_end::{
    Outcome,
    people::{ANNA_VERDI, LUCA_BIANCHI},
    suite,
    waiting::{holds_within, wait_until},
};
use rustix::process::Signal;
use stage::{DevPortal, Stage, expect};

/// A build may wait for others on a busy machine.
const A_BUILD: Duration = Duration::from_secs(180);

fn main() -> ExitCode {
    suite::run(&[
        (
            "a_changed_text_reloads_the_page",
            a_changed_text_reloads_the_page,
        ),
        (
            "a_changed_rule_is_taken_without_reloading",
            a_changed_rule_is_taken_without_reloading,
        ),
        (
            "what_does_not_build_is_told_and_the_last_good_build_stays",
            what_does_not_build_is_told_and_the_last_good_build_stays,
        ),
        (
            "every_refusal_stands_among_the_components_in_every_language",
            every_refusal_stands_among_the_components_in_every_language,
        ),
        (
            "one_logs_in_with_a_card_in_software_or_with_a_password",
            one_logs_in_with_a_card_in_software_or_with_a_password,
        ),
        ("other_sites_are_not_answered", other_sites_are_not_answered),
        (
            "however_it_ends_it_leaves_no_process",
            however_it_ends_it_leaves_no_process,
        ),
    ])
}

fn a_changed_text_reloads_the_page(stage: &mut Stage) -> Outcome<()> {
    let wait_for_heading = |stage: &Stage, wanted: &str| {
        stage.wait(wanted, A_BUILD, |browser| {
            browser.heading().is_ok_and(|heading| heading == wanted)
        })
    };
    stage.open("/nulla?lang=it")?;
    wait_for_heading(stage, "Pagina non trovata")?;
    stage
        .checkout
        .replace("frontend/src/i18n", "Pagina non trovata", "Pagina smarrita")?;
    wait_for_heading(stage, "Pagina smarrita")?;
    stage.checkout.restore()?;
    wait_for_heading(stage, "Pagina non trovata")
}

fn a_changed_rule_is_taken_without_reloading(stage: &mut Stage) -> Outcome<()> {
    const SPACING: &str = "return getComputedStyle(document.querySelector('h1')).letterSpacing";
    stage.open("/nulla?lang=it")?;
    let before = stage.browser.script(SPACING)?;
    stage.browser.script("window.untouched = true")?;
    stage
        .checkout
        .append("frontend/style/_pieces.scss", "h1 { letter-spacing: 7px; }")?;
    stage.wait("the new rule", A_BUILD, |browser| {
        browser.script(SPACING).is_ok_and(|seen| seen == "7px")
    })?;
    let untouched = stage.browser.script("return window.untouched === true")?;
    expect(untouched == true, "the page as it was, not reloaded")?;
    stage.checkout.restore()?;
    stage.wait("the old rule", A_BUILD, |browser| {
        browser.script(SPACING).is_ok_and(|seen| seen == before)
    })
}

fn what_does_not_build_is_told_and_the_last_good_build_stays(stage: &mut Stage) -> Outcome<()> {
    const TOLD: &str = "return document.querySelector('#dev-fault p')?.textContent ?? ''";
    stage.open("/nulla?lang=it")?;
    for (file, broken, named) in [
        (
            "frontend/src/app.rs",
            "fn broken( {",
            "frontend/src/app.rs:",
        ),
        (
            "frontend/style/_pieces.scss",
            "h1 { color: $nothing; }",
            "frontend/style/_pieces.scss",
        ),
    ] {
        stage.checkout.append(file, broken)?;
        stage.wait("the page to say what is wrong", A_BUILD, |browser| {
            browser.script(TOLD).is_ok_and(|told| {
                let told = told.as_str().unwrap_or_default();
                told.starts_with("The pages do not build: ") && told.contains(named)
            })
        })?;
        // In the terminal too, and whoever comes now sees the last good build.
        expect(
            stage.portal.log().contains("The last good build stays"),
            "words in the terminal",
        )?;
        stage.open("/nulla?lang=it")?;
        wait_until("the last good build", || {
            stage
                .browser
                .heading()
                .is_ok_and(|heading| heading == "Pagina non trovata")
        })?;
        stage.checkout.restore()?;
        stage.wait("the page to be good again", A_BUILD, |browser| {
            browser.script(TOLD).is_ok_and(|told| told == "")
        })?;
    }
    Ok(())
}

fn every_refusal_stands_among_the_components_in_every_language(stage: &mut Stage) -> Outcome<()> {
    const SHOWN: &str = "return [...document.querySelectorAll('[data-component=RefusalAlert] \
                         [role=alert]')].map(alert => alert.dataset.code)";
    stage
        .browser
        .open(&stage.portal.address("/componenti?lang=it"))?;
    for language in protocol::Language::ALL {
        let mut shown = Vec::new();
        stage.wait("the components", A_BUILD, |browser| {
            shown = codes(browser.script(SHOWN).ok());
            !shown.is_empty()
        })?;
        let failures = protocol::FailureCode::ALL.iter().map(|code| code.name());
        let problems = protocol::ProblemCode::ALL.iter().map(|code| code.name());
        for code in failures.chain(problems) {
            expect(shown.iter().any(|shown| shown == code), code)?;
        }
        let spoken = stage
            .browser
            .script("return document.documentElement.lang")?;
        expect(spoken == language.code(), "the gallery's language")?;
        let next = protocol::Language::ALL
            .into_iter()
            .skip_while(|known| *known != language)
            .nth(1);
        if let Some(next) = next {
            let address = format!("/componenti?lang={}", next.code());
            stage.browser.open(&stage.portal.address(&address))?;
        }
    }
    Ok(())
}

fn codes(found: Option<serde_json::Value>) -> Vec<String> {
    found
        .and_then(|found| serde_json::from_value(found).ok())
        .unwrap_or_default()
}

fn one_logs_in_with_a_card_in_software_or_with_a_password(stage: &mut Stage) -> Outcome<()> {
    stage.open("/privacy?lang=it")?;
    stage.browser.open(&stage.portal.address("/dev"))?;
    stage.browser.script(&format!(
        "document.querySelector('form[action$=\"{}\"] button').click()",
        LUCA_BIANCHI.codice_fiscale
    ))?;
    stage.browser.wait_for_page("/servizi")?;
    wait_until("the officer's name", || {
        stage
            .browser
            .text()
            .is_ok_and(|text| text.contains("LUCA BIANCHI"))
    })?;
    stage.browser.click("Esci")?;
    stage.browser.wait_for_page("/")?;

    stage
        .browser
        .open(&stage.portal.address("/area-riservata/credenziali"))?;
    stage
        .browser
        .fill("Codice fiscale (User id)", ANNA_VERDI.codice_fiscale)?;
    stage
        .browser
        .fill("Password", "quattro gatti in riva al lago")?;
    stage.browser.click("Accedi")?;
    stage.browser.wait_for_page("/servizi")?;
    wait_until("the doctor's name", || {
        stage
            .browser
            .text()
            .is_ok_and(|text| text.contains("ANNA VERDI"))
    })?;
    stage.browser.forget_everything()
}

fn other_sites_are_not_answered(stage: &mut Stage) -> Outcome<()> {
    let client = reqwest::blocking::Client::new();
    let page = client.get(stage.portal.address("/"));
    let page = page.header("Host", "portal.example").send()?;
    expect(page.status() == 421, "a page under another name")?;
    let path = format!("/dev/enter?codice_fiscale={}", LUCA_BIANCHI.codice_fiscale);
    let entering = client.post(stage.portal.address(&path));
    let entering = entering.header("Origin", "https://portal.example").send()?;
    expect(entering.status() == 403, "a login from another site")?;
    expect(
        !entering.headers().contains_key("set-cookie"),
        "no session for another site",
    )
}

fn however_it_ends_it_leaves_no_process(stage: &mut Stage) -> Outcome<()> {
    for signal in [Signal::TERM, Signal::INT, Signal::KILL] {
        // Something to build, so that a tool runs besides the server.
        stage
            .checkout
            .append("frontend/src/app.rs", &format!("// {signal:?}"))?;
        let running = || stage.portal.processes().len() > 2;
        expect(holds_within(A_BUILD, running), "server and tool, running")?;
        stage.portal.send(signal);
        let gone = || stage.portal.processes().is_empty();
        expect(
            holds_within(A_BUILD, gone),
            &format!("the end of everything, but {:?}", stage.portal.processes()),
        )?;
        stage.portal = DevPortal::start(&stage.checkout)?;
    }
    Ok(())
}
