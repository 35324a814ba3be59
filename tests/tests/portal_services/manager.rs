//! Gestione Credenziali: an officer looks after the operators of their own ASL.

use end_to_end::{
    Outcome,
    people::{ANNA_VERDI, LUCA_BIANCHI, PAOLA_NERI, Person},
    portal::Portal,
    waiting::wait_until,
    walk::{
        Walk,
        states::Story,
        words::{
            DISABLE, DISABLE_YES, ENABLE, ENABLE_YES, LOG_IN, LOG_OUT, MANAGE_ANNA, REGISTER,
            REVOKE, REVOKE_YES, SEARCH, SEARCH_WORDS,
        },
    },
};
use protocol::{Language, service::ServiceId};

/// Somebody with every service there is, named in no order.
const MANAGER: Person = Person {
    services: "assistenza-online;censimento-punti-di-distribuzione;\
        gestione-strutture-accreditate;gestione-ts;esenzioni-da-reddito;gestione-ricettari;\
        gestione-estrazione-dati;gestione-medici;gestione-credenziali;gestione-assistiti;\
        ristampa-credenziali;gestione-stp;gestione-codici-esenzione;estrazione-dati-ricettari;cms",
    ..PAOLA_NERI
};
const REGISTERED: &str = "/area-riservata/registrazione";

pub fn a_manager_sees_every_service_and_looks_after_an_operator(walk: &mut Walk) -> Outcome<()> {
    for language in Language::ALL {
        let portal = walk.portal(&[ANNA_VERDI, LUCA_BIANCHI, MANAGER], language)?;
        let card = walk.chain.insert_card_of(&ANNA_VERDI)?;
        walk.present_card(&portal, REGISTER)?;
        walk.chain.browser.wait_for_page(REGISTERED)?;
        drop(card);
        let card = walk.chain.insert_card_of(&MANAGER)?;
        walk.present_card(&portal, REGISTER)?;
        walk.chain.browser.wait_for_page(REGISTERED)?;
        walk.present_card(&portal, LOG_IN)?;
        walk.chain.browser.wait_for_page("/servizi")?;
        drop(card);
        the_menu_is_the_manuals(walk)?;
        walk.look(&portal, "servizi-all")?;

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
        lets_in_again_and_takes_the_registration_back(walk, &portal)?;
    }
    walk.finish(Story::Manager)
}

/// Every service, by the manual's name and in its order (manuale §4), in every language.
fn the_menu_is_the_manuals(walk: &Walk) -> Outcome<()> {
    walk.wait_for_control(LOG_OUT)?;
    let names = ServiceId::ALL.iter().map(|service| service.name());
    let names = serde_json::json!(names.collect::<Vec<_>>());
    let look = "return [...document.querySelectorAll('.ts-service-menu a')]
                  .map(entry => entry.innerText);";
    let mut shown = serde_json::Value::Null;
    wait_until("menu of the services", || {
        shown = walk.chain.browser.script(look).unwrap_or_default();
        shown.as_array().is_some_and(|entries| !entries.is_empty())
    })?;
    assert_eq!(shown, names);
    Ok(())
}

fn lets_in_again_and_takes_the_registration_back(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.click(ENABLE)?;
    walk.click(ENABLE_YES)?;
    walk.wait_for_control(DISABLE)?;
    walk.look(portal, "gestione-credenziali-enabled")?;
    walk.click(REVOKE)?;
    walk.wait_for_control(REVOKE_YES)?;
    walk.look(portal, "gestione-credenziali-revoke")?;
    walk.click(REVOKE_YES)?;
    // What can be done comes back, but for what was done.
    walk.wait_for_control(DISABLE)?;
    walk.look(portal, "gestione-credenziali-revoked")
}
