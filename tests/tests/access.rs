//! Registration, login and logout, as the manual tells them (§3, §4).

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    chain::Chain,
    credentials_document::CredentialsDocument,
    people::{ANNA_VERDI, GRETA_MAIR, LUCA_BIANCHI},
    portal::Portal,
    suite,
    waiting::wait_until,
};

fn main() -> ExitCode {
    suite::run(&[
        (
            "a_doctor_registers_fetches_the_document_logs_in_and_out",
            a_doctor_registers_fetches_the_document_logs_in_and_out,
        ),
        ("an_officer_needs_no_document", an_officer_needs_no_document),
        (
            "a_doctor_without_the_document_is_not_through",
            a_doctor_without_the_document_is_not_through,
        ),
        (
            "a_renewed_card_replaces_the_old_one",
            a_renewed_card_replaces_the_old_one,
        ),
        (
            "a_card_that_was_never_registered_is_told_so",
            a_card_that_was_never_registered_is_told_so,
        ),
        (
            "somebody_the_sistema_ts_does_not_know_is_told_so",
            somebody_the_sistema_ts_does_not_know_is_told_so,
        ),
    ])
}

fn register(chain: &mut Chain, portal: &Portal) -> Outcome<()> {
    chain.present_card(portal, "Registra CNS")?;
    chain.browser.wait_for_page("/area-riservata/registrazione")
}

fn log_in(chain: &mut Chain, portal: &Portal) -> Outcome<()> {
    chain.present_card(portal, "Effettua la login")?;
    chain.browser.wait_for_page("/servizi")
}

fn log_out(chain: &Chain) -> Outcome<()> {
    chain.browser.click("Esci")?;
    wait_until("end of the session", || {
        chain.browser.offers("Esci").is_ok_and(|offered| !offered)
    })?;
    Ok(())
}

fn a_doctor_registers_fetches_the_document_logs_in_and_out(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[ANNA_VERDI])?;
    let card = chain.insert_card_of(&ANNA_VERDI)?;

    register(chain, &portal)?;
    chain.expect_all_let_go(Some(&card))?;
    chain.expect_nonce_spent()?;
    chain.browser.click("Scarica il documento (PDF)")?;
    wait_until("document fetched", || {
        chain
            .browser
            .text()
            .is_ok_and(|text| text.contains("Documento scaricato"))
    })?;
    let document = CredentialsDocument::fetch(&chain.browser, chain.workstation.folder())?;
    assert_eq!(document.user_id()?, ANNA_VERDI.codice_fiscale);
    let pincode = document.pincode()?;
    assert_eq!(pincode.len(), 10, "{pincode}");
    assert!(
        pincode.bytes().all(|byte| byte.is_ascii_digit()),
        "{pincode}"
    );
    assert!(!document.password()?.contains(char::is_whitespace));

    log_in(chain, &portal)?;
    chain.expect_all_let_go(Some(&card))?;
    let services = chain.browser.text()?;
    for shown in [ANNA_VERDI.cognome, "Ristampa Credenziali", "Profilo Utente"] {
        assert!(services.contains(shown), "{shown} in:\n{services}");
    }
    chain.expect_nonce_spent()?;
    assert_eq!(card.signatures(), 2);

    log_out(chain)?;
    chain.browser.open(&portal.address("/servizi"))?;
    chain.browser.wait_for_page("/area-riservata")?;
    Ok(())
}

fn an_officer_needs_no_document(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    register(chain, &portal)?;
    assert!(!chain.browser.offers("Scarica il documento (PDF)")?);
    log_in(chain, &portal)?;
    assert!(chain.browser.text()?.contains("Gestione TS"));
    chain.expect_all_let_go(Some(&card))?;
    log_out(chain)
}

fn a_doctor_without_the_document_is_not_through(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[ANNA_VERDI])?;
    let card = chain.insert_card_of(&ANNA_VERDI)?;
    register(chain, &portal)?;
    chain.present_card(&portal, "Effettua la login")?;
    chain.expect_refusal("credentials-document-pending")?;
    chain.expect_all_let_go(Some(&card))
}

fn a_renewed_card_replaces_the_old_one(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let old = chain.insert_card_of(&LUCA_BIANCHI)?;
    register(chain, &portal)?;
    let old = old.remove();

    let new = chain.insert_card_of(&LUCA_BIANCHI)?;
    register(chain, &portal)?;
    let new = new.remove();

    let old = chain.insert(old)?;
    chain.present_card(&portal, "Effettua la login")?;
    chain.expect_refusal("card-not-registered")?;
    chain.expect_nonce_spent()?;
    chain.expect_all_let_go(Some(&old))?;
    drop(old);

    let new = chain.insert(new)?;
    log_in(chain, &portal)?;
    chain.expect_all_let_go(Some(&new))?;
    log_out(chain)
}

fn a_card_that_was_never_registered_is_told_so(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&LUCA_BIANCHI)?;
    chain.present_card(&portal, "Effettua la login")?;
    chain.expect_refusal("card-not-registered")?;
    chain.expect_nothing_opened()?;
    chain.expect_nonce_spent()?;
    chain.expect_all_let_go(Some(&card))
}

fn somebody_the_sistema_ts_does_not_know_is_told_so(chain: &mut Chain) -> Outcome<()> {
    let portal = chain.portal(&[LUCA_BIANCHI])?;
    let card = chain.insert_card_of(&GRETA_MAIR)?;
    chain.present_card(&portal, "Registra CNS")?;
    let alert = chain.browser.wait_for_alert()?;
    assert_eq!(alert.code, "operator-unknown");
    assert!(alert.text.contains("800-030-070"), "{}", alert.text);
    chain.expect_nothing_opened()?;
    chain.expect_nonce_spent()?;
    chain.expect_all_let_go(Some(&card))
}
