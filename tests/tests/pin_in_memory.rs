//! The PIN lies in one page that is being used, and in no process of ours once it was used.

use std::{
    io::Read,
    process::{Command, ExitCode, Stdio},
};

use end_to_end::{
    Outcome,
    card::{Act, Deviation, Moment, Script},
    desk::Desk,
    people::LUCA_BIANCHI,
    plain_host::{HostSetup, ORIGIN, PlainHost},
    processes::{running, with_argument},
    reader::InsertedCard,
    secrecy::{Frozen, MemoryFinding, Secret},
    suite,
    waiting::wait_until,
};
use protocol::Language;
use rustix::{fs::Gid, process::getgid, thread::set_thread_gid};

/// Eight digits that lie nowhere by chance, side by side or apart.
const PIN: &str = "73918462";
/// As unlikely; no digit of it where the other has it.
const WRONG: &str = "26481937";

/// Nobody's, neither root's: see `Frozen::refuses_inspection`.
const OTHER_GROUP: u32 = 65534;

const HELD_AT_THE_PIN: Script = &[Deviation::new(Moment::PinPresented, Act::Hold)];
const HELD_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Hold)];
const HELD_AT_THE_RESET: Script = &[Deviation::new(Moment::ResetAfterUse, Act::Hold)];

fn main() -> ExitCode {
    if getgid().is_root()
        && let Err(error) = set_thread_gid(Gid::from_raw(OTHER_GROUP))
    {
        eprintln!("pin_in_memory: another group: {error}");
        return ExitCode::FAILURE;
    }
    suite::run(&[
        (
            "every_process_refuses_inspection",
            every_process_refuses_inspection,
        ),
        ("a_planted_pin_is_found", a_planted_pin_is_found),
        (
            "a_pin_being_typed_lies_in_one_locked_page_of_the_window",
            a_pin_being_typed_lies_in_one_locked_page_of_the_window,
        ),
        (
            "a_pin_taken_back_lies_nowhere",
            a_pin_taken_back_lies_nowhere,
        ),
        (
            "a_pin_typed_for_a_card_taken_out_lies_nowhere",
            a_pin_typed_for_a_card_taken_out_lies_nowhere,
        ),
        (
            "a_pin_at_the_card_lies_in_its_modules_process_alone",
            a_pin_at_the_card_lies_in_its_modules_process_alone,
        ),
        (
            "while_the_card_signs_the_host_and_its_window_have_forgotten_the_pin",
            while_the_card_signs_the_host_and_its_window_have_forgotten_the_pin,
        ),
        (
            "after_the_signature_no_page_of_ours_holds_the_pin",
            after_the_signature_no_page_of_ours_holds_the_pin,
        ),
        (
            "after_the_token_the_pin_lies_nowhere",
            after_the_token_the_pin_lies_nowhere,
        ),
        (
            "after_a_wrong_pin_it_lies_nowhere",
            after_a_wrong_pin_it_lies_nowhere,
        ),
    ])
}

/// A request whose window asks for the PIN.
struct Asked {
    host: PlainHost,
    card: InsertedCard,
}

impl Asked {
    fn begin(desk: &mut Desk, script: Script) -> Outcome<Asked> {
        let issued = desk.issuer.issue(&LUCA_BIANCHI, PIN)?;
        let middleware = desk.workstation.middleware();
        let card = middleware.first_reader().insert_with(issued, script)?;
        middleware.wait_for_cards(1)?;
        let mut host = PlainHost::start(&desk.workstation, &HostSetup::default())?;
        host.ask(Language::It)?;
        desk.window()?.wait_for_pin_field()?;
        Ok(Asked { host, card })
    }

    /// The person gives up; everything ends.
    fn cancel(mut self, desk: &mut Desk) -> Outcome<()> {
        desk.window()?.cancel()?;
        self.host.wait_for_answer()?;
        self.end(desk)
    }

