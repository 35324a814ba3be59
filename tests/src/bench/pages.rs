//! What the login page brings to a browser that was never here, and how soon it can be used on a
//! slow phone: beside a bare page of Leptos with as many routes, and beside one that Bootstrap
//! Italia's documentation tells how to make.

mod site;
mod transfer;

use serde_json::{Value, json};

use super::{
    row::{Row, median},
    turns::turns,
};
use crate::{
    Outcome, browser::Browser, chain::CARD_PAGE, desk::Desk, portal::Portal, product,
    waiting::wait_for,
};
use site::Site;
use transfer::Transfer;

const RUNS: usize = 5;
/// Of what the bare page brings.
const BYTES: f64 = 1.1;

/// A page, and what shows that it can be used.
struct Page {
    address: String,
    /// Its main button, by CSS.
    button: &'static str,
    /// What is there only once the button was heard.
    reaction: &'static str,
}

pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let portal = Portal::start(&desk.issuer, &[])?;
    let bare = Site::serve(product::page_beside("bare")?)?;
    let italia = Site::serve(product::page_beside("bootstrap-italia")?)?;
    let pages = [
        Page {
            address: portal.address(CARD_PAGE),
            button: "main .btn-primary",
            reaction: "[data-progress=preparing]",
        },
        Page {
            address: bare.address("/"),
            button: "button",
            reaction: "button[aria-pressed=true]",
        },
        Page {
            address: italia.address("/"),
            button: "button",
            reaction: "button[aria-expanded=true]",
        },
    ];
    let browser = desk.workstation.watched_browser_without_extension()?;
    let [ours, next_to_nothing, italian] = &pages;
    let brought = [
        ours.first_visit(&browser)?,
        next_to_nothing.first_visit(&browser)?,
        italian.first_visit(&browser)?,
    ];
    be_a_slow_phone(&browser)?;
    let mut times = [const { Vec::new() }; 3];
    for page in turns::<3>(RUNS) {
        times[page].push(pages[page].usable_after(&browser)?);
    }
    bare.expect_whole()?;
    italia.expect_whole()?;
    Ok(rows(brought, times.map(median)))
}

fn rows(brought: [Transfer; 3], times: [f64; 3]) -> Vec<Row> {
    let [ours, bare, italia] = brought;
    let [ours_after, bare_after, italia_after] = times;
    let program = "login page, first visit: its program on the wire, beside a bare Leptos page";
    let usable = "login page usable on a slow phone, beside Bootstrap Italia's page: time";
    vec![
        Row::of(program, ours.program(), "kB")
            .beside(bare.program())
            .at_most_times(BYTES)
            .limited_by("what home, entrance and card page show and do, compiled"),
        Row::of("the same, everything on the wire", ours.everything(), "kB")
            .beside(bare.everything())
            .at_most_times(BYTES)
            .limited_by("the program; fonts, style and words, which the bare page lacks"),
        Row::of(
            "the same beside Bootstrap Italia's page",
            ours.everything(),
            "kB",
        )
        .beside(italia.everything()),
        Row::of(usable, ours_after, "s")
            .beside(italia_after)
            .at_most_times(1.0)
            .limited_by("the network"),
        Row::of("the same beside the bare Leptos page", ours_after, "s").beside(bare_after),
    ]
}

impl Page {
    /// What it brings to a browser that has nothing of it.
    fn first_visit(&self, browser: &Browser) -> Outcome<Transfer> {
        forget_files(browser)?;
        Transfer::of(browser, &self.address)
    }

    /// Opens it as the first time, and presses its main button until that does something; the
    /// seconds this took.
    fn usable_after(&self, browser: &Browser) -> Outcome<f64> {
        forget_files(browser)?;
        let source = include_str!("pages/pressing.js")
            .replace("{{button}}", &json!(self.button).to_string())
            .replace("{{reaction}}", &json!(self.reaction).to_string());
        let pressing = browser.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        )?;
        browser.open(&self.address)?;
        let milliseconds = wait_for("page that can be used", || {
            browser.script("return window.usableAfter").ok()?.as_f64()
        })?;
        browser.devtools("Page.removeScriptToEvaluateOnNewDocument", pressing)?;
        Ok(milliseconds / 1000.0)
    }
}

/// As if no page was ever here. What the tab itself holds goes when it is told to keep nothing.
fn forget_files(browser: &Browser) -> Outcome<()> {
    browser.forget_everything()?;
    browser.devtools("Network.clearBrowserCache", json!({}))?;
    for keeps_nothing in [true, false] {
        let cache = json!({ "cacheDisabled": keeps_nothing });
        browser.devtools("Network.setCacheDisabled", cache)?;
    }
    Ok(())
}

/// A phone of the middle class with a slow 4G connection, as Lighthouse takes it: a quarter of
/// this processor, 562.5 ms to the first byte, 1.44 Mbit/s down and 0.66 up.
fn be_a_slow_phone(browser: &Browser) -> Outcome<()> {
    const KBIT: f64 = 1024.0 / 8.0;
    let screen = json!({
        "width": 412, "height": 823, "deviceScaleFactor": 1.75, "mobile": true,
    });
    let network = json!({
        "offline": false,
        "latency": 562.5,
        "downloadThroughput": 1474.56 * KBIT,
        "uploadThroughput": 675.0 * KBIT,
    });
    let slow: [(&str, Value); 4] = [
        ("Network.enable", json!({})),
        ("Network.emulateNetworkConditions", network),
        ("Emulation.setDeviceMetricsOverride", screen),
        ("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })),
    ];
    for (command, parameters) in slow {
        browser.devtools(command, parameters)?;
    }
    Ok(())
}
