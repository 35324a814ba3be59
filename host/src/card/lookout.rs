//! Asks the modules' processes in turn, and leaves out the one that is lost.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::panorama::{self, Showing, Source, TURN};
use super::{Event, Request};
use crate::clock::now;
use crate::module::messages::{Bytes, Order, Report, SignFault, Slot};
use crate::module::process::{Heard, ModuleProcess};
use crate::pin::Pin;

/// How often readers and cards are looked for.
const POLL: Duration = Duration::from_millis(400);

/// How long a module may be silent while it is to do something. Vendors' own probe a card for
/// several seconds; a person at the window is told within ten.
const SILENCE_MAX: Duration = Duration::from_secs(8);

/// How long the person may take on the reader's keys, above what the window gives them.
const ON_READER_MAX: Duration = Duration::from_secs(120);

/// How old the process of a module that sees no reader becomes: many modules list the
/// readers once, when they start, and a new process sees the one plugged in since.
const WITHOUT_READER_MAX: Duration = Duration::from_secs(3);

/// How long a process that has done its work may take to end.
const ENDING_MAX: Duration = Duration::from_secs(1);

/// What comes to the lookout.
pub enum Input {
    /// The dialogue asks for something.
    Request(Request),
    /// A module's process is heard: which, and the how-manieth of its module.
    Heard(usize, u32, Heard),
    /// It is over; the processes have this long to end.
    Release(Duration),
}

/// All modules, each with its process.
pub struct Lookout {
    modules: Vec<Watched>,
    inputs: Sender<Input>,
    events: UnboundedSender<Event>,
    told: Option<Event>,
    /// Whose turn it is to look.
    turn: Option<Turn>,
    next_round: Instant,
    /// A signature that was asked for, until it is made or not.
    signature: Option<Wanted>,
    /// It is made: nothing is left to look for.
    has_signed: bool,
    /// Processes that were told to end.
    ending: Vec<(ModuleProcess, Instant)>,
}

/// A module and its process.
struct Watched {
    path: PathBuf,
    process: Option<ModuleProcess>,
    /// How many processes it has had: what an earlier one said last is not its word.
    generation: u32,
    doing: Doing,
    began: Instant,
    /// The last sign of life, or the order it is to answer.
    heard: Instant,
    was_loaded: bool,
    reading_since: Option<Instant>,
    slots: Option<Vec<Slot>>,
    /// Whether its process was lost while there was a card.
    lost_with_card: bool,
}

/// One module's turn in a round.
#[derive(Debug, Clone, Copy)]
struct Turn {
    module: usize,
    since: Instant,
    was_asked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Loading,
    Nothing,
    Looking,
    Signing,
    AskingOnReader,
}

struct Wanted {
    module: usize,
    /// Until the module is free for it.
    order: Option<(Order, Option<Pin>)>,
}

impl Lookout {
    /// Starts a process for each of these modules.
    pub fn new(
        paths: Vec<PathBuf>,
        inputs: Sender<Input>,
        events: UnboundedSender<Event>,
    ) -> Lookout {
        let now = Instant::now();
        let watched = |path| Watched {
            path,
            process: None,
            generation: 0,
            doing: Doing::Nothing,
            began: now,
            heard: now,
            was_loaded: false,
            reading_since: None,
            slots: None,
            lost_with_card: false,
        };
        let mut lookout = Lookout {
            modules: paths.into_iter().map(watched).collect(),
            inputs,
            events,
            told: None,
            turn: None,
            next_round: now,
            signature: None,
            has_signed: false,
            ending: Vec::new(),
        };
        for module in 0..lookout.modules.len() {
            lookout.start(module);
        }
        lookout
    }

