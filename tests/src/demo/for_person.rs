//! With a display: the browser is the person's, the card is in the reader.

use std::{thread, time::Duration};

use super::{PIN, narration::Narration, set_scene};
use crate::{Outcome, workstation::Workstation};

/// Opens the portal in a browser on this display and waits until the person closes it.
pub fn run(display: &str) -> Outcome<()> {
    let mut narration = Narration::begin();
    let scene = set_scene(&mut narration, || Workstation::start_on_display(display))?;
    let browser = scene.workstation.browser()?;
    browser.open(&scene.portal.address("/"))?;
    narration.say("Chromium is open on the portal's home page");
    println!(
        "\n     Address  {}/\n     PIN      {PIN}\n\n\
         Area riservata, Accedi con smart card, then Registra CNS (the first time) or\n\
         Effettua la login. Close the browser to end the demo.",
        scene.portal.origin()
    );
    while browser.tabs() > 0 {
        thread::sleep(Duration::from_millis(500));
    }
    narration.end(&format!(
        "The browser was closed; the card signed {} times.",
        scene.card.signatures()
    ));
    Ok(())
}
