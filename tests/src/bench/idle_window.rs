//! What waiting for a card costs.

use std::{thread, time::Duration};

use protocol::Language;

use super::{cpu::Usage, row::Row};
use crate::{
    Outcome,
    desk::Desk,
    pin_window::wait_until_no_window,
    plain_host::{HostSetup, PlainHost},
};

const TIME: Duration = Duration::from_secs(20);
/// Fonts are read, the module is loaded, the first pictures are drawn.
const SETTLING: Duration = Duration::from_secs(3);
const GOAL: f64 = 1.0;

pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let mut host = PlainHost::start(&desk.workstation, &HostSetup::default())?;
    host.ask(Language::It)?;
    host.wait_for_progress("waiting-for-card")?;
    desk.window()?;
    thread::sleep(SETTLING);
    let before = Usage::of_family(host.id())?;
    thread::sleep(TIME);
    let used = Usage::of_family(host.id())?.since(&before);
    host.close_port();
    host.wait_until_ended()?;
    wait_until_no_window(&desk.workstation)?;
    let percent = 100.0 * used.as_secs_f64() / TIME.as_secs_f64();
    let row = Row::of("window waiting for a card: share of a core", percent, "%");
    Ok(vec![
        row.at_most(GOAL)
            .limited_by("the module's look at the readers"),
    ])
}
