//! The other way in: user id and password of the document.

use end_to_end::{Outcome, credentials_document::CredentialsDocument, people::ANNA_VERDI};
use protocol::Language;

use crate::{
    states::Story,
    walk::Walk,
    words::{CHANGE, ENTER, NEW_PASSWORD, PASSWORD, REGISTER, REPEAT_PASSWORD, REPRINT, USER_ID},
};

const CREDENTIALS: &str = "/area-riservata/credenziali";
const NEW: &str = "lampone-quercia-41-vento";

pub fn credentials_are_typed_changed_and_refused(walk: &mut Walk) -> Outcome<()> {
    let card = walk.chain.insert_card_of(&ANNA_VERDI)?;
    for language in Language::ALL {
        let portal = walk.portal(&[ANNA_VERDI], language)?;
        walk.present_card(&portal, REGISTER)?;
        walk.chain
            .browser
            .wait_for_page("/area-riservata/registrazione")?;
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
        walk.fill(NEW_PASSWORD, NEW)?;
        walk.fill(REPEAT_PASSWORD, NEW)?;
        walk.click(CHANGE)?;
        walk.chain.browser.wait_for_page("/servizi")?;
        walk.open(&portal, "/servizi/ristampa-credenziali")?;
        walk.click(REPRINT)?;
        walk.expect_refusal("card-required")?;
        walk.look(&portal, "ristampa-credenziali-card-required")?;
    }
    drop(card);
    walk.finish(Story::ByPassword)
}
