//! A doctor's way: registration, the obligatory document, login, the services.

use end_to_end::{
    Outcome,
    people::{ANNA_VERDI, LUCA_BIANCHI},
    portal::Portal,
    walk::{
        Walk,
        states::Story,
        words::{
            EMAIL, GET_DOCUMENT, LOG_IN, LOG_OUT, OTHER_TOPIC, REGISTER, REPRINT, SAVE, SEND,
            TELEPHONE, TOPIC, WHAT_HAPPENED, in_language,
        },
    },
};
use protocol::Language;

use crate::{document, session_end};

/// The services' pages, as they stand when one comes to them.
const SERVICES: [(&str, &str); 7] = [
    ("profilo-utente", "/servizi/profilo-utente"),
    ("messaggi", "/servizi/messaggi"),
    ("assistenza-online", "/servizi/assistenza-online"),
    ("servizio-elsewhere", "/servizi/gestione-assistiti"),
    ("servizio-nowhere", "/servizi/esenzioni-da-reddito"),
    ("servizio-not-enabled", "/servizi/gestione-ts"),
    ("ristampa-credenziali", "/servizi/ristampa-credenziali"),
];

/// One of the services has an address here.
const ADDRESS: &str = "[services]\ngestione-assistiti = \"https://assistiti.example/\"\n";

pub fn a_doctor_registers_reads_the_document_and_uses_the_services(walk: &mut Walk) -> Outcome<()> {
    let card = walk.chain.insert_card_of(&ANNA_VERDI)?;
    for language in Language::ALL {
        let portal = walk.portal(&[ANNA_VERDI, LUCA_BIANCHI], language)?;
        portal.configure(ADDRESS)?;
        walk.present_card(&portal, REGISTER)?;
        let registered = "/area-riservata/registrazione";
        walk.chain.browser.wait_for_page(registered)?;
        walk.look(&portal, "registrazione-document")?;
        walk.present_card(&portal, LOG_IN)?;
        walk.expect_refusal("credentials-document-pending")?;
        walk.look(&portal, "smart-card-document-pending")?;
        walk.open(&portal, registered)?;
        walk.chain
            .browser
            .hold_requests("*/api/credentials-document*")?;
        walk.click(GET_DOCUMENT)?;
        walk.wait_for_element("[aria-labelledby=ts-document] [role=status] p")?;
        walk.look(&portal, "registrazione-document-getting")?;
        walk.chain.browser.let_requests_go()?;
        walk.wait_for_element("main [role=status] .ts-good")?;
        walk.look(&portal, "registrazione-document-fetched")?;
        document::is_saved(walk)?;
        document::can_be_viewed(walk, &portal)?;
        if language == Language::It {
            document::keeps_its_standards_in_every_language(walk)?;
        }

        log_in(walk, &portal)?;
        walk.look(&portal, "servizi")?;
        for (name, path) in SERVICES {
            walk.open_service(&portal, path)?;
            walk.look(&portal, name)?;
        }
        walk.click(REPRINT)?;
        walk.wait_for_control(GET_DOCUMENT)?;
        walk.look(&portal, "ristampa-credenziali-done")?;
        profile(walk, &portal)?;
        assistance(walk, &portal)?;

        walk.open(&portal, "/area-riservata")?;
        walk.wait_for_control(LOG_OUT)?;
        walk.look(&portal, "area-riservata-already-in")?;
        session_end::comes_from_elsewhere(walk, &portal)?;
        log_in(walk, &portal)?;
        session_end::is_asked_for_in_vain(walk, &portal)?;
        session_end::comes_near(walk, &portal)?;
    }
    drop(card);
    walk.finish(Story::LoggedIn)
}

fn log_in(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.present_card(portal, LOG_IN)?;
    walk.chain.browser.wait_for_page("/servizi")?;
    walk.wait_for_control(LOG_OUT)
}

fn profile(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    let path = "/servizi/profilo-utente";
    walk.open_service(portal, path)?;
    walk.fill(TELEPHONE, " home")?;
    walk.fill(EMAIL, " work")?;
    walk.click(SAVE)?;
    walk.wait_for_element("[aria-invalid=true]")?;
    walk.look(portal, "profilo-utente-faulty")?;
    walk.open_service(portal, path)?;
    walk.fill(TELEPHONE, " 1")?;
    walk.click(SAVE)?;
    walk.wait_for_element("main [role=status] .ts-good")?;
    walk.look(portal, "profilo-utente-saved")
}

fn assistance(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.open_service(portal, "/servizi/assistenza-online")?;
    walk.click(SEND)?;
    walk.wait_for_element("[aria-invalid=true]")?;
    walk.look(portal, "assistenza-online-empty")?;
    walk.fill(TOPIC, in_language(OTHER_TOPIC, walk.language()))?;
    walk.fill(WHAT_HAPPENED, ANNA_VERDI.codice_fiscale)?;
    walk.click(SEND)?;
    // Whom a report is about does not stand in it.
    walk.wait_for_element("#text[aria-invalid=true]")?;
    walk.look(portal, "assistenza-online-refused")?;
    walk.open_service(portal, "/servizi/assistenza-online")?;
    walk.fill(TOPIC, in_language(OTHER_TOPIC, walk.language()))?;
    walk.fill(WHAT_HAPPENED, "The page stays empty after the login.")?;
    walk.click(SEND)?;
    walk.wait_for_element("main .ts-code")?;
    walk.look(portal, "assistenza-online-taken")
}
