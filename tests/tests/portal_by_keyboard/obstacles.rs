//! What stands in the way, and the way on: the workstation's check, a try again, a card that
//! was never registered, a service that is elsewhere.

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, Chain},
    keyboard::Key,
    people::LUCA_BIANCHI,
    waiting::wait_until,
};

use crate::access::{leave, present_card};

/// Nothing answers there: that it is asked is enough.
const ELSEWHERE: &str = "https://localhost:10443/assistiti";

pub fn the_workstation_is_checked(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    chain.workstation.uninstall_host()?;
    let refused = (|| {
        chain
            .browser
            .open(&portal.address("/prepara-la-postazione"))?;
        chain.browser.wait_for_program()?;
        chain.browser.enter("Verifica la postazione")?;
        expect_refusal(chain, "ERR_TESSERA_NATIVE_UNAVAILABLE")
    })();
    chain.workstation.install_host()?;
    refused?;
    let check = "Verifica la postazione";
    chain.browser.tab_back_to(check)?;
    chain.browser.press_key(Key::Space)?;
    wait_until("workstation that is ready", || {
        let text = chain.browser.text();
        text.is_ok_and(|text| text.contains("L'estensione e il programma Tessera rispondono."))
    })?;
    assert_eq!(chain.browser.focus()?.name, check);
    chain.browser.enter("Vai all'accesso con smart card")?;
    chain.browser.wait_until_focus_moved_to(CARD_PAGE)
}

pub fn a_refusal_leads_on_and_a_service_elsewhere_is_reached(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    portal.configure(&format!("[services]\ngestione-assistiti = {ELSEWHERE:?}\n"))?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.browser.open(&portal.address(CARD_PAGE))?;
    chain.browser.wait_for_program()?;
    present_card(chain, "Effettua la login", Key::Enter)?;
    expect_refusal(chain, "card-not-registered")?;

    portal.take_database_away()?;
    // Said before the PIN is asked for: there is an earlier challenge to give up.
    chain.browser.enter("Registra ora questa carta")?;
    expect_refusal(chain, "security-systems-unavailable")?;
    portal.put_database_back()?;
    present_card(chain, "Riprova", Key::Space)?;
    let registered = "/area-riservata/registrazione";
    chain.browser.wait_until_focus_moved_to(registered)?;
    chain.browser.enter("Prosegui con la login")?;
    chain.browser.wait_until_focus_moved_to(CARD_PAGE)?;
    present_card(chain, "Effettua la login", Key::Enter)?;
    chain.browser.wait_until_focus_moved_to("/servizi")?;

    chain.browser.enter("Gestione Assistiti")?;
    let service = "/servizi/gestione-assistiti";
    chain.browser.wait_until_focus_moved_to(service)?;
    chain.browser.enter("Apri Gestione Assistiti")?;
    wait_until("address of the service", || {
        chain.browser.address().is_ok_and(|now| now == ELSEWHERE)
    })?;
    chain.browser.open(&portal.address("/servizi"))?;
    leave(chain)?;
    chain.expect_all_let_go(Some(&card))
}

/// The refusal is said where the keyboard is.
fn expect_refusal(chain: &Chain, code: &str) -> Outcome<()> {
    chain.expect_refusal(code)?;
    Ok(wait_until("focus on the refusal", || {
        let focus = chain.browser.focus();
        focus.is_ok_and(|focus| focus.role == "alert")
    })?)
}