    /// Keeps looking until released, or until there is no module left to look through.
    pub fn keep(mut self, incoming: &Receiver<Input>) {
        loop {
            self.tell_changes();
            let is_lost = |module: &Watched| module.process.is_none();
            if !self.has_signed && self.modules.iter().all(is_lost) {
                let _ = self.events.send(Event::Unusable(self.why_unusable()));
                return;
            }
            match incoming.recv_timeout(self.pause()) {
                Ok(Input::Request(request)) => self.take(request),
                Ok(Input::Heard(module, generation, heard)) => {
                    self.hear(module, generation, heard);
                }
                Ok(Input::Release(within)) => return self.release(incoming, within),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.watch_for_silence();
            self.go_on();
        }
    }

    fn start(&mut self, module: usize) {
        let watched = &mut self.modules[module];
        watched.generation += 1;
        let (inputs, generation) = (self.inputs.clone(), watched.generation);
        let hear = move |heard| {
            let _ = inputs.send(Input::Heard(module, generation, heard));
        };
        watched.doing = Doing::Loading;
        watched.began = Instant::now();
        watched.heard = watched.began;
        match ModuleProcess::start(&watched.path, hear) {
            Ok(process) => watched.process = Some(process),
            Err(error) => {
                log(&watched.path, &format!("its process cannot start: {error}"));
                watched.process = None;
            }
        }
    }

    fn take(&mut self, request: Request) {
        let Request::Sign {
            certificate,
            origin,
            challenge_nonce,
            pin,
        } = request;
        let sources = panorama::sources(&self.showings(), now());
        let found = sources
            .into_iter()
            .find(|source| source.certificate.der == certificate);
        let Some(Source {
            module,
            fingerprint,
            ..
        }) = found
        else {
            return self.not_signed(SignFault::Removed);
        };
        let order = Order::Sign {
            certificate: Bytes(fingerprint),
            origin,
            challenge_nonce,
            pin_length: pin.as_ref().map(Pin::length),
        };
        self.signature = Some(Wanted {
            module,
            order: Some((order, pin)),
        });
    }

    fn hear(&mut self, module: usize, generation: u32, heard: Heard) {
        let watched = &mut self.modules[module];
        if watched.generation != generation || watched.process.is_none() {
            return;
        }
        watched.heard = Instant::now();
        let report = match heard {
            Heard::Report(report) => report,
            Heard::Junk(junk) => return self.lose(module, &junk.to_string()),
            Heard::Ended => return self.lose(module, "its process ended"),
        };
        match (watched.doing, report) {
            (Doing::Loading, Report::Loaded(_)) => {
                watched.was_loaded = true;
                watched.doing = Doing::Nothing;
                self.next_round = Instant::now();
            }
            (Doing::Loading, Report::NotLoaded(reason)) => {
                self.lose(module, &format!("could not be loaded: {reason}"));
            }
            (Doing::Looking | Doing::Signing, Report::Alive) => {}
            (Doing::Looking, Report::Reading) => {
                watched.reading_since.get_or_insert(watched.heard);
            }
            (Doing::Looking, Report::Unchanged) => {
                watched.doing = Doing::Nothing;
                watched.reading_since = None;
            }
            (Doing::Looking, Report::Seen(slots)) => {
                watched.doing = Doing::Nothing;
                watched.reading_since = None;
                watched.slots = Some(slots);
            }
            (Doing::Signing, Report::AskingOnReader) => watched.doing = Doing::AskingOnReader,
            (Doing::AskingOnReader, Report::Alive) => watched.doing = Doing::Signing,
            (
                Doing::Signing,
                Report::Signed {
                    algorithm,
                    signature: Bytes(signature),
                },
            ) => {
                self.signature = None;
                self.has_signed = true;
                // Its memory has held the PIN, and a vendor's code does not wipe what it
                // copied: the process is done with.
                self.end(module);
                let _ = self.events.send(Event::Signed {
                    algorithm,
                    signature,
                });
            }
            (Doing::Signing | Doing::AskingOnReader, Report::NotSigned(fault)) => {
                watched.doing = Doing::Nothing;
                if fault == SignFault::Removed {
                    watched.slots = None;
                }
                self.not_signed(fault);
            }
            _ => self.lose(module, "its process tells what it was not asked"),
        }
    }

    fn not_signed(&mut self, fault: SignFault) {
        self.signature = None;
        if fault == SignFault::Removed {
            // Whatever is in the readers now is to be told anew.
            self.told = None;
            self.next_round = Instant::now();
        }
        let _ = self.events.send(Event::NotSigned(fault));
    }

    /// Leaves a module out from now on.
    fn lose(&mut self, module: usize, why: &str) {
        let watched = &mut self.modules[module];
        let Some(mut process) = watched.process.take() else {
            return;
        };
        let ended = match process.kill() {
            Ok(status) => format!(" ({status})"),
            Err(_) => String::new(),
        };
        log(&watched.path, &format!("{why}{ended}"));
        let slots = watched.slots.take().unwrap_or_default();
        watched.lost_with_card =
            watched.reading_since.is_some() || slots.iter().any(|slot| slot.card.is_some());
        if self
            .signature
            .as_ref()
            .is_some_and(|wanted| wanted.module == module)
        {
            self.not_signed(SignFault::Failed(format!("the middleware failed: {why}")));
        }
    }

    fn watch_for_silence(&mut self) {
        let now = Instant::now();
        for module in 0..self.modules.len() {
            let watched = &self.modules[module];
            if watched.deadline().is_some_and(|deadline| deadline <= now) {
                let seconds = now.duration_since(watched.heard).as_secs();
                let why = format!("no word for {seconds} seconds while {:?}", watched.doing);
                self.lose(module, &why);
            }
        }
        self.ending.retain(|(_, deadline)| *deadline > now);
    }

    /// Gives the next order, where one is due.
    fn go_on(&mut self) {
        if self.signature.is_some() {
            return self.begin_signature();
        }
        if self.has_signed {
            return;
        }
        let now = Instant::now();
        if self.turn.is_none() && self.next_round <= now {
            self.turn = Some(Turn::of(0, now));
        }
        while let Some(turn) = self.turn {
            let Some(watched) = self.modules.get(turn.module) else {
                self.turn = None;
                self.next_round = now + POLL;
                return;
            };
            let is_idle = watched.doing == Doing::Nothing;
            let has_looked = watched.process.is_none() || (is_idle && turn.was_asked);
            if has_looked || turn.since + TURN <= now {
                self.turn = Some(Turn::of(turn.module + 1, now));
            } else if is_idle {
                self.turn = Some(Turn {
                    was_asked: true,
                    ..turn
                });
                self.look(turn.module);
            } else {
                return;
            }
        }
    }

    fn look(&mut self, module: usize) {
        let watched = &self.modules[module];
        let sees_no_reader = watched.slots.as_ref().is_some_and(Vec::is_empty);
        if sees_no_reader && watched.began.elapsed() > WITHOUT_READER_MAX {
            self.end(module);
            return self.start(module);
        }
        let pass_over = panorama::pass_over(&self.showings(), module, now());
        self.order(module, Doing::Looking, &Order::Look { pass_over }, None);
    }

    fn begin_signature(&mut self) {
        let Some(wanted) = &mut self.signature else {
            return;
        };
        let module = wanted.module;
        if self.modules[module].doing == Doing::Nothing
            && let Some((order, pin)) = wanted.order.take()
        {
            self.order(module, Doing::Signing, &order, pin.as_ref());
        }
    }

    fn order(&mut self, module: usize, doing: Doing, order: &Order, pin: Option<&Pin>) {
        let watched = &mut self.modules[module];
        let Some(process) = &mut watched.process else {
            return;
        };
        watched.doing = doing;
        watched.heard = Instant::now();
        if let Err(error) = process.order(order, pin) {
            self.lose(module, &format!("its process takes no orders: {error}"));
        }
    }

    /// Has a module's process end in peace.
    fn end(&mut self, module: usize) {
        if let Some(mut process) = self.modules[module].process.take()
            && process.order(&Order::End, None).is_ok()
        {
            self.ending.push((process, Instant::now() + ENDING_MAX));
        }
    }

    fn release(mut self, incoming: &Receiver<Input>, within: Duration) {
        for module in 0..self.modules.len() {
            self.end(module);
        }
        let deadline = Instant::now() + within;
        while self
            .ending
            .iter_mut()
            .any(|(process, _)| !process.has_ended())
            && Instant::now() < deadline
        {
            // The end of its output comes first, its own end a moment later.
            let _ = incoming.recv_timeout(Duration::from_millis(2));
        }
    }

    fn tell_changes(&mut self) {
        if self.signature.is_some() || self.has_signed {
            return;
        }
        let event = panorama::event(&self.showings(), now());
        if event.is_some() && event != self.told {
            self.told = event.clone();
            if let Some(event) = event {
                let _ = self.events.send(event);
            }
        }
    }

    fn showings(&self) -> Vec<Showing<'_>> {
        self.modules.iter().map(Watched::showing).collect()
    }

