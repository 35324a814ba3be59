//! One module as the lookout keeps it: what its process is doing, and what it last showed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use protocol::Algorithm;

use super::panorama::Showing;
use crate::module::messages::{Bytes, Order, Report, SignFault, Slot};
use crate::module::process::{Heard, ModuleProcess};
use crate::pin::Pin;

/// How long a module may give no sign of life while it is to do something. A person at the
/// window is told within ten seconds after the last.
const SILENCE_MAX: Duration = Duration::from_secs(7);

/// How often it is looked for one where nothing is said.
const PULSE: Duration = Duration::from_secs(2);

/// How long it may take over one order, whatever signs it gives: a slow card's worst reading
/// is half of it.
const ORDER_MAX: Duration = Duration::from_secs(45);

/// How long the person may take on the reader's keys, above what the window gives them.
const ON_READER_MAX: Duration = Duration::from_secs(120);

/// How old the process of a module that sees no reader becomes: many modules list the
/// readers once, when they start, and a new process sees the one plugged in since.
const WITHOUT_READER_MAX: Duration = Duration::from_secs(3);

/// A module and its process.
pub struct WatchedModule {
    path: PathBuf,
    process: Option<ModuleProcess>,
    /// How many processes it has had: what an earlier one said last is not its word.
    generation: u32,
    doing: Doing,
    began: Instant,
    ordered: Instant,
    /// The last sign of life, or the order it is to answer.
    heard: Instant,
    /// Its pulse when it was last felt, and when that was.
    pulse: Option<u64>,
    felt: Instant,
    was_loaded: bool,
    /// Whether this process has looked, and so knows the certificates.
    has_looked: bool,
    /// Whether a PIN was given to this process.
    had_pin: bool,
    reading_since: Option<Instant>,
    slots: Option<Vec<Slot>>,
    /// Whether its process was lost while there was a card.
    lost_with_card: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Loading,
    Nothing,
    Looking,
    Signing,
    AskingOnReader,
}

/// What a word of the module's process comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Turned {
    /// It goes on with what it does, or shows something else now.
    On,
    /// It is ready for its first order.
    Ready,
    /// It has signed.
    Signed(Algorithm, Vec<u8>),
    /// It has not.
    NotSigned(SignFault),
    /// It cannot be used any more, and why.
    Unfit(String),
}

impl WatchedModule {
    /// The module at `path`; its process is not started yet.
    pub fn at(path: PathBuf) -> WatchedModule {
        let now = Instant::now();
        WatchedModule {
            path,
            process: None,
            generation: 0,
            doing: Doing::Nothing,
            began: now,
            ordered: now,
            heard: now,
            pulse: None,
            felt: now,
            was_loaded: false,
            has_looked: false,
            had_pin: false,
            reading_since: None,
            slots: None,
            lost_with_card: false,
        }
    }

    /// Starts a process; `hear` gets its words, each with the number that
    /// [`hear`](WatchedModule::hear) asks for.
    pub fn start(&mut self, mut hear: impl FnMut(u32, Heard) + Send + 'static) {
        self.generation += 1;
        let generation = self.generation;
        self.doing = Doing::Loading;
        self.has_looked = false;
        self.had_pin = false;
        self.began = Instant::now();
        self.ordered = self.began;
        self.heard = self.began;
        self.felt = self.began;
        match ModuleProcess::start(&self.path, move |heard| hear(generation, heard)) {
            Ok(process) => self.process = Some(process),
            Err(error) => leave_out(&self.path, &format!("its process cannot start: {error}")),
        }
    }

    /// Takes in a word of the process with this number.
    pub fn hear(&mut self, generation: u32, heard: Heard) -> Turned {
        if self.generation != generation || self.is_lost() {
            return Turned::On;
        }
        self.heard = Instant::now();
        let report = match heard {
            Heard::Report(report) => report,
            Heard::Junk(junk) => return Turned::Unfit(junk.to_string()),
            Heard::Ended => return Turned::Unfit("its process ended".to_owned()),
        };
        match (self.doing, report) {
            (Doing::Loading, Report::Loaded(_)) => {
                self.was_loaded = true;
                self.doing = Doing::Nothing;
                return Turned::Ready;
            }
            (Doing::Loading, Report::NotLoaded(reason)) => {
                return Turned::Unfit(format!("could not be loaded: {reason}"));
            }
            (Doing::Looking | Doing::Signing, Report::Alive) => {}
            // What the process before has read stands until this one has read it too.
            (Doing::Looking, Report::Reading) if !self.has_looked && self.slots.is_some() => {}
            (Doing::Looking, Report::Reading) => {
                self.reading_since.get_or_insert(self.heard);
            }
            (Doing::Looking, Report::Unchanged) => self.end_look(),
            (Doing::Looking, Report::Seen(slots)) => {
                self.end_look();
                self.slots = Some(slots);
            }
            (Doing::Signing, Report::AskingOnReader) => self.doing = Doing::AskingOnReader,
            (Doing::AskingOnReader, Report::Alive) => self.doing = Doing::Signing,
            (
                Doing::Signing,
                Report::Signed {
                    algorithm,
                    signature: Bytes(signature),
                },
            ) => {
                self.doing = Doing::Nothing;
                return Turned::Signed(algorithm, signature);
            }
            (Doing::Signing | Doing::AskingOnReader, Report::NotSigned(fault)) => {
                self.doing = Doing::Nothing;
                if fault == SignFault::Removed {
                    self.slots = None;
                }
                return Turned::NotSigned(fault);
            }
            _ => return Turned::Unfit("its process tells what it was not asked".to_owned()),
        }
        Turned::On
    }

