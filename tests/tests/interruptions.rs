//! Something ends in the middle: nothing hangs, the card is let go, the next try works.

use std::{process::ExitCode, time::Duration};

use end_to_end::{
    Outcome,
    chain::{Chain, PIN},
    people::LUCA_BIANCHI,
    portal::Portal,
    processes::kill,
    suite,
    waiting::wait_until,
};

const REGISTER: &str = "Registra CNS";
const REGISTERED: &str = "/area-riservata/registrazione";

fn main() -> ExitCode {
    suite::run(&[
        ("the_host_is_killed", the_host_is_killed),
        ("the_window_is_killed", the_window_is_killed),
        ("the_browser_is_killed", the_browser_is_killed),
        (
            "the_card_is_taken_out_while_it_signs",
            the_card_is_taken_out_while_it_signs,
        ),
        ("a_slow_card_is_waited_for", a_slow_card_is_waited_for),
        (
            "a_second_tab_does_not_disturb_the_first",
            a_second_tab_does_not_disturb_the_first,
        ),
    ])
}

fn register_after_all(chain: &mut Chain, portal: &Portal) -> Outcome<()> {
    chain.present_card(portal, REGISTER)?;
    chain.browser.wait_for_page(REGISTERED)
}

fn the_host_is_killed(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.type_pin(PIN)?;
    kill("tessera-host")?;
    chain.expect_refusal("ERR_TESSERA_NATIVE_FATAL")?;
    chain.expect_all_let_go(Some(&card))?;
    assert_eq!(card.verifications(), 0);
    register_after_all(chain, &portal)?;
    chain.expect_all_let_go(Some(&card))
}

fn the_window_is_killed(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.type_pin(PIN)?;
    kill("tessera-window")?;
    chain.expect_refusal("ERR_TESSERA_WINDOW_UNAVAILABLE")?;
    chain.expect_all_let_go(Some(&card))?;
    assert_eq!(card.verifications(), 0);
    register_after_all(chain, &portal)?;
    chain.expect_all_let_go(Some(&card))
}

fn the_browser_is_killed(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.type_pin(PIN)?;
    kill("chromium")?;
    chain.expect_all_let_go(Some(&card))?;
    assert_eq!(card.verifications(), 0);

    chain.restart_browser()?;
    register_after_all(chain, &portal)?;
    chain.expect_all_let_go(Some(&card))
}

fn the_card_is_taken_out_while_it_signs(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let reader = chain.workstation.middleware().first_reader();
    let card = reader.insert_slow(card, Duration::from_millis(150))?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.enter_pin(PIN)?;
    wait_until("PIN at the card", || card.verifications() == 1)?;
    let card = card.remove();
    assert_eq!(card.signatures(), 0, "the card was quicker than the hand");
    let mut window = chain.window()?;
    window.wait_for_text("carta")?;
    window.press("Escape")?;
    window.wait_until_gone()?;
    chain.expect_refusal("ERR_TESSERA_CARD_REMOVED")?;
    chain.expect_nothing_opened()?;

    let card = chain.insert(card)?;
    register_after_all(chain, &portal)?;
    chain.expect_all_let_go(Some(&card))
}

fn a_slow_card_is_waited_for(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let reader = chain.workstation.middleware().first_reader();
    let card = reader.insert_slow(card, Duration::from_millis(40))?;
    register_after_all(chain, &portal)?;
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
