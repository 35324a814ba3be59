//! The card page when it did not succeed: the manual's kinds of error (manuale §3).

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, PIN},
    people::{GRETA_MAIR, Issuer, LUCA_BIANCHI},
    portal::Portal,
    walk::{
        Walk,
        states::Story,
        words::{LOG_IN, REGISTER},
    },
};
use protocol::Language;

pub fn each_kind_of_refusal_says_what_to_do(walk: &mut Walk) -> Outcome<()> {
    for language in Language::ALL {
        let portal = walk.portal(&[LUCA_BIANCHI], language)?;
        let card = walk.chain.insert_card_of(&LUCA_BIANCHI)?;

        walk.begin(&portal, REGISTER)?;
        let mut window = walk.chain.window()?;
        window.wait_for_pin_field()?;
        window.cancel()?;
        walk.expect_refusal("ERR_TESSERA_USER_CANCELLED")?;
        walk.look(&portal, "smart-card-cancelled")?;

        walk.present_card(&portal, LOG_IN)?;
        walk.expect_refusal("card-not-registered")?;
        walk.look(&portal, "smart-card-not-registered")?;

        portal.take_database_away()?;
        // Said before the PIN is asked for: there is an earlier challenge to give up.
        walk.begin(&portal, REGISTER)?;
        walk.expect_refusal("security-systems-unavailable")?;
        walk.look(&portal, "smart-card-security-systems")?;
        portal.put_database_back()?;

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
    walk.open(portal, CARD_PAGE)?;
    portal.stop();
    walk.click(LOG_IN)?;
    walk.expect_refusal("server-unreachable")?;
    walk.look(portal, "smart-card-server-unreachable")
}