    fn end(mut self, desk: &mut Desk) -> Outcome<()> {
        self.host.wait_until_ended()?;
        desk.workstation.middleware().take_out(self.card, 0)?;
        Ok(())
    }
}

/// The processes of a request, standing still.
struct Standstill {
    host: Frozen,
    window: Frozen,
    /// The module's; it ends soon after the token.
    module: Option<Frozen>,
}

/// The modules' processes.
fn modules() -> Vec<u32> {
    with_argument(running(&["tessera-host"]), "pkcs11-module")
}

impl Standstill {
    fn begin() -> Outcome<Standstill> {
        Standstill::of(|_| true)
    }

    fn begin_without_module() -> Outcome<Standstill> {
        Standstill::of(|is_module| !is_module)
    }

    fn of(is_wanted: impl Fn(bool) -> bool) -> Outcome<Standstill> {
        let modules = modules();
        let mut all = running(&["tessera-host"])
            .into_iter()
            .filter(|(process, _)| is_wanted(modules.contains(process)))
            .map(|(process, name)| match modules.contains(&process) {
                true => (process, "the module's process".to_owned()),
                false => (process, name),
            })
            .chain(running(&["tessera-window"]))
            .collect::<Vec<_>>();
        all.sort_by_key(|(_, name)| name != "tessera-host");
        let mut frozen = Frozen::freeze(all)?;
        let mut take = |name: &str| {
            let place = frozen.iter().position(|one| one.name == name);
            place.map(|place| frozen.swap_remove(place))
        };
        let standstill = Standstill {
            host: take("tessera-host").ok_or("no host")?,
            window: take("tessera-window").ok_or("no window")?,
            module: take("the module's process"),
        };
        match frozen.is_empty() {
            true => Ok(standstill),
            false => Err("more processes than one request has".into()),
        }
    }

    fn module(&self) -> Outcome<&Frozen> {
        Ok(self
            .module
            .as_ref()
            .ok_or("the module's process has ended")?)
    }

    fn all(&self) -> impl Iterator<Item = &Frozen> {
        [&self.host, &self.window].into_iter().chain(&self.module)
    }

    /// Not in host and window at all, and in the module's process in none of the locked pages
    /// a PIN is kept in. OpenSC 0.23 prints each command it sends to a card, VERIFY included,
    /// into a buffer for its log, whatever that log is set to, and frees it unwiped
    /// (`_sc_debug_hex`): that lies in its heap until the process ends.
    fn expect_in_no_page_of_ours(&self, pin: &str) -> Outcome<()> {
        expect_none(&self.host, pin)?;
        expect_none(&self.window, pin)?;
        let mut findings = find(self.module()?, pin)?;
        findings.retain(|found| found.mapping.has("lo"));
        match findings.is_empty() {
            true => Ok(()),
            false => Err(format!("the PIN was seen: {findings:#?}").into()),
        }
    }

    fn expect_nowhere(&self, pin: &str) -> Outcome<()> {
        self.all().try_for_each(|process| expect_none(process, pin))
    }
}

fn find(process: &Frozen, pin: &str) -> Outcome<Vec<MemoryFinding>> {
    process.search(&Secret::new(pin), pin)
}

fn expect_none(process: &Frozen, pin: &str) -> Outcome<()> {
    let findings = find(process, pin)?;
    match findings.is_empty() {
        true => Ok(()),
        false => Err(format!("the PIN was seen: {findings:#?}").into()),
    }
}

/// Found once, in memory that reaches neither disk nor core file.
fn expect_in_one_locked_page(process: &Frozen, pin: &str) -> Outcome<()> {
    let findings = find(process, pin)?;
    let [only] = &findings[..] else {
        return Err(format!("not in one place: {findings:#?}").into());
    };
    for flag in ["lo", "dd"] {
        if !only.mapping.has(flag) {
            return Err(format!("not {flag}: {only:#?}").into());
        }
    }
    match process.locked()? {
        0 => Err("no memory is locked".into()),
        _ => Ok(()),
    }
}

