//! What somebody who was never here waits for, counted and weighed on the wire.

use std::collections::HashSet;

use end_to_end::{
    Outcome,
    chain::{CARD_PAGE, PIN},
    page_log::PageLog,
    people::LUCA_BIANCHI,
    walk::{
        Walk,
        words::{LOG_IN, REGISTER},
    },
    wire::{self, Loaded},
};
use protocol::Language;

const KB: u64 = 1000;
const REQUESTS: usize = 10;

/// What may be loaded of each kind, headers included.
const BUDGETS: [(&str, u64); 5] = [
    (".wasm", 150 * KB),
    (".css", 18 * KB),
    (".js", 10 * KB),
    (".woff2", 40 * KB),
    (".txt", 20 * KB),
];
/// Compressed already, by its own format.
const FONT: &str = ".woff2";
/// The one asset whose name stays the same when its content changes.
const ICON: &str = "/assets/icon.svg";

pub fn a_first_visit_to_the_login_is_light(walk: &mut Walk) -> Outcome<()> {
    let portal = walk.portal(&[LUCA_BIANCHI], Language::It)?;
    let browser = walk.chain.workstation.watched_browser_without_extension()?;
    let loaded = wire::load(&browser, &portal.address(CARD_PAGE))?;

    assert!(loaded.len() <= REQUESTS, "{loaded:#?}");
    let addresses: HashSet<&str> = loaded.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(addresses.len(), loaded.len(), "twice: {loaded:#?}");
    for Loaded { address, .. } in &loaded {
        assert!(address.starts_with(&portal.address("/")), "{address}");
    }
    for (kind, most) in BUDGETS {
        let of_kind = loaded.iter().filter(|it| it.address.ends_with(kind));
        let bytes: u64 = of_kind.map(|it| it.bytes).sum();
        assert!((1..=most).contains(&bytes), "{kind}: {bytes} of {most}");
    }
    let is_asset = |it: &&Loaded| it.address.starts_with(&portal.address("/assets/"));
    for asset in loaded.iter().filter(is_asset) {
        let compressed = asset.encoding == "br" || asset.address.ends_with(FONT);
        assert!(compressed, "{asset:?}");
        let kept = asset.keeping.contains("immutable") || asset.address.ends_with(ICON);
        assert!(kept, "{asset:?}");
    }
    Ok(())
}

/// What is asked of the server from the click to the services, and what their page asks then: how many
/// messages wait. Who is logged in the login's answer has said.
pub fn a_login_takes_two_calls_and_the_services_one(walk: &mut Walk) -> Outcome<()> {
    let portal = walk.portal(&[LUCA_BIANCHI], Language::It)?;
    let card = walk.chain.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let card = walk.chain.insert_with(card, &[])?;
    walk.present_card(&portal, REGISTER)?;
    let registered = "/area-riservata/registrazione";
    walk.chain.browser.wait_for_page(registered)?;
    walk.open(&portal, CARD_PAGE)?;
    walk.pass_over(&portal)?;
    walk.click(LOG_IN)?;
    walk.chain.enter_pin()?;
    walk.chain.browser.wait_for_page("/servizi")?;
    // The page has its last answer.
    walk.wait_for_element(".ts-service-menu .ts-new")?;
    drop(card);
    walk.chain.expect_all_let_go(None)?;
    let calls = PageLog::read(&walk.chain.browser, portal.origin())?.calls;
    let login = ["POST /api/challenges", "POST /api/session"];
    assert_eq!(calls, [&login[..], &["GET /api/messages"]].concat());
    Ok(())
}
