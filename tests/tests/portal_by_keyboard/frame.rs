//! What stands around every page: skip link, menu, search, languages.

use end_to_end::{Outcome, chain::Chain, keyboard::Key, people::LUCA_BIANCHI, waiting::wait_until};

/// Pages for everybody, from the shortest to the longest.
const PAGES: [&str; 9] = [
    "/",
    "/faq",
    "/cerca?q=PIN",
    "/prepara-la-postazione",
    "/area-riservata",
    "/area-riservata/smart-card",
    "/area-riservata/credenziali",
    "/area-riservata/registrazione",
    "/non-esiste",
];
const DESK: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (360, 740);

pub fn the_skip_link_leads_to_the_content(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let browser = &chain.browser;
    browser.open(&portal.address("/"))?;
    browser.wait_for_program()?;
    browser.wait_for_page("/")?;
    browser.press_key(Key::Tab)?;
    let first = browser.focus()?;
    assert_eq!(first.name, "Vai al contenuto principale");
    assert!(first.visible, "{first:?}");
    browser.press_key(Key::Enter)?;
    assert_eq!(browser.focus()?.role, "main");
    browser.press_key(Key::Tab)?;
    assert_eq!(browser.focus()?.name, "Accedi ai servizi online");
    browser.tab_back_to("Contatti e assistenza")?;
    Ok(())
}

pub fn the_menu_opens_on_a_phone_and_leads_on(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let browser = &chain.browser;
    let (width, height) = PHONE;
    browser.set_screen(width, height)?;
    browser.open(&portal.address("/"))?;
    browser.wait_for_program()?;
    browser.tab_to("Apri il menu")?;
    // Closed, its entries are out of the keyboard's way too.
    let stops = browser.round_by_tab()?;
    assert!(stops.iter().all(|stop| stop.name != "FAQ"));
    browser.tab_to("Apri il menu")?;
    browser.press_key(Key::Space)?;
    wait_until("open menu", || {
        browser
            .focus()
            .is_ok_and(|focus| focus.name == "Chiudi il menu")
    })?;
    browser.enter("FAQ")?;
    browser.wait_until_focus_moved_to("/faq")?;
    assert!(browser.offers("Apri il menu")?);
    let (width, height) = DESK;
    browser.set_screen(width, height)
}

pub fn the_search_finds_and_leads_there(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let browser = &chain.browser;
    browser.open(&portal.address("/"))?;
    browser.wait_for_program()?;
    browser.tab_to("Cerca nel sito")?;
    browser.type_keys("PUK")?;
    browser.press_key(Key::Enter)?;
    browser.wait_until_focus_moved_to("/cerca")?;
    browser.press_key(Key::Tab)?;
    let found = browser.focus()?;
    assert!(found.role == "link" && found.visible, "{found:?}");
    browser.press_key(Key::Enter)?;
    wait_until("page that was found", || {
        let away = browser.path().is_ok_and(|path| path != "/cerca");
        away && browser.heading().is_ok_and(|heading| heading == found.name)
    })?;
    Ok(())
}

pub fn the_language_is_switched(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let browser = &chain.browser;
    browser.open(&portal.address("/faq"))?;
    browser.wait_for_program()?;
    for (name, code) in [("Deutsch", "de"), ("English", "en"), ("Italiano", "it")] {
        browser.enter(name)?;
        wait_until(&format!("page in {code}"), || {
            browser.frame().is_ok_and(|frame| frame.language == code)
        })?;
        assert_eq!(browser.path()?, "/faq");
    }
    Ok(())
}

pub fn no_page_holds_the_keyboard_or_hides_the_focus(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let browser = &chain.browser;
    for (width, height) in [DESK, PHONE] {
        browser.set_screen(width, height)?;
        for path in PAGES {
            browser.open(&portal.address(path))?;
            browser.wait_for_program()?;
            wait_until("heading of the page", || {
                browser.heading().is_ok_and(|heading| !heading.is_empty())
            })?;
            let stops = browser.round_by_tab()?;
            assert!(stops.len() > 8, "{path}: {stops:?}");
            for stop in &stops {
                assert!(stop.visible, "{path} at {width} px: {stop:?}");
                assert!(!stop.name.is_empty(), "{path} at {width} px: {stop:?}");
            }
            // The first is the skip link, the last stands in the footer.
            assert_eq!(stops[0].name, "Vai al contenuto principale", "{path}");
            assert_eq!(stops[stops.len() - 1].name, "Privacy", "{path}");
        }
    }
    let (width, height) = DESK;
    browser.set_screen(width, height)
}
