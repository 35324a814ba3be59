//! Asks the modules' processes in turn, and leaves out the one that is lost.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::panorama::{self, Showing, Source, TURN_MAX};
use super::watched_module::{Meaning, WatchedModule};
use super::{Event, Request};
use crate::clock::now;
use crate::module::messages::{Bytes, Order, SignFault};
use crate::module::process::{Heard, ModuleProcess};
use crate::pin::Pin;

/// How often readers and cards are looked for: soon enough for a hand that puts in a card,
/// and seldom enough for a workstation that waits.
const POLL: Duration = Duration::from_millis(600);

/// How long a process that has done its work may take to end.
const ENDING_MAX: Duration = Duration::from_secs(1);

/// How long there is nothing to be done, where nothing says otherwise.
const NOTHING_DUE: Duration = Duration::from_secs(60);

/// What comes to the lookout.
pub enum Input {
    /// The dialogue asks for something.
    Request(Request),
    /// A module's process is heard: which module's, and the number of the process.
    Heard(usize, u32, Heard),
    /// It is over; the processes have this long to end.
    Release(Duration),
}

/// All modules, each with its process.
pub struct Lookout {
    modules: Vec<WatchedModule>,
    inputs: Sender<Input>,
    events: UnboundedSender<Event>,
    /// What the dialogue was told last: the same is not told again.
    last_told: Option<Event>,
    /// Whose turn it is to look.
    turn: Option<Turn>,
    next_round: Instant,
    /// A signature that was asked for, until it is made or not.
    signature: Option<Wanted>,
    /// It is made: nothing is left to look for, and the release follows the answer at once.
    /// The module's process then ends with what its memory may have kept of the PIN.
    has_signed: bool,
    /// Processes that were told to end, and until when they are waited for.
    ending: Vec<(ModuleProcess, Instant)>,
}

