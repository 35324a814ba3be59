//! The workstation is checked: it has everything, or the page says what is missing.

use end_to_end::{
    Outcome,
    people::LUCA_BIANCHI,
    portal::Portal,
    walk::{
        Walk,
        states::Story,
        words::{CHECK, REGISTER},
    },
};
use protocol::Language;

const NO_HOST: &str = "ERR_TESSERA_NATIVE_UNAVAILABLE";
const NO_EXTENSION: &str = "ERR_TESSERA_EXTENSION_UNAVAILABLE";

pub fn the_check_finds_what_the_workstation_lacks(walk: &mut Walk) -> Outcome<()> {
    for language in Language::ALL {
        let portal = walk.portal(&[LUCA_BIANCHI], language)?;
        check(walk, &portal)?;
        walk.wait_for_element(".ts-check .ts-good")?;
        walk.look(&portal, "postazione-good")?;

        walk.chain.workstation.uninstall_host()?;
        let refused = check(walk, &portal).and_then(|()| walk.expect_refusal(NO_HOST));
        walk.chain.workstation.install_host()?;
        refused?;
        walk.look(&portal, "postazione-host-missing")?;
    }
    let without = walk.chain.workstation.watched_browser_without_extension()?;
    let with = std::mem::replace(&mut walk.chain.browser, without);
    for language in Language::ALL {
        let portal = walk.portal(&[LUCA_BIANCHI], language)?;
        check(walk, &portal)?;
        walk.expect_refusal(NO_EXTENSION)?;
        walk.look(&portal, "postazione-extension-missing")?;
        walk.begin(&portal, REGISTER)?;
        walk.expect_refusal(NO_EXTENSION)?;
        walk.look(&portal, "smart-card-extension-missing")?;
    }
    walk.chain.browser = with;
    walk.finish(Story::Workstation)
}

fn check(walk: &Walk, portal: &Portal) -> Outcome<()> {
    walk.open(portal, "/prepara-la-postazione")?;
    walk.click(CHECK)
}
