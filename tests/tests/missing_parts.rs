//! A part of the chain is missing, forbidden or broken: the person is told which.

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, Chain, PIN},
    people::LUCA_BIANCHI,
    portal::{Portal, PortalSetup},
    suite,
    waiting::wait_until,
};
use serde_json::json;

const REGISTER: &str = "Registra CNS";
const LOG_IN: &str = "Effettua la login";

fn main() -> ExitCode {
    suite::run(&[
        ("the_host_is_missing", the_host_is_missing),
        ("the_extension_is_missing", the_extension_is_missing),
        (
            "the_policy_does_not_name_the_origin",
            the_policy_does_not_name_the_origin,
        ),
        ("the_server_is_down", the_server_is_down),
        (
            "the_server_goes_down_while_the_card_signs",
            the_server_goes_down_while_the_card_signs,
        ),
        ("the_challenge_has_expired", the_challenge_has_expired),
        (
            "a_token_is_good_for_one_attempt",
            a_token_is_good_for_one_attempt,
        ),
    ])
}

fn the_host_is_missing(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.workstation.uninstall_host()?;
    chain.begin(&portal, REGISTER)?;
    chain.expect_refusal("ERR_TESSERA_NATIVE_UNAVAILABLE")?;
    chain.expect_nothing_opened()?;

    // Once the technician has been, the same page works.
    chain.workstation.install_host()?;
    chain.browser.click(REGISTER)?;
    chain.window()?.enter_pin(PIN)?;
    chain
        .browser
        .wait_for_page("/area-riservata/registrazione")?;
    chain.expect_all_let_go(Some(&card))
}

fn the_extension_is_missing(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    let without = chain.workstation.browser_without_extension()?;
    without.open(&portal.address(CARD_PAGE))?;
    without.click(REGISTER)?;
    let alert = without.wait_for_alert()?;
    assert_eq!(alert.code, "ERR_TESSERA_EXTENSION_UNAVAILABLE");
    assert_eq!(card.signatures(), 0);
    chain.expect_all_let_go(Some(&card))
}

fn the_policy_does_not_name_the_origin(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    let other_port = format!("http://localhost:{}", portal.port() ^ 1);
    for allowed in [&[][..], &[other_port.as_str(), "https://portal.example"]] {
        chain.workstation.allow_origins(allowed)?;
        chain.begin(&portal, REGISTER)?;
        chain.expect_refusal("ERR_TESSERA_ORIGIN_NOT_ALLOWED")?;
    }
    assert_eq!(card.verifications(), 0);
    chain.expect_nothing_opened()?;
    chain.expect_all_let_go(Some(&card))
}

fn the_server_is_down(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.browser.open(&portal.address(CARD_PAGE))?;
    chain.browser.wait_for_page(CARD_PAGE)?;
    portal.stop();
    chain.browser.click(REGISTER)?;
    let alert = chain.browser.wait_for_alert()?;
    assert!(!alert.text.is_empty());
    assert_eq!(card.verifications(), 0);
    chain.expect_all_let_go(Some(&card))?;

    portal.resume()?;
    chain.browser.click(REGISTER)?;
    chain.window()?.enter_pin(PIN)?;
    chain
        .browser
        .wait_for_page("/area-riservata/registrazione")?;
    chain.expect_all_let_go(Some(&card))
}

fn the_server_goes_down_while_the_card_signs(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.type_pin(PIN)?;
    portal.stop();
    let mut window = chain.window()?;
    window.press("Return")?;
    window.wait_until_gone()?;
    chain.browser.wait_for_alert()?;
    chain.expect_all_let_go(Some(&card))?;

    // Nothing was half registered meanwhile.
    portal.resume()?;
    chain.present_card(&portal, LOG_IN)?;
    chain.expect_refusal("card-not-registered")
}

fn the_challenge_has_expired(chain: &mut Chain) -> Outcome<()> {
    let portal = Portal::set_up(&PortalSetup {
        issuer: &chain.issuer,
        operators: &[LUCA_BIANCHI],
        challenge_seconds: 1,
        public_port: None,
    })?;
    chain.welcome(&portal)?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    let asked = std::time::Instant::now();
    chain.window()?.type_pin(PIN)?;
    // The person takes longer than the challenge lives.
    wait_until("end of the challenge", || asked.elapsed().as_secs() >= 2)?;
    let mut window = chain.window()?;
    window.press("Return")?;
    window.wait_until_gone()?;
    chain.expect_refusal("challenge-expired")?;
    chain.expect_nothing_opened()?;
    chain.expect_nonce_spent()?;
    chain.expect_all_let_go(Some(&card))
}

fn a_token_is_good_for_one_attempt(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    // A thief in the page: keeps every body that is posted, and posts it again.
    chain.browser.run_in_every_page(
        "const post = window.fetch;
         window.fetch = async (...call) => {
           const request = new Request(...call);
           if (request.url.endsWith('/api/registrations')) window.stolen = await request.clone().text();
           return post(request);
         };",
    )?;
    chain.present_card(&portal, REGISTER)?;
    chain
        .browser
        .wait_for_page("/area-riservata/registrazione")?;
    let again = chain.browser.script(
        "return fetch('/api/registrations', {
           method: 'POST', headers: {'Content-Type': 'application/json'}, body: window.stolen,
         }).then(async answer => ({status: answer.status, code: (await answer.json()).code}));",
    )?;
    assert_eq!(again, json!({"status": 409, "code": "challenge-used"}));
    chain.expect_all_let_go(Some(&card))
}
