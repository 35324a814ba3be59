//! The pages for everybody.

use end_to_end::{
    Outcome,
    people::LUCA_BIANCHI,
    portal::Portal,
    waiting::wait_until,
    walk::{
        Walk,
        states::{PUBLIC, Story},
        words::{FAQ, OPEN_MENU, OTHER_LANGUAGE, TRY_AGAIN},
    },
};
use protocol::Language;

pub fn everybody_can_walk_the_public_pages(walk: &mut Walk) -> Outcome<()> {
    for language in Language::ALL {
        let portal = walk.portal(&[LUCA_BIANCHI], language)?;
        for (name, path) in PUBLIC {
            walk.open(&portal, path)?;
            walk.look(&portal, name)?;
        }
        walk.open(&portal, "/cerca?q=PIN")?;
        walk.look(&portal, "cerca-found")?;
        walk.open(&portal, "/cerca?q=xyzzy")?;
        walk.look(&portal, "cerca-nothing")?;

        walk.open(&portal, "/")?;
        walk.chain.browser.set_screen(360, 740)?;
        walk.click(OPEN_MENU)?;
        walk.look(&portal, "home-menu-open")?;

        walk.open(&portal, "/servizi")?;
        walk.chain.browser.wait_for_page("/area-riservata")?;
        walk.wait_for_heading()?;
        walk.look(&portal, "area-riservata-on-the-way")?;
        words_that_do_not_come(walk, &portal)?;
    }
    walk.finish(Story::Public)
}

/// Another language's, and those of a long page; both can be asked for again.
fn words_that_do_not_come(walk: &mut Walk, portal: &Portal) -> Outcome<()> {
    walk.open(portal, "/sistema-ts")?;
    walk.chain.browser.cut_off(&["*/assets/texts-*"])?;
    walk.click(OTHER_LANGUAGE)?;
    walk.wait_for_element("[data-code=language-missing]")?;
    walk.chain.browser.cut_off(&[])?;
    walk.look(portal, "language-missing")?;

    walk.open(portal, "/")?;
    walk.chain.browser.cut_off(&["*/assets/reading-*"])?;
    walk.click(FAQ)?;
    walk.expect_refusal("server-unreachable")?;
    walk.chain.browser.cut_off(&[])?;
    walk.look(portal, "faq-texts-missing")?;
    walk.click(TRY_AGAIN)?;
    Ok(wait_until("words of the page", || {
        let alert = walk.chain.browser.alert();
        alert.is_ok_and(|alert| alert.is_none())
    })?)
}

pub fn everybody_can_read_them_without_scripts(walk: &mut Walk) -> Outcome<()> {
    for language in Language::ALL {
        let portal = walk.portal(&[LUCA_BIANCHI], language)?;
        for (name, path) in PUBLIC {
            walk.read_without_scripts(&portal, name, path)?;
        }
    }
    match walk.take_faults() {
        faults if faults.is_empty() => Ok(()),
        faults => Err(format!("\n{}", faults.join("\n")).into()),
    }
}
