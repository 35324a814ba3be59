//! After the card has signed, no living process of ours remembers the PIN, and no other
//! program of the person may look (contract §3).

use std::{
    io::{ErrorKind, Write},
    process::{Child, ExitCode, Stdio},
};

use end_to_end::{
    Outcome,
    card::{Act, Deviation, Moment, Script},
    desk::Desk,
    people::LUCA_BIANCHI,
    plain_host::{HostSetup, PlainHost},
    processes::send,
    program::without_inspection,
    reader::InsertedCard,
    secrecy::{Finding, Secret, memory},
    situation::Victim,
    suite,
    waiting::wait_until,
};
use protocol::Language;
use rustix::process::{Signal, getuid};

/// Eight digits in no order that a time, a port or a number of ours could have.
const PIN: &str = "70294618";

const HELD_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Hold)];

fn main() -> ExitCode {
    suite::run(&[
        (
            "a_secret_in_a_process_is_found",
            a_secret_in_a_process_is_found,
        ),
        ("the_pin_being_typed_is_found", the_pin_being_typed_is_found),
        (
            "nobody_remembers_the_pin_while_the_card_signs",
            nobody_remembers_the_pin_while_the_card_signs,
        ),
        (
            "nobody_remembers_the_pin_afterwards",
            nobody_remembers_the_pin_afterwards,
        ),
    ])
}

/// A process that keeps what it was told, in its own memory.
fn process_that_remembers(secret: &str) -> Outcome<Child> {
    let mut process = without_inspection("sh")
        .args(["-c", "read told; cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let mut input = process.stdin.take().ok_or("no pipe")?;
    writeln!(input, "{secret}")?;
    process.stdin = Some(input);
    Ok(process)
}

fn a_secret_in_a_process_is_found(_: &mut Desk) -> Outcome<()> {
    let mut process = process_that_remembers(PIN)?;
    let found = || memory::search(process.id(), &Secret::new(PIN), PIN);
    let seen = wait_until("secret in the memory of sh", || {
        found().is_ok_and(|found| !found.is_empty())
    });
    let inspected = memory::may_be_inspected(process.id());
    process.kill()?;
    process.wait()?;
    seen?;
    assert!(inspected?, "an ordinary process can be looked into");
    Ok(())
}

fn the_pin_being_typed_is_found(desk: &mut Desk) -> Outcome<()> {
    let card = desk.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let reader = desk.workstation.middleware().first_reader();
    let card = reader.insert_noticed(card, &[])?;
    let mut host = PlainHost::start(&desk.workstation, &HostSetup::default())?;
    host.ask(Language::It)?;
    desk.window()?.type_pin(PIN)?;
    let findings = look_into(&[Victim::Window])?;
    assert!(getuid().is_root() != findings.is_empty(), "{findings:?}");
    assert_eq!(look_into(&[Victim::Host, Victim::Modules])?, []);
    desk.window()?.press("Escape")?;
    host.expect_failure("ERR_TESSERA_USER_CANCELLED")?;
    host.wait_until_ended()?;
    assert_eq!(card.verifications(), 0);
    Ok(())
}

/// Brings a login to where the PIN was typed and submitted.
fn submit_pin(desk: &mut Desk, script: Script) -> Outcome<(PlainHost, InsertedCard)> {
    desk.workstation.name_modules(&[])?;
    let card = desk.issuer.issue(&LUCA_BIANCHI, PIN)?;
    let reader = desk.workstation.middleware().first_reader();
    let card = reader.insert_noticed(card, script)?;
    let mut host = PlainHost::start(&desk.workstation, &HostSetup::default())?;
    host.ask(Language::It)?;
    desk.window()?.enter_pin(PIN)?;
    if !script.is_empty() {
        card.wait_until_held()?;
    }
    Ok((host, card))
}

/// Stops these processes, and looks what they remember; whether others may.
fn look_into(victims: &[Victim]) -> Outcome<Vec<Finding>> {
    let processes: Vec<u32> = victims
        .iter()
        .flat_map(|victim| victim.processes())
        .collect();
    for process in &processes {
        send(*process, Signal::STOP);
    }
    let mut findings = Vec::new();
    for process in &processes {
        match memory::search(*process, &Secret::new(PIN), PIN) {
            Ok(found) => findings.extend(found),
            // One that ended meanwhile remembers nothing; into others only root may look.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) if error.kind() == ErrorKind::PermissionDenied && !getuid().is_root() => {}
            Err(error) => return Err(error.into()),
        }
        if memory::may_be_inspected(*process)? {
            return Err(format!("process {process} can be looked into").into());
        }
    }
    for process in &processes {
        send(*process, Signal::CONT);
    }
    Ok(findings)
}

/// The module's process is left out: a vendor's code may keep what it was given as long as
/// it is logged in.
fn nobody_remembers_the_pin_while_the_card_signs(desk: &mut Desk) -> Outcome<()> {
    let (mut host, card) = submit_pin(desk, HELD_AT_THE_SIGNATURE)?;
    for victim in [Victim::Host, Victim::Window, Victim::Modules] {
        assert!(!victim.processes().is_empty(), "{victim:?} does not live");
    }
    let findings = look_into(&[Victim::Host, Victim::Window])?;
    assert!(findings.is_empty(), "the PIN was seen: {findings:?}");
    drop(card);
    host.close_port();
    host.wait_until_ended()
}

fn nobody_remembers_the_pin_afterwards(desk: &mut Desk) -> Outcome<()> {
    let (mut host, card) = submit_pin(desk, &[])?;
    host.expect_token()?;
    for victim in [Victim::Host, Victim::Window] {
        assert!(!victim.processes().is_empty(), "{victim:?} does not live");
    }
    let findings = look_into(&[Victim::Modules, Victim::Host, Victim::Window])?;
    assert!(findings.is_empty(), "the PIN was seen: {findings:?}");
    host.wait_until_ended()?;
    drop(card);
    Ok(())
}