/// What the search must find where it is: the origin, as text.
fn expect_origin(process: &Frozen) -> Outcome<()> {
    let findings = process.search(&Secret::new(ORIGIN), "")?;
    match findings.is_empty() {
        true => Err(format!("{} does not know who asks", process.name).into()),
        false => Ok(()),
    }
}

fn every_process_refuses_inspection(desk: &mut Desk) -> Outcome<()> {
    let asked = Asked::begin(desk, &[])?;
    let still = Standstill::begin()?;
    still.module()?;
    for process in still.all() {
        assert!(process.refuses_inspection()?, "{}", process.name);
    }
    drop(still);

    // One that does not refuse is told from them.
    let mut other = Command::new("sleep").arg("60").spawn()?;
    let frozen = Frozen::freeze(vec![(other.id(), "sleep".to_owned())])?;
    let refuses = frozen[0].refuses_inspection()?;
    drop(frozen);
    other.kill()?;
    other.wait()?;
    assert!(!refuses, "every process seems to refuse");
    asked.cancel(desk)
}

fn a_planted_pin_is_found(_: &mut Desk) -> Outcome<()> {
    // Keeps the PIN in one shape only, until the end of its input. Its arguments hold none:
    // each digit is told as the character after it.
    const KEEPER: &str = "
import sys
shape = {
    'wide': lambda digit: (digit + 48).to_bytes(4, 'little'),
    'codes': lambda digit: bytes([(digit + 9) % 10 + 10]) + bytes(63),
    'hexadecimal': lambda digit: b'%x' % (digit + 48),
}[sys.argv[2]]
kept = bytearray()
for character in sys.argv[1]:
    kept += shape(ord(character) - 49)
print('ready', flush=True)
sys.stdin.read()
";
    let told: String = PIN.bytes().map(|digit| char::from(digit + 1)).collect();
    for (shape, seen) in [
        ("wide", "as a row of characters"),
        ("codes", "as a row of key codes"),
        ("hexadecimal", "in hexadecimal"),
    ] {
        let mut keeper = Command::new("/usr/bin/python3")
            .args(["-c", KEEPER, &told, shape])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = keeper.stdout.take().ok_or("no pipe")?;
        output.read_exact(&mut [0; 6])?;
        let frozen = Frozen::freeze(vec![(keeper.id(), "keeper".to_owned())])?;
        let findings = find(&frozen[0], PIN)?;
        drop(frozen);
        keeper.kill()?;
        keeper.wait()?;
        let shapes: Vec<&str> = findings.iter().map(|found| found.finding.shape).collect();
        assert!(shapes.contains(&seen), "{shape} was found as {shapes:?}");
        assert!(!shapes.contains(&"as it is"), "{shape}: {shapes:?}");
    }
    Ok(())
}

fn a_pin_being_typed_lies_in_one_locked_page_of_the_window(desk: &mut Desk) -> Outcome<()> {
    let asked = Asked::begin(desk, &[])?;
    desk.window()?.type_pin(PIN)?;
    let still = Standstill::begin()?;
    expect_origin(&still.host)?;
    expect_origin(&still.window)?;
    expect_in_one_locked_page(&still.window, PIN)?;
    expect_none(&still.host, PIN)?;
    expect_none(still.module()?, PIN)?;
    drop(still);
    asked.cancel(desk)
}

fn a_pin_taken_back_lies_nowhere(desk: &mut Desk) -> Outcome<()> {
    let asked = Asked::begin(desk, &[])?;
    let mut window = desk.window()?;
    window.type_pin(PIN)?;
    for _ in PIN.chars() {
        window.press("BackSpace")?;
    }
    wait_until("empty PIN field", || {
        window.text().is_ok_and(|text| !text.contains('●'))
    })?;
    let still = Standstill::begin()?;
    still.expect_nowhere(PIN)?;
    drop(still);
    asked.cancel(desk)
}

