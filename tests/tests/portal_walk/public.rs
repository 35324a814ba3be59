//! The pages for everybody.

use end_to_end::{Outcome, people::LUCA_BIANCHI};
use protocol::Language;

use crate::{
    states::{PUBLIC, Story},
    walk::Walk,
    words::OPEN_MENU,
};

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
    }
    walk.finish(Story::Public)
}
