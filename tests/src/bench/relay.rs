//! From the page through extension and host and back, without the card, beside what the browser
//! itself takes for a message to a host and its answer.
//!
//! Both are asked by the same page of the same browser, and both start a process a message.

use std::{fs, path::Path};

use serde_json::json;

use super::{
    row::{Row, median},
    turns::turns,
};
use crate::{
    Outcome, browser::Browser, desk::Desk, portal::Portal, product, workstation::Workstation,
};

const RUNS: usize = 60;
/// Service workers are started, programs are in memory, scripts compiled.
const WARMING_UP: usize = 5;
const GOAL: f64 = 1.3;

/// The bare host's name, and the bare extension's id, which follows from its key.
const HOST: &str = "it.tessera.bare_echo";
const EXTENSION: &str = "nggiaikffjdfjbbfhenlgnffhafgbmmc";

pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let portal = Portal::start(&desk.issuer, &[])?;
    desk.workstation.install_host()?;
    install_bare_host(&desk.workstation)?;
    let browser = desk
        .workstation
        .browser_with_another(&product::bare_extension())?;
    browser.open(&portal.address("/"))?;
    ask_in_turn(&browser, WARMING_UP)?;
    let [ours, bare] = ask_in_turn(&browser, RUNS)?.map(median);
    Ok(vec![
        Row::of(
            "page to extension to host and back, without the card: time",
            ours,
            "ms",
        )
        .beside(bare)
        .at_most_times(GOAL)
        .limited_by("the browser's start of a process"),
    ])
}

/// Makes it known to Chromium.
fn install_bare_host(workstation: &Workstation) -> Outcome<()> {
    let program = std::env::current_exe()?.with_file_name("bare_echo");
    let manifest = json!({
        "name": HOST,
        "description": "Says every message back",
        "path": program,
        "type": "stdio",
        "allowed_origins": [format!("chrome-extension://{EXTENSION}/")],
    });
    let folder = workstation.profile().join("NativeMessagingHosts");
    fs::create_dir_all(&folder)?;
    let file = folder.join(Path::new(HOST).with_added_extension("json"));
    Ok(fs::write(file, manifest.to_string())?)
}

/// The milliseconds that extension and host took, and the bare ones.
fn ask_in_turn(browser: &Browser, runs: usize) -> Outcome<[Vec<f64>; 2]> {
    let order: Vec<usize> = turns::<2>(runs).collect();
    let body = include_str!("relay/turns.js").replace("{{turns}}", &json!(order).to_string());
    let times = browser.script(&format!("return (async () => {{\n{body}}})()"))?;
    let mut figures = [Vec::new(), Vec::new()];
    let times = times.as_array().into_iter().flatten();
    for (time, whose) in times.zip(order) {
        figures[whose].push(time.as_f64().ok_or("a turn took no time")?);
    }
    match figures.iter().all(|of| of.len() == runs) {
        true => Ok(figures),
        false => Err(format!("{figures:?} instead of {runs} turns each").into()),
    }
}