fn a_pin_typed_for_a_card_taken_out_lies_nowhere(desk: &mut Desk) -> Outcome<()> {
    let Asked { host, card } = Asked::begin(desk, &[])?;
    desk.window()?.type_pin(PIN)?;
    let taken = card.remove();
    desk.window()?.wait_for_text("Inserisca la carta")?;
    let still = Standstill::begin()?;
    still.expect_nowhere(PIN)?;
    drop(still);
    let card = desk.workstation.middleware().first_reader().insert(taken)?;
    Asked { host, card }.cancel(desk)
}

fn a_pin_at_the_card_lies_in_its_modules_process_alone(desk: &mut Desk) -> Outcome<()> {
    let mut asked = Asked::begin(desk, HELD_AT_THE_PIN)?;
    desk.window()?.enter_pin(PIN)?;
    asked.card.wait_until_held()?;
    let still = Standstill::begin()?;
    let module = still.module()?;
    expect_origin(module)?;
    let findings = find(module, PIN)?;
    assert!(
        findings.iter().any(|found| found.mapping.has("lo")),
        "{findings:#?}"
    );
    assert!(module.locked()? > 0, "no memory is locked");
    expect_none(&still.host, PIN)?;
    expect_none(&still.window, PIN)?;
    drop(still);
    asked.card.go_on();
    asked.host.expect_token()?;
    asked.end(desk)
}

fn while_the_card_signs_the_host_and_its_window_have_forgotten_the_pin(
    desk: &mut Desk,
) -> Outcome<()> {
    let mut asked = Asked::begin(desk, HELD_AT_THE_SIGNATURE)?;
    desk.window()?.enter_pin(PIN)?;
    asked.card.wait_until_held()?;
    let still = Standstill::begin()?;
    expect_none(&still.host, PIN)?;
    expect_none(&still.window, PIN)?;
    drop(still);
    asked.card.go_on();
    asked.host.expect_token()?;
    asked.end(desk)
}

fn after_the_signature_no_page_of_ours_holds_the_pin(desk: &mut Desk) -> Outcome<()> {
    let mut asked = Asked::begin(desk, HELD_AT_THE_RESET)?;
    desk.window()?.enter_pin(PIN)?;
    asked.card.wait_until_held()?;
    let still = Standstill::begin()?;
    expect_origin(still.module()?)?;
    still.expect_in_no_page_of_ours(PIN)?;
    drop(still);
    asked.card.go_on();
    asked.host.expect_token()?;
    asked.end(desk)
}

fn after_the_token_the_pin_lies_nowhere(desk: &mut Desk) -> Outcome<()> {
    let mut asked = Asked::begin(desk, &[])?;
    let mut window = desk.window()?;
    window.type_pin(PIN)?;
    // And no look at the window after it: host and window stay for a second only.
    window.press("Return")?;
    asked.host.expect_token()?;
    // The module's process may end at any moment.
    let others = Standstill::begin_without_module()?;
    others.expect_nowhere(PIN)?;
    drop(others);
    // And it must, with what OpenSC has left in its heap.
    wait_until("end of the module's process", || modules().is_empty())?;
    asked.end(desk)
}

fn after_a_wrong_pin_it_lies_nowhere(desk: &mut Desk) -> Outcome<()> {
    let asked = Asked::begin(desk, &[])?;
    let mut window = desk.window()?;
    window.wait_for_pin_field()?;
    let before = modules();
    window.enter_pin(WRONG)?;
    window.wait_for_text("Il PIN non è corretto")?;
    // What OpenSC has left in its heap ends with the process, and another takes its place.
    wait_until("one new process for the module", || {
        let now = modules();
        now.len() == 1 && now != before
    })?;
    let still = Standstill::begin()?;
    expect_origin(&still.host)?;
    still.expect_nowhere(WRONG)?;
    drop(still);
    asked.cancel(desk)
}
