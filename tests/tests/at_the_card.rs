//! What becomes of a login when its page, its tab or its browser does not stay as it was.

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, Chain, PIN},
    people::LUCA_BIANCHI,
    pin_window::wait_until_no_window,
    processes::kill,
    suite,
};

const REGISTER: &str = "Registra CNS";
const REGISTERED: &str = "/area-riservata/registrazione";

fn main() -> ExitCode {
    suite::run(&[
        ("closing_the_tab_cancels", closing_the_tab_cancels),
        ("leaving_the_page_cancels", leaving_the_page_cancels),
        ("killing_the_browser_cancels", killing_the_browser_cancels),
        (
            "a_second_tab_does_not_disturb_the_first",
            a_second_tab_does_not_disturb_the_first,
        ),
    ])
}

fn closing_the_tab_cancels(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.browser.open_tab()?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.type_pin(PIN)?;
    chain.browser.close_tab()?;
    wait_until_no_window(&chain.workstation)?;
    assert_eq!(card.verifications(), 0);
    chain.expect_all_let_go(Some(&card))?;
    chain.browser.open(&portal.address(CARD_PAGE))?;
    chain.expect_nothing_opened()
}

fn leaving_the_page_cancels(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.wait_for_pin_field()?;
    chain.browser.open(&portal.address("/faq"))?;
    wait_until_no_window(&chain.workstation)?;
    assert_eq!(card.signatures(), 0);
    chain.expect_all_let_go(Some(&card))?;
    chain.expect_nothing_opened()
}

fn killing_the_browser_cancels(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.type_pin(PIN)?;
    kill("chromium")?;
    chain.expect_all_let_go(Some(&card))?;
    assert_eq!(card.verifications(), 0);

    chain.restart_browser()?;
    chain.present_card(&portal, REGISTER)?;
    chain.browser.wait_for_page(REGISTERED)?;
    chain.expect_all_let_go(Some(&card))
}

fn a_second_tab_does_not_disturb_the_first(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.wait_for_pin_field()?;
    chain.browser.open_tab()?;
    chain.begin(&portal, "Effettua la login")?;
    chain.expect_refusal("ERR_TESSERA_ACTION_PENDING")?;
    chain.browser.close_tab()?;
    chain.window()?.enter_pin(PIN)?;
    chain.browser.wait_for_page(REGISTERED)?;
    assert_eq!(card.signatures(), 1);
    chain.expect_all_let_go(Some(&card))
}
