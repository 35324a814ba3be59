//! Something ends in the middle: nothing hangs, the card is let go, the next try works.

use std::{process::ExitCode, time::Duration};

use end_to_end::{
    Outcome,
    card::{Act, Deviation, Moment, Script},
    chain::{Chain, PIN},
    people::LUCA_BIANCHI,
    portal::Portal,
    processes::kill,
    suite,
};

const REGISTER: &str = "Registra CNS";
const REGISTERED: &str = "/area-riservata/registrazione";

/// A card that answers as slowly as the slowest in the field.
const SLOW: Script = &[Deviation::new(
    Moment::Every,
    Act::Take(Duration::from_millis(40)),
)];
/// A card that is pulled out between PIN and signature.
const TAKEN_OUT_WHILE_SIGNING: Script = &[Deviation::new(Moment::KeyUsed, Act::Remove)];

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
    let card = chain.insert_with(card, TAKEN_OUT_WHILE_SIGNING)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.enter_pin(PIN)?;
    card.wait_until_out()?;
    let card = card.remove();
    assert_eq!((card.verifications(), card.signatures()), (1, 0));
    let mut window = chain.window()?;
    window.wait_for_text("carta")?;
    window.cancel()?;
    chain.expect_refusal("ERR_TESSERA_CARD_REMOVED")?;
    chain.expect_nothing_opened()?;

    let card = chain.insert(card)?;
    register_after_all(chain, &portal)?;
    chain.expect_all_let_go(Some(&card))
}

fn a_slow_card_is_waited_for(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let card = chain.insert_with(card, SLOW)?;
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
