//! From the start of the host to the window on the screen.

use std::{
    thread,
    time::{Duration, Instant},
};

use protocol::Language;

use super::{
    cpu::{Usage, milliseconds},
    row::{Row, median},
};
use crate::{
    Outcome,
    desk::{Desk, expect_nothing_left},
    plain_host::{HostSetup, PlainHost},
};

const RUNS: usize = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(30);

pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        let mut host = PlainHost::start(&desk.workstation, &HostSetup::default())?;
        host.ask(Language::It)?;
        let screen = desk.workstation.screen()?;
        while screen.windows().is_empty() {
            if start.elapsed() > PATIENCE {
                return Err("no window came".into());
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        wall.push(milliseconds(start.elapsed()));
        cpu.push(milliseconds(Usage::of_family(host.id())?.total()));
        host.close_port();
        host.wait_until_ended()?;
        expect_nothing_left(&desk.workstation)?;
    }
    Ok(vec![
        Row::of("host started to window visible: time", median(wall), "ms"),
        Row::of("host started to window visible: CPU", median(cpu), "ms"),
    ])
}
