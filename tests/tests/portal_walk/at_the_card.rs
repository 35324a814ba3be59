//! The card page while a card is asked for, and when it did not succeed.

use end_to_end::{
    Outcome,
    card::{Act, Deviation, Moment, Script},
    chain::PIN,
    people::{ANNA_VERDI, GRETA_MAIR, Issuer, LUCA_BIANCHI},
    portal::Portal,
};
use protocol::Language;

use crate::{
    states::Story,
    walk::Walk,
    words::{LOG_IN, REGISTER},
};

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
        walk.begin(&portal, REGISTER)?;
        state(walk, "waiting-for-reader", "smart-card-waiting-for-reader")?;
        walk.chain.workstation.middleware_mut().connect_readers()?;
        state(walk, "waiting-for-card", "smart-card-waiting-for-card")?;

        let card = walk.chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
        let card = walk.chain.insert_with(card, SLOW_TO_SIGN)?;
        state(walk, "waiting-for-pin", "smart-card-waiting-for-pin")?;
        walk.chain.window()?.enter_pin(PIN)?;
        card.wait_until_held()?;
        state(walk, "signing", "smart-card-signing")?;
        card.go_on();
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
        let mut window = walk.chain.window()?;
        window.press("Escape")?;
        window.wait_until_gone()?;
        walk.chain.expect_all_let_go(None)?;
        drop((card, other));
    }
    walk.finish(Story::AtTheCard)
}

pub fn each_kind_of_refusal_says_what_to_do(walk: &mut Walk) -> Outcome<()> {
    for language in Language::ALL {
        let portal = walk.portal(&[LUCA_BIANCHI], language)?;
        let card = walk.chain.insert_card_of(&LUCA_BIANCHI)?;

        walk.begin(&portal, REGISTER)?;
        let mut window = walk.chain.window()?;
        window.wait_for_pin_field()?;
        window.press("Escape")?;
        window.wait_until_gone()?;
        walk.expect_refusal("ERR_TESSERA_USER_CANCELLED")?;
        walk.look(&portal, "smart-card-cancelled")?;

        walk.present_card(&portal, LOG_IN)?;
        walk.expect_refusal("card-not-registered")?;
        walk.look(&portal, "smart-card-not-registered")?;

        portal.command(&["operators", "disable", LUCA_BIANCHI.codice_fiscale])?;
        walk.present_card(&portal, REGISTER)?;
        walk.expect_refusal("operator-disabled")?;
        walk.look(&portal, "smart-card-operator-disabled")?;
        drop(card);

        let stranger = Issuer::new().issue(&LUCA_BIANCHI, PIN)?;
        let card = walk.chain.insert(stranger)?;
        walk.present_card(&portal, REGISTER)?;
        walk.expect_refusal("certificate-untrusted")?;
        walk.look(&portal, "smart-card-certificate-untrusted")?;
        drop(card);

        let card = walk.chain.insert_card_of(&GRETA_MAIR)?;
        walk.present_card(&portal, REGISTER)?;
        walk.expect_refusal("operator-unknown")?;
        walk.look(&portal, "smart-card-operator-unknown")?;
        drop(card);

        without_a_host(walk, &portal)?;
        without_a_server(walk, &portal)?;
    }
    walk.finish(Story::Refusals)
}

fn without_a_host(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.chain.workstation.uninstall_host()?;
    walk.begin(portal, LOG_IN)?;
    let refused = walk.expect_refusal("ERR_TESSERA_NATIVE_UNAVAILABLE");
    walk.chain.workstation.install_host()?;
    refused?;
    walk.look(portal, "smart-card-host-missing")
}

fn without_a_server(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.open(portal, end_to_end::chain::CARD_PAGE)?;
    portal.stop();
    walk.click(LOG_IN)?;
    walk.chain.browser.wait_for_alert()?;
    walk.look(portal, "smart-card-server-unreachable")
}
