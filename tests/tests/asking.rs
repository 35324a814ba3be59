//! Who may ask the card, and what the person is told about who asks (contract §2).

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, Chain},
    people::LUCA_BIANCHI,
    suite,
    waiting::{wait_for, wait_until},
};

/// Keeps every message of the page's own window.
const KEEP_MESSAGES: &str = "window.heard = [];
    window.addEventListener('message', event => window.heard.push(event.data));";
const NONCE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn main() -> ExitCode {
    suite::run(&[
        (
            "the_window_names_origin_and_person_in_the_pages_language",
            the_window_names_origin_and_person_in_the_pages_language,
        ),
        (
            "a_page_cannot_ask_before_the_person_acts",
            a_page_cannot_ask_before_the_person_acts,
        ),
        (
            "a_page_cannot_ask_in_anothers_name",
            a_page_cannot_ask_in_anothers_name,
        ),
        (
            "the_other_extensions_prefix_is_not_answered",
            the_other_extensions_prefix_is_not_answered,
        ),
    ])
}

fn say(chain: &Chain, message: &str) -> Outcome<()> {
    chain
        .browser
        .script(&format!("window.postMessage({message}, location.origin)"))?;
    Ok(())
}

/// The first message heard with this action, as JSON.
fn wait_to_hear(chain: &Chain, action: &str) -> Outcome<serde_json::Value> {
    let script =
        format!("return window.heard.find(message => message.action === '{action}') ?? null");
    Ok(wait_for(action, || {
        chain
            .browser
            .script(&script)
            .ok()
            .filter(|heard| !heard.is_null())
    })?)
}

fn the_window_names_origin_and_person_in_the_pages_language(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain
        .browser
        .open(&portal.address(&format!("{CARD_PAGE}?lang=de")))?;
    chain.browser.click("CNS registrieren")?;
    let mut window = chain.window()?;
    window.wait_for_text("Geben Sie die PIN ein")?;
    let said = window.text()?;
    for part in [
        portal.origin(),
        LUCA_BIANCHI.cognome,
        LUCA_BIANCHI.codice_fiscale,
    ] {
        assert!(said.contains(part), "{part} in:\n{said}");
    }
    window.cancel()?;
    chain.expect_refusal("ERR_TESSERA_USER_CANCELLED")?;
    chain.expect_all_let_go(Some(&card))
}

fn a_page_cannot_ask_before_the_person_acts(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.browser.run_in_every_page(KEEP_MESSAGES)?;
    chain.browser.open(&portal.address("/faq"))?;
    chain.browser.wait_for_page("/faq")?;
    say(
        chain,
        &format!(
            "{{action: 'tessera:authenticate', challengeNonce: '{NONCE}', options: {{lang: 'it'}}}}"
        ),
    )?;
    let failure = wait_to_hear(chain, "tessera:authenticate-failure")?;
    assert_eq!(failure["error"]["code"], "ERR_TESSERA_USER_ACTION_REQUIRED");
    chain.expect_all_let_go(Some(&card))
}

fn a_page_cannot_ask_in_anothers_name(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.browser.run_in_every_page(KEEP_MESSAGES)?;
    chain.browser.open(&portal.address("/"))?;
    chain.browser.click("FAQ")?;
    chain.browser.wait_for_page("/faq")?;
    say(
        chain,
        &format!(
            "{{action: 'tessera:authenticate', challengeNonce: '{NONCE}', origin: 'https://sistemats.it',
               options: {{lang: 'it', origin: 'https://sistemats.it'}}}}"
        ),
    )?;
    let mut window = chain.window()?;
    window.wait_for_pin_field()?;
    let said = window.text()?;
    assert!(said.contains(portal.origin()), "{said}");
    assert!(!said.contains("sistemats.it"), "{said}");
    window.cancel()?;
    chain.expect_all_let_go(Some(&card))
}

fn the_other_extensions_prefix_is_not_answered(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.browser.run_in_every_page(KEEP_MESSAGES)?;
    chain.browser.open(&portal.address("/faq"))?;
    chain.browser.wait_for_page("/faq")?;
    say(chain, "{action: 'web-eid:status', libraryVersion: '2.0.0'}")?;
    say(chain, "{action: 'tessera:status', libraryVersion: '0.1.0'}")?;
    let status = wait_to_hear(chain, "tessera:status-success")?;
    for member in ["extension", "nativeApp"] {
        assert!(status[member].is_string(), "{status}");
    }
    let answered = chain
        .browser
        .script("return window.heard.some(message => /^web-eid:.*-/.test(message.action ?? ''))")?;
    assert_eq!(answered, false);
    wait_until("end of the host that told its version", || {
        chain.expect_all_let_go(None).is_ok()
    })?;
    Ok(())
}
