//! A session is minded: after its end nothing private comes back, and every tab follows.

use std::process::ExitCode;

use end_to_end::{
    Outcome, chain::Chain, people::LUCA_BIANCHI, portal::Portal, suite, waiting::wait_until,
};

const CHOICE: &str = "/area-riservata";
const SERVICES: &str = "/servizi";
const MESSAGES: &str = "/servizi/messaggi";

fn main() -> ExitCode {
    suite::run(&[
        (
            "whoever_is_sent_to_the_login_comes_to_the_page_they_wanted",
            whoever_is_sent_to_the_login_comes_to_the_page_they_wanted,
        ),
        (
            "after_leaving_the_back_button_shows_nothing_private",
            after_leaving_the_back_button_shows_nothing_private,
        ),
        (
            "a_page_that_the_browser_kept_shows_nothing_private",
            a_page_that_the_browser_kept_shows_nothing_private,
        ),
        ("every_tab_follows", every_tab_follows),
    ])
}

fn register(chain: &mut Chain, portal: &Portal) -> Outcome<()> {
    chain.present_card(portal, "Registra CNS")?;
    chain.browser.wait_for_page("/area-riservata/registrazione")
}

fn log_in(chain: &mut Chain, portal: &Portal) -> Outcome<()> {
    chain.present_card(portal, "Effettua la login")?;
    expect_logged_in(chain, SERVICES)
}

fn expect_logged_in(chain: &Chain, path: &str) -> Outcome<()> {
    chain.browser.wait_for_page(path)?;
    wait_until("name of the person", || shows_something_private(chain))?;
    Ok(())
}

/// Leaves, as the person does.
fn leave(chain: &Chain) -> Outcome<()> {
    chain.browser.click("Esci")?;
    chain.browser.wait_for_page("/")?;
    wait_until("page of nobody", || !shows_something_private(chain))?;
    Ok(())
}

/// Whether the person's data stands anywhere in the page, shown or not.
fn shows_something_private(chain: &Chain) -> bool {
    let page = chain
        .browser
        .script("return document.title + document.documentElement.outerHTML");
    let page = page.unwrap_or_default().to_string();
    let private = [
        LUCA_BIANCHI.cognome,
        LUCA_BIANCHI.codice_fiscale,
        "luca.bianchi@",
    ];
    private.iter().any(|data| page.contains(data))
}

/// Waits for the choice of access; at no look on the way is anything private in the page.
fn expect_nothing_private_on_the_way_to_the_choice(chain: &Chain) -> Outcome<()> {
    let mut looks = Vec::new();
    wait_until("choice of access", || {
        looks.push(shows_something_private(chain));
        let heading = chain.browser.heading();
        let at_choice = chain.browser.path().is_ok_and(|path| path == CHOICE);
        at_choice && heading.is_ok_and(|heading| heading == "Area riservata")
    })?;
    assert!(looks.iter().all(|private| !private), "{looks:?}");
    assert!(!shows_something_private(chain));
    assert!(!chain.browser.offers("Esci")?);
    Ok(())
}

fn whoever_is_sent_to_the_login_comes_to_the_page_they_wanted(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    register(chain, &portal)?;
    chain.browser.open(&portal.address(MESSAGES))?;
    chain.browser.wait_for_page(CHOICE)?;
    let text = chain.browser.text()?;
    assert!(text.contains("dopo la login vi sarà riportato"), "{text}");
    chain.browser.click("Accedi con smart card")?;
    chain.browser.click("Effettua la login")?;
    chain.enter_pin()?;
    expect_logged_in(chain, MESSAGES)?;
    wait_until("messages of the person", || {
        let text = chain.browser.text();
        text.is_ok_and(|text| text.contains("È stata registrata una CNS"))
    })?;
    leave(chain)?;
    chain.expect_all_let_go(Some(&card))
}

fn after_leaving_the_back_button_shows_nothing_private(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    register(chain, &portal)?;
    log_in(chain, &portal)?;
    chain.browser.click("Profilo Utente")?;
    expect_logged_in(chain, "/servizi/profilo-utente")?;
    leave(chain)?;
    // To the profile, which sends to the choice; from there to the services.
    for _ in 0..2 {
        chain.browser.go_back()?;
        expect_nothing_private_on_the_way_to_the_choice(chain)?;
    }
    chain.expect_nothing_opened()?;
    chain.expect_all_let_go(Some(&card))
}

fn a_page_that_the_browser_kept_shows_nothing_private(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    register(chain, &portal)?;
    log_in(chain, &portal)?;
    // As long as the session lasts, the page comes back as it was.
    go_elsewhere(chain, &portal)?;
    chain.browser.go_back()?;
    expect_kept(chain)?;
    expect_logged_in(chain, SERVICES)?;

    go_elsewhere(chain, &portal)?;
    chain.browser.open_tab()?;
    chain.browser.open(&portal.address(SERVICES))?;
    expect_logged_in(chain, SERVICES)?;
    leave(chain)?;
    chain.browser.close_tab()?;
    chain.browser.go_back()?;
    expect_nothing_private_on_the_way_to_the_choice(chain)?;
    expect_kept(chain)?;
    chain.expect_all_let_go(Some(&card))
}

/// Leaves the page for another origin, and notes whether the browser will show it as it was
/// left (bfcache).
fn go_elsewhere(chain: &Chain, portal: &Portal) -> Outcome<()> {
    chain.browser.script(
        "window.kept = false;
         addEventListener('pageshow', event => { window.kept = event.persisted; });",
    )?;
    let elsewhere = format!("http://127.0.0.1:{}/faq", portal.port());
    chain.browser.open(&elsewhere)?;
    chain.browser.wait_for_page("/faq")
}

/// Else the page came from the server again, and the test says nothing.
fn expect_kept(chain: &Chain) -> Outcome<()> {
    Ok(wait_until("page that the browser kept", || {
        let kept = chain.browser.script("return window.kept");
        kept.is_ok_and(|kept| kept == true)
    })?)
}

fn every_tab_follows(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    register(chain, &portal)?;
    log_in(chain, &portal)?;
    chain.browser.open_tab()?;
    chain.browser.open(&portal.address(SERVICES))?;
    expect_logged_in(chain, SERVICES)?;

    chain.browser.turn_to_tab(0)?;
    leave(chain)?;
    chain.browser.turn_to_tab(1)?;
    chain.browser.wait_for_page(CHOICE)?;
    assert!(!shows_something_private(chain));
    let text = chain.browser.text()?;
    assert!(text.contains("La sessione è terminata"), "{text}");

    chain.browser.turn_to_tab(0)?;
    log_in(chain, &portal)?;
    chain.browser.turn_to_tab(1)?;
    wait_until("name of the person", || shows_something_private(chain))?;
    chain.browser.click("Vai alla pagina richiesta")?;
    expect_logged_in(chain, SERVICES)?;
    leave(chain)?;
    chain.browser.close_tab()?;
    chain.browser.wait_for_page(CHOICE)?;
    assert!(!shows_something_private(chain));
    chain.expect_all_let_go(Some(&card))
}
