//! Gestione Credenziali: an officer looks after the operators of their own ASL.

use end_to_end::{
    Outcome,
    people::{ANNA_VERDI, LUCA_BIANCHI, PAOLA_NERI},
};
use protocol::Language;

use crate::{
    states::Story,
    walk::Walk,
    words::{DISABLE, DISABLE_YES, LOG_IN, MANAGE_ANNA, REGISTER, SEARCH, SEARCH_WORDS},
};

pub fn a_manager_finds_and_disables_an_operator(walk: &mut Walk) -> Outcome<()> {
    let card = walk.chain.insert_card_of(&PAOLA_NERI)?;
    for language in Language::ALL {
        let portal = walk.portal(&[ANNA_VERDI, LUCA_BIANCHI, PAOLA_NERI], language)?;
        walk.present_card(&portal, REGISTER)?;
        let registered = "/area-riservata/registrazione";
        walk.chain.browser.wait_for_page(registered)?;
        walk.present_card(&portal, LOG_IN)?;
        walk.chain.browser.wait_for_page("/servizi")?;

        walk.open_service(&portal, "/servizi/gestione-credenziali")?;
        walk.look(&portal, "gestione-credenziali")?;
        walk.click(SEARCH)?;
        walk.wait_for_element("[aria-invalid=true]")?;
        walk.look(&portal, "gestione-credenziali-empty")?;
        walk.fill(SEARCH_WORDS, "xyzzy")?;
        walk.click(SEARCH)?;
        walk.wait_for_element("main [role=status] p")?;
        walk.look(&portal, "gestione-credenziali-nobody")?;

        walk.open_service(&portal, "/servizi/gestione-credenziali")?;
        // Everybody of the ASL but oneself: one has the surname, one only the initials.
        walk.fill(SEARCH_WORDS, "verdi")?;
        walk.click(SEARCH)?;
        walk.wait_for_control(MANAGE_ANNA)?;
        walk.look(&portal, "gestione-credenziali-found")?;
        walk.click(MANAGE_ANNA)?;
        walk.wait_for_control(DISABLE)?;
        walk.look(&portal, "gestione-credenziali-person")?;
        walk.click(DISABLE)?;
        walk.wait_for_control(DISABLE_YES)?;
        walk.look(&portal, "gestione-credenziali-question")?;
        walk.click(DISABLE_YES)?;
        walk.wait_for_element("main [role=status] .ts-good")?;
        walk.look(&portal, "gestione-credenziali-disabled")?;
    }
    drop(card);
    walk.finish(Story::Manager)
}