    fn why_unusable(&self) -> String {
        let count = self.modules.len();
        let loaded = self.modules.iter().any(|module| module.was_loaded);
        match (count, loaded) {
            (0, _) => "no PKCS#11 module is installed".to_owned(),
            (_, false) => format!("none of {count} PKCS#11 modules could be loaded"),
            (_, true) => "the card's middleware failed".to_owned(),
        }
    }

    /// Until something is due.
    fn pause(&self) -> Duration {
        let now = Instant::now();
        let silences = self.modules.iter().filter_map(Watched::deadline);
        let endings = self.ending.iter().map(|(_, deadline)| *deadline);
        let turn = self.turn.map(|turn| turn.since + TURN);
        let is_looking = self.signature.is_none() && !self.has_signed;
        let round = (self.turn.is_none() && is_looking).then_some(self.next_round);
        silences
            .chain(endings)
            .chain(turn)
            .chain(round)
            .min()
            .map_or(SILENCE_MAX, |due| due.saturating_duration_since(now))
    }
}

impl Turn {
    fn of(module: usize, since: Instant) -> Turn {
        Turn {
            module,
            since,
            was_asked: false,
        }
    }
}

impl Watched {
    fn showing(&self) -> Showing<'_> {
        match (&self.process, &self.reading_since, &self.slots) {
            (None, _, _) => Showing::Lost {
                with_card: self.lost_with_card,
            },
            (_, Some(since), _) => Showing::Reading(since.elapsed()),
            (_, None, Some(slots)) => Showing::Slots(slots),
            (_, None, None) => Showing::Nothing(self.began.elapsed()),
        }
    }

    /// When its silence has lasted too long.
    fn deadline(&self) -> Option<Instant> {
        self.process.as_ref()?;
        match self.doing {
            Doing::Nothing => None,
            Doing::AskingOnReader => Some(self.heard + ON_READER_MAX),
            Doing::Loading | Doing::Looking | Doing::Signing => Some(self.heard + SILENCE_MAX),
        }
    }
}

fn log(module: &Path, what: &str) {
    eprintln!("tessera-host: {} is left out: {what}", module.display());
}
