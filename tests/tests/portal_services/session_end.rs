//! How a session ends, and what is said when it should and does not.

use end_to_end::{
    Outcome,
    people::ANNA_VERDI,
    portal::Portal,
    waiting::wait_until,
    walk::{
        Walk,
        words::{LOG_OUT, STAY, TO_SERVICES, TRY_AGAIN, UNDERSTOOD, in_language},
    },
};

const SESSION: &str = "*/api/session";

/// Somebody shuts the person out, and lets them in again.
pub fn comes_from_elsewhere(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    portal.command(&["operators", "disable", ANNA_VERDI.codice_fiscale])?;
    walk.click(TO_SERVICES)?;
    walk.wait_for_element(".ts-session-notice .ts-note")?;
    walk.look(portal, "session-ended")?;
    portal.import_operators()
}

/// Nobody can say whether it still holds, nor end it.
pub fn is_asked_for_in_vain(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    portal.take_database_away()?;
    walk.open(portal, "/servizi")?;
    walk.expect_refusal("security-systems-unavailable")?;
    walk.look(portal, "servizi-security-systems")?;
    portal.put_database_back()?;
    walk.click(TRY_AGAIN)?;
    walk.wait_for_control(LOG_OUT)?;

    walk.chain.browser.cut_off(&[SESSION])?;
    walk.click(LOG_OUT)?;
    walk.chain.expect_refusal("server-unreachable")?;
    walk.chain.browser.cut_off(&[])?;
    walk.look(portal, "log-out-failed")
}

/// It is about to end by itself: one may stay, until it is as old as one may be.
pub fn comes_near(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.open(portal, "/servizi")?;
    walk.wait_for_control(LOG_OUT)?;
    let stay = in_language(STAY, walk.language());
    walk.chain.bring_end_of_session_near(stay)?;
    walk.look(portal, "session-ending")?;
    walk.chain.let_session_be_at_its_longest()?;
    walk.click(STAY)?;
    walk.wait_for_control(UNDERSTOOD)?;
    walk.look(portal, "session-at-its-longest")?;
    walk.click(UNDERSTOOD)?;
    walk.click(LOG_OUT)?;
    let name = in_language(LOG_OUT, walk.language());
    Ok(wait_until("end of the session", || {
        let offered = walk.chain.browser.offers(name);
        offered.is_ok_and(|offered| !offered)
    })?)
}
