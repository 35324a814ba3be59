//! The card page while a card is asked for.

use end_to_end::{
    Outcome,
    card::{Act, Deviation, Moment, Script},
    chain::PIN,
    people::{ANNA_VERDI, LUCA_BIANCHI},
    walk::{
        Walk,
        states::Story,
        words::{LOG_IN, REGISTER},
    },
};
use protocol::Language;

/// Keeps the signature waiting until the test has looked.
const SLOW_TO_SIGN: Script = &[Deviation::new(Moment::KeyUsed, Act::Hold)];

pub fn each_state_of_an_act_with_the_card_can_be_followed(walk: &mut Walk) -> Outcome<()> {
    for language in Language::ALL {
        let portal = walk.portal(&[LUCA_BIANCHI], language)?;
        let state = |walk: &mut Walk, progress: &str, name| {
            walk.chain.wait_for_progress(progress)?;
            walk.look(&portal, name)
        };
        walk.chain
            .workstation
            .middleware_mut()
            .disconnect_readers()?;
        walk.chain.browser.hold_requests("*/api/challenges")?;
        walk.begin(&portal, REGISTER)?;
        state(walk, "preparing", "smart-card-preparing")?;
        walk.chain.browser.let_requests_go()?;
        state(walk, "waiting-for-reader", "smart-card-waiting-for-reader")?;
        walk.chain.workstation.middleware_mut().connect_readers()?;
        state(walk, "waiting-for-card", "smart-card-waiting-for-card")?;

        let card = walk.chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
        let card = walk.chain.insert_with(card, SLOW_TO_SIGN)?;
        state(walk, "waiting-for-pin", "smart-card-waiting-for-pin")?;
        walk.chain.window()?.enter_pin(PIN)?;
        card.wait_until_held()?;
        state(walk, "signing", "smart-card-signing")?;
        walk.chain.browser.hold_requests("*/api/registrations")?;
        card.go_on();
        state(walk, "checking", "smart-card-checking")?;
        walk.chain.browser.let_requests_go()?;
        let registered = "/area-riservata/registrazione";
        walk.chain.browser.wait_for_page(registered)?;
        walk.look(&portal, "registrazione-no-document")?;

        let beside = walk.chain.workstation.middleware().second_reader();
        let other = walk.chain.issuer.issue(&ANNA_VERDI, PIN)?;
        let other = beside.insert_noticed(other, &[])?;
        walk.begin(&portal, LOG_IN)?;
        state(
            walk,
            "choosing-certificate",
            "smart-card-choosing-certificate",
        )?;
        walk.chain.window()?.cancel()?;
        walk.chain.expect_all_let_go(None)?;
        drop((card, other));
    }
    walk.finish(Story::AtTheCard)
}