/// One module's turn in a round.
#[derive(Debug, Clone, Copy)]
struct Turn {
    module: usize,
    since: Instant,
    was_asked: bool,
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
        let mut lookout = Lookout {
            modules: paths.into_iter().map(WatchedModule::at).collect(),
            inputs,
            events,
            last_told: None,
            turn: None,
            next_round: Instant::now(),
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
            if !self.has_signed && self.modules.iter().all(WatchedModule::is_lost) {
                let _ = self.events.send(self.why_unusable());
                return;
            }
            match incoming.recv_timeout(self.pause()).ok() {
                Some(Input::Request(request)) => self.take(request),
                Some(Input::Heard(module, number, heard)) => self.hear(module, number, heard),
                Some(Input::Release(within)) => return self.release(incoming, within),
                // Something is due: we hold a sender ourselves, so that inputs never end.
                None => {}
            }
            self.watch_for_silence();
            self.go_on();
        }
    }

    fn start(&mut self, module: usize) {
        let inputs = self.inputs.clone();
        self.modules[module].start(move |number, heard| {
            let _ = inputs.send(Input::Heard(module, number, heard));
        });
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

    fn hear(&mut self, module: usize, number: u32, heard: Heard) {
        match self.modules[module].hear(number, heard) {
            Meaning::On => {}
            Meaning::Ready => self.next_round = Instant::now(),
            Meaning::Signed(algorithm, signature) => {
                self.signature = None;
                self.has_signed = true;
                let _ = self.events.send(Event::Signed {
                    algorithm,
                    signature,
                });
            }
            Meaning::NotSigned(fault) => {
                if self.modules[module].had_pin() {
                    self.end(module);
                    self.start(module);
                }
                self.not_signed(fault);
            }
            Meaning::Unfit(why) => self.lose(module, &why),
        }
    }

    fn not_signed(&mut self, fault: SignFault) {
        self.signature = None;
        if fault == SignFault::Removed {
            // Whatever is in the readers now is to be told anew.
            self.last_told = None;
            self.next_round = Instant::now();
        }
        let _ = self.events.send(Event::NotSigned(fault));
    }

    fn lose(&mut self, module: usize, why: &str) {
        self.modules[module].lose(why);
        let wanted = self.signature.as_ref().map(|wanted| wanted.module);
        if wanted == Some(module) {
            self.not_signed(SignFault::Failed(format!("the middleware failed: {why}")));
        }
    }

    fn watch_for_silence(&mut self) {
        let now = Instant::now();
        for module in 0..self.modules.len() {
            if let Some(why) = self.modules[module].look_after(now) {
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
            let has_looked = watched.is_lost() || (watched.is_idle() && turn.was_asked);
            if has_looked || turn.since + TURN_MAX <= now {
                self.turn = Some(Turn::of(turn.module + 1, now));
            } else if watched.is_idle() {
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
        if self.modules[module].wants_a_new_process() {
            self.end(module);
            return self.start(module);
        }
        let pass_over = panorama::pass_over(&self.showings(), module, now());
        if !self.modules[module].look(pass_over) {
            self.lose(module, "its process takes no orders");
        }
    }

    fn begin_signature(&mut self) {
        let Some(wanted) = &mut self.signature else {
            return;
        };
        let module = wanted.module;
        if self.modules[module].is_idle() && !self.modules[module].has_looked() {
            return self.look(module);
        }
        if self.modules[module].is_idle()
            && let Some((order, pin)) = wanted.order.take()
            && !self.modules[module].sign(&order, pin.as_ref())
        {
            self.lose(module, "its process takes no orders");
        }
    }

    /// Has a module's process end in peace.
    fn end(&mut self, module: usize) {
        if let Some(process) = self.modules[module].end() {
            self.ending.push((process, Instant::now() + ENDING_MAX));
        }
    }

    fn release(mut self, incoming: &Receiver<Input>, within: Duration) {
        for module in 0..self.modules.len() {
            self.end(module);
        }
        let deadline = Instant::now() + within;
        while self.ending.iter().any(|(process, _)| !process.has_ended())
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
        if event.is_some() && event != self.last_told {
            self.last_told = event.clone();
            if let Some(event) = event {
                let _ = self.events.send(event);
            }
        }
    }

    fn showings(&self) -> Vec<Showing<'_>> {
        self.modules.iter().map(WatchedModule::showing).collect()
    }

    fn why_unusable(&self) -> Event {
        let count = self.modules.len();
        match (count, self.modules.iter().any(WatchedModule::was_loaded)) {
            (0, _) => Event::NoModule,
            (_, false) => {
                Event::Unusable(format!("none of {count} PKCS#11 modules could be loaded"))
            }
            (_, true) => Event::Unusable("the card's middleware failed".to_owned()),
        }
    }

    /// Until something is due.
    fn pause(&self) -> Duration {
        let now = Instant::now();
        let silences = self.modules.iter().filter_map(WatchedModule::due);
        let endings = self.ending.iter().map(|(_, deadline)| *deadline);
        // While it signs nobody looks: what is due then waits for the signature.
        let is_looking = self.signature.is_none() && !self.has_signed;
        let turn = self.turn.map(|turn| turn.since + TURN_MAX);
        let turn = turn.filter(|_| is_looking);
        let round = (self.turn.is_none() && is_looking).then_some(self.next_round);
        silences
            .chain(endings)
            .chain(turn)
            .chain(round)
            .min()
            .map_or(NOTHING_DUE, |due| due.saturating_duration_since(now))
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use protocol::{ChallengeNonce, Origin};
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    fn lookout(modules: &[&str]) -> (Lookout, Receiver<Input>, UnboundedReceiver<Event>) {
        let (inputs, incoming) = channel();
        let (outgoing, events) = unbounded_channel();
        let paths = modules.iter().map(PathBuf::from).collect();
        (Lookout::new(paths, inputs, outgoing), incoming, events)
    }

    fn told(mut events: UnboundedReceiver<Event>) -> Vec<Event> {
        std::iter::from_fn(|| events.blocking_recv()).collect()
    }

    #[test]
    fn without_modules_there_is_nothing_to_look_through() {
        let (lookout, incoming, events) = lookout(&[]);
        lookout.keep(&incoming);
        assert_eq!(told(events), [Event::NoModule]);
    }

    #[test]
    fn processes_that_are_no_modules_are_all_left_out() {
        // A process of this program is one of the tests' here, and speaks of tests.
        let (lookout, incoming, events) = lookout(&["/opt/a.so", "/opt/b.so"]);
        lookout.keep(&incoming);
        let reason = "none of 2 PKCS#11 modules could be loaded".to_owned();
        assert_eq!(told(events), [Event::Unusable(reason)]);
    }

    #[test]
    fn nothing_is_signed_with_a_certificate_nobody_shows() {
        let (mut lookout, _incoming, events) = lookout(&[]);
        lookout.take(Request::Sign {
            certificate: vec![0x30],
            origin: Origin::parse("https://sistemats.it").unwrap(),
            challenge_nonce: ChallengeNonce::from_random([1; 32]),
            pin: None,
        });
        drop(lookout);
        assert_eq!(told(events), [Event::NotSigned(SignFault::Removed)]);
    }
}
