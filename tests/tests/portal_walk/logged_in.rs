//! A doctor's way: registration, the obligatory document, login, the services.

use end_to_end::{
    Outcome,
    people::{ANNA_VERDI, LUCA_BIANCHI},
    waiting::wait_until,
};
use protocol::Language;

use crate::{
    document,
    states::Story,
    walk::Walk,
    words::{GET_DOCUMENT, LOG_IN, LOG_OUT, REGISTER, REPRINT, in_language},
};

/// The services' pages, as they stand when one comes to them.
const SERVICES: [(&str, &str); 6] = [
    ("profilo-utente", "/servizi/profilo-utente"),
    ("messaggi", "/servizi/messaggi"),
    ("assistenza-online", "/servizi/assistenza-online"),
    ("gestione-assistiti", "/servizi/gestione-assistiti"),
    ("servizio-not-enabled", "/servizi/gestione-ts"),
    ("ristampa-credenziali", "/servizi/ristampa-credenziali"),
];

pub fn a_doctor_registers_reads_the_document_and_uses_the_services(walk: &mut Walk) -> Outcome<()> {
    let card = walk.chain.insert_card_of(&ANNA_VERDI)?;
    for language in Language::ALL {
        let portal = walk.portal(&[ANNA_VERDI, LUCA_BIANCHI], language)?;
        walk.present_card(&portal, REGISTER)?;
        walk.chain
            .browser
            .wait_for_page("/area-riservata/registrazione")?;
        walk.look(&portal, "registrazione-document")?;
        walk.present_card(&portal, LOG_IN)?;
        walk.expect_refusal("credentials-document-pending")?;
        walk.look(&portal, "smart-card-document-pending")?;
        walk.open(&portal, "/area-riservata/registrazione")?;
        walk.click(GET_DOCUMENT)?;
        wait_for_download(walk)?;
        walk.look(&portal, "registrazione-document-fetched")?;
        if language == Language::It {
            document::keeps_its_standards_in_every_language(walk)?;
        }

        walk.present_card(&portal, LOG_IN)?;
        walk.chain.browser.wait_for_page("/servizi")?;
        wait_for_control(walk, LOG_OUT)?;
        walk.look(&portal, "servizi")?;
        for (name, path) in SERVICES {
            walk.open(&portal, path)?;
            wait_for_content(walk)?;
            walk.look(&portal, name)?;
        }
        walk.click(REPRINT)?;
        wait_for_control(walk, GET_DOCUMENT)?;
        walk.look(&portal, "ristampa-credenziali-done")?;
        walk.open(&portal, "/area-riservata")?;
        wait_for_control(walk, LOG_OUT)?;
        walk.look(&portal, "area-riservata-already-in")?;
        walk.click(LOG_OUT)?;
        wait_until("end of the session", || {
            let name = in_language(LOG_OUT, walk.language());
            walk.chain
                .browser
                .offers(name)
                .is_ok_and(|offered| !offered)
        })?;
    }
    drop(card);
    walk.finish(Story::LoggedIn)
}

fn wait_for_control(walk: &Walk, name: crate::words::Words) -> Outcome<()> {
    let name = in_language(name, walk.language());
    Ok(wait_until(&format!("control \"{name}\""), || {
        walk.chain.browser.offers(name).unwrap_or_default()
    })?)
}

/// Until the access was checked, a service's page says that it is being checked.
fn wait_for_content(walk: &Walk) -> Outcome<()> {
    wait_for_control(walk, LOG_OUT)?;
    Ok(wait_until("content of the service's page", || {
        let waiting = walk.chain.browser.script(
            "return [...document.querySelectorAll('main [role=status]')]
               .some(status => status.textContent.endsWith('…'));",
        );
        waiting.is_ok_and(|waiting| waiting == false)
    })?)
}

fn wait_for_download(walk: &Walk) -> Outcome<()> {
    Ok(wait_until("document fetched", || {
        let done = walk
            .chain
            .browser
            .script("return document.querySelector('main [role=status] .ts-good') !== null");
        done.is_ok_and(|done| done == true)
    })?)
}
