//! Nobody plugs in a reader, puts in a card, types a PIN: each is told in the end what was
//! waited for.
//!
//! Three hosts wait side by side, since each waits almost two minutes. They are told the same
//! reader and card differently, by the module that misbehaves.

use std::{
    collections::BTreeSet,
    process::ExitCode,
    time::{Duration, Instant},
};

use end_to_end::{
    Outcome,
    desk::{Desk, PIN, expect_nothing_left},
    people::LUCA_BIANCHI,
    plain_host::PlainHost,
    situation::Modules,
    suite,
    waiting::holds_within,
};
use protocol::{FailureCode, Language};

/// What the module shows, and what is waited for in vain.
const IN_VAIN: [(&str, &str, FailureCode); 3] = [
    (
        "has no reader",
        "waiting-for-reader",
        FailureCode::ReaderAbsent,
    ),
    ("has no card", "waiting-for-card", FailureCode::CardAbsent),
    ("none", "waiting-for-pin", FailureCode::UserTimeout),
];

/// What a window says when the time is over.
const OVER: &str = "Il tempo è scaduto";

/// A person has at least so long.
const UNDISTURBED: Duration = Duration::from_secs(90);
/// The window says that it is over before the extension gives up, two minutes after it asked.
const EXTENSION_GIVES_UP: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    suite::run(&[(
        "each_is_told_what_was_waited_for",
        each_is_told_what_was_waited_for,
    )])
}

fn each_is_told_what_was_waited_for(desk: &mut Desk) -> Outcome<()> {
    let card = desk.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let reader = desk.workstation.middleware().first_reader();
    let card = reader.insert_noticed(card, &[])?;
    let usual = Modules::QuirkyAlone("none").set_up(&desk.workstation)?;
    let mut hosts = Vec::new();
    for (quirk, state, code) in IN_VAIN {
        let mut setup = usual.clone();
        setup.variables.push(("QUIRK".to_owned(), quirk.to_owned()));
        let asked = Instant::now();
        let mut host = PlainHost::start(&desk.workstation, &setup)?;
        host.ask(Language::It)?;
        host.wait_for_progress(state)?;
        hosts.push((host, asked, code));
    }

    let first = hosts[0].1;
    holds_within(UNDISTURBED.saturating_sub(first.elapsed()), || false);
    assert_eq!(windows_that_say(desk, OVER)?, 0);
    let all_say_so = || windows_that_say(desk, OVER).is_ok_and(|count| count == IN_VAIN.len());
    let rest = EXTENSION_GIVES_UP.saturating_sub(first.elapsed());
    assert!(holds_within(rest, all_say_so), "not all say \"{OVER}\"");

    for (host, asked, code) in &mut hosts {
        host.expect_failure(code.name())?;
        let took = host.heard() - *asked;
        assert!(took < EXTENSION_GIVES_UP, "{code:?} only after {took:?}");
        host.wait_until_ended()?;
    }
    assert_eq!((card.verifications(), card.pin_tries_left()), (0, 3));
    expect_nothing_left(&desk.workstation)
}

fn windows_that_say(desk: &mut Desk, text: &str) -> Outcome<usize> {
    let nodes = desk.workstation.desktop().window_nodes()?;
    let saying = nodes.iter().filter(|node| node.name.contains(text));
    let processes: BTreeSet<u32> = saying.map(|node| node.process).collect();
    Ok(processes.len())
}
