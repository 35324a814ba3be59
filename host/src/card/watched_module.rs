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

/// How long it may take over one order, whatever signs it gives: a slow card's worst reading
/// is half of it.
const ORDER_MAX: Duration = Duration::from_secs(45);

/// How long the person may take on the reader's keys, above what the window gives them.
const ON_READER_MAX: Duration = Duration::from_secs(120);

/// How old the process of a module that sees no reader becomes, where nobody knows whether
/// there is one: many modules list the readers once, when they start.
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
    was_loaded: bool,
    /// Whether this process has looked, and so knows the certificates.
    has_looked: bool,
    /// Whether a PIN was given to this process.
    had_pin: bool,
    reading_since: Option<Instant>,
    slots: Option<Vec<Slot>>,
    /// Whether it saw nothing because the readers' service does not run.
    lacks_service: bool,
    /// Whether a reader was plugged in that this process does not see.
    is_outdated: bool,
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

/// What a word of the module's process means to the lookout.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
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
            was_loaded: false,
            has_looked: false,
            had_pin: false,
            reading_since: None,
            slots: None,
            lacks_service: false,
            is_outdated: false,
            lost_with_card: false,
        }
    }

    /// Starts a process; `hear` gets its words, each with the number that
    /// [`hear`](WatchedModule::hear) asks for.
    pub fn start(&mut self, mut hear: impl FnMut(u32, Heard) + Send + 'static) {
        self.begin();
        let generation = self.generation;
        match ModuleProcess::start(&self.path, move |heard| hear(generation, heard)) {
            Ok(process) => self.process = Some(process),
            Err(error) => leave_out(&self.path, &format!("its process cannot start: {error}")),
        }
    }

    /// Nothing is known of the next process yet.
    fn begin(&mut self) {
        self.generation += 1;
        self.doing = Doing::Loading;
        self.has_looked = false;
        self.is_outdated = false;
        self.had_pin = false;
        self.began = Instant::now();
        self.ordered = self.began;
        self.heard = self.began;
    }

    /// Takes in a word of the process with this number.
    pub fn hear(&mut self, generation: u32, heard: Heard) -> Meaning {
        if self.generation != generation || self.is_lost() {
            return Meaning::On;
        }
        let before = std::mem::replace(&mut self.heard, Instant::now());
        let report = match heard {
            Heard::Report(report) => report,
            Heard::Junk(junk) => return Meaning::Unfit(junk.to_string()),
            Heard::Ended => return Meaning::Unfit("its process ended".to_owned()),
        };
        match (self.doing, report) {
            (Doing::Loading, Report::Loaded(_)) => {
                self.was_loaded = true;
                self.doing = Doing::Nothing;
                return Meaning::Ready;
            }
            (Doing::Loading, Report::NotLoaded(reason)) => {
                return Meaning::Unfit(format!("could not be loaded: {reason}"));
            }
            (Doing::Looking | Doing::Signing, Report::Alive) => {}
            (Doing::Loading | Doing::Looking | Doing::Signing, Report::Traffic) => {}
            // That the reader looks at its keys again and again gives nobody more time.
            (Doing::AskingOnReader, Report::Traffic) => self.heard = before,
            // What the process before has read stands until this one has read it too.
            (Doing::Looking, Report::Reading) if !self.has_looked && self.slots.is_some() => {}
            (Doing::Looking, Report::Reading) => {
                self.reading_since.get_or_insert(self.heard);
            }
            (Doing::Looking, Report::Unchanged) => self.end_look(),
            (Doing::Looking, Report::Seen(slots)) => {
                self.end_look();
                self.slots = Some(slots);
                self.lacks_service = false;
            }
            // What it has read stands until the next process has read it too.
            (Doing::Looking, Report::Outdated) => {
                self.end_look();
                self.is_outdated = true;
            }
            (Doing::Looking, Report::NoService) => {
                self.end_look();
                self.slots = Some(Vec::new());
                self.lacks_service = true;
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
                return Meaning::Signed(algorithm, signature);
            }
            (Doing::Signing | Doing::AskingOnReader, Report::NotSigned(fault)) => {
                self.doing = Doing::Nothing;
                if fault == SignFault::Removed {
                    self.slots = None;
                }
                return Meaning::NotSigned(fault);
            }
            _ => return Meaning::Unfit("its process tells what it was not asked".to_owned()),
        }
        Meaning::On
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
            (_, None, Some(_)) if self.lacks_service => Showing::NoService,
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

    /// Whether a new process may see a reader that this one does not.
    pub fn wants_a_new_process(&self) -> bool {
        let sees_none = self.slots.as_ref().is_some_and(Vec::is_empty);
        self.is_outdated || (sees_none && self.began.elapsed() > WITHOUT_READER_MAX)
    }

    /// When it is to be looked after again; none while it has nothing to do.
    pub fn due(&self) -> Option<Instant> {
        self.process.as_ref()?;
        match self.doing {
            Doing::Nothing => None,
            Doing::AskingOnReader => Some(self.heard + ON_READER_MAX),
            Doing::Loading | Doing::Looking | Doing::Signing => {
                Some((self.heard + SILENCE_MAX).min(self.ordered + ORDER_MAX))
            }
        }
    }

    /// Why it is given up, where it has given no sign of life for too long.
    pub fn look_after(&self, now: Instant) -> Option<String> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        if self.doing == Doing::AskingOnReader {
            return Some("nobody answered the reader".to_owned());
        }
        Some(format!(
            "no sign of life for {} seconds, no answer for {}, while {:?}",
            (now - self.heard).as_secs(),
            (now - self.ordered).as_secs(),
            self.doing
        ))
    }
}

