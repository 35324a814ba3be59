//! From the PIN's Enter key to the token, beside the same calls of a program that does no more.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use protocol::{Language, Token};

use super::{
    cpu::{Watch, milliseconds},
    row::{Row, median},
};
use crate::{
    Outcome,
    desk::{Desk, PIN, expect_nothing_left},
    middleware::opensc,
    people::ANNA_VERDI,
    plain_host::{HostSetup, PlainHost},
};

const RUNS: usize = 21;
/// The bullets are drawn, the screen reader has been told.
const SETTLING: Duration = Duration::from_millis(500);
/// Of what the bare calls cost, and milliseconds besides: window and host themselves.
const GOAL: (f64, f64) = (1.1, 5.0);

pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let card = desk.issuer.issue(&ANNA_VERDI, PIN)?;
    let inserted = desk.workstation.middleware().first_reader().insert(card)?;
    let (mut ours, mut bare, mut wall) = (Vec::new(), Vec::new(), Vec::new());
    // In turn, so that whatever else this machine does meanwhile does it to both.
    for _ in 0..RUNS {
        let (cpu, time) = through_the_host(desk)?;
        ours.push(milliseconds(cpu));
        wall.push(milliseconds(time));
        bare.push(milliseconds(through_the_bare_program(desk)?));
    }
    drop(inserted);
    Ok(vec![
        Row::of("PIN's Enter to token: CPU", median(ours), "ms")
            .beside(median(bare))
            .at_most_times_plus(GOAL.0, GOAL.1)
            .limited_by("the module's calls"),
        Row::of("PIN's Enter to token: time", median(wall), "ms").limited_by("the virtual card"),
    ])
}

/// Host, module's process and window; not pcscd, not the card, not the screen.
fn through_the_host(desk: &mut Desk) -> Outcome<(Duration, Duration)> {
    let mut host = PlainHost::start(&desk.workstation, &HostSetup::default())?;
    host.ask(Language::It)?;
    let mut window = desk.window()?;
    window.type_pin(PIN)?;
    thread::sleep(SETTLING);
    let watch = Watch::begin(host.id())?;
    let start = Instant::now();
    window.press("Return")?;
    let answer = host.wait_for_answer()?;
    // What follows the answer, the window's last picture and the module's end, keeps nobody
    // waiting.
    let answered = host.heard();
    let used = watch.until(answered);
    let time = answered - start;
    Token::from_json(&answer).map_err(|_| format!("no token: {answer}"))?;
    host.close_port();
    host.wait_until_ended()?;
    expect_nothing_left(&desk.workstation)?;
    Ok((used, time))
}

fn through_the_bare_program(desk: &Desk) -> Outcome<Duration> {
    let program = std::env::current_exe()?.with_file_name("bare_signer");
    let mut bare = Command::new(program)
        .arg(opensc())
        .envs(desk.workstation.environment().iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (Some(mut input), Some(output)) = (bare.stdin.take(), bare.stdout.take()) else {
        return Err("no pipes to the bare program".into());
    };
    let mut lines = BufReader::new(output).lines();
    let mut expect = |expected: &str| -> Outcome<()> {
        match lines.next().transpose()? {
            Some(line) if line == expected => Ok(()),
            other => Err(format!("instead of {expected:?} the bare program says {other:?}").into()),
        }
    };
    expect("ready")?;
    thread::sleep(SETTLING);
    let watch = Watch::begin(bare.id())?;
    writeln!(input, "{PIN}")?;
    expect("signed")?;
    let used = watch.until(Instant::now());
    drop(input);
    bare.wait()?;
    Ok(used)
}
