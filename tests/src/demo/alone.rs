//! Without a display: the demonstration does everything itself.

use std::path::Path;

use super::{PIN, Scene, narration::Narration, photographs::Photographs, set_scene};
use crate::{
    Outcome, browser::Browser, credentials_document::CredentialsDocument, people::ANNA_VERDI,
    pin_window::PinWindow, product, waiting::wait_until, workstation::Workstation,
};

/// Registers the card, logs in with it and out again; a picture of every step.
pub fn run() -> Outcome<()> {
    let pictures = product::pictures();
    let mut narration = Narration::begin();
    let mut photographs = Photographs::begin(&pictures)?;
    let mut scene = set_scene(&mut narration, Workstation::start)?;

    let browser = scene.workstation.browser()?;
    narration.say("Chromium runs, with the extension");
    walk_to_card_page(&browser, &scene, &mut narration, &mut photographs)?;
    register(&browser, &mut scene, &mut narration, &mut photographs)?;
    fetch_document(&browser, &scene, &mut narration, &mut photographs)?;
    log_in(&browser, &mut scene, &mut narration, &mut photographs)?;
    log_out(&browser, &scene, &mut narration, &mut photographs)?;

    narration.end(&format!(
        "Registered, logged in and out with a CNS: {} pictures under {}",
        photographs.taken(),
        shown(&pictures)
    ));
    Ok(())
}

fn walk_to_card_page(
    browser: &Browser,
    scene: &Scene,
    narration: &mut Narration,
    photographs: &mut Photographs,
) -> Outcome<()> {
    browser.open(&scene.portal.address("/"))?;
    browser.wait_for_page("/")?;
    photographs.page("home", browser)?;
    browser.click("Area riservata")?;
    browser.wait_for_page("/area-riservata")?;
    photographs.page("area-riservata", browser)?;
    browser.click("Accedi con smart card")?;
    browser.wait_for_page("/area-riservata/smart-card")?;
    photographs.page("smart-card", browser)?;
    narration.say("Home page, Area riservata, Accedi con smart card");
    Ok(())
}

fn register(
    browser: &Browser,
    scene: &mut Scene,
    narration: &mut Narration,
    photographs: &mut Photographs,
) -> Outcome<()> {
    browser.click("Registra CNS")?;
    narration.say("Clicked \"Registra CNS\"");
    let mut window = PinWindow::wait(&mut scene.workstation)?;
    window.wait_for_pin_field()?;
    photographs.page("registration-waiting-for-pin", browser)?;
    photographs.window("pin-window", &window)?;
    narration.say("The host's window asks for the PIN and names the origin");
    window.type_pin(PIN)?;
    photographs.window("pin-window-typed", &window)?;
    window.press("Return")?;
    window.wait_until_gone()?;
    browser.wait_for_page("/area-riservata/registrazione")?;
    photographs.page("registration-confirmed", browser)?;
    narration.say("The card signed, the server checked: the CNS is registered");
    Ok(())
}

fn fetch_document(
    browser: &Browser,
    scene: &Scene,
    narration: &mut Narration,
    photographs: &mut Photographs,
) -> Outcome<()> {
    browser.click("Scarica il documento (PDF)")?;
    wait_until("document fetched", || {
        browser
            .text()
            .is_ok_and(|text| text.contains("Documento scaricato"))
    })?;
    photographs.page("document-fetched", browser)?;
    let document = CredentialsDocument::fetch(browser, scene.workstation.folder())?;
    photographs.document("credentials-document", document.file())?;
    if document.user_id()? != ANNA_VERDI.codice_fiscale || document.pincode()?.len() != 10 {
        return Err("the document does not carry the doctor's credentials".into());
    }
    narration.say("The credentials document was fetched: user id, password, Pincode");
    Ok(())
}

fn log_in(
    browser: &Browser,
    scene: &mut Scene,
    narration: &mut Narration,
    photographs: &mut Photographs,
) -> Outcome<()> {
    browser.open(&scene.portal.address("/area-riservata/smart-card"))?;
    browser.click("Effettua la login")?;
    let mut window = PinWindow::wait(&mut scene.workstation)?;
    window.wait_for_pin_field()?;
    photographs.window("pin-window-login", &window)?;
    window.enter_pin(PIN)?;
    window.wait_until_gone()?;
    browser.wait_for_page("/servizi")?;
    let greeted = browser.text()?.contains(ANNA_VERDI.cognome);
    photographs.page("services", browser)?;
    if !greeted {
        return Err("the services page does not name the person".into());
    }
    narration.say("Logged in with the same card: the services of a doctor");
    Ok(())
}

fn log_out(
    browser: &Browser,
    scene: &Scene,
    narration: &mut Narration,
    photographs: &mut Photographs,
) -> Outcome<()> {
    browser.click("Esci")?;
    wait_until("end of the session", || {
        browser.offers("Esci").is_ok_and(|offered| !offered)
    })?;
    photographs.page("logged-out", browser)?;
    let card = &scene.card;
    if card.signatures() != 2 || card.is_logged_in() {
        return Err(format!(
            "the card signed {} times and is {}logged in",
            card.signatures(),
            if card.is_logged_in() { "" } else { "not " }
        )
        .into());
    }
    narration.say("Logged out; the card signed twice and is closed again");
    Ok(())
}

fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here)
        .unwrap_or(path)
        .display()
        .to_string()
}