fn leave_out(module: &Path, what: &str) {
    log!("tessera-host: {} is left out: {what}", module.display());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::messages::{CardReading, Library, SeenCard};

    /// A module whose process has started; what it says is said by the test.
    fn started() -> WatchedModule {
        let mut module = WatchedModule::at(PathBuf::from("/opt/module.so"));
        start_another(&mut module);
        module
    }

    fn start_another(module: &mut WatchedModule) {
        module.begin();
        module.process = Some(ModuleProcess::that_says_nothing());
    }

    fn loaded() -> WatchedModule {
        let mut module = started();
        let library = Library {
            manufacturer: "OpenSC Project".to_owned(),
            description: "OpenSC smartcard framework".to_owned(),
            version: "0.23".to_owned(),
        };
        assert_eq!(say(&mut module, Report::Loaded(library)), Meaning::Ready);
        module
    }

    /// One that was told to look.
    fn looking() -> WatchedModule {
        let mut module = loaded();
        assert!(module.look(Vec::new()));
        module
    }

    fn say(module: &mut WatchedModule, report: Report) -> Meaning {
        module.hear(module.generation, Heard::Report(report))
    }

    fn with_card() -> Vec<Slot> {
        vec![Slot {
            reader: "Reader".to_owned(),
            card: Some(SeenCard {
                serial: String::new(),
                is_cns: false,
                pin_pad: false,
                tries_left: None,
                reading: CardReading::Done,
                certificates: Vec::new(),
            }),
        }]
    }

    #[test]
    fn a_look_ends_with_what_was_seen() {
        let mut module = looking();
        assert!(!module.is_idle());
        assert_eq!(say(&mut module, Report::Reading), Meaning::On);
        assert!(matches!(module.showing(), Showing::Reading(_)));
        assert_eq!(say(&mut module, Report::Seen(with_card())), Meaning::On);
        assert_eq!(module.showing(), Showing::Slots(&with_card()));
        assert!(module.is_idle() && module.has_looked());
    }

    #[test]
    fn one_that_lacks_the_service_says_so_until_it_has_seen_a_reader_again() {
        let mut module = looking();
        say(&mut module, Report::NoService);
        assert_eq!(module.showing(), Showing::NoService);
        start_another(&mut module);
        assert_eq!(module.showing(), Showing::NoService);
        let mut module = looking();
        say(&mut module, Report::NoService);
        assert!(module.look(Vec::new()));
        say(&mut module, Report::Seen(with_card()));
        assert_eq!(module.showing(), Showing::Slots(&with_card()));
    }

    #[test]
    fn a_reader_plugged_in_beside_another_is_looked_for_by_a_new_process() {
        let mut module = looking();
        say(&mut module, Report::Seen(with_card()));
        assert!(!module.wants_a_new_process());
        assert!(module.look(Vec::new()));
        assert_eq!(say(&mut module, Report::Outdated), Meaning::On);
        assert!(module.is_idle() && module.wants_a_new_process());
        assert_eq!(module.showing(), Showing::Slots(&with_card()));
        start_another(&mut module);
        assert!(!module.wants_a_new_process());
    }

    #[test]
    fn what_was_read_stands_until_the_next_process_has_read_it_too() {
        let mut module = looking();
        say(&mut module, Report::Seen(with_card()));
        start_another(&mut module);
        assert_eq!(module.showing(), Showing::Slots(&with_card()));
        assert!(!module.has_looked());
    }

    #[test]
    fn the_word_of_an_earlier_process_is_not_heard() {
        let mut module = looking();
        let earlier = module.generation;
        start_another(&mut module);
        assert_eq!(module.hear(earlier, Heard::Ended), Meaning::On);
        assert!(!module.is_lost());
        let ended = module.hear(module.generation, Heard::Ended);
        assert!(matches!(ended, Meaning::Unfit(_)));
    }

    #[test]
    fn what_was_not_asked_makes_it_unfit() {
        let signed = || Report::Signed {
            algorithm: Algorithm::Rs256,
            signature: Bytes(vec![7; 256]),
        };
        for (mut module, report) in [
            (started(), Report::Unchanged),
            (loaded(), Report::Unchanged),
            (loaded(), signed()),
            (looking(), signed()),
            (looking(), Report::NotSigned(SignFault::PinLocked)),
            (looking(), Report::AskingOnReader),
        ] {
            let meaning = say(&mut module, report);
            assert!(matches!(meaning, Meaning::Unfit(_)), "{meaning:?}");
        }
    }

    #[test]
    fn one_that_is_lost_is_remembered_with_its_card() {
        for (slots, with_card) in [(with_card(), true), (Vec::new(), false)] {
            let mut module = looking();
            say(&mut module, Report::Seen(slots));
            module.lose("the test says so");
            assert_eq!(module.showing(), Showing::Lost { with_card });
            assert!(module.is_lost() && module.due().is_none());
        }
    }

    #[test]
    fn while_its_card_is_talked_to_it_is_waited_for_but_not_for_ever() {
        let mut module = looking();
        let silent = Instant::now() - SILENCE_MAX;
        module.heard = silent;
        assert_eq!(say(&mut module, Report::Traffic), Meaning::On);
        assert_eq!(module.look_after(Instant::now()), None);
        module.ordered = Instant::now() - ORDER_MAX;
        assert!(module.look_after(Instant::now()).is_some());

        let mut module = loaded();
        let meaning = say(&mut module, Report::Traffic);
        assert!(matches!(meaning, Meaning::Unfit(_)), "{meaning:?}");
        module.doing = Doing::AskingOnReader;
        module.heard = silent;
        assert_eq!(say(&mut module, Report::Traffic), Meaning::On);
        assert_eq!(module.heard, silent);
    }

    #[test]
    fn only_one_that_has_something_to_do_is_given_up_for_its_silence() {
        assert_eq!(loaded().look_after(Instant::now() + ORDER_MAX), None);
        for module in [started(), looking()] {
            assert_eq!(module.look_after(Instant::now()), None);
            assert!(module.look_after(Instant::now() + ORDER_MAX).is_some());
        }
    }
}
