//! What a person can do right and wrong between click and signature.

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, Chain, PIN},
    people::LUCA_BIANCHI,
    pin_window::wait_until_no_window,
    suite,
    waiting::wait_until,
};

const REGISTER: &str = "Registra CNS";
const REGISTERED: &str = "/area-riservata/registrazione";

fn main() -> ExitCode {
    suite::run(&[
        ("a_wrong_pin_can_be_put_right", a_wrong_pin_can_be_put_right),
        (
            "a_pin_wrong_three_times_locks_the_card",
            a_pin_wrong_three_times_locks_the_card,
        ),
        (
            "a_card_put_in_later_is_waited_for",
            a_card_put_in_later_is_waited_for,
        ),
        (
            "a_reader_connected_later_is_waited_for",
            a_reader_connected_later_is_waited_for,
        ),
        (
            "a_card_taken_out_and_put_back_goes_on",
            a_card_taken_out_and_put_back_goes_on,
        ),
        (
            "a_card_without_a_certificate_is_told_so",
            a_card_without_a_certificate_is_told_so,
        ),
        (
            "a_card_that_is_no_cns_is_told_so",
            a_card_that_is_no_cns_is_told_so,
        ),
        ("escape_cancels", escape_cancels),
        ("closing_the_tab_cancels", closing_the_tab_cancels),
        ("leaving_the_page_cancels", leaving_the_page_cancels),
    ])
}

fn a_wrong_pin_can_be_put_right(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    let mut window = chain.window()?;
    window.enter_pin("00000")?;
    wait_until("try spent on the card", || card.pin_tries_left() == 2)?;
    window.wait_for_text("Il PIN non è corretto")?;
    window.enter_pin(PIN)?;
    window.wait_until_gone()?;
    chain.browser.wait_for_page(REGISTERED)?;
    assert_eq!(card.pin_tries_left(), 3);
    assert_eq!(card.verifications(), 2);
    chain.expect_all_let_go(Some(&card))
}

fn a_pin_wrong_three_times_locks_the_card(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    for left in [2, 1, 0] {
        let mut window = chain.window()?;
        window.enter_pin("00000")?;
        wait_until("try spent on the card", || card.pin_tries_left() == left)?;
    }
    let mut window = chain.window()?;
    window.wait_for_text("PUK")?;
    window.cancel()?;
    chain.expect_refusal("ERR_TESSERA_PIN_LOCKED")?;
    chain.expect_nothing_opened()?;
    assert_eq!(card.signatures(), 0);
    chain.expect_all_let_go(Some(&card))
}

fn a_card_put_in_later_is_waited_for(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
    chain.begin(&portal, REGISTER)?;
    chain.wait_for_progress("waiting-for-card")?;
    assert!(
        chain
            .browser
            .text()?
            .contains("Inserisca la carta nel lettore")
    );
    let card = chain.insert(card)?;
    chain.wait_for_progress("waiting-for-pin")?;
    chain.window()?.enter_pin(PIN)?;
    chain.browser.wait_for_page(REGISTERED)?;
    chain.expect_all_let_go(Some(&card))
}

fn a_reader_connected_later_is_waited_for(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
    chain.workstation.middleware_mut().disconnect_readers()?;
    chain.begin(&portal, REGISTER)?;
    chain.wait_for_progress("waiting-for-reader")?;
    chain.workstation.middleware_mut().connect_readers()?;
    chain.wait_for_progress("waiting-for-card")?;
    let card = chain.insert(card)?;
    chain.window()?.enter_pin(PIN)?;
    chain.browser.wait_for_page(REGISTERED)?;
    chain.expect_all_let_go(Some(&card))
}

fn a_card_taken_out_and_put_back_goes_on(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    chain.window()?.wait_for_pin_field()?;
    let card = card.remove();
    chain.wait_for_progress("waiting-for-card")?;
    let card = chain.insert(card)?;
    chain.window()?.enter_pin(PIN)?;
    chain.browser.wait_for_page(REGISTERED)?;
    chain.expect_all_let_go(Some(&card))
}

fn a_card_without_a_certificate_is_told_so(chain: &mut Chain) -> Outcome<()> {
    let card = chain.issuer.issue_without_certificate(&LUCA_BIANCHI, PIN)?;
    no_certificate(chain, card)
}

fn a_card_that_is_no_cns_is_told_so(chain: &mut Chain) -> Outcome<()> {
    let card = chain.issuer.issue_other_card(&LUCA_BIANCHI, PIN)?;
    no_certificate(chain, card)
}

fn no_certificate(chain: &mut Chain, card: end_to_end::card::Card) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert(card)?;
    chain.begin(&portal, REGISTER)?;
    let mut window = chain.window()?;
    window.wait_for_text("certificato")?;
    window.cancel()?;
    chain.expect_refusal("ERR_TESSERA_NO_CERTIFICATE")?;
    assert_eq!(card.verifications(), 0);
    chain.expect_nothing_opened()?;
    chain.expect_all_let_go(Some(&card))
}

fn escape_cancels(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.begin(&portal, REGISTER)?;
    let mut window = chain.window()?;
    window.type_pin("6295")?;
    window.cancel()?;
    chain.expect_refusal("ERR_TESSERA_USER_CANCELLED")?;
    assert_eq!(card.verifications(), 0);
    chain.expect_nothing_opened()?;
    chain.expect_all_let_go(Some(&card))
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
