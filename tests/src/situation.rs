//! A situation at the desk, as a row of a table: what is in the readers, what the person does
//! and reads, how it ends, and what the cards have seen.

mod asker;
mod card;
mod play;
mod words;

pub use card::{CardOf, Kind};

use protocol::{FailureCode, Language};
use rustix::process::Signal;

use crate::{
    card::Script,
    people::Person,
    processes::{running, send, with_argument},
};

/// A row.
#[derive(Clone, Copy)]
pub struct Situation {
    /// A sentence in snake case.
    pub name: &'static str,
    /// Which middleware there is.
    pub modules: Modules,
    /// What happens, in this order; each waits until it can be done.
    pub deeds: &'static [Deed],
    /// What the page hears.
    pub end: End,
    /// What each card has seen when it is over.
    pub cards: &'static [(CardOf, Seen)],
    /// What it is called where it is played through the browser too.
    pub in_browser: Option<&'static str>,
}

impl Situation {
    /// The language it is played in: in turn by its number in the table, but Italian where
    /// its words are known in no other.
    pub fn language(&self, number: usize) -> Language {
        let language = Language::ALL[number % Language::ALL.len()];
        let is_known = |deed: &Deed| match *deed {
            Deed::Reads(text) | Deed::ReadsSoon(text) | Deed::ReadsNowhere(text) => {
                words::in_language(text, language).is_some()
            }
            _ => true,
        };
        match self.deeds.iter().all(is_known) {
            true => language,
            false => Language::It,
        }
    }
}

/// The PKCS#11 modules of a workstation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modules {
    /// OpenSC, as the host finds it.
    OpenSc,
    /// None at all.
    None,
    /// OpenSC behind a module that misbehaves so, and OpenSC itself after it.
    Quirky(&'static str),
    /// The module that misbehaves so, and no other.
    QuirkyAlone(&'static str),
    /// The module that misbehaves so, in a file that anybody may write, and OpenSC itself
    /// after it.
    WritableByAnybody(&'static str),
}

/// Something that happens, or that the person does or sees.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// A card is put into the first reader.
    Insert(CardOf, Script),
    /// A card is put into the second reader.
    InsertBeside(CardOf, Script),
    /// A card is taken out.
    Remove(CardOf),
    /// The card keeps a command waiting, as its script says.
    Held(CardOf),
    /// It lets the command go on.
    GoOn(CardOf),
    /// The card was taken out, as its script says.
    Out(CardOf),
    /// The page asks, in a host process of its own.
    Ask,
    /// A page of this origin asks.
    AskFrom(&'static str),
    /// The page is told this state.
    Progress(&'static str),
    /// The page is told this failure; it asks no more of this host process.
    Answered(FailureCode),
    /// The page is told one of these failures: which one, the moment decides.
    AnsweredOneOf(&'static [FailureCode]),
    /// The page is given this person's token; it asks no more of this host process.
    Granted(Person),
    /// The page hears nothing of this host process: it has ended without an answer.
    Unanswered,
    /// The page is given this person's token; the host is still there.
    GrantedNow(Person),
    /// The window says this.
    Reads(&'static str),
    /// The window says this before the person loses patience: within ten seconds.
    ReadsSoon(&'static str),
    /// The window does not say this.
    ReadsNowhere(&'static str),
    /// The person chooses the certificate whose line says this.
    Choose(&'static str),
    /// The person types a PIN.
    Type(&'static str),
    /// The person types a PIN and submits it.
    Enter(&'static str),
    /// The person presses Enter, and the window shows something else.
    Confirm,
    /// The person presses a key, by its X name.
    Press(&'static str),
    /// The card has seen so many PINs.
    Verified(CardOf, u32),
    /// The card has signed so often.
    Signed(CardOf, u32),
    /// No window has stood on the screen since the situation began, not for a moment.
    NoWindowCame,
    /// The browser closes the port.
    ClosePort,
    /// Nothing is left of the request, whatever the card is still at.
    Ended,
    /// A process is killed, as the system does when memory is short; nothing where it has
    /// ended already.
    Kill(Victim),
    /// A process stands still from now on, as one does that gets no turn.
    Stop(Victim),
    /// The browser ends the extension's worker, as it does when it likes.
    StopWorker,
    /// The person closes the page's tab.
    CloseTab,
    /// The card has forgotten the login.
    LoggedOut(CardOf),
    /// pcscd ends.
    KillPcscd,
    /// pcscd starts; the readers are empty.
    StartPcscd,
    /// The readers are unplugged, with what is in them.
    UnplugReaders,
    /// The readers are plugged in, empty.
    PlugReaders,
}

/// One of our processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// Those that run the PKCS#11 modules.
    Modules,
    /// The host that speaks with whoever asks.
    Host,
    /// The window.
    Window,
}

impl Victim {
    /// Its processes.
    pub fn processes(self) -> Vec<u32> {
        /// What the host starts itself with for a module.
        const MODULE: &str = "pkcs11-module";
        let hosts = || running(&["tessera-host"]);
        let modules = || with_argument(hosts(), MODULE);
        match self {
            Victim::Modules => modules(),
            Victim::Host => {
                let modules = modules();
                let mut numbers: Vec<u32> = hosts().into_iter().map(|(number, _)| number).collect();
                numbers.retain(|number| !modules.contains(number));
                numbers
            }
            Victim::Window => {
                let windows = running(&["tessera-window"]);
                windows.into_iter().map(|(number, _)| number).collect()
            }
        }
    }

    /// Kills them.
    pub fn kill(self) {
        self.send(Signal::KILL);
    }

    /// Has them stand still.
    pub fn stop(self) {
        self.send(Signal::STOP);
    }

    fn send(self, signal: Signal) {
        for number in self.processes() {
            send(number, signal);
        }
    }
}

/// How it ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// With this person's token.
    Token(Person),
    /// With this failure.
    Failure(FailureCode),
    /// Without an answer: nobody wants one any more.
    NoAnswer,
}

/// What a card has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Seen {
    pub verifications: u32,
    pub tries_left: u8,
    pub signatures: u32,
}

impl Seen {
    /// Nothing that counts.
    pub const NOTHING: Seen = Seen::of(0, 3, 0);
    /// The right PIN and one signature.
    pub const LOGIN: Seen = Seen::of(1, 3, 1);

    /// So many PINs, so many tries left, so many signatures.
    pub const fn of(verifications: u32, tries_left: u8, signatures: u32) -> Seen {
        Seen {
            verifications,
            tries_left,
            signatures,
        }
    }
}