    fn end_look(&mut self) {
        self.doing = Doing::Nothing;
        self.has_looked = true;
        self.reading_since = None;
    }

    /// Has it look for readers and cards; false where it takes no orders any more.
    pub fn look(&mut self, pass_over: Vec<String>) -> bool {
        self.order(Doing::Looking, &Order::Look { pass_over }, None)
    }

    /// Has it sign; false where it takes no orders any more.
    pub fn sign(&mut self, order: &Order, pin: Option<&Pin>) -> bool {
        self.had_pin |= pin.is_some();
        self.order(Doing::Signing, order, pin)
    }

    fn order(&mut self, doing: Doing, order: &Order, pin: Option<&Pin>) -> bool {
        self.doing = doing;
        self.ordered = Instant::now();
        self.heard = self.ordered;
        self.felt = self.ordered;
        match &mut self.process {
            Some(process) => process.order(order, pin).is_ok(),
            None => false,
        }
    }

    /// Leaves it out from now on.
    pub fn lose(&mut self, why: &str) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let ended = match process.kill() {
            Ok(status) => format!(" ({status})"),
            Err(_) => String::new(),
        };
        leave_out(&self.path, &format!("{why}{ended}"));
        let slots = self.slots.take().unwrap_or_default();
        self.lost_with_card =
            self.reading_since.is_some() || slots.iter().any(|slot| slot.card.is_some());
    }

    /// Has its process end in peace; none where there is none, or it takes no orders.
    pub fn end(&mut self) -> Option<ModuleProcess> {
        let mut process = self.process.take()?;
        process.order(&Order::End, None).ok()?;
        Some(process)
    }

    /// What it shows.
    pub fn showing(&self) -> Showing<'_> {
        match (&self.process, &self.reading_since, &self.slots) {
            (None, _, _) => Showing::Lost {
                with_card: self.lost_with_card,
            },
            (_, Some(since), _) => Showing::Reading(since.elapsed()),
            (_, None, Some(slots)) => Showing::Slots(slots),
            (_, None, None) => Showing::Nothing(self.began.elapsed()),
        }
    }

    /// Whether it has no process.
    pub fn is_lost(&self) -> bool {
        self.process.is_none()
    }

    /// Whether it can be given an order.
    pub fn is_idle(&self) -> bool {
        self.doing == Doing::Nothing
    }

    /// Whether its process knows the certificates that it can be asked to sign with.
    pub fn has_looked(&self) -> bool {
        self.has_looked
    }

    /// Whether its process may still have a PIN somewhere in its memory: modules do not wipe
    /// all they copy (OpenSC leaves the command to the card behind).
    pub fn had_pin(&self) -> bool {
        self.had_pin
    }

    /// Whether it was ever loaded.
    pub fn was_loaded(&self) -> bool {
        self.was_loaded
    }

    /// Whether it sees no reader although it has had the time to.
    pub fn wants_a_new_process(&self) -> bool {
        self.slots.as_ref().is_some_and(Vec::is_empty) && self.began.elapsed() > WITHOUT_READER_MAX
    }

    /// When it is to be looked after again; none while it has nothing to do.
    pub fn due(&self) -> Option<Instant> {
        self.process.as_ref()?;
        match self.doing {
            Doing::Nothing => None,
            Doing::AskingOnReader => Some(self.heard + ON_READER_MAX),
            Doing::Loading | Doing::Looking | Doing::Signing => Some(self.felt + PULSE),
        }
    }

    /// Looks for a sign of life; why it is given up, where there was none for too long.
    pub fn look_after(&mut self, now: Instant) -> Option<String> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        if self.doing == Doing::AskingOnReader {
            return Some("nobody answered the reader".to_owned());
        }
        self.felt = now;
        let pulse = self.process.as_ref().and_then(ModuleProcess::pulse);
        if pulse.is_some() && pulse != self.pulse {
            self.pulse = pulse;
            self.heard = now;
        }
        let (silent, busy) = (now - self.heard, now - self.ordered);
        (silent >= SILENCE_MAX || busy >= ORDER_MAX).then(|| {
            format!(
                "no sign of life for {} seconds, no answer for {}, while {:?}",
                silent.as_secs(),
                busy.as_secs(),
                self.doing
            )
        })
    }
}

fn leave_out(module: &Path, what: &str) {
    log!("tessera-host: {} is left out: {what}", module.display());
}
