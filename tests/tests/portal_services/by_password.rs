//! The other way in: user id and password of the document.

use end_to_end::{
    Outcome,
    credentials_document::CredentialsDocument,
    people::{ANNA_VERDI, Person},
    portal::Portal,
    walk::{
        Walk,
        states::Story,
        words::{
            CHANGE, ENTER, GET_DOCUMENT, NEW_PASSWORD, PASSWORD, REGISTER, REPEAT_PASSWORD,
            REPRINT, SEARCH, SEARCH_WORDS, USER_ID,
        },
    },
};
use protocol::Language;

const CREDENTIALS: &str = "/area-riservata/credenziali";
const NEW: &str = "lampone-quercia-41-vento";

/// Somebody with both services that ask for the card.
const DOCTOR: Person = Person {
    services: "ristampa-credenziali;gestione-credenziali",
    ..ANNA_VERDI
};
/// Continues the configuration's `[limits]`, which are its last lines.
const ONE_FAILURE: &str = "passwords_per_quarter_hour = 1\n";

pub fn credentials_are_typed_changed_and_refused(walk: &mut Walk) -> Outcome<()> {
    let card = walk.chain.insert_card_of(&DOCTOR)?;
    for language in Language::ALL {
        let portal = walk.portal(&[DOCTOR], language)?;
        the_document_comes_too_late(walk, &portal)?;
        register(walk, &portal)?;
        let folder = walk.chain.workstation.folder().to_owned();
        let document = CredentialsDocument::fetch(&walk.chain.browser, &folder)?;

        walk.open(&portal, CREDENTIALS)?;
        walk.click(ENTER)?;
        walk.look(&portal, "credenziali-empty")?;
        walk.fill(USER_ID, document.user_id()?)?;
        walk.fill(PASSWORD, "wrong")?;
        walk.click(ENTER)?;
        walk.expect_refusal("credentials-invalid")?;
        walk.look(&portal, "credenziali-refused")?;

        walk.open(&portal, CREDENTIALS)?;
        walk.fill(USER_ID, document.user_id()?)?;
        walk.fill(PASSWORD, document.password()?)?;
        walk.click(ENTER)?;
        walk.expect_refusal("password-change-required")?;
        walk.look(&portal, "credenziali-change")?;
        walk.fill(NEW_PASSWORD, "corta")?;
        walk.click(CHANGE)?;
        walk.look(&portal, "credenziali-change-faulty")?;
        // Long enough, and easy to guess: the server says so.
        walk.fill(NEW_PASSWORD, "cortacorta")?;
        walk.fill(REPEAT_PASSWORD, "cortacortacorta")?;
        walk.click(CHANGE)?;
        walk.expect_refusal("password-unacceptable")?;
        walk.look(&portal, "credenziali-change-refused")?;

        walk.open(&portal, CREDENTIALS)?;
        walk.fill(USER_ID, document.user_id()?)?;
        walk.fill(PASSWORD, document.password()?)?;
        walk.click(ENTER)?;
        walk.expect_refusal("password-change-required")?;
        walk.pass_over(&portal)?;
        walk.fill(NEW_PASSWORD, NEW)?;
        walk.fill(REPEAT_PASSWORD, NEW)?;
        walk.click(CHANGE)?;
        walk.chain.browser.wait_for_page("/servizi")?;
        walk.open(&portal, "/servizi/ristampa-credenziali")?;
        walk.click(REPRINT)?;
        walk.expect_refusal("card-required")?;
        walk.look(&portal, "ristampa-credenziali-card-required")?;
        walk.open_service(&portal, "/servizi/gestione-credenziali")?;
        walk.fill(SEARCH_WORDS, "bianchi")?;
        walk.click(SEARCH)?;
        walk.expect_refusal("card-required")?;
        walk.look(&portal, "gestione-credenziali-card-required")?;
        too_many_are_tried(walk, &portal)?;
    }
    drop(card);
    walk.finish(Story::ByPassword)
}

fn register(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.present_card(portal, REGISTER)?;
    let registered = "/area-riservata/registrazione";
    walk.chain.browser.wait_for_page(registered)
}

/// As half an hour after the registration, or when that was taken back.
fn the_document_comes_too_late(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    register(walk, portal)?;
    portal.command(&["registrations", "revoke", DOCTOR.codice_fiscale])?;
    walk.click(GET_DOCUMENT)?;
    walk.expect_refusal("not-found")?;
    walk.look(portal, "registrazione-document-late")
}

fn too_many_are_tried(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    portal.configure(ONE_FAILURE)?;
    walk.chain.browser.forget_everything()?;
    for refusal in ["credentials-invalid", "too-many-requests"] {
        walk.open(portal, CREDENTIALS)?;
        walk.fill(USER_ID, DOCTOR.codice_fiscale)?;
        walk.fill(PASSWORD, "wrong")?;
        walk.click(ENTER)?;
        walk.expect_refusal(refusal)?;
    }
    walk.look(portal, "credenziali-too-many-requests")
}
