//! The services that are part of access, in one session.

use end_to_end::{
    Outcome,
    browser::Browser,
    chain::{CARD_PAGE, Chain},
    keyboard::Key,
    people::{ANNA_VERDI, PAOLA_NERI},
    waiting::wait_until,
};

use crate::access::{leave, present_card, register};

pub fn an_officer_uses_every_service_of_the_access(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[ANNA_VERDI, PAOLA_NERI])?;
    let card = chain.insert_card_of(&ANNA_VERDI)?;
    chain.browser.open(&portal.address(CARD_PAGE))?;
    chain.browser.wait_for_program()?;
    register(chain)?;
    drop(card);
    let card = chain.insert_card_of(&PAOLA_NERI)?;
    chain.browser.open(&portal.address(CARD_PAGE))?;
    chain.browser.wait_for_program()?;
    register(chain)?;
    chain.browser.enter("Prosegui con la login")?;
    chain.browser.wait_until_focus_moved_to(CARD_PAGE)?;
    present_card(chain, "Effettua la login", Key::Enter)?;
    chain.browser.wait_until_focus_moved_to("/servizi")?;

    let browser = &chain.browser;
    change_profile(browser)?;
    read_messages(browser)?;
    ask_for_help(browser)?;
    look_after_an_operator(browser)?;
    chain.browser.tab_to("Messaggi")?;
    chain.bring_end_of_session_near("Resta collegato")?;
    stay(&chain.browser)?;
    leave(chain)?;
    chain.expect_all_let_go(Some(&card))
}

/// What is done with somebody's access: the button, its answer, what is said, and the line in
/// the history.
const DEEDS: [(&str, &str, &str, &str); 3] = [
    (
        "Disabilita",
        "Sì, disabilita",
        "VERDI ANNA ora è disabilitato.",
        "L'utenza è stata disabilitata",
    ),
    (
        "Abilita",
        "Sì, abilita",
        "VERDI ANNA ora è abilitato.",
        "L'utenza è stata abilitata",
    ),
    (
        "Revoca la registrazione",
        "Sì, revoca",
        "La registrazione della CNS di VERDI ANNA è revocata.",
        "La registrazione della CNS è stata revocata",
    ),
];

/// Goes from the services to one of them, and leaves the keyboard on its heading.
fn open_service(browser: &Browser, name: &str, path: &str) -> Outcome<()> {
    browser.enter(name)?;
    browser.wait_until_focus_moved_to(path)
}

fn back_to_the_services(browser: &Browser) -> Outcome<()> {
    browser.enter("Torna ai servizi")?;
    browser.wait_until_focus_moved_to("/servizi")
}

fn wait_for_words(browser: &Browser, words: &str) -> Outcome<()> {
    Ok(wait_until(&format!("\"{words}\" on the page"), || {
        browser.text().is_ok_and(|text| text.contains(words))
    })?)
}

fn change_profile(browser: &Browser) -> Outcome<()> {
    open_service(browser, "Profilo Utente", "/servizi/profilo-utente")?;
    browser.tab_to("Telefono Ufficio")?;
    browser.type_keys("casa")?;
    browser.press_key(Key::Enter)?;
    // The keyboard is brought to what is to be mended; what was there is typed over.
    wait_until("focus on the faulty field", || {
        let focus = browser.focus();
        focus.is_ok_and(|focus| focus.name == "Telefono Ufficio")
    })?;
    wait_for_words(browser, "Questo non è un numero di telefono")?;
    browser.tab_to("E-mail")?;
    browser.tab_back_to("Telefono Ufficio")?;
    browser.type_keys("+39 06 654321")?;
    browser.enter("Salva")?;
    wait_for_words(browser, "I dati sono stati salvati.")?;
    back_to_the_services(browser)?;
    wait_for_words(browser, "+39 06 654321")
}

fn read_messages(browser: &Browser) -> Outcome<()> {
    open_service(browser, "Messaggi", "/servizi/messaggi")?;
    wait_for_words(browser, "Telefono o e-mail sono stati modificati")?;
    back_to_the_services(browser)
}

fn ask_for_help(browser: &Browser) -> Outcome<()> {
    open_service(browser, "Assistenza Online", "/servizi/assistenza-online")?;
    browser.tab_to("Argomento")?;
    browser.press_key(Key::ArrowDown)?;
    browser.tab_to("Che cosa è successo")?;
    browser.type_keys("La pagina resta vuota dopo la login.")?;
    browser.enter("Invia la richiesta")?;
    wait_for_words(browser, "Questo è il Suo codice di assistenza")?;
    browser.tab_to("Copia il codice")?;
    back_to_the_services(browser)
}

fn look_after_an_operator(browser: &Browser) -> Outcome<()> {
    open_service(
        browser,
        "Gestione Credenziali",
        "/servizi/gestione-credenziali",
    )?;
    browser.tab_to("Cognome e nome, o codice fiscale")?;
    browser.type_keys("verdi")?;
    browser.press_key(Key::Enter)?;
    browser.enter("Gestisci VERDI ANNA")?;
    wait_for_words(browser, "È stata registrata una CNS")?;
    for (deed, yes, done, in_history) in DEEDS {
        browser.enter(deed)?;
        browser.tab_to(yes)?;
        browser.press_key(Key::Space)?;
        wait_for_words(browser, done)?;
        wait_for_words(browser, in_history)?;
    }
    browser.enter("Torna ai risultati")?;
    browser.tab_to("Gestisci VERDI ANNA")?;
    back_to_the_services(browser)
}

/// The warning takes the keyboard, keeps it while it stands, and gives it back.
fn stay(browser: &Browser) -> Outcome<()> {
    wait_until("focus on the warning", || {
        let focus = browser.focus();
        focus.is_ok_and(|focus| focus.name == "La sessione sta per terminare")
    })?;
    browser.tab_to("Esci")?;
    // Nothing but its two buttons.
    let stay = browser.tab_to("Resta collegato")?;
    assert!(stay.visible, "{stay:?}");
    browser.press_key(Key::Enter)?;
    wait_until("focus back where it was", || {
        let focus = browser.focus();
        focus.is_ok_and(|focus| focus.name == "Messaggi")
    })?;
    assert!(!browser.offers("Resta collegato")?);
    Ok(())
}
