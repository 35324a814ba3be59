//! Getting in and out: the keyboard of page and PIN window, and nothing else.

use end_to_end::{
    Outcome, chain::Chain, credentials_document::CredentialsDocument, keyboard::Key,
    people::ANNA_VERDI, waiting::wait_until,
};

const NEW_PASSWORD: &str = "lampone-quercia-41-vento";

/// Presses one of the card page's doors and types the PIN.
pub fn present_card(chain: &mut Chain, act: &str, key: Key) -> Outcome<()> {
    chain.browser.tab_to(act)?;
    chain.browser.press_key(key)?;
    // What is going on is where the keyboard is.
    wait_until("focus on the progress", || {
        chain
            .browser
            .focus()
            .is_ok_and(|focus| focus.role == "status")
    })?;
    chain.enter_pin()
}

/// Registers the card; the keyboard is then on the confirmation.
pub fn register(chain: &mut Chain) -> Outcome<()> {
    present_card(chain, "Registra CNS", Key::Enter)?;
    let registered = "/area-riservata/registrazione";
    chain.browser.wait_until_focus_moved_to(registered)
}

pub fn leave(chain: &Chain) -> Outcome<()> {
    chain.browser.enter("Esci")?;
    chain.browser.wait_until_focus_moved_to("/")?;
    assert!(!chain.browser.offers("Esci")?);
    Ok(())
}

pub fn a_doctor_registers_logs_in_reprints_and_leaves(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[ANNA_VERDI])?;
    let card = chain.insert_card_of(&ANNA_VERDI)?;
    chain.browser.open(&portal.address("/"))?;
    chain.browser.wait_for_program()?;
    chain.browser.enter("Accedi ai servizi online")?;
    chain.browser.wait_until_focus_moved_to("/area-riservata")?;
    chain.browser.enter("Accedi con smart card")?;
    chain
        .browser
        .wait_until_focus_moved_to("/area-riservata/smart-card")?;

    register(chain)?;
    chain.browser.enter("Scarica il documento (PDF)")?;
    chain.browser.enter("Prosegui con la login")?;
    chain
        .browser
        .wait_until_focus_moved_to("/area-riservata/smart-card")?;
    present_card(chain, "Effettua la login", Key::Space)?;
    chain.browser.wait_until_focus_moved_to("/servizi")?;

    chain.browser.enter("Ristampa Credenziali")?;
    chain
        .browser
        .wait_until_focus_moved_to("/servizi/ristampa-credenziali")?;
    chain.browser.enter("Genera nuove credenziali")?;
    chain.browser.enter("Scarica il documento (PDF)")?;
    let show = "Apri il documento in una nuova scheda (PDF)";
    chain.browser.enter(show)?;
    wait_until("document in a tab of its own", || chain.browser.tabs() == 2)?;
    chain.browser.turn_to_tab(1)?;
    chain.browser.close_tab()?;
    assert_eq!(chain.browser.focus()?.name, show);
    leave(chain)?;
    chain.expect_all_let_go(Some(&card))
}

pub fn credentials_are_typed_and_changed(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[ANNA_VERDI])?;
    let card = chain.insert_card_of(&ANNA_VERDI)?;
    chain
        .browser
        .open(&portal.address("/area-riservata/smart-card"))?;
    register(chain)?;
    let document = CredentialsDocument::fetch(&chain.browser, chain.workstation.folder())?;
    drop(card);

    let browser = &chain.browser;
    browser.open(&portal.address("/area-riservata"))?;
    browser.wait_for_program()?;
    browser.enter("Accedi con credenziali")?;
    browser.wait_until_focus_moved_to("/area-riservata/credenziali")?;
    browser.tab_to("Codice fiscale (User id)")?;
    browser.type_keys(document.user_id()?)?;
    browser.tab_to("Password")?;
    browser.type_keys(document.password()?)?;
    browser.press_key(Key::Enter)?;
    let refusal = browser.wait_for_alert()?;
    assert_eq!(refusal.code, "password-change-required");
    wait_until("focus on what is asked for", || {
        browser.focus().is_ok_and(|focus| focus.role == "alert")
    })?;
    browser.tab_to("Nuova password")?;
    browser.type_keys(NEW_PASSWORD)?;
    browser.tab_to("Ripeta la nuova password")?;
    browser.type_keys(NEW_PASSWORD)?;
    browser.press_key(Key::Enter)?;
    browser.wait_until_focus_moved_to("/servizi")?;
    leave(chain)
}
